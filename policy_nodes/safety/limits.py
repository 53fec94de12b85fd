"""Velocity, acceleration and jerk limits of any number of axes, by measured time steps.

Acceleration bounds how fast speed grows, deceleration how fast it falls, on each axis. Jerk
bounds how fast an acceleration grows; the end of an acceleration and braking are never delayed
by it. The direction of motion is kept where the limits leave room for that: all axes shrink by
one ratio, which for a base keeps the curvature of its path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.reasons import Reason

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class AxisLimits:
    """Limits of n axes.

    Attributes:
        names: of the axes.
        lower: (n,) least velocity, at most 0 [unit/s].
        upper: (n,) greatest velocity, at least 0 [unit/s].
        acceleration: (n,) [unit/s^2].
        deceleration: (n,) [unit/s^2].
        jerk: (n,) [unit/s^3].
    """

    names: tuple[str, ...]
    lower: Floats
    upper: Floats
    acceleration: Floats
    deceleration: Floats
    jerk: Floats

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        *,
        lower: ArrayLike,
        upper: ArrayLike,
        acceleration: ArrayLike,
        deceleration: ArrayLike,
        jerk: ArrayLike,
    ) -> AxisLimits:
        """Build limits from anything array-like.

        Raises:
            ValueError: naming the axis and the limit that makes no sense.
        """
        given = {
            'lower': lower,
            'upper': upper,
            'acceleration': acceleration,
            'deceleration': deceleration,
            'jerk': jerk,
        }
        arrays = {name: np.array(values, dtype=np.float64) for name, values in given.items()}
        for limit, values in arrays.items():
            if values.shape != (len(names),):
                raise ValueError(f'{limit} has shape {values.shape}; give one for each of {names}')
            for axis, value in zip(names, values, strict=True):
                if limit == 'lower':
                    fits, wanted = value <= 0, 'zero or a negative'
                elif limit == 'upper':
                    fits, wanted = value >= 0, 'zero or a positive'
                else:
                    fits, wanted = value > 0, 'a positive'
                if not (fits and np.isfinite(value)):
                    raise ValueError(
                        f'{limit} of {axis} is {value:g}; give {wanted} finite number'
                    )
        still = np.flatnonzero(arrays['lower'] >= arrays['upper'])
        if len(still):
            raise ValueError(f'lower is not below upper for {names[int(still[0])]}')
        return cls(names=tuple(names), **arrays)


@dataclass(frozen=True)
class LimitedStep:
    """The outcome of one step.

    Attributes:
        values: (n,) within all limits.
        findings: which limits bound, and on which axis.
    """

    values: Floats
    findings: tuple[Finding, ...]


class RateLimiter:
    """Follows targets without breaking a limit."""

    def __init__(self, limits: AxisLimits) -> None:
        self.limits = limits
        self.values = np.zeros(len(limits.names))
        self._rise = np.zeros(len(limits.names))

    def limit_velocity(self, target: Floats) -> LimitedStep:
        """Shrink a target (n,) into the velocity limits, keeping its direction.

        An axis that may not move that way at all is set to zero instead.
        """
        limits = self.limits
        bound = np.where(target > 0, limits.upper, -limits.lower)
        values = np.where(bound > 0, target, 0.0)
        size = np.abs(values)
        over = size > bound
        if over.any():
            # huge finite targets: the quotient underflows to 0, which is still a safe ratio
            ratio = float((bound[over] / size[over]).min())
            values = np.clip(values * ratio, limits.lower, limits.upper)
        findings = []
        for axis in np.flatnonzero(values != target):
            words = f'Proposed {target[axis]:.3g}, allowed {values[axis]:.3g}.'
            findings.append(Finding(Reason.VELOCITY_LIMIT, limits.names[axis], words))
        return LimitedStep(values, tuple(findings))

    def reach(self, dt: float) -> tuple[Floats, Floats]:
        """Least and greatest values (n,), (n,) that can be taken after dt [s]."""
        low, high, _ = self._reach(dt)
        return low, high

    def _reach(self, dt: float) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """As `reach`, and (n,) whether jerk is what bounds further speeding up."""
        limits, values = self.limits, self.values
        speed = np.abs(values)
        from_rest = np.minimum(limits.acceleration, limits.jerk * dt)
        onward = np.minimum(limits.acceleration, self._rise + limits.jerk * dt)
        faster = speed + onward * dt
        # what is left of the step once the axis has come to rest may be used to turn round
        left = dt - speed / limits.deceleration
        slower = np.where(left > 0, -from_rest * left, speed - limits.deceleration * dt)
        forward = values >= 0
        low = np.where(forward, slower, -faster)
        high = np.where(forward, faster, -slower)
        resting = speed == 0
        low = np.where(resting, -faster, low)
        low = np.maximum(low, limits.lower)
        high = np.minimum(high, limits.upper)
        return low, high, onward < limits.acceleration

    def limit_change(self, target: Floats, dt: float) -> LimitedStep:
        """Come as near to a target (n,) within the velocity limits as dt [s] > 0 allows.

        Nothing is remembered until `commit`.
        """
        low, high, jerky = self._reach(dt)
        values = _shrink_into(target, low, high)
        findings = []
        for axis in np.flatnonzero((target < low) | (target > high)):
            faster = abs(target[axis]) > abs(self.values[axis])
            reason = Reason.JERK_LIMIT if faster and jerky[axis] else Reason.ACCELERATION_LIMIT
            words = f'Wanted {target[axis]:.3g} after {dt:.3g} s, reached {values[axis]:.3g}.'
            findings.append(Finding(reason, self.limits.names[axis], words))
        return LimitedStep(values, tuple(findings))

    def step(self, target: Floats, dt: float) -> LimitedStep:
        """Come as near to any target (n,) as all limits allow after dt [s] > 0."""
        speed = self.limit_velocity(target)
        change = self.limit_change(speed.values, dt)
        return LimitedStep(change.values, speed.findings + change.findings)

    def commit(self, values: Floats, dt: float) -> None:
        """Remember what was sent (n,) and how long after the value before it, dt [s]."""
        before = self.values
        same_way = before * values >= 0
        gained = np.where(same_way, np.abs(values) - np.abs(before), np.abs(values))
        self._rise = np.maximum(gained, 0.0) / dt if dt > 0 else np.zeros_like(self._rise)
        self.values = np.array(values, dtype=np.float64)

    def rest(self) -> None:
        """Start again from standstill."""
        self.values = np.zeros_like(self.values)
        self._rise = np.zeros_like(self._rise)


def _shrink_into(target: Floats, low: Floats, high: Floats) -> Floats:
    """Bring a target into a box by one ratio in [0, 1]; by axis where no ratio does it."""
    moving = target != 0
    if np.all((low <= target) & (target <= high)):
        return target
    if not np.all((low <= 0) & (high >= 0) | moving):
        return np.clip(target, low, high)
    t = target[moving]
    with np.errstate(over='ignore'):  # a target next to zero bounds nothing
        ends = low[moving] / t, high[moving] / t
    least = max(0.0, float(np.minimum(*ends).max(initial=0.0)))
    greatest = min(1.0, float(np.maximum(*ends).min(initial=1.0)))
    if least > greatest:
        return np.clip(target, low, high)
    return np.clip(target * greatest, low, high)
