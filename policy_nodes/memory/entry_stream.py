"""The entries of one stream of one episode, in the order of their steps."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator

from policy_nodes.memory.entry import Entry


class EntryStream:
    """Keeps one entry a step, whatever the order of arrival.

    Attributes:
        size: bytes that its entries count for.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self.size = 0
        self._steps: list[int] = []
        self._entries: dict[int, Entry] = {}

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[Entry]:
        return (self._entries[step] for step in self._steps)

    def put(self, entry: Entry) -> None:
        """Keep an entry; one of the same step is replaced."""
        before = self._entries.get(entry.step)
        if before is None:
            insort(self._steps, entry.step)
        else:
            self.size -= before.size
        self._entries[entry.step] = entry
        self.size += entry.size

    def drop_oldest(self) -> None:
        """Forget the entry of the lowest step."""
        self.size -= self._entries.pop(self._steps.pop(0)).size
