"""Rounds the corners of a way: the next curve begins before the one before it has come to rest."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from policy_nodes.motion.limits import MotionLimits
from policy_nodes.motion.trajectory import Trajectory

Floats = NDArray[np.float64]

SHARES = (0.5, 0.25)  # of the shorter of two curves that may overlap; half leaves two at most
LOOK = 2e-3  # [s] between looks at rates
THIN = 5  # looks at rates for each look at surroundings
ROUNDING = 1e-3  # share of the limits


def blend(
    trajectory: Trajectory, limits: MotionLimits, allowed: Callable[[Floats], bool]
) -> Trajectory:
    """Let curves overlap as far as limits and surroundings permit.

    Args:
        trajectory: with rest at every corner.
        limits: of the joints, which two motions together have to keep.
        allowed: whether the arm may go through configurations (k, n).
    """
    durations = [curve.duration for curve in trajectory.curves]
    overlaps = np.zeros(len(durations) - 1)
    for corner in range(len(overlaps)):
        shorter = min(durations[corner], durations[corner + 1])
        for share in SHARES:
            overlaps[corner] = share * shorter
            rounded = Trajectory(trajectory.curves, overlaps.tolist())
            begin = rounded.begins[corner + 1]
            times = np.arange(begin, begin + overlaps[corner] + LOOK, LOOK)
            places = rounded.positions(times)
            if _within(places, limits) and allowed(places[::THIN]):
                break
            overlaps[corner] = 0.0
    return Trajectory(trajectory.curves, overlaps.tolist())


def _within(places: Floats, limits: MotionLimits) -> bool:
    """Whether configurations (k, n), a look apart, keep limits of speed and its changes."""
    if len(places) < 4:
        return False
    rates = (limits.velocity, limits.acceleration, limits.jerk)
    return all(
        bool((np.abs(np.diff(places, n=n, axis=0)) <= (1 + ROUNDING) * most * LOOK**n).all())
        for n, most in enumerate(rates, start=1)
    )
