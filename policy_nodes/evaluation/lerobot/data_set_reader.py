"""Reads episodes of a LeRobot data set of version 3.0, ours or somebody else's.

Only what the layout documents is followed: no path of the data set leads elsewhere, no code of it
runs, and an image is decoded only if it has the size that was promised.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from policy_nodes.evaluation.lerobot.data_set_writer import FRAME, OWN
from policy_nodes.evaluation.lerobot.episode_frames import EpisodeFrames
from policy_nodes.evaluation.lerobot.stream import Singles
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.training import lerobot_layout as layout

LARGEST_INFO = 16 << 20  # bytes
PICTURES = 'observation.images.'
NUMBERS = ('float32', 'float64', 'int64', 'int32', 'int16', 'int8', 'uint8', 'bool')


@dataclass(frozen=True)
class DataSet:
    """A data set that can be read.

    Attributes:
        folder: where it lies.
        robot: as it says.
        fps: frames a second.
        numbers: columns of numbers, with the names of their entries.
        images: cameras, with the column and the size (height, width) [px] of their images.
        left_out: columns that are not read, with why.
        facts: of the topics, for a set of this project.
        episodes: a row about each.
    """

    folder: Path
    robot: str
    fps: int
    numbers: dict[str, tuple[str, ...]]
    images: dict[str, tuple[str, tuple[int, int]]]
    left_out: dict[str, str]
    facts: dict[str, dict[str, Any]]
    episodes: list[dict[str, Any]]


def open_data_set(folder: Path) -> DataSet:
    """Read what describes a data set.

    Raises:
        RecordingError: there is none, it is of another version, or damaged; says what to do.
    """
    info = _info(folder)
    version = info.get('codebase_version')
    if version != layout.VERSION:
        raise RecordingError(
            f'{folder} is a LeRobot data set of version {version}; {layout.VERSION} is read here: '
            "bring it there by LeRobot's own conversion script"
        )
    if info.get('data_path') != layout.DATA:
        raise RecordingError(
            f'{folder} keeps its data at {info.get("data_path")!r}: not read here'
        )
    try:
        fps, features = int(info['fps']), dict(info['features'])
        if not 1 <= fps <= 10_000:
            raise ValueError(f'{fps} frames a second')
        numbers, images, left_out = _sort(features)
        facts = dict((info.get(layout.OWN) or {}).get('facts') or {})
    except (KeyError, TypeError, ValueError) as error:
        raise RecordingError(f'{folder / layout.INFO} cannot be meant: {error}') from error
    return DataSet(
        folder,
        str(info.get('robot_type') or 'unknown'),
        fps,
        numbers,
        images,
        left_out,
        facts,
        _episodes(folder),
    )


def read_episode(data_set: DataSet, number: int) -> EpisodeFrames:
    """Read one episode.

    Raises:
        RecordingError: it is not there, or damaged.
    """
    known = {int(row['episode_index']): row for row in data_set.episodes}
    if number not in known:
        raise RecordingError(
            f'{data_set.folder} has no episode {number}; it has {_ranges(sorted(known))}'
        )
    row = known[number]
    try:
        return _read(data_set, row)
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        if isinstance(error, RecordingError):
            raise
        raise RecordingError(
            f'episode {number} of {data_set.folder} cannot be read: {error}'
        ) from error


def _read(data_set: DataSet, row: dict[str, Any]) -> EpisodeFrames:
    number = int(row['episode_index'])
    place = layout.DATA.format(
        chunk_index=int(row['data/chunk_index']), file_index=int(row['data/file_index'])
    )
    pictures = {view: column for view, (column, _) in data_set.images.items()}
    table = pq.read_table(
        data_set.folder / place,
        columns=[*data_set.numbers, *pictures.values()],
        filters=[('episode_index', '==', number)],
    )
    if not table.num_rows or table.num_rows != int(row['length']):
        raise RecordingError(
            f'{data_set.folder / place} has {table.num_rows} rows of episode {number}, which has '
            f'{row["length"]}: copy the data set again'
        )
    own = {name: str(row.get(f'{layout.OWN}/{name}') or '') for name in OWN}
    start = own.pop('start_ns')
    tasks = row.get('tasks')
    return EpisodeFrames(
        robot=data_set.robot,
        task=str(tasks[0]) if tasks else '',
        fps=data_set.fps,
        start_ns=int(start) if start.isdecimal() else 0,
        columns={
            name: _rows(table[name], name, len(names)) for name, names in data_set.numbers.items()
        },
        names=data_set.numbers,
        images={
            view: [_png(each, column) for each in table[column].to_pylist()]
            for view, column in pictures.items()
        },
        sizes={view: size for view, (_, size) in data_set.images.items()},
        facts=data_set.facts,
        own={name: text for name, text in own.items() if text},
    )


def _info(folder: Path) -> dict[str, Any]:
    file = folder / layout.INFO
    try:
        if file.stat().st_size > LARGEST_INFO:
            raise RecordingError(f'{file} is larger than any description of a data set')
        info = json.loads(file.read_text(encoding='utf-8'))
    except (OSError, ValueError) as error:
        if isinstance(error, RecordingError):
            raise
        raise RecordingError(
            f'{folder} is no LeRobot data set: {file} cannot be read ({error})'
        ) from error
    if not isinstance(info, dict):
        raise RecordingError(f'{file} does not describe a data set')
    return info


def _sort(
    features: dict[str, Any],
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, tuple[int, int]]], dict[str, str]]:
    """Tell columns of numbers, of images, and those that are not read."""
    numbers, images, left_out = {}, {}, {}
    for name, feature in features.items():
        dtype, shape = feature['dtype'], [int(size) for size in feature['shape']]
        if name in FRAME:
            continue
        if dtype in NUMBERS and len(shape) == 1:
            numbers[name] = _names(feature.get('names'), shape[0])
        elif dtype == 'image' and len(shape) == 3 and shape[2] == 3:
            view = name.removeprefix(PICTURES).replace('.', '_')
            images[view] = (name, (shape[0], shape[1]))
        elif dtype == 'video':
            left_out[name] = 'its images are in a video, which is not decoded here'
        else:
            left_out[name] = f'{dtype} of shape {shape} is not read'
    if not numbers:
        raise ValueError('no column of numbers')
    return numbers, images, left_out


def _names(given: Any, count: int) -> tuple[str, ...]:
    """Names of the entries; LeRobot has them as a list, or as a list under one key."""
    if isinstance(given, dict) and len(given) == 1:
        (given,) = given.values()
    if isinstance(given, list) and len(given) == count and len(set(map(str, given))) == count:
        return tuple(map(str, given))
    return tuple(f'{i}' for i in range(count))


def _episodes(folder: Path) -> list[dict[str, Any]]:
    files = sorted((folder / 'meta' / 'episodes').glob('chunk-*/file-*.parquet'))
    wanted = ('episode_index', 'tasks', 'length', 'data/chunk_index', 'data/file_index')
    rows: list[dict[str, Any]] = []
    try:
        for file in files:
            schema = pq.read_schema(file)
            own = [name for name in schema.names if name.startswith(f'{layout.OWN}/')]
            there = [name for name in wanted if name in schema.names]
            rows += pq.read_table(file, columns=[*there, *own]).to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise RecordingError(f'{folder} tells nothing of its episodes: {error}') from error
    if not rows:
        raise RecordingError(f'{folder} has no episode')
    lacking = [name for name in wanted if name not in rows[0] and name != 'tasks']
    if lacking:
        raise RecordingError(f'{folder} does not say {", ".join(lacking)} of its episodes')
    return rows


def _rows(column: pa.ChunkedArray, name: str, width: int) -> Singles:
    joined = column.combine_chunks()
    if pa.types.is_list(joined.type) or pa.types.is_fixed_size_list(joined.type):
        joined = joined.flatten()
    values = joined.to_numpy(zero_copy_only=False).astype(np.float32)
    if values.size != len(column) * width:
        raise ValueError(f'{name} has {values.size} numbers in {len(column)} rows of {width}')
    return values.reshape(len(column), width)


def _png(struct: Any, column: str) -> bytes:
    data = struct.get('bytes') if isinstance(struct, dict) else None
    if not isinstance(data, bytes):
        raise ValueError(f'{column} keeps its images outside of its rows')
    return data


def _ranges(numbers: Sequence[int]) -> str:
    return f'{numbers[0]} to {numbers[-1]}' if len(numbers) > 1 else str(numbers[0])


def chosen_episodes(data_set: DataSet, text: str) -> Iterator[int]:
    """Read a choice of episodes such as 0,3-5; empty chooses all.

    Raises:
        RecordingError: it is no such choice.
    """
    if not text:
        yield from sorted(int(row['episode_index']) for row in data_set.episodes)
        return
    for part in text.split(','):
        first, dash, last = part.strip().partition('-')
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise RecordingError(f'{part!r} is no choice of episodes: write them like 0,3-5')
        yield from range(int(first), int(last or first) + 1)
