"""Turns messages with many numbers, live or recorded, into arrays: images and tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_KINDS = ('<f4', '<f8', 'u1', '<i4', '<i8', '?')  # by number, policy_stack/Tensor
_COLOURS = {'rgb8': slice(None), 'bgr8': slice(None, None, -1)}


def image_array(message: Any) -> NDArray[np.uint8]:
    """Read a colour image (height, width, 3), red first.

    Raises:
        ValueError: it is of another encoding, or its size is wrong.
    """
    order = _COLOURS.get(message.encoding)
    if order is None:
        known = ' and '.join(_COLOURS)
        raise ValueError(f'an image is encoded as {message.encoding!r}; {known} are drawn')
    data = np.frombuffer(bytes(message.data), dtype=np.uint8)
    height, width, step = message.height, message.width, message.step
    if step < 3 * width or len(data) != height * step:
        raise ValueError(f'an image of {width} x {height} pixels has {len(data)} bytes')
    rows = data.reshape(height, step)[:, : 3 * width]
    return rows.reshape(height, width, 3)[..., order]


def tensor_array(message: Any) -> NDArray[Any]:
    """Read a tensor.

    Raises:
        ValueError: an unknown element type, or its size is wrong.
    """
    if message.dtype >= len(_KINDS):
        raise ValueError(f'tensor {message.name!r} has unknown element type {message.dtype}')
    kind = np.dtype(_KINDS[message.dtype])
    shape = tuple(int(size) for size in message.shape)
    data = bytes(message.data)
    if len(data) != int(np.prod(shape)) * kind.itemsize:
        raise ValueError(f'tensor {message.name!r} has {len(data)} bytes for shape {shape}')
    return np.frombuffer(data, dtype=kind).reshape(shape)
