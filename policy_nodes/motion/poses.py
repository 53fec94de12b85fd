"""Distances between poses, and the poses on the straight way from one to the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation, Slerp

Floats = NDArray[np.float64]


class Pose(NamedTuple):
    """A place and an orientation in the world.

    Attributes:
        position: (3,) [m].
        quaternion: (4,) xyzw of unit length.
    """

    position: Floats
    quaternion: Floats


class PoseError(NamedTuple):
    """How far two poses are apart.

    Attributes:
        position: [m].
        rotation: [rad].
    """

    position: float
    rotation: float


def pose_error(one: Pose, other: Pose) -> PoseError:
    """Distance and angle between two poses."""
    turn = Rotation.from_quat(one.quaternion).inv() * Rotation.from_quat(other.quaternion)
    away = np.linalg.norm(one.position - other.position)
    return PoseError(float(away), float(turn.magnitude()))


def straight_poses(start: Pose, goal: Pose, *, step: float, turn: float) -> list[Pose]:
    """Poses on a straight line with a steady rotation, the goal last, the start left out.

    Args:
        start: first pose.
        goal: last pose.
        step: greatest distance between two of them [m].
        turn: greatest angle between two of them [rad].
    """
    far = pose_error(start, goal)
    count = max(2, int(np.ceil(max(far.position / step, far.rotation / turn))))
    shares = np.linspace(0.0, 1.0, count + 1)[1:]
    turned = Slerp([0.0, 1.0], Rotation.from_quat([start.quaternion, goal.quaternion]))(shares)
    places = start.position + shares[:, None] * (goal.position - start.position)
    return [
        Pose(place, rotation) for place, rotation in zip(places, turned.as_quat(), strict=True)
    ]
