"""Walks through the records of an MCAP file as far as they are sound, and tells what was not.

A chunk whose checksum or compression is broken is left out and the walk goes on behind it; where
the framing of records itself is broken or the file ends, the walk ends. Sizes are checked before
anything is unpacked, so a damaged or hostile file cannot ask for more memory than `LARGEST`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import lz4.frame
import zstandard
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import (
    Attachment,
    Channel,
    Chunk,
    Header,
    McapRecord,
    Message,
    Metadata,
    Schema,
)

from policy_nodes.evaluation.recording_error import RecordingError

MAGIC = b'\x89MCAP0\r\n'
LARGEST = 256 << 20
_BROKEN = (
    McapError,
    ValueError,
    struct.error,
    zstandard.ZstdError,
    RuntimeError,  # what lz4 raises
    KeyError,
    OverflowError,  # a length that no file has
)
_FRAME = 9  # opcode and length of a record
_RESERVED = 0x80  # opcodes from here on are private to whoever writes them
_IN_CHUNKS = (Opcode.SCHEMA, Opcode.CHANNEL, Opcode.MESSAGE)
_OTHER_FILES = {
    b'#ROSBAG': 'a ROS 1 bag',
    b'SQLite ': 'a sqlite3 database, perhaps a rosbag2 of storage sqlite3',
    b'version': 'a git pointer to a large file that was never fetched',
    b'\x28\xb5\x2f\xfd': 'a file that was compressed as a whole; unpack it with zstd first',
}


@dataclass
class Damage:
    """What a walk could not read.

    Attributes:
        sentences: one for each place, in order.
        finished: the file was closed properly: its footer is there.
    """

    sentences: list[str] = field(default_factory=list)
    finished: bool = False


def walk(path: Path, damage: Damage) -> Iterator[McapRecord]:
    """Yield headers, schemas, channels, messages, attachments and metadata in file order.

    Args:
        path: an MCAP file.
        damage: is filled with what could not be read.

    Raises:
        RecordingError: the file cannot be opened, is empty, or is no MCAP file.
    """
    try:
        size = path.stat().st_size
        stream = path.open('rb')
    except OSError as error:
        raise RecordingError(f'{path} cannot be read: {error.strerror}') from error
    with stream:
        _check_magic(path, stream)
        yield from _walk_records(stream, size, damage)


def _check_magic(path: Path, stream: BinaryIO) -> None:
    try:
        start = stream.read(len(MAGIC))
    except OSError as error:
        raise RecordingError(f'{path} cannot be read: {error.strerror}') from error
    if not start:
        raise RecordingError(f'{path} is empty: nothing was ever recorded in it')
    if start == MAGIC:
        return
    for beginning, kind in _OTHER_FILES.items():
        if start.startswith(beginning):
            raise RecordingError(f'{path} is no MCAP file but {kind}')
    raise RecordingError(f'{path} is no MCAP file: it does not begin as one')


def _walk_records(stream: BinaryIO, size: int, damage: Damage) -> Iterator[McapRecord]:
    while True:
        at = stream.tell()
        frame = stream.read(_FRAME)
        length = int.from_bytes(frame[1:], 'little')
        left = size - at
        if not left:
            damage.sentences.append('it was never closed: its last moments may be missing')
            return
        if len(frame) == _FRAME and not 0 < frame[0] < _RESERVED:
            damage.sentences.append(f'what follows byte {at} ({left} bytes) is no MCAP')
            return
        if len(frame) < _FRAME or _FRAME + length > left:
            damage.sentences.append(f'it ends within a record, whose {left} bytes are lost')
            return
        kind = frame[0]
        if kind not in _READERS:
            stream.seek(length, 1)
            continue
        if length > LARGEST:
            stream.seek(length, 1)
            damage.sentences.append(
                f'a record of {length} bytes at byte {at} is too large to read'
            )
            continue
        try:
            yield from _READERS[kind](stream.read(length))
        except _BROKEN as error:
            damage.sentences.append(_broken(kind, at, length, error))
        if kind == Opcode.FOOTER:
            damage.finished = stream.read(len(MAGIC)) == MAGIC
            if not damage.finished:
                damage.sentences.append('its last bytes are missing; the data are whole')
            return


def _broken(kind: int, at: int, length: int, error: Exception) -> str:
    name = Opcode(kind).name.lower()
    return f'the {name} at byte {at} ({length} bytes) is damaged and was left out ({error})'


def _fields(raw: bytes) -> ReadDataStream:
    return ReadDataStream(BytesIO(raw))


def _read_chunk(raw: bytes) -> list[McapRecord]:
    """Unpack a chunk whole, so that of a damaged one nothing is believed."""
    chunk = Chunk.read(_fields(raw))
    if chunk.uncompressed_size > LARGEST:
        raise ValueError(f'it would unpack to {chunk.uncompressed_size} bytes')
    data = _unpack(chunk)
    if len(data) != chunk.uncompressed_size:
        raise ValueError('its size is not what it says')
    if chunk.uncompressed_crc and zlib.crc32(data) != chunk.uncompressed_crc:
        raise ValueError('its checksum does not match')
    records: list[McapRecord] = []
    at = 0
    while at < len(data):
        kind = data[at]
        length = int.from_bytes(data[at + 1 : at + _FRAME], 'little')
        body = data[at + _FRAME : at + _FRAME + length]
        if len(body) < length:
            raise ValueError('a record in it is cut short')
        if kind in _IN_CHUNKS:
            records += _READERS[kind](body)
        at += _FRAME + length
    return records


def _unpack(chunk: Chunk) -> bytes:
    if chunk.compression == '':
        return chunk.data
    if chunk.compression == 'zstd':
        declared = zstandard.frame_content_size(chunk.data)
        if declared > LARGEST:
            raise ValueError(f'it would unpack to {declared} bytes')
        return zstandard.decompress(chunk.data, max_output_size=max(chunk.uncompressed_size, 1))
    if chunk.compression == 'lz4':
        unpacker = lz4.frame.LZ4FrameDecompressor()
        return unpacker.decompress(chunk.data, max_length=chunk.uncompressed_size + 1)
    raise ValueError(f'its compression {chunk.compression!r} is unknown; known: zstd, lz4, none')


def _read_attachment(raw: bytes) -> list[McapRecord]:
    (checksum,) = struct.unpack('<I', raw[-4:])
    if checksum and zlib.crc32(raw[:-4]) != checksum:
        raise ValueError('its checksum does not match')
    return [Attachment.read(_fields(raw))]


_READERS: dict[int, Callable[[bytes], list[McapRecord]]] = {
    Opcode.HEADER: lambda raw: [Header.read(_fields(raw))],
    Opcode.SCHEMA: lambda raw: [Schema.read(_fields(raw))],
    Opcode.CHANNEL: lambda raw: [Channel.read(_fields(raw))],
    Opcode.MESSAGE: lambda raw: [Message.read(_fields(raw), len(raw))],
    Opcode.METADATA: lambda raw: [Metadata.read(_fields(raw))],
    Opcode.CHUNK: _read_chunk,
    Opcode.ATTACHMENT: _read_attachment,
    Opcode.FOOTER: lambda raw: [],
}
