"""Transforms from one frame to its parents over time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from tf2_py.exceptions import ExtrapolationException
from tf2_py.rotation import Quaternion, Vector, interpolate, slerp


class StoredTransform(NamedTuple):
    """One transform: stamp [ns], rotation and translation of a frame in its parent."""

    stamp: int
    rotation: Quaternion
    translation: Vector
    parent: str


def show_time(stamp: int) -> str:
    """Return a time in seconds, for messages."""
    return f'{stamp / 1e9:.6f}'


class TimeCache:
    """Transforms of a moving frame, as long as they are not too old."""

    def __init__(self, storage_time: int) -> None:
        """Keep transforms for a time [ns]."""
        self._storage_time = storage_time
        self._stamps: list[int] = []
        self._stored: list[StoredTransform] = []

    def insert(self, transform: StoredTransform) -> bool:
        """Store a transform; return False where it is too old."""
        latest = self.latest()
        keep = bisect_left(self._stamps, latest - self._storage_time)
        if keep:
            del self._stamps[:keep], self._stored[:keep]
        if self._stamps and transform.stamp < latest - self._storage_time:
            return False
        at = bisect_right(self._stamps, transform.stamp)
        first = bisect_left(self._stamps, transform.stamp)
        if transform not in self._stored[first:at]:
            self._stamps.insert(at, transform.stamp)
            self._stored.insert(at, transform)
        return True

    def latest(self) -> int:
        """Return the last stamp, 0 without data."""
        return self._stamps[-1] if self._stamps else 0

    def oldest(self) -> int:
        """Return the first stamp, 0 without data."""
        return self._stamps[0] if self._stamps else 0

    def __len__(self) -> int:
        return len(self._stamps)

    def clear(self) -> None:
        """Forget all."""
        self._stamps.clear()
        self._stored.clear()

    def latest_with_parent(self) -> tuple[int, str]:
        """Return the last stamp and the parent then, ('' without data)."""
        return (self._stamps[-1], self._stored[-1].parent) if self._stamps else (0, '')

    def get(self, time: int) -> StoredTransform:
        """Return the transform at a time, interpolated; the last one for time 0.

        Raises:
            ExtrapolationException: the time lies outside of the data.
        """
        if time == 0 and self._stored:
            return self._stored[-1]
        self._check(time)
        if time == self._stamps[-1]:
            return self._stored[-1]
        if time == self._stamps[0]:
            return self._stored[0]
        at = bisect_right(self._stamps, time)
        older, newer = self._stored[at - 1], self._stored[at]
        if older.parent != newer.parent or older.stamp == time:
            return older
        ratio = (time - older.stamp) / (newer.stamp - older.stamp)
        return StoredTransform(
            older.stamp,
            slerp(older.rotation, newer.rotation, ratio),
            interpolate(older.translation, newer.translation, ratio),
            older.parent,
        )

    def _check(self, time: int) -> None:
        if len(self._stamps) < 2:
            if self._stamps and self._stamps[0] == time:
                return
            raise ExtrapolationException(
                f'Lookup would require extrapolation at time {show_time(time)}, but only time '
                f'{show_time(self.latest())} is in the buffer'
            )
        if time > self._stamps[-1]:
            raise ExtrapolationException(
                'Lookup would require extrapolation into the future.  Requested time '
                f'{show_time(time)} but the latest data is at time {show_time(self.latest())}'
            )
        if time < self._stamps[0]:
            raise ExtrapolationException(
                'Lookup would require extrapolation into the past.  Requested time '
                f'{show_time(time)} but the earliest data is at time {show_time(self.oldest())}'
            )


class StaticCache:
    """The transform of a frame that does not move."""

    def __init__(self) -> None:
        self._stored: StoredTransform | None = None

    def insert(self, transform: StoredTransform) -> bool:
        """Replace the transform."""
        self._stored = transform
        return True

    def latest(self) -> int:
        """Return 0: it holds at any time."""
        return 0

    def oldest(self) -> int:
        """Return 0: it holds at any time."""
        return 0

    def __len__(self) -> int:
        return 1

    def clear(self) -> None:
        """Keep the transform: it does not age."""

    def latest_with_parent(self) -> tuple[int, str]:
        """Return 0 and the parent."""
        return 0, self._stored.parent

    def get(self, time: int) -> StoredTransform:
        """Return the transform with the time asked for."""
        return self._stored._replace(stamp=time)
