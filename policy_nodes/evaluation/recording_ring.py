"""The last seconds of everything, in memory, until somebody wants them on disk."""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path
from typing import NamedTuple

from policy_nodes.evaluation.bag_metadata import offered_qos
from policy_nodes.evaluation.message_definitions import message_definition
from policy_nodes.evaluation.recording_check import check_recording
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_topics import Kept
from policy_nodes.evaluation.recording_writer import RecordingWriter

NANO = 1_000_000_000


class _Message(NamedTuple):
    time_ns: int
    topic: str
    type_name: str
    latched: bool
    payload: bytes


class RecordingRing:
    """Keeps messages for so long and no more bytes than so many; old ones go first.

    Of each latched topic the last message is kept beyond that, since without the goal of an
    episode its last seconds say little. It may be used by several threads.
    """

    def __init__(self, seconds: float, most_bytes: int) -> None:
        """Keep nothing yet.

        Args:
            seconds: that are kept.
            most_bytes: of all payloads.
        """
        self._length_ns, self._most = round(seconds * NANO), most_bytes
        self._messages: deque[_Message] = deque()
        self._latched: dict[str, _Message] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes of the payloads that are kept."""
        return self._bytes

    def keep(self, kept: Kept, payload: bytes, time_ns: int) -> None:
        """Take a message at a time of the system clock [ns]."""
        message = _Message(time_ns, kept.name, kept.type_name, kept.latched, payload)
        with self._lock:
            self._messages.append(message)
            self._bytes += len(payload)
            oldest = time_ns - self._length_ns
            # a clock that was set back must not keep everything for ever
            while self._messages and (
                self._bytes > self._most or not oldest <= self._messages[0].time_ns <= time_ns
            ):
                self._drop()

    def save(self, path: Path) -> int:
        """Write what is kept into a recording and read it back; returns how many messages.

        Raises:
            RecordingError: nothing is kept, the file exists, the disk is full, or what was
                written is not what was read back.
        """
        with self._lock:
            messages = list(self._messages)
            early = list(self._latched.values())
        if not messages:
            raise RecordingError(
                'nothing is kept that could be saved; give the last seconds some time, or record '
                'topics that somebody publishes'
            )
        first = messages[0].time_ns
        with RecordingWriter(path) as writer:
            for each in (*early, *messages):
                durability = 'transient_local' if each.latched else 'volatile'
                writer.write(
                    each.topic,
                    each.type_name,
                    message_definition(each.type_name),
                    each.payload,
                    max(each.time_ns, first),
                    each.time_ns,
                    qos=offered_qos(durability=durability),
                )
        counts = writer.counts
        problem = check_recording(path, counts)
        if problem:
            raise RecordingError(problem)
        return sum(counts.values())

    def _drop(self) -> None:
        gone = self._messages.popleft()
        self._bytes -= len(gone.payload)
        if gone.latched:
            self._latched[gone.topic] = gone
