"""Everything that a memory bank holds, as one value."""

from __future__ import annotations

from typing import NamedTuple

from policy_nodes.memory.entry import Entry


class Contents(NamedTuple):
    """What goes into a snapshot and comes out of it.

    Attributes:
        episodes: names, oldest first; the last one is the running one.
        announced: whether a reset has ever named an episode.
        entries: of all episodes.
    """

    episodes: tuple[str, ...]
    announced: bool
    entries: tuple[Entry, ...]
