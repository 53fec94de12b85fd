"""Barkour v0, by the model file in the wheel of mujoco-mjx.

That file has traps, which is why everything here goes by name: its joints come in the order front
right, front left, hind right, hind left, its drives in another; its IMU is fixed to the world; its
targets end at 2 rad, although hips and knees reach farther; and nothing but its feet touches.
"""

from __future__ import annotations

import mujoco

from policy_nodes.simulation.barkour.legged_robot import Capsule, LeggedRobot, robot_spec

LEGS = ('front_left', 'hind_left', 'front_right', 'hind_right')
JOINTS = tuple(f'{part}_{leg}' for leg in LEGS for part in ('abduction', 'hip', 'knee'))

# The trunk's capsules fill the bounds of the published meshes of body, neck and head.
BARKOUR = LeggedRobot(
    name='barkour',
    wheel='mujoco-mjx',
    package='mujoco',
    file='mjx/test_data/barkour_v0/assets/barkour_v0_mjx.xml',
    base='chassis',
    joints=JOINTS,
    feet=LEGS,
    trunk=(
        Capsule((-0.09, 0.055, 0.05), (0.09, 0.055, 0.05), 0.05),
        Capsule((-0.09, -0.055, 0.05), (0.09, -0.055, 0.05), 0.05),
        Capsule((0.13, 0.0, 0.055), (0.21, 0.0, 0.055), 0.045),
        Capsule((0.245, -0.06, 0.085), (0.245, 0.06, 0.085), 0.025),
    ),
    stand=(0.0, 0.7, 1.4) * 4,
    fold=(0.0, 0.15, 0.3) * 4,
    kp=35.0,
    kd=0.65,
    max_torque=(18.0,) * 12,
    camera=(0.272, 0.0, 0.085),
    camera_pitch=0.5,
)


def barkour_spec(*, only_feet: bool = False) -> mujoco.MjSpec:
    """Build a Barkour alone in an empty world.

    Args:
        only_feet: nothing but the feet touches the world: quicker, but a fallen robot sinks in.

    Raises:
        ModelFileError: the wheel of its model is not installed.
    """
    return robot_spec(BARKOUR, only_feet=only_feet)
