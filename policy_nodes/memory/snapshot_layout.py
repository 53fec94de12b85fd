"""How the contents of a memory bank lie in a safetensors file.

Arrays `index.*` have a row an entry. Names lie once each in the metadata, as JSON, and rows refer
to them by number. The arrays of entries are called `ROW.NUMBER`, by the number of their name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.memory.contents import Contents
from policy_nodes.memory.entry import Entry
from policy_nodes.memory.errors import MemoryBankError

Array = NDArray[Any]

REMEDY = 'remove the file to begin without memory, or restore a sound one'

EPISODES, STREAMS, FRAMES, TENSORS = 'episodes', 'streams', 'frames', 'tensors'
REFERENCES = {'index.episode': EPISODES, 'index.stream': STREAMS, 'index.frame': FRAMES}
STEP, STAMP, POSE = 'index.step', 'index.stamp_ns', 'index.pose'
INDEX = {
    **dict.fromkeys(REFERENCES, ('int32', ())),
    STEP: ('uint64', ()),
    STAMP: ('int64', ()),
    POSE: ('float64', (7,)),
}
"""Type, and shape of a row."""

_KEY = re.compile(r'(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})')


def pack(contents: Contents) -> tuple[dict[str, Array], dict[str, str]]:
    """Turn contents into arrays by name and metadata."""
    known: dict[str, dict[str, int]] = {kind: {} for kind in (STREAMS, FRAMES, TENSORS)}
    known[EPISODES] = {name: number for number, name in enumerate(contents.episodes)}
    rows: dict[str, list[Any]] = {name: [] for name in INDEX}
    arrays: dict[str, Array] = {}
    for row, entry in enumerate(contents.entries):
        rows['index.episode'].append(known[EPISODES][entry.episode])
        rows['index.stream'].append(_number(known[STREAMS], entry.stream))
        rows['index.frame'].append(_number(known[FRAMES], entry.frame))
        rows[STEP].append(entry.step)
        rows[STAMP].append(entry.stamp_ns)
        rows[POSE].append((*entry.position, *entry.quaternion))
        for name, values in entry.tensors.items():
            arrays[f'{row}.{_number(known[TENSORS], name)}'] = values
    for name, (dtype, shape) in INDEX.items():
        arrays[name] = np.array(rows[name], dtype=dtype).reshape(len(contents.entries), *shape)
    names = {kind: list(numbers) for kind, numbers in known.items()}
    return arrays, {'names': json.dumps(names), 'announced': json.dumps(contents.announced)}


def unpack(arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> Contents:
    """Turn arrays and metadata back into contents.

    Raises:
        MemoryBankError: they are not what `pack` makes, or an entry is not sound.
        ValueError: the metadata are no JSON.
    """
    names = _names(json.loads(metadata.get('names', '0')))
    announced = json.loads(metadata.get('announced', '0'))
    if not isinstance(announced, bool):
        raise _unsound('announced is neither true nor false')
    index = {name: _column(arrays, name) for name in INDEX}
    steps = index[STEP].tolist()
    for name, column in index.items():
        if len(column) != len(steps):
            raise _unsound(f'{name} has {len(column)} rows, {STEP} has {len(steps)}')
    text = {name: _texts(name, index[name], names[kind]) for name, kind in REFERENCES.items()}
    tensors: list[dict[str, Array]] = [{} for _ in steps]
    for key in arrays.keys() - INDEX.keys():
        row, number = _key(key, len(steps), len(names[TENSORS]))
        tensors[row][names[TENSORS][number]] = arrays[key]
    stamps, poses = index[STAMP].tolist(), index[POSE].tolist()
    entries = tuple(
        Entry(
            episode=text['index.episode'][row],
            stream=text['index.stream'][row],
            step=step,
            # in the order of their names, as a file has none
            tensors=dict(sorted(tensors[row].items())),
            stamp_ns=stamps[row],
            frame=text['index.frame'][row],
            position=tuple(poses[row][:3]),
            quaternion=tuple(poses[row][3:]),
        )
        for row, step in enumerate(steps)
    )
    if len({(entry.episode, entry.stream, entry.step) for entry in entries}) != len(entries):
        raise _unsound('a step of a stream is there twice')
    return Contents(tuple(names[EPISODES]), announced, entries)


def _number(known: dict[str, int], name: str) -> int:
    return known.setdefault(name, len(known))


def _unsound(what: str) -> MemoryBankError:
    return MemoryBankError(f'it is no sound snapshot: {what}', remedy=REMEDY)


def _names(found: object) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for kind in (EPISODES, STREAMS, FRAMES, TENSORS):
        listed = found.get(kind) if isinstance(found, dict) else None
        if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
            raise _unsound(f'it has no list of {kind}')
        if len(set(listed)) != len(listed):
            raise _unsound(f'a name is twice among its {kind}')
        names[kind] = listed
    return names


def _column(arrays: Mapping[str, Array], name: str) -> Array:
    dtype, shape = INDEX[name]
    column = arrays.get(name)
    if column is None or column.dtype != dtype or column.ndim < 1 or column.shape[1:] != shape:
        raise _unsound(f'{name} is absent, or not of the type {dtype} with rows of shape {shape}')
    return column


def _texts(name: str, column: Array, names: list[str]) -> list[str]:
    if len(column) and not 0 <= column.min() <= column.max() < len(names):
        raise _unsound(f'{name} refers to names that are not there')
    return [names[number] for number in column.tolist()]


def _key(key: str, rows: int, names: int) -> tuple[int, int]:
    match = _KEY.fullmatch(key)
    if match is None or int(match[1]) >= rows or int(match[2]) >= names:
        raise _unsound(f'the array {key!r} belongs to no entry')
    return int(match[1]), int(match[2])
