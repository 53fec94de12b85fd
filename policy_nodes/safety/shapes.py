"""Areas around the robot, in its base frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

ROUND_CORNERS = 36


@dataclass(frozen=True)
class Circle:
    """A disc.

    Attributes:
        radius: [m].
        centre: x, y [m].
    """

    radius: float
    centre: tuple[float, float] = (0.0, 0.0)

    @property
    def reach(self) -> float:
        """Distance from the base origin to its farthest point [m]."""
        return math.hypot(*self.centre) + self.radius

    def contains(self, x: Floats, y: Floats) -> Mask:
        """Which points (n,), (n,) [m] lie inside (n,)."""
        dx, dy = x - self.centre[0], y - self.centre[1]
        return dx * dx + dy * dy <= self.radius * self.radius

    def outline(self) -> Floats:
        """Corners (n, 2) of a polygon that looks round [m]."""
        angles = np.linspace(0.0, 2.0 * np.pi, ROUND_CORNERS, endpoint=False)
        return self.radius * np.stack((np.cos(angles), np.sin(angles)), axis=1) + self.centre


class Polygon:
    """An area within straight edges, convex or not."""

    def __init__(self, corners: Sequence[tuple[float, float]]) -> None:
        """Span the corners in order.

        Args:
            corners: x, y of at least three [m]; they must not lie on one line.

        Raises:
            ValueError: too few of them, or no area between them.
        """
        points = np.array(corners, dtype=np.float64).reshape(-1, 2)
        if len(points) < 3 or not np.isfinite(points).all():
            raise ValueError(f'a polygon of {len(points)} corners; give 3 or more, finite')
        ends = np.roll(points, -1, axis=0)
        cross = points[:, 0] * ends[:, 1] - points[:, 1] * ends[:, 0]
        if abs(cross.sum()) < 1e-9:
            raise ValueError('a polygon without area; give corners that do not lie on one line')
        rise = ends[:, 1] - points[:, 1]
        # a level edge is crossed by no ray along x, so its slope is never used
        slope = np.divide(
            ends[:, 0] - points[:, 0], rise, out=np.zeros_like(rise), where=rise != 0
        )
        self._corners = points
        self._x0, self._y0 = points[:, :1], points[:, 1:]
        self._y1, self._slope = ends[:, 1:], slope[:, None]

    @property
    def reach(self) -> float:
        """Distance from the base origin to its farthest corner [m]."""
        return float(np.hypot(self._corners[:, 0], self._corners[:, 1]).max())

    def contains(self, x: Floats, y: Floats) -> Mask:
        """Which points (n,), (n,) [m] lie inside (n,), by the edges that a ray crosses."""
        spans = (self._y0 > y) != (self._y1 > y)
        crossed = spans & (x < self._x0 + (y - self._y0) * self._slope)
        return np.logical_xor.reduce(crossed, axis=0)

    def outline(self) -> Floats:
        """Its corners (n, 2) [m]."""
        return self._corners
