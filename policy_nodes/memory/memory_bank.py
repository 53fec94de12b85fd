"""A bounded store of entries by episode, stream and step."""

from __future__ import annotations

import math
from collections.abc import Sequence

from policy_nodes.memory.contents import Contents
from policy_nodes.memory.entry import Entry, check_name
from policy_nodes.memory.entry_stream import EntryStream
from policy_nodes.memory.errors import MemoryBankError


class MemoryBank:
    """Keeps what fits, and forgets by a stated rule.

    When an episode begins and there are too many, the oldest goes. When an entry makes the bank
    exceed its bytes or entries, whole episodes go first, oldest first, the running one never;
    then the oldest steps of the running one, each time of the stream that is largest in what is
    exceeded: bytes, else entries. Of equals the first name goes.

    Attributes:
        size: bytes that all entries count for.
        evicted: entries forgotten by the rule so far.
    """

    def __init__(
        self, max_bytes: int = 256 << 20, max_entries: int = 10_000, max_episodes: int = 2
    ) -> None:
        """Begin empty.

        Args:
            max_bytes: that all entries may count for, see `Entry.size`.
            max_entries: of all episodes.
            max_episodes: the running one included.
        """
        self.max_bytes, self.max_entries = max_bytes, max_entries
        self.max_episodes = max_episodes
        self.size = 0
        self.evicted = 0
        self._count = 0
        self._announced = False
        self._episodes: dict[str, dict[str, EntryStream]] = {}

    def __len__(self) -> int:
        return self._count

    @property
    def episodes(self) -> tuple[str, ...]:
        """Names of the episodes held, oldest first."""
        return tuple(self._episodes)

    @property
    def running(self) -> str:
        """Name of the episode that began last; empty before the first."""
        return next(reversed(self._episodes), '')

    def begin(self, episode: str) -> None:
        """Let an episode be the running one, and forget what it held before.

        From now on entries are taken only of episodes that the bank holds: a straggler of one
        that is forgotten must not begin it anew.

        Raises:
            MemoryBankError: no usable name.
        """
        check_name('episode', episode)
        self._announced = True
        if episode in self._episodes:
            self._forget(episode)
        self._open(episode)

    def store(self, entry: Entry) -> None:
        """Keep an entry; one of the same episode, stream and step is replaced.

        Raises:
            MemoryBankError: it alone exceeds the bank, or its episode was not announced.
        """
        if entry.size > self.max_bytes:
            raise MemoryBankError(
                f'an entry of stream {entry.stream} counts for {entry.size} bytes, the whole bank '
                f'for {self.max_bytes}',
                remedy='raise max_bytes or store less',
            )
        if entry.episode not in self._episodes:
            if self._announced:
                raise MemoryBankError(
                    f'an entry belongs to episode {entry.episode!r}, held are {self._held()}',
                    remedy='announce the episode by ~/reset_episode before storing',
                )
            self._open(entry.episode)
        stream = self._episodes[entry.episode].setdefault(entry.stream, EntryStream())
        size, count = stream.size, len(stream)
        stream.put(entry)
        self.size += stream.size - size
        self._count += len(stream) - count
        while self.size > self.max_bytes or self._count > self.max_entries:
            self._evict()

    def query(
        self,
        episode: str = '',
        stream: str = '',
        *,
        last: int = 0,
        near: Sequence[float] = (),
        radius: float = 0.0,
        frame: str = '',
    ) -> list[Entry]:
        """Find entries, in the order of their steps, then streams.

        Args:
            episode: its name; empty takes the running one.
            stream: its name; empty takes all.
            last: at most so many of each stream, the newest ones; 0 takes all.
            near: (3,) point [m]; counts where radius is positive.
            radius: only entries whose position is at most so far from the point [m]; 0 takes all.
            frame: of the point; empty: that of the entries, which then have to share one.

        Raises:
            MemoryBankError: the episode is not held, or point, radius and frame make no sense.
        """
        held = self._episodes.get(episode or self.running)
        if held is None:
            if not episode:
                return []
            raise MemoryBankError(
                f'episode {episode!r} is not held',
                remedy=f'held are {self._held()}; leave the name empty for the running one',
            )
        found: list[Entry] = []
        for name, entries in held.items():
            if stream in ('', name):
                chosen = list(entries)
                if radius != 0.0:
                    chosen = _within(chosen, near, radius, frame)
                found += chosen[-last:] if last else chosen
        return sorted(found, key=lambda entry: (entry.step, entry.stream))

    def contents(self) -> Contents:
        """Everything held; entries are shared, not copied."""
        entries = tuple(
            entry
            for streams in self._episodes.values()
            for stream in streams.values()
            for entry in stream
        )
        return Contents(self.episodes, self._announced, entries)

    def restore(self, contents: Contents) -> None:
        """Hold this instead of what is held.

        Raises:
            MemoryBankError: it does not fit; what is held stays.
        """
        sums = {
            'max_bytes': (sum(entry.size for entry in contents.entries), self.max_bytes),
            'max_entries': (len(contents.entries), self.max_entries),
            'max_episodes': (len(contents.episodes), self.max_episodes),
        }
        for name, (needed, allowed) in sums.items():
            if needed > allowed:
                raise MemoryBankError(
                    f'a snapshot needs {name} {needed}, it is {allowed}',
                    remedy=f'raise {name}, or begin without the snapshot',
                )
        self._episodes = {episode: {} for episode in contents.episodes}
        self.size = self._count = 0
        self._announced = False  # the snapshot may hold entries of unannounced episodes
        for entry in contents.entries:
            self.store(entry)
        self._announced = contents.announced

    def _held(self) -> str:
        return ', '.join(map(repr, self._episodes)) or 'none'

    def _open(self, episode: str) -> None:
        self._episodes[episode] = {}
        while len(self._episodes) > self.max_episodes:
            self._evict_episode()

    def _forget(self, episode: str) -> int:
        streams = self._episodes.pop(episode).values()
        count = sum(map(len, streams))
        self.size -= sum(stream.size for stream in streams)
        self._count -= count
        return count

    def _evict_episode(self) -> None:
        self.evicted += self._forget(next(iter(self._episodes)))

    def _evict(self) -> None:
        if len(self._episodes) > 1:
            self._evict_episode()
            return
        streams = self._episodes[self.running]
        too_large = self.size > self.max_bytes
        weights = {name: kept.size if too_large else len(kept) for name, kept in streams.items()}
        largest = min(streams, key=lambda name: (-weights[name], name))
        stream = streams[largest]
        size = stream.size
        stream.drop_oldest()
        if not stream:
            del streams[largest]
        self.size -= size - stream.size
        self._count -= 1
        self.evicted += 1


def _within(entries: list[Entry], near: Sequence[float], radius: float, frame: str) -> list[Entry]:
    if not radius > 0.0 or not math.isfinite(radius):
        raise MemoryBankError(
            f'a radius of {radius} m makes no sense',
            remedy='use a positive one, or 0 for entries from anywhere',
        )
    if len(near) != 3 or not all(map(math.isfinite, near)):
        raise MemoryBankError(
            f'{list(near)} is no point', remedy='give x, y and z as finite numbers of metres'
        )
    frames = sorted({entry.frame for entry in entries})
    if frames and frames != [frame or frames[0]]:
        asked = f'the point is in {frame!r}' if frame else 'the point names none'
        raise MemoryBankError(
            f'positions of stream {entries[0].stream} are in {", ".join(map(repr, frames))}, '
            f'{asked}',
            remedy='ask in the frame that all positions of the stream share',
        )
    return [entry for entry in entries if math.dist(entry.position, near) <= radius]
