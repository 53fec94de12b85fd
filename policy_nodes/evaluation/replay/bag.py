"""Reads messages of foreign bags: MCAP, rosbag2 folders and databases, ROS 1.

Messages are decoded by the definitions that are known here. A definition in a bag is only compared
with ours, never turned into code: a topic that was recorded with another one is refused.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from rosbags import rosbag1, rosbag2
from rosbags.interfaces import Connection, MessageDefinitionFormat
from rosbags.typesys import Stores, get_typestore
from rosbags.typesys.store import Typestore

from policy_nodes.evaluation.message_definitions import difference, type_store
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_reader import Recording, read_recording
from policy_nodes.evaluation.replay.salvage import Saved, from_database, from_ros1

LONGEST_S = 86_400.0  # of a bag; its watchdog ticks are all played
LOOSE_NS = 2_000_000_000  # messages of a file may be out of order by this
KINDS = 'an MCAP file, a folder or .db3 file of rosbag2, or a .bag file of ROS 1'

Raw = tuple[int, str, str, bytes]  # time [ns], topic, type, bytes


@dataclass(frozen=True)
class BagTopic:
    """One topic of a bag.

    Attributes:
        type_name: full name of its messages.
        count: of messages.
        undecodable: why they cannot be decoded here, as a clause; empty if they can.
    """

    type_name: str
    count: int
    undecodable: str


@dataclass(frozen=True)
class BagMessage:
    """One message: when it was received [ns], where, of which type, and its fields."""

    time_ns: int
    topic: str
    type_name: str
    fields: Any


@dataclass
class Bag:
    """What a bag holds; messages are read when asked for.

    Attributes:
        path: file or folder.
        topics: by name.
        span_ns: first and last time of receipt.
        losses: one sentence for everything that could not be read, so far.
    """

    path: Path
    topics: dict[str, BagTopic]
    span_ns: tuple[int, int]
    losses: list[str]
    raw: Callable[[set[str]], Iterator[Raw]] = field(repr=False)
    decode: Callable[[bytes, str], Any] = field(repr=False)

    def require(self, wanted: Mapping[str, tuple[str, ...]]) -> None:
        """Refuse a bag that lacks a topic, or has it with another type.

        Args:
            wanted: types that each topic may have, by its name.

        Raises:
            RecordingError: names the topic and what there is.
        """
        for name, types in wanted.items():
            topic = self.topics.get(name)
            if topic is None or not topic.count:
                listed = [
                    plain(f'{each} ({it.type_name})')
                    for each, it in self.topics.items()
                    if it.count
                ]
                known = ', '.join(listed) or 'none at all'
                lack = 'there is no' if topic is None else 'there is nothing on'
                raise RecordingError(f'{self.path}: {lack} topic {name}; map one of: {known}')
            problem = topic.undecodable
            if topic.type_name not in types:
                problem = f'it is {plain(topic.type_name)}, not {" or ".join(types)}'
            if problem:
                raise RecordingError(
                    f'{self.path}: the topic {name} cannot be used: {problem}; map another one'
                )

    def messages(self, topics: set[str]) -> Iterator[BagMessage]:
        """Read messages of some topics in order of time; what is damaged is left out and told."""
        damaged, first = 0, ''
        for time_ns, topic, type_name, payload in _in_order(self._read(topics)):
            try:
                fields = self.decode(payload, type_name)
            except Exception as error:  # generated readers raise anything on damaged bytes
                damaged += 1
                first = first or f'{topic}: {error}'
                continue
            yield BagMessage(time_ns, topic, type_name, fields)
        if damaged:
            self.losses.append(
                f'{damaged} messages cannot be decoded, first one on {plain(first)}'
            )

    def _read(self, topics: set[str]) -> Iterator[Raw]:
        try:
            yield from self.raw(topics)
        except Exception as error:  # a damaged file makes its readers raise anything
            self.losses.append(
                f'it is damaged from somewhere on and was read no further: {plain(error)}'
            )


def _in_order(messages: Iterator[Raw]) -> Iterator[Raw]:
    """Put messages that are a little out of order into order, with little memory."""
    waiting: list[tuple[int, int, Raw]] = []
    for number, message in enumerate(messages):
        heapq.heappush(waiting, (message[0], number, message))
        while message[0] - waiting[0][0] > LOOSE_NS:
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]


def plain(text: object) -> str:
    """Write what came out of a file without what a terminal would act on."""
    return ''.join(sign if sign.isprintable() else '?' for sign in str(text))


def open_bag(path: Path) -> Bag:
    """Look through a bag.

    Raises:
        RecordingError: absent, no bag, damaged beyond reading, empty, or of absurd length.
    """
    bag = _open(path)
    seconds = (bag.span_ns[1] - bag.span_ns[0]) / 1e9
    if not 0 <= seconds <= LONGEST_S:
        raise RecordingError(
            f'{path} would last {seconds:.4g} s: a time in it is damaged, or it is longer than '
            f'the {LONGEST_S / 3600:g} h that can be replayed; cut the part of interest out'
        )
    return bag


def _open(path: Path) -> Bag:
    if not path.exists():
        raise RecordingError(f'there is no {path}; give {KINDS}')
    if path.is_file() and _starts(path) == b'\x89MCAP0\r\n':
        return _own(path)
    if path.is_dir():
        return _folder(path)
    if _starts(path).startswith(b'SQLite'):
        return _through(path, rosbag2.Reader, type_store().deserialize_cdr, _differs)
    if _starts(path).startswith(b'#ROSBAG'):
        return _through(path, rosbag1.Reader, _ros1().deserialize_ros1, _differs_ros1)
    if path.suffix == '.mcap':
        return _own(path)  # refuses it, and knows what it is instead
    raise RecordingError(f'{path} is no bag: it does not begin as one; give {KINDS}')


def _starts(path: Path) -> bytes:
    try:
        with path.open('rb') as stream:
            return stream.read(8)
    except OSError as error:
        raise RecordingError(f'{path} cannot be read: {error.strerror}') from error


def _folder(path: Path) -> Bag:
    if (path / 'metadata.yaml').is_file():
        return _through(path, rosbag2.Reader, type_store().deserialize_cdr, _differs)
    files = sorted([*path.glob('*.mcap'), *path.glob('*.db3'), *path.glob('*.bag')])
    if len(files) == 1:
        return _open(files[0])
    names = ', '.join(file.name for file in files)
    raise RecordingError(
        f'{path} holds several recordings, choose one: {names}'
        if files
        else f'{path} holds no bag: neither metadata.yaml of rosbag2 nor a recording'
    )


def _own(path: Path) -> Bag:
    """An MCAP file through our own reader, which goes on behind damage."""
    try:
        recording = read_recording(path)
    except OverflowError as error:  # a size that is no size
        raise RecordingError(f'{path} is damaged beyond reading: {error}') from error
    if recording.span_ns is None:
        losses = '; '.join(recording.losses)
        raise RecordingError(f'{path} holds no message' + (f': {losses}' if losses else ''))
    return Bag(
        path,
        {
            name: BagTopic(topic.type_name, topic.count, topic.undecodable)
            for name, topic in recording.topics.items()
        },
        recording.span_ns,
        list(recording.losses),
        lambda topics: _recorded(recording, topics),
        type_store().deserialize_cdr,
    )


def _recorded(recording: Recording, topics: set[str]) -> Iterator[Raw]:
    for each in recording.messages(*topics):
        yield each.log_time_ns, each.topic, each.type_name, each.payload


def _through(
    path: Path,
    reader: Callable[[Path], AbstractContextManager[Any]],
    decode: Callable[[bytes, str], Any],
    differs: Callable[[Connection], str],
) -> Bag:
    """Open a bag through a reader of rosbags, which never compiles what the bag defines."""
    try:
        _check_suffix(path, reader)
        with reader(path) as bag:
            topics: dict[str, BagTopic] = {}
            for each in bag.connections:
                before = topics.get(each.topic)
                count = each.msgcount + (before.count if before else 0)
                problem = differs(each)
                if before is not None and before.type_name != each.msgtype:
                    problem = 'its messages are of several types'
                topics[each.topic] = BagTopic(each.msgtype, count, problem)
            span = bag.start_time, max(bag.start_time, bag.end_time - 1)
    except RecordingError:
        raise
    except Exception as error:  # a damaged file makes its readers raise anything
        words = plain(error).rstrip('.') or type(error).__name__
        return _rescued(path, words)
    if not any(topic.count for topic in topics.values()):
        raise RecordingError(f'{path} holds no message')
    return Bag(path, topics, span, [], lambda names: _read(path, reader, names), decode)


def _rescued(path: Path, words: str) -> Bag:
    """Open a bag that its reader refuses: what can be read from its beginning on counts.

    Args:
        path: file or folder.
        words: of the reader.

    Raises:
        RecordingError: nothing can be read.
    """
    files = _files(path)
    ros1 = [_starts(file).startswith(b'#ROSBAG') for file in files]
    decode = _ros1().deserialize_ros1 if any(ros1) else type_store().deserialize_cdr
    topics: dict[str, BagTopic] = {}
    span: tuple[int, int] | None = None
    for each in _saved(files):
        before = topics.get(each.topic)
        if before is None:
            problem = _unlike(each)
        else:
            problem = before.undecodable
            if before.type_name != each.type_name:
                problem = 'its messages are of several types'
        topics[each.topic] = BagTopic(each.type_name, 1 + (before.count if before else 0), problem)
        first, last = span or (each.time_ns, each.time_ns)
        span = min(first, each.time_ns), max(last, each.time_ns)
    if span is None:
        raise RecordingError(
            f'{path} is damaged or no bag that can be read: {words}; mend it with the tools of '
            f'ROS, or give {KINDS}'
        )
    loss = f'it is damaged from somewhere on and was read no further ({words})'

    def raw(names: set[str]) -> Iterator[Raw]:
        for each in _saved(files):
            if each.topic in names:
                yield each.time_ns, each.topic, each.type_name, each.payload

    return Bag(path, topics, span, [loss], raw, decode)


def _files(path: Path) -> list[Path]:
    """Files of a bag, in order of their names, which number them."""
    if not path.is_dir():
        return [path]
    found = [each for kind in ('mcap', 'db3') for each in path.glob(f'*.{kind}')]
    return sorted(found, key=lambda file: (len(file.name), file.name))


def _saved(files: Sequence[Path]) -> Iterator[Saved]:
    """Messages of damaged files; a file of which nothing can be read gives none."""
    for file in files:
        with suppress(ValueError, RecordingError, OSError):
            start = _starts(file)
            if start.startswith(b'SQLite'):
                yield from from_database(file)
            elif start.startswith(b'#ROSBAG'):
                yield from from_ros1(file)
            else:
                recording = read_recording(file)
                sound = {name for name, it in recording.topics.items() if not it.undecodable}
                for each in recording.messages(*sound):
                    yield Saved(each.log_time_ns, each.topic, each.type_name, '', each.payload)


def _unlike(saved: Saved) -> str:
    """Why messages cannot be decoded here, as a clause."""
    if not saved.digest:
        return '' if saved.type_name in type_store().fielddefs else 'its type is not known here'
    return _differs_from_ros1(saved.type_name, saved.digest)


def _check_suffix(path: Path, reader: Callable[[Path], AbstractContextManager[Any]]) -> None:
    if reader is rosbag2.Reader and path.is_file() and path.suffix != '.db3':
        raise RecordingError(f'{path} is a database of rosbag2 under another name; name it *.db3')


def _read(
    path: Path, reader: Callable[[Path], AbstractContextManager[Any]], topics: set[str]
) -> Iterator[Raw]:
    with reader(path) as bag:
        chosen = [each for each in bag.connections if each.topic in topics]
        if not chosen:
            return
        with closing(bag.messages(chosen)) as messages:
            for each, time_ns, payload in messages:
                yield time_ns, each.topic, each.msgtype, payload


@cache
def _ros1() -> Typestore:
    return get_typestore(Stores.ROS1_NOETIC)


def _differs_ros1(connection: Connection) -> str:
    return _differs_from_ros1(connection.msgtype, connection.digest)


def _differs_from_ros1(type_name: str, digest: str) -> str:
    store = _ros1()
    if type_name not in store.fielddefs:
        return 'its type is not known here'
    if store.generate_msgdef(type_name)[1] != digest:
        return f'{type_name} was recorded with another definition than is known here'
    return ''


def _differs(connection: Connection) -> str:
    if connection.msgtype not in type_store().fielddefs:
        return 'its type is not known here'
    if connection.msgdef.format == MessageDefinitionFormat.MSG:
        return difference(connection.msgtype, connection.msgdef.data)
    return ''  # nothing to compare with: old databases carry no definitions
