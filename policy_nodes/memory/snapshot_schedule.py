"""When the next snapshot is due."""

from __future__ import annotations

RETRY = 1.0
"""Pause after a snapshot that could not be written [s]."""


class SnapshotSchedule:
    """Counts changes since the last snapshot, and how long they have been waiting."""

    def __init__(self, entries: int, seconds: float) -> None:
        """Begin with nothing to write.

        Args:
            entries: due once so many changes wait; 0 does not count them.
            seconds: due once a change has waited so long [s]; 0 does not look at the time.
        """
        self.entries, self.seconds = entries, seconds
        self._changes = 0
        self._since = 0.0
        self._not_before = 0.0

    @property
    def is_on(self) -> bool:
        """Whether any snapshot is ever due."""
        return self.entries > 0 or self.seconds > 0.0

    @property
    def pending(self) -> int:
        """Changes that no snapshot has."""
        return self._changes

    def changed(self, now: float) -> None:
        """Note a change at steady time now [s]."""
        if self._changes == 0:
            self._since = now
        self._changes += 1

    def due(self, now: float) -> bool:
        """Say whether it is time to write, at steady time now [s]."""
        if self._changes == 0 or now < self._not_before:
            return False
        by_count = 0 < self.entries <= self._changes
        return by_count or 0.0 < self.seconds <= now - self._since

    def taken(self) -> int:
        """Note that what is held now goes to disk; returns how many changes that were."""
        changes, self._changes = self._changes, 0
        return changes

    def failed(self, changes: int, now: float) -> None:
        """Note that the changes taken did not get there; they wait a moment longer."""
        if self._changes == 0:
            self._since = now
        self._changes += changes
        self._not_before = now + RETRY
