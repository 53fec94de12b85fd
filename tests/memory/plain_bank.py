"""The memory bank as one list, written to be obviously right and not to be fast."""

from __future__ import annotations

import math

from policy_nodes.memory.entry import Entry


class PlainBank:
    """Says what a bank holds after any sequence of calls."""

    def __init__(self, max_bytes: int, max_entries: int, max_episodes: int) -> None:
        self.max_bytes, self.max_entries = max_bytes, max_entries
        self.max_episodes = max_episodes
        self.episodes: list[str] = []
        self.entries: list[Entry] = []
        self.announced = False

    def begin(self, episode: str) -> None:
        self.announced = True
        self.forget(episode)
        self.episodes = [*self.episodes, episode][-self.max_episodes :]
        self.entries = [kept for kept in self.entries if kept.episode in self.episodes]

    def forget(self, episode: str) -> None:
        self.episodes = [name for name in self.episodes if name != episode]
        self.entries = [kept for kept in self.entries if kept.episode != episode]

    def takes(self, entry: Entry) -> bool:
        known = entry.episode in self.episodes or not self.announced
        return known and entry.size <= self.max_bytes

    def store(self, entry: Entry) -> None:
        if entry.episode not in self.episodes:
            announced = self.announced
            self.begin(entry.episode)
            self.announced = announced
        place = (entry.episode, entry.stream, entry.step)
        self.entries = [
            kept for kept in self.entries if (kept.episode, kept.stream, kept.step) != place
        ]
        self.entries.append(entry)
        while self.too_many_bytes() or len(self.entries) > self.max_entries:
            if len(self.episodes) > 1:
                self.forget(self.episodes[0])
            else:
                self.entries.remove(self.oldest_of_the_largest())

    def too_many_bytes(self) -> bool:
        return sum(kept.size for kept in self.entries) > self.max_bytes

    def oldest_of_the_largest(self) -> Entry:
        weights: dict[str, int] = {}
        for kept in self.entries:
            weight = kept.size if self.too_many_bytes() else 1
            weights[kept.stream] = weights.get(kept.stream, 0) + weight
        most = max(weights.values())
        largest = min(stream for stream, weight in weights.items() if weight == most)
        own = [kept for kept in self.entries if kept.stream == largest]
        return min(own, key=lambda kept: kept.step)

    def query(self, episode, stream, last, near, radius) -> list[Entry]:
        episode = episode or (self.episodes[-1] if self.episodes else '')
        found = []
        for name in {kept.stream for kept in self.entries if stream in ('', kept.stream)}:
            own = sorted(
                (
                    kept
                    for kept in self.entries
                    if (kept.episode, kept.stream) == (episode, name)
                    and (radius == 0.0 or math.dist(kept.position, near) <= radius)
                ),
                key=lambda kept: kept.step,
            )
            found += own[-last:] if last else own
        return sorted(found, key=lambda kept: (kept.step, kept.stream))
