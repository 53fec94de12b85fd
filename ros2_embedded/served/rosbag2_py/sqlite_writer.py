"""Writes one file of a bag in SQLite, as rosbag2_storage_sqlite3 does (schema 4)."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rosbag2_py.bag_metadata import BagMetadata, MessageDefinition, TopicMetadata
from rosbag2_py.metadata_io import MetadataIo
from rosbag2_py.options import StorageOptions
from rosbag2_py.qos import qos_text
from rosbag2_py.stored_message import StoredMessage

_SCHEMA = """
CREATE TABLE schema(schema_version INTEGER PRIMARY KEY, ros_distro TEXT NOT NULL);
CREATE TABLE metadata(
    id INTEGER PRIMARY KEY, metadata_version INTEGER NOT NULL, metadata TEXT NOT NULL);
CREATE TABLE topics(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL,
    serialization_format TEXT NOT NULL, offered_qos_profiles TEXT NOT NULL,
    type_description_hash TEXT NOT NULL);
CREATE TABLE message_definitions(
    id INTEGER PRIMARY KEY, topic_type TEXT NOT NULL, encoding TEXT NOT NULL,
    encoded_message_definition TEXT NOT NULL, type_description_hash TEXT NOT NULL);
CREATE TABLE messages(
    id INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL, timestamp INTEGER NOT NULL,
    data BLOB NOT NULL);
CREATE INDEX timestamp_idx ON messages (timestamp ASC);
"""
_VERSION = 4
_PRESETS = ('', 'none', 'resilient')
_ROW_OVERHEAD = 24  # bytes, as rosbag2 estimates them
FLUSH_PERIOD = 0.5  # s


class SqliteWriter:
    """One new database; what is older than `FLUSH_PERIOD` outlives the process."""

    identifier = 'sqlite3'
    ending = '.db3'
    smallest_split = 86016  # bytes

    def __init__(self, path: Path, options: StorageOptions, distribution: str) -> None:
        """Create a file.

        Raises:
            RuntimeError: it cannot be written, or the preset is not known.
        """
        if options.storage_preset_profile not in _PRESETS:
            raise RuntimeError(
                f'Invalid storage preset profile {options.storage_preset_profile!r} of sqlite3; '
                'known are none and resilient'
            )
        self.path = path
        self._numbers: dict[str, int] = {}
        self._types: set[str] = set()
        with self._writing():
            self._database = sqlite3.connect(path, check_same_thread=False)
            # Readers can recover what the log holds when this process is killed.
            self._database.execute('PRAGMA journal_mode=WAL')
            careful = options.storage_preset_profile == 'resilient'
            self._database.execute(f'PRAGMA synchronous={"FULL" if careful else "NORMAL"}')
            self._database.executescript(_SCHEMA)
            self._database.execute('INSERT INTO schema VALUES (?, ?)', (_VERSION, distribution))
            self._database.commit()
        self.size = path.stat().st_size
        self._flushed = time.monotonic()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise RuntimeError(f'{self.path} cannot be written: {error}') from error

    def add_metadata(self, metadata: BagMetadata) -> None:
        """Keep the metadata of the bag; of several, the last counts."""
        with self._writing():
            self._database.execute(
                'INSERT INTO metadata (metadata_version, metadata) VALUES (?, ?)',
                (metadata.version, MetadataIo().serialize_metadata(metadata)),
            )
            self._database.commit()

    def add_topic(self, topic: TopicMetadata, definition: MessageDefinition) -> None:
        """Keep a topic and the definition of its type."""
        with self._writing():
            cursor = self._database.execute(
                'INSERT INTO topics (name, type, serialization_format, offered_qos_profiles, '
                'type_description_hash) VALUES (?, ?, ?, ?, ?)',
                (
                    topic.name,
                    topic.type,
                    topic.serialization_format,
                    qos_text(topic.offered_qos_profiles),
                    topic.type_description_hash,
                ),
            )
            assert cursor.lastrowid is not None
            self._numbers[topic.name] = cursor.lastrowid
            if definition.topic_type not in self._types:
                self._types.add(definition.topic_type)
                self._database.execute(
                    'INSERT INTO message_definitions (topic_type, encoding, '
                    'encoded_message_definition, type_description_hash) VALUES (?, ?, ?, ?)',
                    (
                        definition.topic_type,
                        definition.encoding,
                        definition.encoded_message_definition,
                        definition.type_hash or topic.type_description_hash,
                    ),
                )

    def remove_topic(self, topic: TopicMetadata) -> None:
        """Forget a topic."""
        with self._writing():
            number = self._numbers.pop(topic.name)
            self._database.execute('DELETE FROM topics WHERE id = ?', (number,))

    def write(self, message: StoredMessage) -> None:
        """Keep a message.

        Raises:
            RuntimeError: it cannot be written.
        """
        with self._writing():
            self._database.execute(
                'INSERT INTO messages (topic_id, timestamp, data) VALUES (?, ?, ?)',
                (self._numbers[message.topic], message.received, message.data),
            )
        self.size += len(message.data) + _ROW_OVERHEAD
        if time.monotonic() - self._flushed > FLUSH_PERIOD:
            self.flush()

    def flush(self) -> None:
        """Hand what was written to the system."""
        with self._writing():
            self._database.commit()
        self._flushed = time.monotonic()

    def close(self) -> None:
        """Finish the file; it is one file then, without a log beside it."""
        with self._writing():
            self._database.commit()
            self._database.execute('PRAGMA journal_mode=DELETE')
            self._database.close()
