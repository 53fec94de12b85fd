"""Runs of fixed-width values, packed and unpacked by one struct call each.

CDR aligns every value to its own width, counted from the byte after the encapsulation header.
How a run lies therefore depends on its start modulo 8, so there are up to eight layouts of it.
"""

from __future__ import annotations

import struct

STRUCT_CODES = {
    'boolean': '?',
    'octet': 'c',
    'int8': 'b',
    'uint8': 'B',
    'int16': 'h',
    'uint16': 'H',
    'int32': 'i',
    'uint32': 'I',
    'int64': 'q',
    'uint64': 'Q',
    'float': 'f',
    'double': 'd',
}


class Run:
    """Consecutive values of fixed width, little-endian or big-endian."""

    def __init__(self, bases: list[str], order: str = '<') -> None:
        codes = [STRUCT_CODES[base] for base in bases]
        self.layouts = [_layout(codes, start, order) for start in range(8)]


def _layout(codes: list[str], start: int, order: str) -> struct.Struct:
    position, text = start, order
    for code in codes:
        width = struct.calcsize(f'={code}')
        padding = -position % width
        text += f'{padding}x{code}' if padding else code
        position += padding + width
    return struct.Struct(text)
