"""Commands of legs against their limits, as they arrive."""

from __future__ import annotations

from typing import Any

import numpy as np

from policy_nodes.evaluation.faults.watch import Sent
from policy_nodes.safety.legged_config import LeggedSafetyConfig

MOVES = 1e-4  # [rad]
ROUNDING = 1e-9


class LeggedMotion:
    """Judges JointCommand messages one after another."""

    def __init__(self, config: LeggedSafetyConfig, period: float) -> None:
        """Take the limits.

        Args:
            config: of the safety controller.
            period: by which two commands may arrive nearer to each other than they were meant [s].
        """
        joints = config.joints
        self._names = tuple(joints.names)
        self._lower, self._upper = np.array(joints.position_min), np.array(joints.position_max)
        self._velocity = np.array(joints.max_velocity)
        self._kp = np.array(joints.max_kp)
        self._kd = np.maximum(np.array(joints.max_kd), config.damping.kd)
        self._period = period
        self._before: tuple[float, np.ndarray] | None = None

    def sent(self, message: Any, at: float) -> Sent:
        """Judge a command that arrived at steady time at [s].

        Joints without stiffness have no target: they damp. Where there is one, it is judged
        exactly, and the way from one command to the next with one period of allowance.
        """
        position, kp, kd = (
            np.asarray(values, dtype=float)
            for values in (message.position, message.kp, message.kd)
        )
        if tuple(message.names) != self._names or not np.isfinite([*kp, *kd]).all():
            return Sent(at, True, float('inf'))
        beyond = [(kp - self._kp).max(), (kd - self._kd).max(), -kp.min(), -kd.min()]
        stiff = kp > 0
        if not stiff.any():
            self._before = None
            return Sent(at, False, _share(beyond))
        if not np.isfinite(position[stiff]).all():
            return Sent(at, True, float('inf'))
        outside = np.maximum(self._lower - position, position - self._upper)
        beyond.append(outside[stiff].max())
        moves = False
        if self._before is not None:
            then, old = self._before
            way = np.abs(position - old)
            beyond.append((way - self._velocity * (max(0.0, at - then) + self._period)).max())
            moves = bool(way.max() > MOVES)
        self._before = at, position
        return Sent(at, moves, _share(beyond))


def _share(beyond: list[Any]) -> float:
    worst = float(max(beyond))
    return worst if worst > ROUNDING else 0.0
