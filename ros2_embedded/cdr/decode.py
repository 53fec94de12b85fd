"""CDR to messages.

The fixed and variable parts are read in order into one flat list of values; the objects are
built from that list afterwards, without passing the checks of the setters again.
"""

from __future__ import annotations

import array
import struct
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ros2_embedded.cdr.layout import Run
from ros2_embedded.idl.model import PRIMITIVE_SIZES, FieldType, MessageDefinition
from ros2_embedded.messages.checks import DTYPES, TYPE_CODES


class DecodeError(ValueError):
    """The bytes are no message of the type."""


Reader = Callable[[memoryview, int, list], int]
Build = Callable[[Iterator], Any]


def make_decoder(
    definition: MessageDefinition,
    class_of: Callable[[str], type],
    definition_of: Callable[[str], MessageDefinition],
) -> Callable[..., Any]:
    """Return the function that decodes one message type.

    Args:
        definition: the type.
        class_of: gives the class of a nested type.
        definition_of: gives the definition of a nested type.

    Returns:
        A function of the bytes with the 4-byte encapsulation header, and of the number of bytes
        between that and the message (a multiple of 8). It raises DecodeError.
    """
    build = _builder(definition, class_of, definition_of)
    by_order: dict[str, tuple[Reader, ...]] = {}

    def decode(data: Any, skip: int = 0) -> Any:
        if len(data) < 4 + skip:
            raise DecodeError(f'{definition.name}: {len(data)} bytes are too few.')
        view = memoryview(data)[4 + skip :]
        order = '<' if data[1] & 1 else '>'
        readers = by_order.get(order)
        if readers is None:
            readers = by_order[order] = _readers(definition, definition_of, order, class_of)
        values: list[Any] = []
        position = 0
        try:
            for read in readers:
                position = read(view, position, values)
        except struct.error as error:
            raise DecodeError(f'{definition.name}: the data ends too early.') from error
        return build(iter(values))

    return decode


def _builder(
    definition: MessageDefinition,
    class_of: Callable[[str], type],
    definition_of: Callable[[str], MessageDefinition],
) -> Build:
    cls = class_of(definition.name)
    new = cls.__new__
    setters = [
        (
            getattr(cls, f'_{field.name}').__set__,
            _builder(definition_of(field.type.base), class_of, definition_of)
            if field.type.is_message and not field.type.container
            else None,
        )
        for field in definition.fields
    ]

    def build(values: Iterator) -> Any:
        message = new(cls)
        for store, nested in setters:
            store(message, next(values) if nested is None else nested(values))
        return message

    return build


def _readers(
    definition: MessageDefinition,
    definition_of: Callable[[str], MessageDefinition],
    order: str,
    class_of: Callable[[str], type],
) -> tuple[Reader, ...]:
    readers: list[Reader] = []
    run: list[str] = []

    def close_run() -> None:
        if run:
            readers.append(_run_reader(list(run), order))
            run.clear()

    def add(of: MessageDefinition) -> None:
        if not of.fields:
            close_run()
            readers.append(_skip_placeholder)
        for field in of.fields:
            kind = field.type
            if kind.is_message and not kind.container:
                add(definition_of(kind.base))
            elif not kind.container and kind.base in PRIMITIVE_SIZES:
                run.append(kind.base)
            else:
                close_run()
                readers.append(_field_reader(kind, definition_of, order, class_of))

    add(definition)
    close_run()
    return tuple(readers)


def _skip_placeholder(_: memoryview, position: int, __: list) -> int:
    return position + 1


def _run_reader(bases: list[str], order: str) -> Reader:
    layouts = Run(bases, order).layouts

    def read(view: memoryview, position: int, values: list) -> int:
        layout = layouts[position & 7]
        values += layout.unpack_from(view, position)
        return position + layout.size

    return read


def _count_reader(order: str, most: int = 0) -> Callable[[memoryview, int], tuple[int, int]]:
    """Return what reads a length; one above `most` is refused, where that is not 0."""
    unpack = struct.Struct(f'{order}I').unpack_from

    def read(view: memoryview, position: int) -> tuple[int, int]:
        position += -position & 3
        (count,) = unpack(view, position)
        position += 4
        # Every element takes at least one byte, so a damaged count cannot make a long loop.
        if count > len(view) - position:
            raise DecodeError(
                f'a length of {count} does not fit into the {len(view) - position} bytes left.'
            )
        if most and count > most:
            raise DecodeError(f'a length of {count} is above the bound of {most}.')
        return count, position

    return read


