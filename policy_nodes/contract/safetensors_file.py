"""Read and write weights in the safetensors format, believing nothing that a file claims.

Layout: 8 bytes little-endian length of the header, the header as JSON, then the raw tensors. The
header is checked in full before any tensor is touched, so a damaged or hostile file gives one
sentence instead of an allocation. Source of the layout: the format's public description.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from policy_nodes.contract.errors import ContractError, in_file

CHANGED_WEIGHTS = 'the weights were changed or mixed up: restore them, or train or import anew'
"""What to do about a wrong digest."""

MAX_HEADER = 16 * 1024 * 1024
MAX_TENSORS = 100_000

_BYTES = {
    'F64': 8,
    'F32': 4,
    'F16': 2,
    'I64': 8,
    'I32': 4,
    'I16': 2,
    'I8': 1,
    'U64': 8,
    'U32': 4,
    'U16': 2,
    'U8': 1,
    'BOOL': 1,
}


def read_safetensors(file: Path, sha256: str | None = None) -> dict[str, NDArray[np.generic]]:
    """Read all tensors of a file.

    Args:
        file: the file.
        sha256: digest that its bytes must have; None to take any.

    Raises:
        ContractError: unreadable, another digest, another format, damaged or hostile.
    """
    with in_file(file):
        if file.exists() and not file.is_file():
            raise ContractError('it is not a regular file', remedy='put the weights there')
        try:
            data = file.read_bytes()
        except OSError as error:
            raise ContractError(
                f'it cannot be read ({error.strerror})', remedy='check that it is there'
            ) from error
        check_safetensors(data)
        found = hashlib.sha256(data).hexdigest()
        if sha256 not in (None, found):
            raise ContractError(
                f'its SHA-256 is {found}, the contract promises {sha256}',
                remedy=CHANGED_WEIGHTS,
                path='weights.sha256',
            )
        try:
            return load(data)
        except (SafetensorError, ValueError) as error:
            raise _damaged(f'the library refuses it: {error}') from error


def write_safetensors(file: Path, arrays: Mapping[str, NDArray[Any]]) -> str:
    """Write tensors and return the SHA-256 of the file.

    Raises:
        ContractError: no tensors, a type that the format does not hold, NaN or infinity.
    """
    if not arrays:
        raise ContractError('there are no tensors', remedy='give the weights of the network')
    stored = {}
    for name, array in arrays.items():
        values = np.ascontiguousarray(array)
        if values.dtype.kind not in 'fiub' or values.dtype.itemsize > 8:
            raise ContractError(
                f'{values.dtype} cannot be stored',
                remedy='convert it to float32 or an integer type',
                path=name,
            )
        if values.dtype.kind == 'f' and not np.isfinite(values).all():
            raise ContractError(
                'it holds NaN or infinity', remedy='find where training diverged', path=name
            )
        # Ascontiguousarray turns a scalar into one entry; the file has to keep the shape.
        stored[name] = values.reshape(np.shape(array))
    data = save(stored)
    file.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def sha256_of(file: Path) -> str:
    """Hash a file without holding it in memory."""
    digest = hashlib.sha256()
    with file.open('rb') as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def check_safetensors(data: bytes) -> None:
    """Refuse bytes that are no complete and consistent safetensors file."""
    _check_other_formats(data)
    if len(data) < 8:
        raise _damaged(f'{len(data)} bytes are too short for a header')
    length = int.from_bytes(data[:8], 'little')
    if length > MAX_HEADER:
        raise _damaged(f'its header claims {length} bytes, more than {MAX_HEADER} are not read')
    if 8 + length > len(data):
        raise _damaged(f'it ends inside its header, after {len(data)} bytes')
    header = _read_header(data[8 : 8 + length])
    header.pop('__metadata__', None)
    if not header:
        raise _damaged('it holds no tensor')
    if len(header) > MAX_TENSORS:
        raise _damaged(f'it lists more than {MAX_TENSORS} tensors')
    spans = sorted(_span(name, entry) for name, entry in header.items())
    position = 0
    for begin, end, name in spans:
        if begin != position:
            raise _damaged(f'tensor {name!r} starts at byte {begin} instead of {position}')
        position = end
    if position != len(data) - 8 - length:
        raise _damaged(f'its tensors need {position} bytes and {len(data) - 8 - length} are there')


def _read_header(raw: bytes) -> dict[str, Any]:
    try:
        header = json.loads(raw.decode('utf-8'), object_pairs_hook=_unique)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValueError) as error:
        raise _damaged(f'its header is no JSON ({error})') from error
    if not isinstance(header, dict):
        raise _damaged('its header is no mapping')
    return header


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError('a name is there twice')
    return values


def _span(name: str, entry: object) -> tuple[int, int, str]:
    if not isinstance(entry, dict) or set(entry) != {'dtype', 'shape', 'data_offsets'}:
        raise _damaged(f'the entry of tensor {name!r} is not dtype, shape and data_offsets')
    dtype, shape, offsets = entry['dtype'], entry['shape'], entry['data_offsets']
    if not isinstance(dtype, str) or dtype not in _BYTES:
        raise ContractError(
            f'tensor {name!r} has the type {dtype!r}',
            remedy=f'store one of {", ".join(_BYTES)}',
        )
    whole = isinstance(shape, list) and isinstance(offsets, list)
    if not whole or not all(_is_size(number) for number in [*shape, *offsets]):
        raise _damaged(f'shape and offsets of tensor {name!r} are no whole numbers')
    if (
        len(offsets) != 2
        or len(shape) > 32
        or offsets[1] - offsets[0] != _BYTES[dtype] * prod(shape)
    ):
        raise _damaged(f'tensor {name!r} of shape {shape} does not fill bytes {offsets}')
    return offsets[0], offsets[1], name


def _is_size(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**62


def _check_other_formats(data: bytes) -> None:
    kind = ''
    if data.startswith(b'PK\x03\x04'):
        kind = 'a torch or zip archive'
    elif data[:1] == b'\x80' and data[1:2] in b'\x02\x03\x04\x05' and data[8:9] != b'{':
        # A header of 640 bytes starts with the same two bytes as a pickle.
        kind = 'a pickle'
    elif data.startswith(b'version https://git-lfs'):
        raise ContractError(
            'it is only the pointer of a large file', remedy='fetch the content: `git lfs pull`'
        )
    if kind:
        raise ContractError(
            f'it is {kind}, whatever its name says',
            remedy='such files can run code and are never loaded: convert it with '
            '`policy-stack import`',
        )


def _damaged(what: str) -> ContractError:
    return ContractError(
        f'it is no sound safetensors file: {what}', remedy='copy or download it again'
    )
