"""Whether going slower keeps more distance from walking people than going on.

People are taken to walk on as they do. The command is changed only where that keeps more
distance: somebody who walks past or away, or who comes just as near whether the robot drives or
stands, changes nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def arc_positions(v: float, w: float, times: Floats) -> Floats:
    """Where a base drives with constant v [m/s], w [rad/s]: (times, 2) [m] in its first frame."""
    angle = w * times
    # np.sinc is sin(pi x)/(pi x), so chord and bearing stay exact for small yaw rates
    chord = v * times * np.sinc(angle / (2.0 * np.pi))
    return np.stack((chord * np.cos(0.5 * angle), chord * np.sin(0.5 * angle)), axis=-1)


class PeopleGuard:
    """Chooses the largest share of a command that keeps enough distance from people."""

    def __init__(
        self,
        *,
        radius: float = 0.18,
        clearance: float = 0.1,
        horizon: float = 1.5,
        time_step: float = 0.1,
        least_gain: float = 0.05,
        scales: tuple[float, ...] = (1.0, 0.75, 0.5, 0.25, 0.0),
    ) -> None:
        """Set up the guard.

        Args:
            radius: of the base [m].
            clearance: free distance that is enough [m].
            horizon: how far ahead people are taken to walk on [s].
            time_step: between two looks ahead [s].
            least_gain: less gain of distance does not justify a change [m].
            scales: shares of the command to choose from, largest first; the first is 1.
        """
        self.radius = radius
        self.clearance = clearance
        self.least_gain = least_gain
        self.scales = scales
        steps = max(1, round(horizon / time_step))
        self._times: Floats = np.linspace(time_step, steps * time_step, steps)

    def clearances(
        self, positions: Floats, velocities: Floats, radii: Floats, v: float, w: float
    ) -> Floats:
        """Least free distance to anybody within the horizon for each share (scales,) [m].

        Args:
            positions: (people, 2) in the base frame [m].
            velocities: (people, 2) over ground, in the base frame [m/s].
            radii: (people,) [m].
            v: forward speed [m/s].
            w: yaw rate [rad/s].
        """
        walked = positions[:, None] + velocities[:, None] * self._times[:, None]
        driven = np.stack([arc_positions(s * v, s * w, self._times) for s in self.scales])
        apart = driven[:, None] - walked
        distance = np.sqrt(np.einsum('spti,spti->spt', apart, apart)).min(axis=2)
        return (distance - radii - self.radius).min(axis=1)

    def scale(
        self, positions: Floats, velocities: Floats, radii: Floats, v: float, w: float
    ) -> tuple[float, float]:
        """Share of a command v, w that can be let through; arguments as for `clearances`.

        Returns:
            The share, and the clearance that it keeps [m].
        """
        if not len(positions) or v == 0:
            return 1.0, float('inf')
        kept = self.clearances(positions, velocities, radii, v, w)
        if kept[0] >= self.clearance:
            return 1.0, float(kept[0])
        enough = np.flatnonzero(kept >= self.clearance)
        chosen = int(enough[0]) if len(enough) else int(kept.argmax())
        if kept[chosen] < kept[0] + self.least_gain:
            chosen = 0
        return self.scales[chosen], float(kept[chosen])
