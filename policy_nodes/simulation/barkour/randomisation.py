"""How much a robot, its start and its sensors may differ from the published model.

Every kind of change is off by default, and each is drawn from the seed alone, apart from the
others.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import mujoco
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Randomisation:
    """Greatest change of each kind.

    Attributes:
        friction_low: least friction of feet and body; 1 is that of the model.
        friction_high: greatest one.
        mass: of all links by the same share.
        gains: stiffness and damping of every drive by a share.
        joint_friction: static friction of each joint beyond that of the model [Nm].
        push: speed that a push gives in a random direction [m/s].
        push_period: between pushes [s].
        start_position: along each axis [m].
        start_heading: to either side [rad].
        joint_noise: of measured angles [rad].
        joint_speed_noise: of measured speeds [rad/s].
        gyro_noise: of each rate [rad/s].
        tilt_noise: of the measured attitude, about each axis [rad].
        acceleration_noise: along each axis [m/s^2].
        scan_noise: of each height [m].
        depth_noise: of each pixel, as a share of its depth.
    """

    friction_low: float = 1.0
    friction_high: float = 1.0
    mass: float = 0.0
    gains: float = 0.0
    joint_friction: float = 0.0
    push: float = 0.0
    push_period: float = 5.0
    start_position: float = 0.0
    start_heading: float = 0.0
    joint_noise: float = 0.0
    joint_speed_noise: float = 0.0
    gyro_noise: float = 0.0
    tilt_noise: float = 0.0
    acceleration_noise: float = 0.0
    scan_noise: float = 0.0
    depth_noise: float = 0.0

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ValueError: a value is out of its range.
        """
        for field in fields(self):
            if not 0.0 <= getattr(self, field.name) < np.inf:
                raise ValueError(
                    f'{field.name} is {getattr(self, field.name)}; it has to be 0 or more'
                )
        for name in ('mass', 'gains', 'depth_noise'):
            if getattr(self, name) >= 1.0:
                raise ValueError(f'{name} is {getattr(self, name)}; it has to be below 1')
        if self.friction_low > self.friction_high:
            raise ValueError(
                f'friction_low {self.friction_low} is above friction_high {self.friction_high}'
            )
        if self.push > 0.0 and self.push_period <= 0.0:
            raise ValueError('push_period is 0; with pushes it has to be above 0')


# What policies are judged with: friction, mass, gains and pushes as the targets say. Noise is that
# of the Go1 joystick environment of MuJoCo Playground, where a target names it without a size; of
# joint speeds it is a tenth of that, since no policy reads them here and the safety controller
# judges by them whether legs rest.
CONDITIONS = Randomisation(
    friction_low=0.6,
    friction_high=1.2,
    mass=0.1,
    gains=0.1,
    push=0.3,
    start_position=0.1,
    start_heading=0.2,
    joint_noise=0.03,
    joint_speed_noise=0.15,
    gyro_noise=0.2,
    tilt_noise=0.05,
    acceleration_noise=0.5,
    scan_noise=0.02,
    depth_noise=0.02,
)

NOMINAL, TARGETS = 'nominal', 'targets'
CONDITIONS_BY_NAME = {NOMINAL: Randomisation(), TARGETS: CONDITIONS}


def change_robot(
    model: mujoco.MjModel,
    changes: Randomisation,
    random: np.random.Generator,
    joints: NDArray[np.int64],
) -> None:
    """Change friction and masses of a compiled robot.

    Args:
        model: to be changed.
        changes: greatest ones.
        random: they are drawn from it.
        joints: degrees of freedom of the robot's joints.
    """
    friction = random.uniform(changes.friction_low, changes.friction_high)
    heavier = 1.0 + changes.mass * random.uniform(-1.0, 1.0)
    stiction = changes.joint_friction * random.uniform(0.0, 1.0, len(joints))
    model.geom_friction[model.geom_bodyid > 0, 0] *= friction
    model.body_mass *= heavier
    model.body_inertia *= heavier
    model.dof_frictionloss[joints] += stiction
    mujoco.mj_setConst(model, mujoco.MjData(model))


def uniform(random: np.random.Generator, greatest: float, size: int) -> Floats:
    """Draw noise (size,) between plus and minus the greatest."""
    return np.asarray(greatest * random.uniform(-1.0, 1.0, size))
