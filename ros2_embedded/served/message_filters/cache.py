"""Keeps the last messages."""

from __future__ import annotations

from typing import Any

from message_filters.simple_filter import SimpleFilter
from message_filters.stamps import stamp_of
from rclpy.time import Time


class Cache(SimpleFilter):
    """Keeps the last messages of a filter and finds them by their stamps."""

    def __init__(
        self, f: SimpleFilter, cache_size: int = 1, allow_headerless: bool = False
    ) -> None:
        """Keep so many messages of a filter; those without a header only if allowed."""
        super().__init__()
        self.cache_size = cache_size
        self.cache_msgs: list[Any] = []
        self.cache_times: list[Time] = []
        self.allow_headerless = allow_headerless
        self.connectInput(f)

    def connectInput(self, f: SimpleFilter) -> None:  # noqa: N802  (message_filters' name)
        """Take the messages of a filter."""
        self.incoming_connection = f.registerCallback(self.add)

    def add(self, msg: Any) -> None:
        """Keep a message and hand it on."""
        stamp = stamp_of(msg, self.allow_headerless, 'message_filters_cache')
        if stamp is None:
            return
        self.cache_times.append(stamp)
        self.cache_msgs.append(msg)
        if len(self.cache_msgs) > self.cache_size:
            del self.cache_msgs[0], self.cache_times[0]
        self.signalMessage(msg)

    def getInterval(self, from_stamp: Time, to_stamp: Time) -> list[Any]:  # noqa: N802
        """Return the messages from a time to another, both included."""
        assert from_stamp <= to_stamp
        return [
            message
            for message, stamp in zip(self.cache_msgs, self.cache_times, strict=True)
            if from_stamp <= stamp <= to_stamp
        ]

    def getElemAfterTime(self, stamp: Time) -> Any:  # noqa: N802  (message_filters' name)
        """Return the first message at or after a time, or None."""
        for message, each in zip(self.cache_msgs, self.cache_times, strict=True):
            if each >= stamp:
                return message
        return None

    def getElemBeforeTime(self, stamp: Time) -> Any:  # noqa: N802  (message_filters' name)
        """Return the last message at or before a time, or None."""
        found = None
        for message, each in zip(self.cache_msgs, self.cache_times, strict=True):
            if each <= stamp:
                found = message
        return found

    def getLatestTime(self) -> Time | None:  # noqa: N802  (message_filters' name)
        """Return the stamp of the last message, or None."""
        return self.cache_times[-1] if self.cache_times else None

    # The spelling of the real one.
    getLastestTime = getLatestTime  # noqa: N815

    def getOldestTime(self) -> Time | None:  # noqa: N802  (message_filters' name)
        """Return the stamp of the first message, or None."""
        return self.cache_times[0] if self.cache_times else None

    def getLast(self) -> Any:  # noqa: N802  (message_filters' name)
        """Return the last message, or None."""
        return self.cache_msgs[-1] if self.cache_msgs else None
