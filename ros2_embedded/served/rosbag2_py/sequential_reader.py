"""Reads a bag message by message."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rclpy.logging import get_logger
from rosbag2_py.bag_metadata import BagMetadata, MessageDefinition, TopicMetadata
from rosbag2_py.bag_scan import scan_bag
from rosbag2_py.compression import (
    CompressionMode,
    check_format,
    compression_mode_from_string,
    decompress,
    decompress_file,
)
from rosbag2_py.metadata_io import FILE_NAME, MetadataIo
from rosbag2_py.options import ConverterOptions, ReadOrder, StorageFilter, StorageOptions
from rosbag2_py.storages import open_reader
from rosbag2_py.stored_message import END, START, Position, StoredMessage
from rosbag2_py.topic_selection import selection

if TYPE_CHECKING:
    from rosbag2_py.mcap_reader import McapReader
    from rosbag2_py.sqlite_reader import SqliteReader

_FIRST_VERSION_RELATIVE_TO_BAG = 4
_CLOSED = 'Bag is not open. Call open() before '


class SequentialReader:
    """Reads the files of a bag one after the other, compressed or not.

    A folder without metadata.yaml, as a killed recorder leaves it, is read, too.
    """

    def __init__(self) -> None:
        self._storage: McapReader | SqliteReader | None = None
        self._files: list[Path] = []
        self._current = 0
        self._unpacked: dict[Path, Path] = {}
        self._scratch: tempfile.TemporaryDirectory | None = None
        self._identifier = ''
        self._metadata = BagMetadata()
        self._mode = CompressionMode.NONE
        self._filter = StorageFilter()
        self._order = ReadOrder()
        self._position = self._sought = START
        self._messages: Iterator[StoredMessage] = iter(())
        self._next: StoredMessage | None = None

    def open_uri(self, uri: str) -> None:
        """Open a bag; see `open`."""
        self.open(StorageOptions(uri=uri), ConverterOptions())

    def open(self, storage_options: StorageOptions, converter_options: ConverterOptions) -> None:
        """Open a bag.

        Args:
            storage_options: its uri is the folder of the bag, or one file.
            converter_options: formats of messages, cdr.

        Raises:
            RuntimeError: there is no bag, it is damaged, or its messages are no CDR.
            ModuleNotFoundError: it needs a package that is not installed.
        """
        self.close()
        folder, wanted = Path(storage_options.uri), storage_options.storage_id
        if MetadataIo().metadata_file_exists(storage_options.uri):
            metadata = MetadataIo().read_metadata(storage_options.uri)
            base = folder
            if metadata.version < _FIRST_VERSION_RELATIVE_TO_BAG:
                base = folder.parent
            files = [base / each for each in metadata.relative_file_paths]
        elif folder.is_dir():
            metadata = scan_bag(folder, wanted)
            files = [folder / each for each in metadata.relative_file_paths]
            get_logger('rosbag2_cpp').warning(
                f'{folder} has no {FILE_NAME}: it was not closed; its files are read'
            )
        else:
            storage = open_reader(folder, wanted)
            metadata, files = storage.metadata(), [folder]
            storage.close()
        _check_formats(metadata, converter_options.output_serialization_format)
        self._mode = compression_mode_from_string(metadata.compression_mode)
        if self._mode is not CompressionMode.NONE:
            check_format(metadata.compression_format)
        self._metadata, self._files, self._current = metadata, files, 0
        self._identifier = wanted or metadata.storage_identifier
        self._filter, self._order = StorageFilter(), ReadOrder()
        self._position = self._sought = START
        if files:
            self._load(0)

    def _load(self, number: int) -> None:
        """Open a file, and go on in it at the position."""
        path = self._files[number]
        if self._mode is CompressionMode.FILE:
            if path not in self._unpacked:
                if self._scratch is None:
                    self._scratch = tempfile.TemporaryDirectory(prefix='rosbag2_')
                self._unpacked[path] = decompress_file(path, Path(self._scratch.name))
            path = self._unpacked[path]
        if self._storage is not None:
            self._storage.close()
        self._storage = open_reader(path, self._identifier)
        self._current = number
        self._restart()

    def _restart(self) -> None:
        self._messages = self._opened('reading').messages(
            self._filter, self._order, self._position
        )
        self._next = None

    def _opened(self, doing: str) -> McapReader | SqliteReader:
        if self._storage is None:
            raise RuntimeError(f'{_CLOSED}{doing}.')
        return self._storage

    def set_read_order(self, order: ReadOrder) -> bool:
        """Choose the order of messages; return False where the storage cannot read in it."""
        storage = self._opened('setting the read order')
        if not storage.can_order(order):
            return False
        if order.reverse and self._position == START:
            self._position = self._sought = END
            self._load(len(self._files) - 1)
        self._order = order
        self._restart()
        return True

    def has_next(self) -> bool:
        """Tell whether there is another message.

        Raises:
            RuntimeError: the bag is not open, or damaged.
        """
        self._opened('reading')
        while self._next is None:
            self._next = next(self._messages, None)
            if self._next is not None:
                break
            following = self._current + (-1 if self._order.reverse else 1)
            if not 0 <= following < len(self._files):
                return False
            # Files need not follow each other in time.
            self._position = self._sought
            self._load(following)
        return True

    def read_next(self) -> tuple[str, bytes, int]:
        """Return topic, bytes and time of recording [ns] of the next message.

        Raises:
            RuntimeError: there is none, the bag is not open, or damaged.
        """
        message = self.read_stored()
        return message.topic, message.data, message.received

    def read_stored(self) -> StoredMessage:
        """Return the next message with all that is kept of it; not part of ROS 2's package."""
        if not self.has_next():
            raise RuntimeError('Bag is at end. No next message.')
        message, self._next = self._next, None
        assert message is not None
        self._position = Position(message.received, message.place)
        if self._mode is CompressionMode.MESSAGE:
            message = message._replace(data=decompress(message.data))
        return message

    def get_metadata(self) -> BagMetadata:
        """Return what is known of the bag."""
        self._opened('asking for metadata')
        return self._metadata

    def get_all_topics_and_types(self) -> list[TopicMetadata]:
        """Return the topics of the bag."""
        return [each.topic_metadata for each in self.get_metadata().topics_with_message_count]

    def get_all_message_definitions(self) -> list[MessageDefinition]:
        """Return the definitions of types that the bag carries."""
        return self._opened('asking for definitions').definitions()

    def set_filter(self, storage_filter: StorageFilter) -> None:
        """Go on with the messages of some topics only.

        Raises:
            RuntimeError: the bag is not open, or a regular expression is none.
        """
        selection(storage_filter)  # refuses a wrong one now, not at the next message
        self._filter = storage_filter
        self._restart()

    def reset_filter(self) -> None:
        """Go on with the messages of all topics."""
        self.set_filter(StorageFilter())

    def seek(self, timestamp: int) -> None:
        """Go on at a time [ns], with its first message, or its last one in reverse order.

        Raises:
            RuntimeError: the bag is not open, or damaged.
        """
        self._opened('seeking')
        self._position = self._sought = Position(timestamp)
        while True:
            metadata = self._opened('seeking').metadata()
            start = metadata.starting_time.nanoseconds
            step = 0
            if timestamp < start and self._current > 0:
                step = -1
            elif timestamp > start + metadata.duration.nanoseconds and self._current + 1 < len(
                self._files
            ):
                step = 1
            if not step:
                break
            came_from, number = self._current, self._current + step
            self._load(number)
            if not self._holds(timestamp) and step < 0:
                # The time lies between two files: the later one follows.
                self._load(came_from)
                break
        self._restart()

    def _holds(self, timestamp: int) -> bool:
        metadata = self._opened('seeking').metadata()
        return timestamp <= metadata.starting_time.nanoseconds + metadata.duration.nanoseconds

    def close(self) -> None:
        """Let go of the files."""
        if self._storage is not None:
            self._storage.close()
            self._storage = None
        self._messages, self._next = iter(()), None
        self._unpacked = {}
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None


class SequentialCompressionReader(SequentialReader):
    """A reader for compressed bags only, as ROS 2 has it; `SequentialReader` reads both."""

    def open(self, storage_options: StorageOptions, converter_options: ConverterOptions) -> None:
        """Open a compressed bag.

        Raises:
            RuntimeError: it is not compressed; otherwise as `SequentialReader.open`.
        """
        super().open(storage_options, converter_options)
        if self._mode is CompressionMode.NONE:
            self.close()
            raise RuntimeError(f'{storage_options.uri} is not compressed; use SequentialReader')


def _check_formats(metadata: BagMetadata, wanted: str) -> None:
    formats = {
        each.topic_metadata.serialization_format for each in metadata.topics_with_message_count
    }
    if len(formats) > 1:
        raise RuntimeError(
            'Topics with different rmw serialization format have been found: '
            f'{", ".join(sorted(formats))}. All topics must have the same serialization format.'
        )
    if wanted and formats and {wanted} != formats:
        raise RuntimeError(
            f'The bag holds messages in {min(formats)}, {wanted} is asked for, and no converter '
            'is served; give the same format or none.'
        )
