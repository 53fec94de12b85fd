"""What storages hand to readers, and take from writers."""

from __future__ import annotations

from typing import Any, NamedTuple


class StoredMessage(NamedTuple):
    """One message.

    Attributes:
        topic: name.
        data: CDR, or what compression made of it.
        received: when it was recorded [ns since 1970].
        sent: when it was published [ns since 1970]; as `received` where it is not known.
        place: orders the messages of one file that were received at the same time.
    """

    topic: str
    data: bytes
    received: int
    sent: int
    place: Any = None


class Position(NamedTuple):
    """Where reading goes on: at a time [ns], behind a place of that time or at its first one."""

    time: int
    place: Any = None


START = Position(-(2**63))
END = Position(2**63 - 1)
