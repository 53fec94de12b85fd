"""Reads one file of a bag in SQLite. Schemas 1 to 4 of rosbag2_storage_sqlite3."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rclpy.duration import Duration
from rclpy.time import Time
from rosbag2_py.bag_metadata import (
    BagMetadata,
    MessageDefinition,
    TopicInformation,
    TopicMetadata,
)
from rosbag2_py.metadata_io import MetadataIo
from rosbag2_py.options import ReadOrder, ReadOrderSortBy, StorageFilter
from rosbag2_py.qos import to_rclcpp_qos_vector
from rosbag2_py.stored_message import Position, StoredMessage
from rosbag2_py.topic_selection import selection

# Columns of SQLite may hold values of any type.
_BROKEN = (sqlite3.Error, AttributeError, KeyError, OverflowError, TypeError, ValueError)
_FIRST_SCHEMA_WITH_METADATA = 3
_FIRST_SCHEMA_WITH_DEFINITIONS = 4


class SqliteReader:
    """One database; nothing is written to it."""

    identifier = 'sqlite3'

    def __init__(self, path: Path) -> None:
        """Open a file.

        Raises:
            RuntimeError: it cannot be read, or is no bag.
        """
        self.path = path
        with self._reading():
            if not path.is_file():
                raise RuntimeError(f'{path} cannot be read: no such file')
            self._database = sqlite3.connect(f'{path.absolute().as_uri()}?mode=ro', uri=True)
            self._database.text_factory = lambda text: text.decode('utf-8', 'replace')
            self._schema = self._find_schema()
            self._topics = self._read_topics()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except _BROKEN as error:
            raise RuntimeError(f'{self.path} is damaged or no bag: {error}') from error

    def _columns(self, table: str) -> set[str]:
        return {row[1] for row in self._database.execute(f'PRAGMA table_info({table})')}

    def _find_schema(self) -> int:
        missing = {'topics', 'messages'} - {
            row[0] for row in self._database.execute('SELECT name FROM sqlite_master')
        }
        if missing:
            raise RuntimeError(f'{self.path} is no bag: it lacks the table {min(missing)}')
        if self._columns('schema'):
            return self._database.execute('SELECT schema_version FROM schema').fetchone()[0]
        return 2 if 'offered_qos_profiles' in self._columns('topics') else 1

    def _read_topics(self) -> dict[int, TopicMetadata]:
        columns = ['id', 'name', 'type', 'serialization_format']
        there = self._columns('topics')
        columns += [
            each if each in there else "''"
            for each in ('offered_qos_profiles', 'type_description_hash')
        ]
        # Names of columns only: nothing of a file gets into the statement.
        rows = self._database.execute(f'SELECT {", ".join(columns)} FROM topics ORDER BY id')  # noqa: S608
        return {
            row[0]: TopicMetadata(number, *row[1:4], to_rclcpp_qos_vector(row[4]), row[5])
            for number, row in enumerate(rows, 1)
        }

    def metadata(self) -> BagMetadata:
        """Return what is known of the file; counts and times are those of its messages."""
        with self._reading():
            metadata = self._stored_metadata()
            counts: dict[int, int] = {}
            first, last = 2**63 - 1, 0
            for topic, count, begin, end in self._database.execute(
                'SELECT topic_id, COUNT(*), MIN(timestamp), MAX(timestamp) '
                'FROM messages GROUP BY topic_id'
            ):
                counts[topic] = count
                first, last = min(first, begin), max(last, end)
        metadata.storage_identifier = self.identifier
        metadata.relative_file_paths = [str(self.path)]
        metadata.bag_size = self.path.stat().st_size
        metadata.message_count = sum(counts.values())
        metadata.topics_with_message_count = [
            TopicInformation(topic, counts.get(number, 0))
            for number, topic in self._topics.items()
        ]
        if not counts:
            first = last = 0
        metadata.starting_time = Time(nanoseconds=first)
        metadata.duration = Duration(nanoseconds=last - first)
        return metadata

    def _stored_metadata(self) -> BagMetadata:
        if self._schema < _FIRST_SCHEMA_WITH_METADATA:
            return BagMetadata()
        row = self._database.execute('SELECT metadata FROM metadata ORDER BY id DESC').fetchone()
        return MetadataIo().deserialize_metadata(row[0]) if row else BagMetadata()

    def definitions(self) -> list[MessageDefinition]:
        """Return the definitions of types that the file carries."""
        if self._schema < _FIRST_SCHEMA_WITH_DEFINITIONS:
            return []
        with self._reading():
            rows = self._database.execute(
                'SELECT topic_type, encoding, encoded_message_definition, type_description_hash '
                'FROM message_definitions ORDER BY id'
            )
            return [MessageDefinition(*row) for row in rows]

    @staticmethod
    def can_order(order: ReadOrder) -> bool:
        """Tell whether messages can be read in an order."""
        return order.sort_by is ReadOrderSortBy.ReceivedTimestamp

    def messages(
        self, wanted: StorageFilter, order: ReadOrder, position: Position
    ) -> Iterator[StoredMessage]:
        """Yield messages behind a position.

        Raises:
            RuntimeError: the file is damaged.
        """
        selects = selection(wanted)
        numbers = [number for number, each in self._topics.items() if selects(each.name)]
        beyond, direction = ('<', 'DESC') if order.reverse else ('>', 'ASC')
        time, place = position
        # Only ours: signs, and numbers that SQLite itself has given to topics.
        statement = (
            'SELECT id, topic_id, timestamp, data FROM messages '  # noqa: S608
            f'WHERE topic_id IN ({",".join(map(str, numbers))}) '
            f'AND (timestamp {beyond} ? OR (timestamp = ? AND (? IS NULL OR id {beyond} ?))) '
            f'ORDER BY timestamp {direction}, id {direction}'
        )
        with self._reading():
            for row, topic, stamp, data in self._database.execute(
                statement, (time, time, place, place)
            ):
                if not isinstance(data, bytes) or not isinstance(stamp, int):
                    raise TypeError(f'message {row} is none')
                yield StoredMessage(self._topics[topic].name, data, stamp, stamp, row)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
