"""The shipped Panda with the limits of its shipped configuration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import yaml
from scipy.spatial.transform import Rotation

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.motion.arm import Arm
from policy_nodes.motion.limits import motion_limits
from policy_nodes.motion.scene import arm_in_scene, box
from policy_nodes.simulation.tabletop.panda_model import panda_spec

CONFIG = Path(__file__).resolve().parents[2] / 'config' / 'panda'


def shipped(name):
    """Parameters of a node of the Panda."""
    text = (CONFIG / f'{name}.yaml').read_text(encoding='utf-8')
    return yaml.safe_load(text)['/**']['ros__parameters']


GIVEN = shipped('motion_executor')
NAMES = GIVEN['joints']
HOME = np.array(GIVEN['home'])
LIMITS = motion_limits(
    NAMES,
    **{name: GIVEN[name] for name in ('lower', 'upper', 'velocity', 'acceleration', 'jerk')},
    margin=GIVEN['margin'],
)
# the arm stands at the origin in these tests, the top of the table at z = 0
TABLE = box('table', (0.25, 0.0, -0.05), (1.0, 1.2, 0.1))
DOWN = Rotation.from_euler('x', np.pi)


def panda_arm(obstacles=()):
    return Arm(arm_in_scene(panda_spec(), obstacles), NAMES)


def down_at(x, y, z, *, yaw=0.0, gripper=1.0, ignore=False):
    """A key pose with the fingers straight down."""
    quaternion = (Rotation.from_euler('z', yaw) * DOWN).as_quat()
    return KeyPose(np.array([x, y, z]), quaternion, gripper, ignore)