def _field_reader(
    kind: FieldType,
    definition_of: Callable[[str], MessageDefinition],
    order: str,
    class_of: Callable[[str], type],
) -> Reader:
    count = _count_reader(order)
    if kind.container in ('bounded', 'unbounded'):
        length = _count_reader(order, kind.size)
    else:
        size = kind.size

        def length(_: memoryview, position: int) -> tuple[int, int]:
            return size, position

    if kind.is_packed:
        return _packed_reader(kind, length, order)
    if kind.base in PRIMITIVE_SIZES:
        return _bytes_reader(kind, length)
    if kind.is_string:
        is_wide = kind.base != 'string'
        read_one = _wstring_reader(count, order) if is_wide else _string_reader(order)
        if kind.string_bound:
            read_one = _bounded(read_one, kind.string_bound)
        if not kind.container:
            return read_one
    else:
        read_one = _message_reader(kind, definition_of, order, class_of)

    def read(view: memoryview, position: int, values: list) -> int:
        number, position = length(view, position)
        elements: list[Any] = []
        for _ in range(number):
            position = read_one(view, position, elements)
        values.append(elements)
        return position

    return read


def _message_reader(
    kind: FieldType,
    definition_of: Callable[[str], MessageDefinition],
    order: str,
    class_of: Callable[[str], type],
) -> Reader:
    nested = definition_of(kind.base)
    readers = _readers(nested, definition_of, order, class_of)
    build = _builder(nested, class_of, definition_of)

    def read(view: memoryview, position: int, elements: list) -> int:
        flat: list[Any] = []
        for reader in readers:
            position = reader(view, position, flat)
        elements.append(build(iter(flat)))
        return position

    return read


def _packed_reader(
    kind: FieldType, length: Callable[[memoryview, int], tuple[int, int]], order: str
) -> Reader:
    width = PRIMITIVE_SIZES[kind.base]
    code, dtype = TYPE_CODES[kind.base], np.dtype(DTYPES[kind.base])
    is_array = kind.container == 'array'
    swap = order == '>' and width > 1

    def read(view: memoryview, position: int, values: list) -> int:
        number, position = length(view, position)
        if number:
            position += -position & (width - 1)
        end = position + number * width
        if end > len(view):
            raise DecodeError(f'{number} values of {width} bytes do not fit into the data.')
        data = view[position:end]
        if is_array:
            block = np.frombuffer(data, dtype.newbyteorder(order))
            values.append(block.astype(dtype))
        else:
            block = array.array(code)
            block.frombytes(data)
            if swap:
                block.byteswap()
            values.append(block)
        return end

    return read


def _bytes_reader(kind: FieldType, length: Callable[[memoryview, int], tuple[int, int]]) -> Reader:
    is_bool = kind.base == 'boolean'

    def read(view: memoryview, position: int, values: list) -> int:
        number, position = length(view, position)
        end = position + number
        if end > len(view):
            raise DecodeError(f'{number} bytes do not fit into the data.')
        data = view[position:end]
        values.append([each != 0 for each in data] if is_bool else [bytes((e,)) for e in data])
        return end

    return read


def _string_reader(order: str) -> Reader:
    unpack = struct.Struct(f'{order}I').unpack_from

    def read(view: memoryview, position: int, values: list) -> int:
        position += -position & 3
        (size,) = unpack(view, position)
        position += 4
        end = position + size
        if end > len(view):
            raise DecodeError(
                f'a string of {size} bytes does not fit into the {len(view) - position} left.'
            )
        if size and view[end - 1]:
            raise DecodeError('a string does not end with a zero byte.')
        values.append(str(view[position : end - 1], 'utf-8', 'replace') if size > 1 else '')
        return end

    return read


def _bounded(read_string: Reader, bound: int) -> Reader:
    def read(view: memoryview, position: int, values: list) -> int:
        position = read_string(view, position, values)
        if len(values[-1]) > bound:
            raise DecodeError(f'a string of {len(values[-1])} is above the bound of {bound}.')
        return position

    return read


def _wstring_reader(count: Callable[[memoryview, int], tuple[int, int]], order: str) -> Reader:
    def read(view: memoryview, position: int, values: list) -> int:
        size, position = count(view, position)
        end = position + 4 * size
        if end > len(view):
            raise DecodeError(f'a wide string of {size} characters does not fit into the data.')
        units = np.frombuffer(view[position:end], f'{order}u4')
        values.append(units.astype('<u2').tobytes().decode('utf-16-le', 'replace'))
        return end

    return read
