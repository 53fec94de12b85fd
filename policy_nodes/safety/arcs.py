"""Where a base drives under commanded speeds."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def arc_position(v: float, w: float, time: float) -> tuple[float, float]:
    """Where a base is that drove with constant v [m/s], w [rad/s] for a time [s]: x, y [m]."""
    half = 0.5 * w * time
    chord = v * time * (math.sin(half) / half if half else 1.0)
    return chord * math.cos(half), chord * math.sin(half)


def arc_positions(v: float, w: float, times: Floats) -> Floats:
    """Where a base drives with constant v [m/s], w [rad/s]: (times, 2) [m] in its first frame."""
    angle = w * times
    # np.sinc is sin(pi x)/(pi x), so chord and bearing stay exact for small yaw rates
    chord = v * times * np.sinc(angle / (2.0 * np.pi))
    return np.stack((chord * np.cos(0.5 * angle), chord * np.sin(0.5 * angle)), axis=-1)


def ramped_positions(
    commands: Floats,
    present: Floats,
    acceleration: Floats,
    *,
    time_step: float,
    steps: int,
    waits: int,
) -> tuple[Floats, Floats]:
    """Where a base drives that goes over from its present speeds to commanded ones.

    Args:
        commands: (n, 2) v [m/s], w [rad/s].
        present: (2,) v [m/s], w [rad/s].
        acceleration: (2,) by which it goes over [m/s^2, rad/s^2].
        time_step: between two positions [s].
        steps: number of positions.
        waits: time steps for which it still drives as at present.

    Returns:
        x and y, each (n, steps) [m] in its first frame, from one time step on.
    """
    since = np.maximum(np.arange(1, steps + 1) - waits, 0) * time_step

    def driven(axis: int) -> Floats:
        """Way (n, steps) in each time step [m] or [rad]."""
        most = acceleration[axis] * since
        change = (commands[:, axis] - present[axis])[:, None]
        return (present[axis] + np.minimum(np.maximum(change, -most), most)) * time_step

    turned, gone = driven(1), driven(0)
    heading = turned.cumsum(axis=1) - 0.5 * turned
    return (gone * np.cos(heading)).cumsum(axis=1), (gone * np.sin(heading)).cumsum(axis=1)
