"""Reads recordings, whole or damaged: what is sound is given, what is lost is said.

Decodes by the definitions that this package knows, never by those of the file; topics that were
recorded with another definition are listed with the reason and can be read as bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcap.records import Attachment, Channel, Header, Message, Metadata, Schema
from rosbags.serde import SerdeError

from policy_nodes.evaluation.bag_metadata import QOS_KEY
from policy_nodes.evaluation.message_definitions import difference, type_store
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_records import Damage, walk
from policy_nodes.evaluation.recording_writer import LIBRARY


@dataclass(frozen=True)
class Topic:
    """One topic of a recording.

    Attributes:
        name: full name.
        type_name: full name of its message.
        count: messages that can be read.
        lost: messages that are known to be lost.
        qos: offered QoS as rosbag2 writes it.
        undecodable: why its messages cannot be decoded here, as a clause; empty if they can.
    """

    name: str
    type_name: str
    count: int
    lost: int
    qos: str
    undecodable: str


@dataclass(frozen=True)
class Recorded:
    """One message of a recording.

    Attributes:
        topic: full name.
        type_name: full name of the message.
        log_time_ns: when it was received, on the recorder's clock.
        publish_time_ns: when it was published.
        payload: CDR.
    """

    topic: str
    type_name: str
    log_time_ns: int
    publish_time_ns: int
    payload: bytes

    def decode(self) -> Any:
        """Return the message with the fields that its definition has.

        Raises:
            RecordingError: the bytes are no such message.
        """
        try:
            return type_store().deserialize_cdr(self.payload, self.type_name)
        except SerdeError as error:
            raise RecordingError(
                f'a message on {self.topic} at {self.log_time_ns} ns is damaged: {error}'
            ) from error


@dataclass(frozen=True)
class Recording:
    """What a recording holds; messages are read from the file when asked for.

    Attributes:
        path: of the file.
        topics: by name, in order of appearance.
        channels: name and type of the topic of each channel of the file.
        metadata: texts by name of the record; of records of one name the last counts.
        attachments: bytes by file name.
        span_ns: first and last log time; None without messages.
        complete: it was closed properly and nothing of it is lost.
        losses: one sentence for everything that could not be read.
    """

    path: Path
    topics: dict[str, Topic]
    channels: dict[int, tuple[str, str]]
    metadata: dict[str, dict[str, str]]
    attachments: dict[str, bytes]
    span_ns: tuple[int, int] | None
    complete: bool
    losses: tuple[str, ...]

    def messages(self, *topics: str) -> Iterator[Recorded]:
        """Read messages of some topics, or of all, in the order of the file.

        Needs memory for one chunk, however long the recording is.
        """
        wanted = set(topics) or set(self.topics)
        for record in walk(self.path, Damage()):
            if not isinstance(record, Message):
                continue
            topic, type_name = self.channels.get(record.channel_id, ('', ''))
            if topic in wanted:
                yield Recorded(topic, type_name, record.log_time, record.publish_time, record.data)

    def json(self, name: str) -> Any:
        """Return the value of a metadata record that holds one JSON text under ``json``.

        Returns:
            None where there is no such record.

        Raises:
            RecordingError: the record holds no JSON.
        """
        values = self.metadata.get(name)
        if values is None:
            return None
        try:
            return json.loads(values['json'])
        except (KeyError, ValueError) as error:
            raise RecordingError(f'the record {name!r} of {self.path} is no JSON') from error


class _Census:
    """Counts what one pass over a file meets."""

    def __init__(self) -> None:
        self.schemas: dict[int, Schema] = {}
        self.channels: dict[int, Channel] = {}
        self.counts: Counter[int] = Counter()
        self.last: Counter[int] = Counter()
        self.metadata: dict[str, dict[str, str]] = {}
        self.attachments: dict[str, bytes] = {}
        self.span: tuple[int, int] | None = None
        self.profile = ''
        self.library = ''

    def take(self, record: Any) -> None:
        """Count one record."""
        if isinstance(record, Message):
            self.counts[record.channel_id] += 1
            self.last[record.channel_id] = max(self.last[record.channel_id], record.sequence)
            first, last = self.span or (record.log_time, record.log_time)
            self.span = min(first, record.log_time), max(last, record.log_time)
        elif isinstance(record, Schema):
            self.schemas[record.id] = record
        elif isinstance(record, Channel):
            self.channels[record.id] = record
        elif isinstance(record, Metadata):
            self.metadata[record.name] = record.metadata
        elif isinstance(record, Attachment):
            self.attachments[record.name] = record.data
        elif isinstance(record, Header):
            self.profile, self.library = record.profile, record.library

    def topic(self, channel: Channel) -> Topic:
        """Describe one channel."""
        count = self.counts[channel.id]
        lost = self.last[channel.id] - count if self.library == LIBRARY else 0
        return Topic(
            channel.topic,
            self.type_of(channel),
            count,
            max(lost, 0),
            channel.metadata.get(QOS_KEY, ''),
            self._undecodable(channel),
        )

    def type_of(self, channel: Channel) -> str:
        """Full name of the messages of a channel, empty where its schema is lost."""
        schema = self.schemas.get(channel.schema_id)
        return schema.name if schema else ''

    def _undecodable(self, channel: Channel) -> str:
        schema = self.schemas.get(channel.schema_id)
        if channel.message_encoding != 'cdr':
            return f'its messages are encoded as {channel.message_encoding or "nothing known"}'
        if schema is None:
            return 'its definition is lost'
        if schema.encoding != 'ros2msg':
            return f'its definition is written as {schema.encoding or "nothing known"}'
        return difference(schema.name, schema.data.decode('utf-8', errors='replace'))


def read_recording(path: Path) -> Recording:
    """Look through a recording once, counting what can be read.

    Args:
        path: an MCAP file of profile ros2.

    Raises:
        RecordingError: absent, empty, of another format, or not of ROS 2.
    """
    census, damage = _look_through(path)
    if census.profile not in ('ros2', ''):
        raise RecordingError(
            f'{path} is an MCAP file of profile {census.profile!r}; only ros2 is read here'
        )
    topics: dict[str, Topic] = {}
    channels = census.channels
    for channel in channels.values():
        topic = census.topic(channel)
        before = topics.get(topic.name)
        if before is None or topic.count > before.count:
            topics[topic.name] = topic
    losses = list(damage.sentences)
    lost = sum(topic.lost for topic in topics.values())
    if lost:
        losses.append(f'{lost} messages are known to be lost')
    orphans = sum(census.counts.values()) - sum(census.counts[each] for each in channels)
    if orphans:
        losses.append(f'{orphans} messages belong to topics whose names are lost')
    return Recording(
        path,
        topics,
        {number: (channel.topic, census.type_of(channel)) for number, channel in channels.items()},
        census.metadata,
        census.attachments,
        census.span,
        damage.finished and not losses,
        tuple(losses),
    )


def _look_through(path: Path) -> tuple[_Census, Damage]:
    census, damage = _Census(), Damage()
    for record in walk(path, damage):
        census.take(record)
    return census, damage
