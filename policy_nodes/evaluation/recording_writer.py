"""Writes recordings: MCAP files that ``ros2 bag``, Foxglove and our own reader understand.

The core of the recorder node, without a middleware. Chunks are finished and handed to the system
at least every `flush_period`, by a thread of its own, so that a recording whose process was
killed holds everything up to its last half second.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from mcap.writer import CompressionType, Writer

from policy_nodes.evaluation.append_file import AppendFile, DiskError
from policy_nodes.evaluation.bag_metadata import (
    HASH_KEY,
    QOS_KEY,
    RECORD,
    BagTopic,
    bag_metadata,
)
from policy_nodes.evaluation.recording_error import RecordingError

_LATEST = 2**63 - 1  # rosbag2 keeps times in signed 64 bits
_CDR_HEADER = 4
LIBRARY = 'policy_stack'  # numbers the messages of a topic from 1 without gaps


@dataclass
class _Channel:
    """A topic of the file; count is also the sequence number of its last message."""

    id: int
    type_name: str
    qos: str
    type_hash: str
    count: int = 0


class RecordingWriter:
    """One MCAP file under way: profile ros2, messages in CDR, definitions as ros2msg, zstd."""

    def __init__(
        self,
        path: Path,
        *,
        flush_period: float = 0.5,
        chunk_bytes: int = 1 << 20,
        distribution: str = '',
        library: str = LIBRARY,
    ) -> None:
        """Create the file.

        Args:
            path: file to create; folders above it are created too.
            flush_period: longest time that a message waits before it is on disk [s].
            chunk_bytes: size at which a chunk is finished at once, uncompressed.
            distribution: ROS distribution that runs, for rosbag2's metadata.
            library: who writes, for the header of the file.

        Raises:
            RecordingError: the file exists already or cannot be written.
        """
        self.path = path
        self._distribution = distribution
        self._channels: dict[str, _Channel] = {}
        self._schemas: dict[str, int] = {}
        self._span: tuple[int, int] | None = None
        self._problem: DiskError | None = None
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._file = AppendFile(path)
        self._writer = Writer(
            cast('IO[bytes]', self._file),  # mcap calls write, tell and flush
            chunk_size=chunk_bytes,
            compression=CompressionType.ZSTD,
        )
        self._period = flush_period
        try:
            self._writer.start(profile='ros2', library=library)
            self._writer.add_metadata(RECORD, self._bag_metadata())
            self._writer.flush()
        except DiskError:
            self._file.close()
            raise
        self._thread = threading.Thread(
            target=self._keep_flushing, name=f'flush {path.name}', daemon=True
        )
        self._thread.start()

    @property
    def problem(self) -> DiskError | None:
        """Why nothing can be written any more, None while all is well."""
        return self._problem

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self._file.size

    @property
    def counts(self) -> dict[str, int]:
        """Messages written by topic."""
        return {topic: channel.count for topic, channel in self._channels.items()}

    def write(
        self,
        topic: str,
        type_name: str,
        definition: str,
        payload: bytes | memoryview,
        log_time_ns: int,
        publish_time_ns: int,
        qos: str = '',
        *,
        type_hash: str = '',
    ) -> None:
        """Write one message.

        Args:
            topic: full name.
            type_name: ``package/msg/Name``.
            definition: text from `message_definitions.message_definition`; used once a type.
            payload: the message in CDR with its encapsulation header.
            log_time_ns: when the recorder received it, on the system clock.
            publish_time_ns: when it was published.
            qos: offered QoS from `bag_metadata.offered_qos`; used once a topic.
            type_hash: hash of the type (``RIHS01_...``), empty where unknown.

        Raises:
            RecordingError: closed, disk full, a payload that is no CDR, a time that cannot be
                stored, or a topic that was recorded with another type before.
        """
        if len(payload) < _CDR_HEADER:
            raise RecordingError(
                f'a message on {topic} has {len(payload)} bytes, too few for CDR; '
                'give the serialised message with its encapsulation header'
            )
        for name, value in (('log', log_time_ns), ('publish', publish_time_ns)):
            if not 0 <= value <= _LATEST:
                raise RecordingError(
                    f'a message on {topic} has the {name} time {value} ns, which a bag cannot '
                    'hold; give nanoseconds from 0 to 2^63 - 1'
                )
        with self._writing():
            channel = self._channel(topic, type_name, definition, qos, type_hash)
            channel.count += 1
            self._writer.add_message(
                channel.id, log_time_ns, bytes(payload), publish_time_ns, channel.count
            )
            first, last = self._span or (log_time_ns, log_time_ns)
            self._span = min(first, log_time_ns), max(last, log_time_ns)

    def attach(self, name: str, media_type: str, data: bytes, time_ns: int = 0) -> None:
        """Keep a file in the recording, such as contract.yaml.

        Args:
            name: of the file.
            media_type: such as ``application/yaml``.
            data: its bytes.
            time_ns: when it was read, on the system clock; 0 where it does not matter.

        Raises:
            RecordingError: closed or disk full.
        """
        with self._writing():
            self._writer.add_attachment(time_ns, time_ns, name, media_type, data)

    def add_metadata(self, name: str, values: Mapping[str, str]) -> None:
        """Keep named texts in the recording, such as the score.

        Raises:
            RecordingError: closed or disk full.
        """
        with self._writing():
            self._writer.add_metadata(name, dict(values))

    def flush(self) -> None:
        """Finish the chunk under way and hand it to the system.

        Raises:
            RecordingError: closed or disk full.
        """
        with self._writing():
            self._writer.flush()

    def close(self) -> None:
        """Write the summary and close; closing twice does nothing.

        Raises:
            RecordingError: disk full; what was flushed before is kept and readable.
        """
        if self._closing.is_set():
            return
        with self._lock:
            self._closing.set()
            try:
                if self._problem is None:
                    self._writer.add_metadata(RECORD, self._bag_metadata())
                    self._writer.finish()
                    self._file.flush()
            finally:
                self._file.close()
        self._thread.join()

    def __enter__(self) -> RecordingWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the lock; the first failure of the disk is the last thing that is written."""
        with self._lock:
            if self._closing.is_set():
                raise RecordingError(f'{self.path} is closed; nothing more can be written to it')
            if self._problem is not None:
                raise self._problem
            try:
                yield
            except DiskError as error:
                self._problem = error
                raise

    def _keep_flushing(self) -> None:
        while not self._closing.wait(self._period):
            with suppress(RecordingError):  # whoever writes next is told
                self.flush()

    def _channel(
        self, topic: str, type_name: str, definition: str, qos: str, type_hash: str
    ) -> _Channel:
        channel = self._channels.get(topic)
        if channel is not None:
            if channel.type_name != type_name:
                raise RecordingError(
                    f'{topic} carries {type_name} now and {channel.type_name} before; '
                    'record it under another name'
                )
            return channel
        if type_name not in self._schemas:
            self._schemas[type_name] = self._writer.register_schema(
                type_name, 'ros2msg', definition.encode()
            )
        metadata = {QOS_KEY: qos, HASH_KEY: type_hash}
        number = self._writer.register_channel(topic, 'cdr', self._schemas[type_name], metadata)
        channel = _Channel(number, type_name, qos, type_hash)
        self._channels[topic] = channel
        return channel

    def _bag_metadata(self) -> dict[str, str]:
        topics = [
            BagTopic(name, channel.type_name, channel.qos, channel.type_hash, channel.count)
            for name, channel in self._channels.items()
        ]
        first, last = self._span or (None, None)
        return bag_metadata(
            self.path.name, topics, start_ns=first, end_ns=last, distribution=self._distribution
        )
