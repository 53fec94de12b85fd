"""Limits of the joints of an arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class JointLimits:
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

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        *,
        lower: ArrayLike,
        upper: ArrayLike,
        velocity: ArrayLike,
        acceleration: ArrayLike,
        jerk: ArrayLike,
    ) -> JointLimits:
        """Build limits from anything array-like.

        Raises:
            ValueError: naming the joint and the limit that makes no sense.
        """
        given = {
            'lower': lower,
            'upper': upper,
            'velocity': velocity,
            'acceleration': acceleration,
            'jerk': jerk,
        }
        arrays = {name: np.array(values, dtype=np.float64) for name, values in given.items()}
        for limit, values in arrays.items():
            if values.shape != (len(names),):
                raise ValueError(f'{limit} has shape {values.shape}; give one for each of {names}')
            for joint, value in zip(names, values, strict=True):
                if not np.isfinite(value) or (limit not in ('lower', 'upper') and value <= 0):
                    raise ValueError(f'{limit} of {joint} is {value:g}; give a sound number')
        wrong = np.flatnonzero(arrays['lower'] >= arrays['upper'])
        if len(wrong):
            raise ValueError(f'lower is not below upper for {names[int(wrong[0])]}')
        return cls(names=tuple(names), **arrays)

    def braking_distance(self, velocity: Floats) -> Floats:
        """Way (n,) [rad] to rest from velocities (n,) without acceleration, or a little more."""
        speed = np.abs(velocity)
        ramp = self.acceleration / self.jerk
        return 0.5 * speed * (speed / self.acceleration + ramp)
