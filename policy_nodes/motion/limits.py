"""What the joints of an arm may do on the way to a key pose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class MotionLimits(NamedTuple):
    """Limits of n joints.

    Attributes:
        names: of the joints.
        lower: (n,) least position [rad].
        upper: (n,) greatest position [rad].
        velocity: (n,) [rad/s].
        acceleration: (n,) [rad/s^2].
        jerk: (n,) [rad/s^3].
    """

    names: tuple[str, ...]
    lower: Floats
    upper: Floats
    velocity: Floats
    acceleration: Floats
    jerk: Floats

    def inside(self, configuration: Floats, slack: float = 1e-9) -> bool:
        """Whether a configuration (n,) lies between the position limits."""
        above = configuration >= self.lower - slack
        return bool((above & (configuration <= self.upper + slack)).all())


def motion_limits(
    names: Sequence[str],
    *,
    lower: Sequence[float],
    upper: Sequence[float],
    velocity: Sequence[float],
    acceleration: Sequence[float],
    jerk: Sequence[float],
    margin: float = 0.0,
) -> MotionLimits:
    """Check limits, and keep a margin [rad] from the ends of every joint.

    Raises:
        ValueError: naming the limit of which there are too many, too few or senseless numbers.
    """
    given = {
        'lower': np.asarray(lower, dtype=np.float64) + margin,
        'upper': np.asarray(upper, dtype=np.float64) - margin,
        'velocity': np.asarray(velocity, dtype=np.float64),
        'acceleration': np.asarray(acceleration, dtype=np.float64),
        'jerk': np.asarray(jerk, dtype=np.float64),
    }
    for limit, values in given.items():
        if values.shape != (len(names),):
            raise ValueError(f'{limit} has {values.size} numbers for the {len(names)} joints')
        if not np.isfinite(values).all():
            raise ValueError(f'{limit} holds a number that is not finite')
        if limit not in ('lower', 'upper') and not (values > 0).all():
            raise ValueError(f'{limit} has to be above zero for every joint')
    if not (given['lower'] < given['upper']).all():
        raise ValueError(f'a margin of {margin:g} rad leaves a joint no room; check lower, upper')
    return MotionLimits(tuple(names), **given)
