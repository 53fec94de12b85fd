"""A curve over time that never has more than so many points, however long it becomes."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 1500


class Curve:
    """Keeps every n-th point; n doubles when there are too many."""

    def __init__(self, most: int = MOST) -> None:
        """Begin without points.

        Args:
            most: points to keep.
        """
        self._most, self._stride, self._seen = most, 1, 0
        self._points: list[tuple[float, ...]] = []

    def add(self, time: float, values: Sequence[float]) -> None:
        """Take a point."""
        if self._seen % self._stride == 0:
            if len(self._points) >= self._most:
                self._points = self._points[::2]
                self._stride *= 2
            if self._seen % self._stride == 0:
                self._points.append((time, *map(float, values)))
        self._seen += 1

    def rows(self) -> list[list[float]]:
        """Points as time and values."""
        return [list(each) for each in self._points]
