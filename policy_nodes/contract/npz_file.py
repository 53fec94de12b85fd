"""Read an npz archive that nobody vouches for.

The directory of the archive and the header of every array are checked before memory is taken, so
neither a compressed bomb nor a header that claims terabytes does harm, and no object is built.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from policy_nodes.contract.errors import ContractError, in_file

MAX_MEMBERS = 256
MAX_BYTES = 256 * 1024 * 1024
"""Size of all arrays together, unpacked."""


def read_npz(file: Path) -> dict[str, NDArray[Any]]:
    """Read all arrays of an archive.

    Raises:
        ContractError: naming the file and the array: no archive, damaged, too large, objects.
    """
    with in_file(file):
        if not file.is_file():
            raise ContractError('there is no such file', remedy='write the trace anew')
        try:
            with zipfile.ZipFile(file) as archive:
                return _read_members(archive)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise ContractError(
                f'it is no sound npz archive ({error})', remedy='copy or write it again'
            ) from error


def _read_members(archive: zipfile.ZipFile) -> dict[str, NDArray[Any]]:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise ContractError(
            f'it holds {len(members)} arrays', remedy=f'at most {MAX_MEMBERS} are read'
        )
    total = sum(member.file_size for member in members)
    if total > MAX_BYTES:
        raise ContractError(f'it unpacks to {total} bytes', remedy=f'at most {MAX_BYTES} are read')
    arrays: dict[str, NDArray[Any]] = {}
    for member in members:
        name = member.filename.removesuffix('.npy')
        if name in arrays:
            raise ContractError('it is there twice', remedy='write the trace anew', path=name)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ContractError(
                'its compression is not read',
                remedy='write it by numpy.savez_compressed',
                path=name,
            )
        # One byte more than promised is asked for, so a lying directory shows and does no harm.
        with archive.open(member) as stream:
            data = stream.read(member.file_size + 1)
        if len(data) != member.file_size:
            raise ContractError('its size is not as listed', remedy='copy it again', path=name)
        arrays[name] = _array(name, data)
    return arrays


def _array(name: str, data: bytes) -> NDArray[Any]:
    stream = io.BytesIO(data)
    try:
        version = npy.read_magic(stream)
        if version == (1, 0):
            shape, fortran, dtype = npy.read_array_header_1_0(stream)
        elif version == (2, 0):
            shape, fortran, dtype = npy.read_array_header_2_0(stream)
        else:
            raise ValueError(f'npy version {version} is not read here')
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise ContractError(
            f'its header cannot be read ({error})', remedy='write the trace anew', path=name
        ) from error
    if dtype.hasobject:
        raise ContractError(
            'it holds Python objects, which could run code',
            remedy='store plain numbers',
            path=name,
        )
    body = data[stream.tell() :]
    if any(size < 0 for size in shape) or prod(shape) * dtype.itemsize != len(body):
        raise ContractError(
            f'{len(body)} bytes do not fill the shape {shape} of {dtype}',
            remedy='copy or write it again',
            path=name,
        )
    flat = np.frombuffer(body, dtype)
    return flat.reshape(shape, order='F' if fortran else 'C').copy()
