"""A switch that believes a change only after several looks in a row."""

from __future__ import annotations


class Debounce:
    """Counts looks; begins released."""

    def __init__(self, trigger: int = 1, release: int = 1) -> None:
        """Set how many looks a change takes.

        Args:
            trigger: looks in a row that must see something.
            release: looks in a row that must see nothing.

        Raises:
            ValueError: fewer than one.
        """
        if trigger < 1 or release < 1:
            raise ValueError(f'{trigger} looks to trigger, {release} to release; give 1 or more')
        self.trigger = trigger
        self.release = release
        self.on = False
        self._looks = 0

    def look(self, seen: bool) -> bool:
        """Take one look.

        Returns:
            Whether the switch is on after it.
        """
        if seen == self.on:
            self._looks = 0
            return self.on
        self._looks += 1
        if self._looks >= (self.release if self.on else self.trigger):
            self.on = seen
            self._looks = 0
        return self.on

    def clear(self) -> None:
        """Release at once."""
        self.on = False
        self._looks = 0
