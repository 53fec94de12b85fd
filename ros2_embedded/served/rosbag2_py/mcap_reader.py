"""Reads one file of a bag in MCAP."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from pathlib import Path

from rclpy.duration import Duration
from rclpy.time import Time
from rosbag2_py.bag_metadata import (
    BagMetadata,
    MessageDefinition,
    TopicInformation,
    TopicMetadata,
)
from rosbag2_py.mcap_index import Piece, RawMessage, piece_messages, read_index
from rosbag2_py.metadata_io import MetadataIo
from rosbag2_py.options import ReadOrder, ReadOrderSortBy, StorageFilter
from rosbag2_py.qos import to_rclcpp_qos_vector
from rosbag2_py.stored_message import Position, StoredMessage
from rosbag2_py.topic_selection import selection

_RECORD = 'rosbag2'
_FIELD = 'serialized_metadata'


class McapReader:
    """One file; of its messages, only the chunks that overlap are in memory."""

    identifier = 'mcap'

    def __init__(self, path: Path) -> None:
        """Open a file.

        Raises:
            RuntimeError: it cannot be read, or is damaged.
        """
        self.path = path
        try:
            self._stream = path.open('rb')
        except OSError as error:
            raise RuntimeError(f'{path} cannot be read: {error.strerror}') from error
        self._index = read_index(self._stream, path)
        self._topics: dict[str, TopicInformation] = {}
        for number, channel in self._index.channels.items():
            schema = self._index.schemas.get(channel.schema_id)
            topic = TopicMetadata(
                id=number,
                name=channel.topic,
                type=schema.name if schema else '',
                serialization_format=channel.message_encoding,
                offered_qos_profiles=to_rclcpp_qos_vector(
                    channel.metadata.get('offered_qos_profiles', '')
                ),
                type_description_hash=channel.metadata.get('topic_type_hash', ''),
            )
            # Several publishers of a topic may have a channel each.
            known = self._topics.setdefault(topic.name, TopicInformation(topic, 0))
            known.message_count += self._index.counts[number]

    def metadata(self) -> BagMetadata:
        """Return what is known of the file; counts and times are those of its messages."""
        text = self._index.metadata.get(_RECORD, {}).get(_FIELD)
        metadata = MetadataIo().deserialize_metadata(text) if text else BagMetadata()
        metadata.storage_identifier = self.identifier
        metadata.relative_file_paths = [str(self.path)]
        metadata.bag_size = self.path.stat().st_size
        metadata.message_count = sum(self._index.counts.values())
        metadata.topics_with_message_count = list(self._topics.values())
        metadata.starting_time = Time(nanoseconds=self._index.first)
        metadata.duration = Duration(nanoseconds=self._index.last - self._index.first)
        return metadata

    def definitions(self) -> list[MessageDefinition]:
        """Return the definitions of types that the file carries."""
        return [
            MessageDefinition(each.name, each.encoding, each.data.decode('utf-8', 'replace'), '')
            for each in self._index.schemas.values()
        ]

    @staticmethod
    def can_order(order: ReadOrder) -> bool:
        """Tell whether messages can be read in an order."""
        if order.sort_by is ReadOrderSortBy.File:
            return not order.reverse
        return order.sort_by is ReadOrderSortBy.ReceivedTimestamp

    def messages(
        self, wanted: StorageFilter, order: ReadOrder, position: Position
    ) -> Iterator[StoredMessage]:
        """Yield messages behind a position.

        Raises:
            RuntimeError: the file is damaged.
        """
        selects = selection(wanted)
        names = {
            number: channel.topic
            for number, channel in self._index.channels.items()
            if selects(channel.topic)
        }
        in_order = self._by_file if order.sort_by is ReadOrderSortBy.File else self._by_time
        for each in in_order(set(names), position, order.reverse):
            topic = names[each.channel]
            yield StoredMessage(topic, each.data, each.received, each.sent, each.place)

    def _by_file(self, channels: set[int], position: Position, _: bool) -> Iterator[RawMessage]:
        for piece in self._index.pieces:
            for each in self._of(piece, channels):
                if position.place is None:
                    behind = each.received >= position.time
                else:
                    behind = each.place > position.place
                if behind:
                    yield each

    def _by_time(
        self, channels: set[int], position: Position, reverse: bool
    ) -> Iterator[RawMessage]:
        """Merge pieces, which may overlap: one is opened when the first of its times is due."""
        sign = -1 if reverse else 1
        start = sign * position.time
        due = sorted(
            (sign * (each.last if reverse else each.first), each)
            for each in self._index.pieces
            if sign * (each.first if reverse else each.last) >= start
        )
        waiting: list[tuple[int, tuple[int, int], RawMessage]] = []
        following = 0
        while True:
            while following < len(due) and (not waiting or due[following][0] <= waiting[0][0]):
                for each in self._of(due[following][1], channels):
                    key = (sign * each.received, (sign * each.place[0], sign * each.place[1]))
                    if key[0] > start or (key[0] == start and _behind(key[1], position, sign)):
                        heapq.heappush(waiting, (*key, each))
                following += 1
            if not waiting:
                return
            yield heapq.heappop(waiting)[2]

    def _of(self, piece: Piece, channels: set[int]) -> Iterator[RawMessage]:
        return (
            each
            for each in piece_messages(self._stream, self.path, piece)
            if each.channel in channels
        )

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()


def _behind(place: tuple[int, int], position: Position, sign: int) -> bool:
    return position.place is None or place > tuple(sign * each for each in position.place)
