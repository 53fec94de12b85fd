"""Writes a bag message by message."""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from rclpy.duration import Duration
from rclpy.time import Time
from rosbag2_py.bag_metadata import (
    BagMetadata,
    FileInformation,
    MessageDefinition,
    TopicInformation,
    TopicMetadata,
)
from rosbag2_py.compression import (
    CompressionMode,
    CompressionOptions,
    check_format,
    compress,
    compress_file,
    compression_mode_to_string,
)
from rosbag2_py.message_definitions import LocalMessageDefinitionSource
from rosbag2_py.metadata_io import MetadataIo
from rosbag2_py.options import ConverterOptions, StorageOptions
from rosbag2_py.storages import get_default_storage_id, open_writer
from rosbag2_py.stored_message import StoredMessage
from rosbag2_py.topic_selection import is_service_event_topic

if TYPE_CHECKING:
    from rosbag2_py.mcap_writer import McapWriter
    from rosbag2_py.sqlite_writer import SqliteWriter

_NANO = 10**9
_NEVER = 2**63 - 1
_UNCOMPRESSED = CompressionOptions('', CompressionMode.NONE)


class SequentialWriter:
    """Writes a new bag: its files, one after the other, and at the end metadata.yaml.

    What was written is with the system within half a second, so that a killed process loses no
    more. `close` finishes the bag, and so does the end of the writer's life.
    """

    def __init__(self) -> None:
        self._storage: McapWriter | SqliteWriter | None = None
        self._compression = _UNCOMPRESSED

    def open(self, storage_options: StorageOptions, converter_options: ConverterOptions) -> None:
        """Begin a bag; nothing happens where one is open.

        Args:
            storage_options: its uri is the folder to make.
            converter_options: formats of messages, the same both.

        Raises:
            RuntimeError: the folder exists, cannot be made, or an option is not valid.
            ModuleNotFoundError: the storage needs a package that is not installed.
        """
        if self._storage is not None:
            return
        formats = (
            converter_options.input_serialization_format,
            converter_options.output_serialization_format,
        )
        if formats[0] != formats[1]:
            raise RuntimeError(
                f'Messages in {formats[0]} cannot be written in {formats[1]}: no converter is '
                'served; give the same format twice.'
            )
        if storage_options.snapshot_mode and not storage_options.max_cache_size:
            raise RuntimeError(
                'Max cache size must be greater than 0 when snapshot mode is enabled'
            )
        self._options = storage_options
        self._options.storage_id = storage_options.storage_id or get_default_storage_id()
        self._folder = Path(storage_options.uri)
        _make_folder(self._folder)
        self._topics: dict[str, tuple[TopicInformation, MessageDefinition]] = {}
        self._files: list[FileInformation] = []
        self._span: tuple[int, int] | None = None
        self._snapshot: deque[StoredMessage] = deque()
        self._snapshot_bytes = 0
        self._begin_file()
        smallest = self._storage.smallest_split
        if 0 < storage_options.max_bagfile_size < smallest:
            self._storage.close()
            self._storage = None
            raise RuntimeError(
                f'Invalid bag splitting size given. Please provide a value greater than '
                f'{smallest}. Specified value of {storage_options.max_bagfile_size}'
            )

    def _begin_file(self) -> None:
        name = f'{self._folder.absolute().name}_{len(self._files)}'
        storage = open_writer(self._folder / name, self._options, os.environ.get('ROS_DISTRO', ''))
        self._storage = storage
        self._file_span: tuple[int, int] | None = None
        self._files.append(
            FileInformation(
                storage.path.name, Time(nanoseconds=_NEVER), Duration(nanoseconds=0), 0
            )
        )
        storage.add_metadata(self._metadata())
        for information, definition in self._topics.values():
            storage.add_topic(information.topic_metadata, definition)

    def _open_storage(self, doing: str) -> McapWriter | SqliteWriter:
        if self._storage is None:
            raise RuntimeError(f'Bag is not open. Call open() before {doing}.')
        return self._storage

    def create_topic(self, topic_with_type: TopicMetadata) -> None:
        """Add a topic; nothing happens where it is there.

        Raises:
            RuntimeError: the bag is not open.
        """
        kind = topic_with_type.type
        if is_service_event_topic(topic_with_type.name, kind):
            kind = kind.removesuffix('_Event')
        self.add_topic(topic_with_type, LocalMessageDefinitionSource().get_full_text(kind))

    def add_topic(self, topic: TopicMetadata, definition: MessageDefinition) -> None:
        """Add a topic with the definition of its type; not part of ROS 2's package.

        Raises:
            RuntimeError: the bag is not open.
        """
        storage = self._open_storage('writing')
        if topic.name not in self._topics:
            self._topics[topic.name] = (TopicInformation(topic, 0), definition)
            storage.add_topic(topic, definition)

    def remove_topic(self, topic_with_type: TopicMetadata) -> None:
        """Take no more messages of a topic.

        Raises:
            RuntimeError: the bag is not open, or has no such topic.
        """
        storage = self._open_storage('removing')
        if self._topics.pop(topic_with_type.name, None) is None:
            raise RuntimeError(
                f'Failed to remove the non-existing topic "{topic_with_type.name}"!'
            )
        storage.remove_topic(topic_with_type)

    def write(
        self,
        topic_name: str,
        message: bytes,
        recv_timestamp: int,
        send_timestamp: int | None = None,
    ) -> None:
        """Write a serialised message.

        Args:
            topic_name: of a topic that was created.
            message: CDR with its header.
            recv_timestamp: when it was received [ns since 1970].
            send_timestamp: when it was published; as it was received where it is None.

        Raises:
            RuntimeError: the bag is not open, has no such topic, or cannot be written.
        """
        self._open_storage('writing')
        options = self._options
        if topic_name not in self._topics:
            raise RuntimeError(
                f"Failed to write on topic '{topic_name}'. Call create_topic() before first write."
            )
        if 0 <= options.end_time_ns < recv_timestamp or recv_timestamp < options.start_time_ns:
            return
        sent = recv_timestamp if send_timestamp is None else send_timestamp
        stored = StoredMessage(topic_name, bytes(message), recv_timestamp, sent)
        if options.snapshot_mode:
            self._snapshot.append(stored)
            self._snapshot_bytes += len(stored.data)
            while self._snapshot_bytes > options.max_cache_size:
                self._snapshot_bytes -= len(self._snapshot.popleft().data)
            return
        self._store(stored)

    def _store(self, message: StoredMessage) -> None:
        if self._is_full(message.received):
            self.split_bagfile()
        storage = self._open_storage('writing')
        if self._compression.compression_mode is CompressionMode.MESSAGE:
            message = message._replace(data=compress(message.data))
        storage.write(message)
        self._topics[message.topic][0].message_count += 1
        self._span = _widened(self._span, message.received)
        self._file_span = _widened(self._file_span, message.received)
        file = self._files[-1]
        file.message_count += 1
        file.starting_time = Time(nanoseconds=self._file_span[0])
        file.duration = Duration(nanoseconds=self._file_span[1] - self._file_span[0])

    def _is_full(self, received: int) -> bool:
        options = self._options
        if 0 < options.max_bagfile_size <= self._open_storage('writing').size:
            return True
        if not options.max_bagfile_duration or self._file_span is None:
            return False
        return received - self._file_span[0] > options.max_bagfile_duration * _NANO

    def take_snapshot(self) -> bool:
        """Write the messages that are kept; return False where the mode is not snapshot."""
        self._open_storage('taking a snapshot')
        if not self._options.snapshot_mode:
            return False
        while self._snapshot:
            self._store(self._snapshot.popleft())
        self._snapshot_bytes = 0
        self.flush()
        return True

    def split_bagfile(self) -> None:
        """Go on in a new file.

        Raises:
            RuntimeError: the bag is not open, or cannot be written.
        """
        self._end_file()
        self._begin_file()

    def _end_file(self) -> None:
        storage = self._open_storage('splitting')
        storage.add_metadata(self._metadata())
        storage.close()
        if self._compression.compression_mode is CompressionMode.FILE:
            self._files[-1].path = compress_file(storage.path).name

    def flush(self) -> None:
        """Hand what was written to the system; not part of ROS 2's package."""
        if self._storage is not None:
            self._storage.flush()

    def close(self) -> None:
        """Finish the bag; nothing happens where none is open.

        Raises:
            RuntimeError: it cannot be written.
        """
        if self._storage is None:
            return
        try:
            self._end_file()
        finally:
            self._storage = None
        MetadataIo().write_metadata(str(self._folder), self._metadata())

    def __del__(self) -> None:
        if getattr(self, '_storage', None) is not None:
            self.close()

    def _metadata(self) -> BagMetadata:
        first, last = self._span or (_NEVER, _NEVER)
        mode = self._compression.compression_mode
        compressed = mode is not CompressionMode.NONE
        return BagMetadata(
            storage_identifier=self._options.storage_id,
            relative_file_paths=[each.path for each in self._files],
            files=list(self._files),
            duration=Duration(nanoseconds=last - first),
            starting_time=Time(nanoseconds=first),
            message_count=sum(each.message_count for each, _ in self._topics.values()),
            topics_with_message_count=[each for each, _ in self._topics.values()],
            compression_format=self._compression.compression_format,
            compression_mode=compression_mode_to_string(mode) if compressed else '',
            custom_data=dict(self._options.custom_data),
            ros_distro=os.environ.get('ROS_DISTRO', ''),
        )


class SequentialCompressionWriter(SequentialWriter):
    """A writer that compresses each message, or each file when it is finished."""

    def __init__(self, compression_options: CompressionOptions) -> None:
        """Make a writer.

        Raises:
            RuntimeError: the format is not known.
            ValueError: the mode is NONE.
            ModuleNotFoundError: the package zstandard is not installed.
        """
        super().__init__()
        if compression_options.compression_mode is CompressionMode.NONE:
            raise ValueError(
                'SequentialCompressionWriter requires a CompressionMode that is not NONE!'
            )
        check_format(compression_options.compression_format)
        self._compression = compression_options


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        raise RuntimeError(
            f"Bag directory already exists ({folder}), can't overwrite existing bag"
        )
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise RuntimeError(
            f'Failed to create bag directory ({folder}): {error.strerror}'
        ) from error


def _widened(span: tuple[int, int] | None, time: int) -> tuple[int, int]:
    return (time, time) if span is None else (min(span[0], time), max(span[1], time))
