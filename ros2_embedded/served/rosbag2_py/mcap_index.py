"""What an MCAP file holds and where: from its summary, or by a walk through one that lacks it.

A file whose writer was killed has no summary; whatever is whole in it can be read.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import zstandard
from mcap import records as mcap_records
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.stream_reader import get_chunk_data_stream
from rclpy.logging import get_logger

MAGIC = b'\x89MCAP0\r\n'
SCHEMA, CHANNEL, MESSAGE, CHUNK, METADATA, FOOTER = 3, 4, 5, 6, 12, 2
_STATISTICS, _CHUNK_INDEX, _METADATA_INDEX, _DATA_END = 11, 8, 13, 15
_FRAME = 9  # bytes in front of a record: its kind, and its length
_FOOTER_SIZE = _FRAME + 20 + len(MAGIC)
_LARGEST = 1 << 31  # bytes; a longer record or chunk is taken for damage
_RUN = 1 << 20  # bytes of messages outside of chunks that are read at once
_message = struct.Struct('<HIQQ')
BROKEN = (
    EOFError,
    KeyError,
    McapError,
    MemoryError,
    OverflowError,
    RuntimeError,
    UnicodeDecodeError,
    ValueError,
    struct.error,
    zlib.error,
    zstandard.ZstdError,
)


class Piece(NamedTuple):
    """A part of the file that is read at once: a chunk, or some messages outside of chunks.

    Attributes:
        offset: where it begins [bytes].
        length: of it all [bytes].
        first, last: times of its messages [ns].
        is_chunk: it has to be unpacked.
    """

    offset: int
    length: int
    first: int
    last: int
    is_chunk: bool


class RawMessage(NamedTuple):
    """A message in a piece."""

    channel: int
    received: int
    sent: int
    data: bytes
    place: tuple[int, int]


@dataclass
class McapIndex:
    """What a file holds.

    Attributes:
        schemas, channels: records by number.
        counts: messages by channel.
        pieces: where messages are, in the order of the file.
        first, last: times of all messages [ns], 0 without any.
        metadata: texts of the last record of each name.
    """

    schemas: dict[int, Any] = field(default_factory=dict)
    channels: dict[int, Any] = field(default_factory=dict)
    counts: Counter[int] = field(default_factory=Counter)
    pieces: list[Piece] = field(default_factory=list)
    first: int = 0
    last: int = 0
    metadata: dict[str, dict[str, str]] = field(default_factory=dict)


def read_index(stream: BinaryIO, path: Path) -> McapIndex:
    """Return what a file holds.

    Args:
        stream: of the file.
        path: of the file, for errors.

    Raises:
        RuntimeError: it is no MCAP file, or damaged.
    """
    size = path.stat().st_size
    if not size:
        raise RuntimeError(f'{path} is empty: nothing was ever recorded in it')
    stream.seek(0)
    if stream.read(len(MAGIC)) != MAGIC:
        raise RuntimeError(f'{path} is no MCAP file: it does not begin as one')
    index = _from_summary(stream, size)
    return _from_walk(stream, path, size) if index is None else index


def _parse(kind: str, body: bytes) -> Any:
    return getattr(mcap_records, kind).read(ReadDataStream(io.BytesIO(body)))


def _from_summary(stream: BinaryIO, size: int) -> McapIndex | None:
    """Return what the summary tells; None where it is missing, damaged or tells too little."""
    if size < len(MAGIC) + _FOOTER_SIZE:
        return None
    stream.seek(size - _FOOTER_SIZE)
    tail = stream.read(_FOOTER_SIZE)
    if tail[0] != FOOTER or not tail.endswith(MAGIC):
        return None
    start, _, checksum = struct.unpack_from('<QQI', tail, _FRAME)
    if not len(MAGIC) < start <= size - _FOOTER_SIZE:
        return None
    stream.seek(start)
    summary = stream.read(size - _FOOTER_SIZE - start)
    if checksum and zlib.crc32(tail[: _FRAME + 16], zlib.crc32(summary)) != checksum:
        return None
    index, statistics = McapIndex(), None
    try:
        for kind, body in _records(summary):
            if kind == SCHEMA:
                schema = _parse('Schema', body)
                index.schemas[schema.id] = schema
            elif kind == CHANNEL:
                channel = _parse('Channel', body)
                index.channels[channel.id] = channel
            elif kind == _STATISTICS:
                statistics = _parse('Statistics', body)
            elif kind == _CHUNK_INDEX:
                each = _parse('ChunkIndex', body)
                index.pieces.append(
                    Piece(
                        each.chunk_start_offset,
                        each.chunk_length,
                        each.message_start_time,
                        each.message_end_time,
                        True,
                    )
                )
            elif kind == _METADATA_INDEX:
                each = _parse('MetadataIndex', body)
                stream.seek(each.offset + _FRAME)
                record = _parse('Metadata', stream.read(each.length - _FRAME))
                index.metadata[record.name] = record.metadata
    except BROKEN:
        return None
    if statistics is None or (statistics.message_count and not index.pieces):
        return None
    if len(index.channels) < statistics.channel_count:
        return None
    index.pieces.sort()
    index.counts.update(statistics.channel_message_counts)
    index.first, index.last = statistics.message_start_time, statistics.message_end_time
    return index


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from('<Q', data, at + 1)
        body = data[at + _FRAME : at + _FRAME + length]
        if len(body) < length:
            raise ValueError('a record is cut short')
        yield data[at], body
        at += _FRAME + length


class _Walk:
    """Collects an index record by record."""

    def __init__(self, path: Path) -> None:
        self.index = McapIndex()
        self._path = path
        self._run: list[tuple[int, int]] = []
        self._run_times: list[int] = []

    def take(self, kind: int, offset: int, body: bytes) -> None:
        """Take a record; those of other kinds tell nothing."""
        if kind == MESSAGE:
            self._count(body)
            self._run.append((offset, len(body) + _FRAME))
            self._run_times.append(_message.unpack_from(body)[2])
            if offset - self._run[0][0] > _RUN:
                self.end_run()
            return
        self.end_run()
        if kind == SCHEMA:
            schema = _parse('Schema', body)
            self.index.schemas[schema.id] = schema
        elif kind == CHANNEL:
            channel = _parse('Channel', body)
            self.index.channels[channel.id] = channel
        elif kind == METADATA:
            record = _parse('Metadata', body)
            self.index.metadata[record.name] = record.metadata
        elif kind == CHUNK:
            first, last = struct.unpack_from('<QQ', body)
            for inner, each in _records(unpack(body)):
                if inner == MESSAGE:
                    self._count(each)
                else:
                    self.take(inner, offset, each)
            piece = Piece(offset, len(body) + _FRAME, first, last, True)
            self.index.pieces.append(piece)

    def end_run(self) -> None:
        """Make a piece of the messages outside of chunks that came one after the other."""
        if self._run:
            start, (last, length) = self._run[0][0], self._run[-1]
            times = self._run_times
            piece = Piece(start, last + length - start, min(times), max(times), False)
            self.index.pieces.append(piece)
            self._run, self._run_times = [], []

    def _count(self, body: bytes) -> None:
        channel, _, received, _ = _message.unpack_from(body)
        index = self.index
        if not index.counts:
            index.first = index.last = received
        index.counts[channel] += 1
        index.first, index.last = min(index.first, received), max(index.last, received)


def _from_walk(stream: BinaryIO, path: Path, size: int) -> McapIndex:
    """Read the file from its beginning; say what is missing at its end."""
    walk = _Walk(path)
    at = len(MAGIC)
    lost = ''
    while True:
        stream.seek(at)
        frame = stream.read(_FRAME)
        if len(frame) < _FRAME:
            lost = 'it was never closed'
            break
        kind, length = frame[0], int.from_bytes(frame[1:], 'little')
        if kind in (FOOTER, _DATA_END):
            break
        if not kind or (length > _LARGEST and at + _FRAME + length <= size):
            raise RuntimeError(f'{path} is damaged at byte {at}: there is no record')
        if at + _FRAME + length > size:
            lost = f'it ends within a record, whose {size - at} bytes are lost'
            break
        try:
            walk.take(kind, at, stream.read(length))
        except BROKEN as error:
            raise RuntimeError(f'{path} is damaged at byte {at}: {error}') from error
        at += _FRAME + length
    walk.end_run()
    if lost:
        get_logger('rosbag2_storage_mcap').warning(f'{path}: {lost}; what is whole is read')
    return walk.index


def unpack(body: bytes) -> bytes:
    """Return what a chunk holds.

    Args:
        body: record of the chunk.

    Raises:
        ValueError, zstandard.ZstdError, RuntimeError: it is damaged.
    """
    chunk = _parse('Chunk', body)
    declared = [chunk.uncompressed_size]
    if chunk.compression == 'zstd':
        declared.append(zstandard.frame_content_size(chunk.data))
    if max(declared) > _LARGEST:
        raise ValueError(f'a chunk would unpack to {max(declared)} bytes')
    stream, length = get_chunk_data_stream(chunk, validate_crc=True)
    return stream.read(length)


def piece_messages(stream: BinaryIO, path: Path, piece: Piece) -> list[RawMessage]:
    """Return the messages of a piece, in the order of the file.

    Raises:
        RuntimeError: it is damaged.
    """
    stream.seek(piece.offset)
    data = stream.read(piece.length)
    try:
        if piece.is_chunk:
            data = unpack(data[_FRAME:])
        found = []
        for number, (kind, body) in enumerate(_records(data)):
            if kind == MESSAGE:
                channel, _, received, sent = _message.unpack_from(body)
                place = (piece.offset, number)
                found.append(RawMessage(channel, received, sent, body[_message.size :], place))
    except BROKEN as error:
        raise RuntimeError(f'{path} is damaged at byte {piece.offset}: {error}') from error
    return found
