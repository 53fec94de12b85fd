"""How far key poses are from the recorded ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from policy_nodes.evaluation.replay.action import Floats

NAMES = ('x', 'y', 'z', 'qx', 'qy', 'qz', 'qw', 'gripper', 'ignore_collisions')


class KeyPoseErrors:
    """Sums over one episode; values are in the order of `NAMES`."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self._count, self._sum = 0, np.zeros(4)

    def add(self, answered: Floats, recorded: Floats) -> None:
        """Compare two key poses (9,)."""
        away = float(np.linalg.norm(answered[:3] - recorded[:3]))
        turn = rotation_between(answered[3:7], recorded[3:7])
        grips, touches = (
            float((answered[each] > 0.5) != (recorded[each] > 0.5)) for each in (7, 8)
        )
        if np.isfinite([away, turn]).all():
            self._count += 1
            self._sum += (away, turn, grips, touches)

    def to_mapping(self) -> dict[str, Any]:
        """Write means as plain values: metres, radians, shares."""
        means = (self._sum / self._count).tolist() if self._count else [None] * 4
        names = ('position_error', 'rotation_error', 'wrong_gripper', 'wrong_ignore_collisions')
        return dict(zip(names, means, strict=True))


def same_side(answered: Floats, recorded: Floats) -> Floats:
    """Write the answered attitude by the quaternion that lies on the side of the recorded one."""
    if float(answered[3:7] @ recorded[3:7]) >= 0:
        return answered
    return np.concatenate((answered[:3], -answered[3:7], answered[7:]))


def rotation_between(one: Floats, other: Floats) -> float:
    """Angle [rad] between two attitudes, quaternions (4,) of any length; NaN for zero ones."""
    sizes = np.linalg.norm(one) * np.linalg.norm(other)
    if not sizes > 0:
        return float('nan')
    return float(2 * np.arccos(min(1.0, abs(float(one @ other)) / sizes)))
