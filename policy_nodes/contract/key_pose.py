"""A key pose: where the gripper's tip goes next, and what the fingers do once it is there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class KeyPose(NamedTuple):
    """The tip moves first, then the fingers.

    Attributes:
        position: (3,) of the tip in the world [m].
        quaternion: (4,) xyzw of the tip in the world; its z axis is the way the fingers point.
        gripper: 0 closed, 1 open.
        ignore_collisions: the way there may touch things.
    """

    position: Floats
    quaternion: Floats
    gripper: float
    ignore_collisions: bool
