"""Groups messages with equal stamps."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from message_filters.simple_filter import SimpleFilter
from message_filters.stamps import time_of


class TimeSynchronizer(SimpleFilter):
    """Hands one message of each filter on together, when their stamps are equal."""

    def __init__(self, fs: Sequence[SimpleFilter], queue_size: int) -> None:
        """Group the messages of filters, and keep so many of each."""
        super().__init__()
        self.queue_size = queue_size
        self.lock = threading.RLock()
        self.connectInput(fs)

    def connectInput(self, fs: Sequence[SimpleFilter]) -> None:  # noqa: N802
        """Take the messages of filters."""
        # Messages of each filter by their stamps [ns].
        self.queues: list[dict[int, Any]] = [{} for _ in fs]
        self.input_connections = [
            each.registerCallback(self.add, queue, index)
            for index, (each, queue) in enumerate(zip(fs, self.queues, strict=True))
        ]

    def _store(self, stamp: int, msg: Any, queue: dict[int, Any]) -> None:
        queue[stamp] = msg
        while len(queue) > self.queue_size:
            del queue[min(queue)]

    def _signal(self, stamps: Sequence[int]) -> None:
        """Hand on, and forget, the messages with these stamps, one of each queue."""
        messages = [queue.pop(stamp) for queue, stamp in zip(self.queues, stamps, strict=True)]
        self.signalMessage(*messages)

    def add(self, msg: Any, my_queue: dict[int, Any], my_queue_index: int | None = None) -> None:
        """Take a message of one filter."""
        found = time_of(msg.header.stamp, 'message_filters')
        if found is None:
            return
        with self.lock:
            self._store(found.nanoseconds, msg, my_queue)
            for stamp in sorted(set.intersection(*map(set, self.queues))):
                self._signal([stamp] * len(self.queues))
