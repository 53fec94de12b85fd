"""Commands of a base against its limits, as they arrive."""

from __future__ import annotations

from typing import Any

from policy_nodes.evaluation.faults.watch import Sent
from policy_nodes.safety.base_config import BaseSafetyConfig

MOVES = 1e-3  # [m/s] and [rad/s]
ROUNDING = 1e-9


class BaseMotion:
    """Judges TwistStamped messages one after another."""

    def __init__(self, config: BaseSafetyConfig, period: float) -> None:
        """Take the limits.

        Args:
            config: of the safety controller.
            period: by which two commands may arrive nearer to each other than they were meant [s].
        """
        self._limits = [config.linear, config.angular]
        self._period = period
        self._before: tuple[float, list[float]] | None = None

    def sent(self, message: Any, at: float) -> Sent:
        """Judge a command that arrived at steady time at [s].

        Velocity is judged exactly. Acceleration is judged with one period of allowance, since
        the time between two arrivals is not the time that the controller went by.
        """
        twist = message.twist
        values = [twist.linear.x, twist.angular.z]
        others = [twist.linear.y, twist.linear.z, twist.angular.x, twist.angular.y]
        worst = [_excess(0.0, 0.0, each) for each in others]
        for value, limit in zip(values, self._limits, strict=True):
            worst.append(_excess(limit.min_velocity, limit.max_velocity, value))
        if self._before is not None:
            then, old = self._before
            room = max(0.0, at - then) + self._period
            for value, was, limit in zip(values, old, self._limits, strict=True):
                faster = abs(value) > abs(was)
                most = (limit.acceleration if faster else limit.deceleration) * room
                worst.append(_excess(-most, most, value - was))
        self._before = at, values
        return Sent(at, any(abs(value) > MOVES for value in values), max(worst))


def _excess(low: float, high: float, value: float) -> float:
    """Share of a limit by which a value goes beyond it; infinite for what is no number."""
    if not low - ROUNDING <= value <= high + ROUNDING:
        reach = max(abs(low), abs(high)) or 1.0
        beyond = max(low - value, value - high)
        return beyond / reach if beyond == beyond else float('inf')
    return 0.0
