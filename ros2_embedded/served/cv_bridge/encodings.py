"""What the names of image encodings mean. Source: sensor_msgs/image_encodings.hpp."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

# Depths in the order of OpenCV's numbers for them.
DEPTHS = {
    '8U': 'uint8',
    '8S': 'int8',
    '16U': 'uint16',
    '16S': 'int16',
    '32S': 'int32',
    '32F': 'float32',
    '64F': 'float64',
}
_CHANNELS = {'GRAY': 1, 'RGB': 3, 'BGR': 3, 'RGBA': 4, 'BGRA': 4}


@dataclass(frozen=True)
class Encoding:
    """One encoding.

    Attributes:
        name: as in a message.
        depth: type of an element in OpenCV's letters.
        channels: elements of a pixel.
        colours: their meaning in OpenCV's letters, '' where they have none.
    """

    name: str
    depth: str
    channels: int
    colours: str

    @property
    def dtype(self) -> np.dtype:
        """Type of an element."""
        return np.dtype(DEPTHS[self.depth])

    @property
    def bits(self) -> int:
        """Bits of an element."""
        return self.dtype.itemsize * 8

    @property
    def layout(self) -> str:
        """OpenCV's name of depth and channels."""
        return f'{self.depth}C{self.channels}'


def _named() -> dict[str, Encoding]:
    known = {}
    for bits in (8, 16):
        for colours, channels in _CHANNELS.items():
            name = f'{"mono" if colours == "GRAY" else colours.lower()}{bits}'
            known[name] = Encoding(name, f'{bits}U', channels, colours)
        for pattern in ('RGGB', 'BGGR', 'GBRG', 'GRBG'):
            name = f'bayer_{pattern.lower()}{bits}'
            known[name] = Encoding(name, f'{bits}U', 1, f'BAYER_{pattern}')
    for name, colours in (
        ('yuv422', 'UYVY'),
        ('uyvy', 'UYVY'),
        ('yuv422_yuy2', 'YUY2'),
        ('yuyv', 'YUY2'),
    ):
        known[name] = Encoding(name, '8U', 2, colours)
    return known


NAMED = _named()
_GENERIC = re.compile(r'(8U|8S|16U|16S|32S|32F|64F)(?:C([0-9]+))?')


def find_encoding(name: str) -> Encoding:
    """Return what a name means.

    Raises:
        RuntimeError: there is no such encoding; it lists those that there are.
    """
    if name in NAMED:
        return NAMED[name]
    generic = _GENERIC.fullmatch(name)
    if generic is None or generic[2] == '0':
        raise RuntimeError(
            f'Unrecognized image encoding [{name}]; known are {", ".join(NAMED)}, and a depth '
            f'with channels, such as 16UC1 ({", ".join(DEPTHS)})'
        )
    return Encoding(name, generic[1], int(generic[2] or 1), '')
