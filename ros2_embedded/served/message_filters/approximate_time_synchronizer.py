"""Groups messages with nearly equal stamps."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from message_filters.simple_filter import SimpleFilter
from message_filters.stamps import stamp_of
from message_filters.time_synchronizer import TimeSynchronizer
from rclpy.duration import Duration


class ApproximateTimeSynchronizer(TimeSynchronizer):
    """Hands one message of each filter on together, when their stamps are close."""

    def __init__(
        self,
        fs: Sequence[SimpleFilter],
        queue_size: int,
        slop: float,
        allow_headerless: bool = False,
    ) -> None:
        """Group the messages of filters.

        Args:
            fs: filters.
            queue_size: messages of each to keep.
            slop: stamps of a group differ by less than this [s].
            allow_headerless: take the time of arrival for messages without a header.
        """
        super().__init__(fs, queue_size)
        self.slop = Duration(seconds=slop)
        self.allow_headerless = allow_headerless

    def add(self, msg: Any, my_queue: dict[int, Any], my_queue_index: int | None = None) -> None:
        """Take a message of one filter, and hand on the closest group that it completes."""
        stamp = stamp_of(msg, self.allow_headerless, 'message_filters_approx')
        if stamp is None:
            return
        now, slop = stamp.nanoseconds, self.slop.nanoseconds
        with self.lock:
            self._store(now, msg, my_queue)
            candidates = []
            for index, queue in enumerate(self.queues):
                if index == my_queue_index:
                    candidates.append([now])
                    continue
                near = [each for each in queue if abs(each - now) <= slop]
                candidates.append(sorted(near, key=lambda each: abs(each - now)))
            if now not in my_queue:
                # The queue is full of newer messages.
                return
            for stamps in itertools.product(*candidates):
                if max(stamps) - min(stamps) < slop:
                    self._signal(stamps)
                    return
