"""Messages to CDR.

A message becomes a list of buffers: short values are gathered in one bytearray, long packed
arrays are handed on as they are, so that an image is copied once only, by the middleware.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import Any

import numpy as np

from ros2_embedded.cdr.layout import Run
from ros2_embedded.idl.model import PRIMITIVE_SIZES, Field, MessageDefinition

HEADER = b'\x00\x01\x00\x00'
# Packed data of at least this many bytes is not copied into the bytearray.
LONG = 4096

# Strings of at most this many characters are remembered with their bytes.
_SHORT = 64

_PADDING = tuple(bytes(count) for count in range(8))
_COUNT = struct.Struct('<I')


class Output:
    """Where the steps of an encoder write."""

    __slots__ = ('buffer', 'chunks', 'written')

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.chunks: list[bytearray | memoryview] = []
        # Bytes in chunks; the position in the message is this plus the buffer's length.
        self.written = 0

    def align(self, width: int) -> None:
        """Pad with zeros to a multiple of a power of two."""
        padding = -(self.written + len(self.buffer)) & (width - 1)
        if padding:
            self.buffer += _PADDING[padding]

    def count(self, number: int) -> None:
        """Write the length of a sequence."""
        self.align(4)
        self.buffer += _COUNT.pack(number)

    def block(self, data: memoryview) -> None:
        """Write bytes, without copying where they are many."""
        if data.nbytes < LONG:
            self.buffer += data
            return
        self.chunks += (self.buffer, data)
        self.written += len(self.buffer) + data.nbytes
        self.buffer = bytearray()


Step = Callable[[Output, Any], None]


def make_encoder(
    definition: MessageDefinition, definition_of: Callable[[str], MessageDefinition]
) -> Callable[[Any], list]:
    """Return the function that encodes one message type.

    Args:
        definition: the type.
        definition_of: gives the definition of a nested type.

    Returns:
        A function from message to buffers; the first begins with the encapsulation header.
        It raises struct.error, TypeError, AttributeError or OverflowError where a list was
        changed behind the checks so that it fits no longer.
    """
    steps = _steps(definition, definition_of)

    def encode(message: Any) -> list:
        out = Output()
        for step in steps:
            step(out, message)
        if not out.chunks:
            return [HEADER, out.buffer]
        return [HEADER, *out.chunks, out.buffer]

    return encode


def _steps(
    definition: MessageDefinition, definition_of: Callable[[str], MessageDefinition]
) -> tuple[Step, ...]:
    steps: list[Step] = []
    run: list[tuple[str, str]] = []

    def close_run() -> None:
        if run:
            steps.append(_run_step(list(run)))
            run.clear()

    for path, field in _flat(definition, '', definition_of):
        kind = field.type
        if not kind.container and kind.base in PRIMITIVE_SIZES:
            run.append((path, kind.base))
            continue
        close_run()
        steps.append(_field_step(path, field, definition_of))
    close_run()
    if not steps:
        # A message without fields has one placeholder byte on the wire.
        steps.append(_placeholder)
    return tuple(steps)


def _placeholder(out: Output, _: Any) -> None:
    out.buffer += b'\x00'


def _flat(
    definition: MessageDefinition, prefix: str, definition_of: Callable[[str], MessageDefinition]
) -> list[tuple[str, Field]]:
    """List the fields with those of single nested messages in their place, by attribute path."""
    found: list[tuple[str, Field]] = []
    for field in definition.fields:
        path = f'{prefix}_{field.name}'
        if not field.type.is_message or field.type.container:
            found.append((path, field))
            continue
        nested = definition_of(field.type.base)
        if nested.fields:
            found += _flat(nested, f'{path}.', definition_of)
        else:
            found.append((path, field))
    return found


def _run_step(run: list[tuple[str, str]]) -> Step:
    layouts = Run([base for _, base in run]).layouts
    get = attrgetter(*(path for path, _ in run))
    if len(run) == 1:

        def step_one(out: Output, message: Any) -> None:
            out.buffer += layouts[(out.written + len(out.buffer)) & 7].pack(get(message))

        return step_one

    def step(out: Output, message: Any) -> None:
        out.buffer += layouts[(out.written + len(out.buffer)) & 7].pack(*get(message))

    return step


def _field_step(
    path: str, field: Field, definition_of: Callable[[str], MessageDefinition]
) -> Step:
    kind = field.type
    get = attrgetter(path)
    counted = kind.container in ('bounded', 'unbounded')
    if kind.is_packed:
        return _packed_step(get, PRIMITIVE_SIZES[kind.base], counted)
    if kind.base in PRIMITIVE_SIZES:
        return _bytes_step(get, kind.base, counted)
    if kind.is_string:
        write = _write_string if kind.base == 'string' else _write_wstring
        if not kind.container:
            return lambda out, message: write(out, get(message))
    else:
        steps = _steps(definition_of(kind.base), definition_of)
        if not kind.container:
            return _placeholder

        def write(out: Output, element: Any) -> None:
            for step in steps:
                step(out, element)

    def step_list(out: Output, message: Any) -> None:
        elements = get(message)
        if counted:
            out.count(len(elements))
        for element in elements:
            write(out, element)

    return step_list


def _packed_step(get: Callable[[Any], Any], width: int, counted: bool) -> Step:
    def step(out: Output, message: Any) -> None:
        value = get(message)
        if isinstance(value, np.ndarray):
            value = np.ascontiguousarray(value).reshape(-1)
        if counted:
            out.count(len(value))
        if len(value):
            out.align(width)
            out.block(memoryview(value).cast('B'))

    return step


def _bytes_step(get: Callable[[Any], Any], base: str, counted: bool) -> Step:
    """Bools and single bytes, which Python holds as lists."""

    def step(out: Output, message: Any) -> None:
        value = get(message)
        if base == 'boolean':
            data = bytes(map(bool, value))
        else:
            data = bytes(value) if isinstance(value, (bytes, bytearray)) else b''.join(value)
        if len(data) != len(value):
            raise TypeError('each byte must be a bytes object of length 1')
        if counted:
            out.count(len(data))
        out.block(memoryview(data))

    return step


def _write_string(out: Output, value: str) -> None:
    buffer = out.buffer
    padding = -(out.written + len(buffer)) & 3
    if padding:
        buffer += _PADDING[padding]
    buffer += _short_string(value) if len(value) <= _SHORT else _string(value)


def _string(value: str) -> bytes:
    """Length, bytes and NUL of a string."""
    data = value.encode()
    # The C string of the real one ends at the first NUL.
    end = data.find(0)
    if end >= 0:
        data = data[:end]
    return _COUNT.pack(len(data) + 1) + data + b'\x00'


# Names of joints and frames come again with every message.
_short_string = lru_cache(4096)(_string)


def _write_wstring(out: Output, value: str) -> None:
    units = np.frombuffer(value.encode('utf-16-le'), dtype='<u2').astype('<u4')
    out.count(len(units))
    out.buffer += units.tobytes()
