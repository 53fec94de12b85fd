"""The file that a memory bank is written to, whole or not at all, and read from.

It is a safetensors file. Its metadata has format, version and a SHA-256 over all the rest.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.safetensors_file import MAX_HEADER, MAX_TENSORS, check_safetensors
from policy_nodes.memory.contents import Contents
from policy_nodes.memory.errors import MemoryBankError
from policy_nodes.memory.snapshot_layout import REMEDY, pack, unpack

FORMAT = 'policy_stack memory bank'
VERSION = '1'


def write_snapshot(file: Path, contents: Contents) -> int:
    """Write what a bank holds; until the very end the file stays what it was.

    Args:
        file: to write; folders on the way to it are made.
        contents: of the bank.

    Returns:
        Bytes of the file.

    Raises:
        MemoryBankError: more than can be read again, or the disk does not take it.
    """
    arrays, metadata = pack(contents)
    metadata |= {'format': FORMAT, 'version': VERSION}
    too_many = MemoryBankError(
        f'a snapshot of {len(arrays)} arrays could not be read again',
        remedy='lower max_entries, or give entries fewer tensors with shorter names',
    )
    if len(arrays) > MAX_TENSORS:
        raise too_many
    data = save(arrays, {**metadata, 'sha256': _digest(arrays, metadata)})
    if int.from_bytes(data[:8], 'little') > MAX_HEADER:
        raise too_many
    part = file.with_name(f'.{file.name}.part')
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open('wb') as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        raise MemoryBankError(
            f'{file}: the snapshot cannot be written ({error.strerror})',
            remedy='check folder, rights and space of the disk',
        ) from error
    return len(data)


def read_snapshot(file: Path, max_bytes: int) -> Contents:
    """Read what a bank held.

    Args:
        file: to read.
        max_bytes: of the bank; not much more is read.

    Raises:
        MemoryBankError: absent, too large, damaged, of another version or another format.
    """
    problem, remedy = '', REMEDY
    try:
        return _contents(_read(file, max_bytes + MAX_HEADER))
    except (ContractError, MemoryBankError) as error:
        problem = error.problem
        if isinstance(error, MemoryBankError):
            remedy = error.remedy
    except (SafetensorError, ValueError, RecursionError) as error:
        problem = f'it is damaged ({error})'
    raise MemoryBankError(f'{file}: {problem}', remedy=remedy)


def _read(file: Path, limit: int) -> bytes:
    if file.exists() and not file.is_file():
        raise MemoryBankError('it is not a regular file', remedy='name another one')
    try:
        with file.open('rb') as stream:
            # one byte more is asked for, so that the limit holds for what grows meanwhile, too
            data = stream.read(limit + 1)
    except OSError as error:
        raise MemoryBankError(
            f'it cannot be read ({error.strerror})', remedy='check that it is there'
        ) from error
    if len(data) > limit:
        raise MemoryBankError(
            f'it has more than {limit} bytes, which is more than the bank holds',
            remedy='raise max_bytes, or remove the file to begin without memory',
        )
    return data


def _contents(data: bytes) -> Contents:
    check_safetensors(data)
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], 'little')])
    metadata = header.get('__metadata__')
    if not isinstance(metadata, dict) or metadata.get('format') != FORMAT:
        raise MemoryBankError('it is no snapshot of a memory bank', remedy=REMEDY)
    if metadata.get('version') != VERSION:
        raise MemoryBankError(
            f'it has version {metadata.get("version")!r}, only version {VERSION!r} is read',
            remedy='remove the file, or restore it by the release that wrote it',
        )
    arrays = load(data)
    if metadata.pop('sha256', None) != _digest(arrays, metadata):
        raise MemoryBankError('it is damaged: its SHA-256 does not fit', remedy=REMEDY)
    return unpack(arrays, metadata)


def _digest(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for key in sorted(metadata):
        digest.update(json.dumps([key, metadata[key]]).encode())
    for key in sorted(arrays):
        values = arrays[key]
        digest.update(json.dumps([key, values.dtype.name, values.shape]).encode())
        digest.update(np.ascontiguousarray(values).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()
