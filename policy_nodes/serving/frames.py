"""Messages as bytes: msgpack of plain values, and arrays as element type, shape and bytes.

Nothing that comes in builds an object or runs code, and nothing is larger than it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import msgpack
import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.vocabulary import DTYPES

Arrays = Mapping[str, NDArray[Any]]

VERSION = 1
"""Of the messages; both ends have to speak the same."""

FIELDS: dict[str, dict[str, type | tuple[type, ...]]] = {
    # server: what it serves, as soon as somebody has connected
    'hello': {'version': int, 'title': str, 'contract': str, 'sha256': str},
    # client: who it is, and which contract it has read
    'begin': {'version': int, 'client': str, 'robot': str, 'sha256': str},
    # server: a place is free, ask
    'ready': {},
    # client: one observation; another generation begins an episode
    'ask': {'sequence': int, 'generation': int, 'arrays': dict},
    # server: what the policy proposes
    'answer': {'sequence': int, 'generation': int, 'arrays': dict, 'inference_ms': float},
    # server: why there is no answer to that one
    'refused': {'sequence': int, 'generation': int, 'problem': str},
}
"""What each kind of message holds."""

MOST_ARRAYS = 64
MOST_AXES = 6
MOST_TEXT = 1 << 18  # of a contract, above all


class FrameError(ValueError):
    """A message that is none of ours; says what is wrong with it."""


def pack(kind: str, **fields: Any) -> bytes:
    """Write a message; arrays are taken as mappings from name to array."""
    known = FIELDS[kind]
    if fields.keys() != known.keys():
        raise FrameError(f'{kind} holds {", ".join(known)}, not {", ".join(fields)}')
    body = {
        name: {key: _plain(array) for key, array in value.items()} if name == 'arrays' else value
        for name, value in fields.items()
    }
    packed: bytes = msgpack.packb({'kind': kind} | body, use_bin_type=True)
    return packed


def unpack(data: bytes | str, *kinds: str) -> tuple[str, dict[str, Any]]:
    """Read a message: its kind and its fields, arrays by name under `arrays`.

    Args:
        data: as it came; a text is refused.
        kinds: that may come now.

    Raises:
        FrameError: anything else.
    """
    if isinstance(data, str):
        raise FrameError('a text came where msgpack is spoken')
    try:
        message = msgpack.unpackb(
            data,
            raw=False,
            strict_map_key=True,
            max_str_len=MOST_TEXT,
            max_map_len=MOST_ARRAYS,
            max_array_len=MOST_AXES,
            max_ext_len=0,
        )
    except (ValueError, msgpack.UnpackException, RecursionError) as error:
        raise FrameError(
            f'it cannot be read as msgpack: {error or type(error).__name__}'
        ) from None
    kind = message.pop('kind', None) if isinstance(message, dict) else None
    if not isinstance(kind, str) or kind not in kinds:
        raise FrameError(f'a message of kind {str(kind)[:40]!r} came, not {" or ".join(kinds)}')
    known = FIELDS[kind]
    if message.keys() != known.keys():
        raise FrameError(f'{kind} holds {", ".join(map(str, message))}, not {", ".join(known)}')
    for name, kept in known.items():
        if not isinstance(message[name], kept) or isinstance(message[name], bool):
            raise FrameError(f'{name} of {kind} is a {type(message[name]).__name__}')
    if 'arrays' in message:
        message['arrays'] = {
            name: _array(str(name), value) for name, value in message['arrays'].items()
        }
    return kind, message


def _plain(array: NDArray[Any]) -> dict[str, Any]:
    array = np.asarray(array)
    if array.dtype.name not in DTYPES:
        raise FrameError(f'arrays of {array.dtype} are not sent; known: {", ".join(DTYPES)}')
    return {
        'dtype': array.dtype.name,
        'shape': list(array.shape),
        'data': array.astype(array.dtype.newbyteorder('<'), copy=False).tobytes(),
    }


def _array(name: str, value: Any) -> NDArray[Any]:
    if not isinstance(value, dict) or value.keys() != {'dtype', 'shape', 'data'}:
        raise FrameError(f'array {name} does not hold dtype, shape and data')
    dtype, shape, data = value['dtype'], value['shape'], value['data']
    if dtype not in DTYPES:
        raise FrameError(f'array {name} is of {str(dtype)[:40]!r}; known: {", ".join(DTYPES)}')
    if not isinstance(shape, list) or not all(type(size) is int and size >= 0 for size in shape):
        raise FrameError(f'array {name} has no shape of whole numbers')
    kind = np.dtype(dtype).newbyteorder('<')
    if not isinstance(data, bytes) or prod(shape) * kind.itemsize != len(data):
        raise FrameError(f'array {name}: its bytes do not fill the shape {shape} of {dtype}')
    return np.frombuffer(data, kind).reshape(shape).astype(np.dtype(dtype))
