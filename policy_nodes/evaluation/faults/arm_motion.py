"""Commands of an arm against its limits, as they arrive."""

from __future__ import annotations

from typing import Any

import numpy as np

from policy_nodes.evaluation.faults.watch import Sent
from policy_nodes.safety.arm_config import ArmSafetyConfig

MOVES = 1e-4  # [rad/s]
ROUNDING = 1e-9


class ArmMotion:
    """Judges JointTrajectory messages of one point each, one after another."""

    def __init__(self, config: ArmSafetyConfig, period: float) -> None:
        """Take the limits.

        Args:
            config: of the safety controller.
            period: by which two commands may arrive nearer to each other than they were meant [s].
        """
        given = config.limits.values()
        self._names = tuple(config.limits)
        self._lower = np.array([joint.lower for joint in given])
        self._upper = np.array([joint.upper for joint in given])
        self._velocity = np.array([joint.velocity for joint in given])
        self._acceleration = np.array([joint.acceleration for joint in given])
        self._period = period
        self._before: tuple[float, np.ndarray] | None = None

    def sent(self, message: Any, at: float) -> Sent:
        """Judge a command that arrived at steady time at [s].

        Positions, and the velocities and accelerations that go with them, are judged exactly; the
        way from one command to the next with one period of allowance.
        """
        point = message.points[0]
        position, velocity, acceleration = (
            np.asarray(values, dtype=float)
            for values in (point.positions, point.velocities, point.accelerations)
        )
        if tuple(message.joint_names) != self._names or not np.isfinite(position).all():
            return Sent(at, True, float('inf'))
        beyond = [
            np.maximum(self._lower - position, position - self._upper).max(),
            (np.abs(velocity) - self._velocity).max() if len(velocity) else 0.0,
            (np.abs(acceleration) - self._acceleration).max() if len(acceleration) else 0.0,
        ]
        scale = [1.0, float(self._velocity.max()), float(self._acceleration.max())]
        moves = bool(len(velocity) and np.abs(velocity).max() > MOVES)
        if self._before is not None:
            then, old = self._before
            way = np.abs(position - old)
            room = self._velocity * (max(0.0, at - then) + self._period)
            beyond.append((way - room).max())
            scale.append(1.0)
            moves = moves or bool(way.max() > MOVES * self._period)
        self._before = at, position
        worst = max(float(each) / size for each, size in zip(beyond, scale, strict=True))
        return Sent(at, moves, worst if worst > ROUNDING else 0.0)
