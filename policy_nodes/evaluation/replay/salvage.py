"""Reads damaged bags as far as they can be read: databases of rosbag2, and bags of ROS 1.

The readers of rosbags want a bag whole. These walk through it from its beginning and stop where it
makes no more sense. Nothing that a bag defines is ever compiled.
"""

from __future__ import annotations

import bz2
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import lz4.frame
import zstandard

LARGEST = 256 << 20  # bytes that are read at once
_CHUNK, _CONNECTION, _MESSAGE = 5, 7, 2  # kinds of records of ROS 1
_ZSTD = b'\x28\xb5\x2f\xfd'
_MAGIC = b'#ROSBAG V2.0\n'
_NANO = 1_000_000_000
_BROKEN = (ValueError, KeyError, OSError, struct.error, RuntimeError, EOFError)


@dataclass(frozen=True)
class Saved:
    """One message out of a damaged bag.

    Attributes:
        time_ns: of receipt.
        topic: full name.
        type_name: ``package/msg/Name``.
        digest: MD5 sum of the definition in ROS 1; empty of ROS 2.
        payload: bytes.
    """

    time_ns: int
    topic: str
    type_name: str
    digest: str
    payload: bytes


def from_database(path: Path) -> Iterator[Saved]:
    """Read messages of a database of rosbag2 until it is damaged.

    Raises:
        ValueError: nothing at all can be read; the sentence says why.
    """
    try:
        with closing(
            sqlite3.connect(f'file:{_quoted(path)}?mode=ro&immutable=1', uri=True)
        ) as file:
            # else a file that ends early is refused as a whole
            file.execute('PRAGMA writable_schema=ON')
            topics = {
                number: (name, kind)
                for number, name, kind, form in file.execute(
                    'SELECT id, name, type, serialization_format FROM topics'
                )
                if form == 'cdr'
            }
            rows = file.execute('SELECT topic_id, timestamp, data FROM messages ORDER BY id')
            while True:
                try:
                    row = rows.fetchone()
                except (sqlite3.Error, OverflowError):
                    return
                if row is None:
                    return
                if row[0] in topics and isinstance(row[1], int) and isinstance(row[2], bytes):
                    yield Saved(row[1], *topics[row[0]], '', _unpacked(row[2]))
    except sqlite3.Error as error:
        raise ValueError(str(error)) from error


def _unpacked(payload: bytes) -> bytes:
    """Unpack a message that was packed for itself; what cannot be unpacked stays as it is."""
    if not payload.startswith(_ZSTD) or zstandard.frame_content_size(payload) > LARGEST:
        return payload
    try:
        return zstandard.ZstdDecompressor().decompress(payload, max_output_size=LARGEST)
    except zstandard.ZstdError:
        return payload


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace('%', '%25').replace('?', '%3f').replace('#', '%23')


def from_ros1(path: Path) -> Iterator[Saved]:
    """Read messages of a bag of ROS 1 until it is damaged; its index is not needed."""
    known: dict[bytes, tuple[str, str, str]] = {}
    with path.open('rb') as stream:
        if stream.read(len(_MAGIC)) != _MAGIC:
            return
        for fields, data in _records(stream):
            try:
                if fields['op'] == bytes([_CHUNK]):
                    for inner, part in _in_chunk(fields, data):
                        yield from _message(inner, part, known)
                else:
                    yield from _message(fields, data, known)
            except _BROKEN:
                continue  # a broken chunk or message; the next record stands for itself


def _message(
    fields: dict[str, bytes], data: bytes, known: dict[bytes, tuple[str, str, str]]
) -> Iterator[Saved]:
    if fields['op'] == bytes([_CONNECTION]):
        about = _fields(data)
        package, _, name = about['type'].decode().partition('/')
        topic, digest = fields['topic'].decode(), about['md5sum'].decode()
        known[fields['conn']] = topic, f'{package}/msg/{name}', digest
    elif fields['op'] == bytes([_MESSAGE]) and fields['conn'] in known:
        seconds, rest = struct.unpack('<II', fields['time'])
        yield Saved(seconds * _NANO + rest, *known[fields['conn']], data)


def _records(stream: BinaryIO) -> Iterator[tuple[dict[str, bytes], bytes]]:
    """Records from where a stream stands, until one makes no sense; the last may be cut."""
    while True:
        head = _part(stream)
        if head is None or not head[1]:
            return
        try:
            fields = _fields(head[0])
        except _BROKEN:
            return
        body = _part(stream)
        if 'op' not in fields or body is None:
            return
        if body[1] or fields['op'] == bytes([_CHUNK]):
            yield fields, body[0]
        if not body[1]:
            return


def _part(stream: BinaryIO) -> tuple[bytes, bool] | None:
    """Bytes after their length, and whether they are all there; None where there are none."""
    length = stream.read(4)
    size = int.from_bytes(length, 'little')
    if len(length) < 4 or size > LARGEST:
        return None
    data = stream.read(size)
    return data, len(data) == size


def _in_chunk(fields: dict[str, bytes], data: bytes) -> Iterator[tuple[dict[str, bytes], bytes]]:
    size = int.from_bytes(fields['size'], 'little')
    if size > LARGEST:
        raise ValueError('a chunk would unpack to more than can be meant')
    packing = fields['compression'].decode()
    if packing == 'bz2':
        data = bz2.BZ2Decompressor().decompress(data, size)
    elif packing == 'lz4':
        data = lz4.frame.LZ4FrameDecompressor().decompress(data, size)
    elif packing != 'none':
        raise ValueError(f'a chunk is packed as {packing}')
    at = 0
    while at < len(data):
        head = data[at + 4 : (at := at + 4 + int.from_bytes(data[at : at + 4], 'little'))]
        body = data[at + 4 : (at := at + 4 + int.from_bytes(data[at : at + 4], 'little'))]
        if at > len(data):
            return
        yield _fields(head), body


def _fields(data: bytes) -> dict[str, bytes]:
    """Read fields of a header: each its length, then name=value."""
    found, at = {}, 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], 'little')
        field = data[at + 4 : at + 4 + size]
        name, equals, value = field.partition(b'=')
        if len(field) < size or not equals:
            raise ValueError('a header makes no sense')
        found[name.decode()] = value
        at += 4 + size
    return found
