"""Writes episodes as a LeRobot data set of version 3.0: the documented layout, by pyarrow."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image

from policy_nodes.evaluation.lerobot.episode_frames import EpisodeFrames
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.training import lerobot_layout as layout
from policy_nodes.training.lerobot_statistics import (
    ImageStatistics,
    NumberStatistics,
    sampled_rows,
)

FRAME = ('timestamp', 'frame_index', 'episode_index', 'index', 'task_index')
OWN = (
    'start_ns',
    'source',
    'episode',
    'index',
    'scenario',
    'seed',
    'outcome',
    'score',
    'contract',
)


class DataSetWriter:
    """A data set under way; the first episode says what the others must be like.

    Attributes:
        episodes: written.
        frames: written.
    """

    def __init__(self, folder: Path, *, megabytes: int = layout.DATA_MEGABYTES) -> None:
        """Begin.

        Args:
            folder: to write, new or empty.
            megabytes: size at which another data file is begun.

        Raises:
            RecordingError: the folder holds something.
        """
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RecordingError(f'{folder} is there already: give a new or an empty folder')
        self._folder, self._megabytes = folder, megabytes
        self.episodes = self.frames = 0
        self._first: EpisodeFrames | None = None
        self._features: dict[str, dict[str, Any]] = {}
        self._tasks: dict[str, int] = {}
        self._rows: list[dict[str, Any]] = []
        self._numbers: dict[str, NumberStatistics] = {}
        self._images: dict[str, ImageStatistics] = {}
        self._file, self._size = -1, 0
        self._data: pq.ParquetWriter | None = None

    def add(self, episode: EpisodeFrames) -> None:
        """Append an episode as one row group.

        Raises:
            RecordingError: it has other columns than the first one; names the first of them.
        """
        if self._first is None:
            self._first, self._features = episode, features_of(episode)
        unlike = _difference(self._first, episode)
        if unlike:
            raise RecordingError(f'it does not fit the episodes before: {unlike}')
        task = self._tasks.setdefault(episode.task, len(self._tasks))
        count = len(episode)
        numbers: dict[str, NDArray[Any]] = dict(episode.columns) | {
            'timestamp': np.arange(count, dtype=np.float32) / np.float32(episode.fps),
            'frame_index': np.arange(count),
            'episode_index': np.full(count, self.episodes),
            'index': np.arange(self.frames, self.frames + count),
            'task_index': np.full(count, task),
        }
        pictures = {layout.picture_of(view): shown for view, shown in episode.images.items()}
        schema = layout.arrow_schema(self._features)
        table = pa.table(
            {field.name: _column(field, numbers, pictures) for field in schema}, schema=schema
        )
        self._write_rows(table)
        self._note(episode, numbers, pictures)
        self.episodes += 1
        self.frames += count

    def close(self) -> None:
        """Write what describes the data; without episodes nothing."""
        if self._data is not None:
            self._data.close()
            self._data = None
        if self._first is None:
            return
        tasks = pa.table(
            {'task_index': pa.array(self._tasks.values(), pa.int64()), 'task': [*self._tasks]},
            schema=layout.tasks_schema(),
        )
        self._write(layout.TASKS, tasks)
        self._write(layout.EPISODES, pa.Table.from_pylist(self._rows))
        found = {name: each.result() for name, each in self._statistics().items()}
        (self._folder / layout.STATS).write_text(json.dumps(found, indent=4, allow_nan=False))
        info = json.dumps(self._info(self._first), indent=4, allow_nan=False)
        (self._folder / layout.INFO).write_text(info)

    def __enter__(self) -> DataSetWriter:
        """Be closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _info(self, first: EpisodeFrames) -> dict[str, Any]:
        return {
            'codebase_version': layout.VERSION,
            'fps': first.fps,
            'features': self._features,
            'total_episodes': self.episodes,
            'total_frames': self.frames,
            'total_tasks': len(self._tasks),
            'chunks_size': layout.FILES_PER_CHUNK,
            'data_files_size_in_mb': self._megabytes,
            'video_files_size_in_mb': layout.VIDEO_MEGABYTES,
            'data_path': layout.DATA,
            'video_path': None,
            'robot_type': first.robot,
            'splits': {'train': f'0:{self.episodes}'},
            layout.OWN: {'facts': first.facts},
        }

    def _statistics(self) -> dict[str, NumberStatistics | ImageStatistics]:
        return dict(self._numbers) | dict(self._images)

    def _note(
        self,
        episode: EpisodeFrames,
        numbers: dict[str, NDArray[Any]],
        pictures: dict[str, list[bytes]],
    ) -> None:
        """Describe an episode that has been written, and add it to the statistics of all."""
        own = dict(episode.own) | {'start_ns': str(episode.start_ns)}
        row: dict[str, Any] = {
            'episode_index': self.episodes,
            'tasks': [episode.task],
            'length': len(episode),
            'dataset_from_index': self.frames,
            'dataset_to_index': self.frames + len(episode),
            'data/chunk_index': self._file // layout.FILES_PER_CHUNK,
            'data/file_index': self._file % layout.FILES_PER_CHUNK,
            'meta/episodes/chunk_index': 0,
            'meta/episodes/file_index': 0,
        }
        row |= {f'{layout.OWN}/{name}': own.get(name, '') for name in OWN}
        for name, values in numbers.items():
            mine = NumberStatistics()
            mine.add(values)
            self._numbers.setdefault(name, NumberStatistics()).merge(mine)
            row |= {f'stats/{name}/{kind}': value for kind, value in mine.result().items()}
        for name, shown in pictures.items():
            seen = ImageStatistics(3, unit=1 / 255, levels=256)
            seen.add(np.stack([_pixels(shown[i]) for i in sampled_rows(len(shown))]))
            fresh = ImageStatistics(3, unit=1 / 255, levels=256)
            self._images.setdefault(name, fresh).merge(seen)
            row |= {f'stats/{name}/{kind}': value for kind, value in seen.result().items()}
        self._rows.append(row)

    def _write_rows(self, table: pa.Table) -> None:
        """Append to the data file, or to the next one where it would grow too large."""
        if self._data is None or self._size + table.nbytes > self._megabytes << 20:
            if self._data is not None:
                self._data.close()
            self._file += 1
            self._size = 0
            chunk, file = divmod(self._file, layout.FILES_PER_CHUNK)
            path = self._folder / layout.DATA.format(chunk_index=chunk, file_index=file)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._data = pq.ParquetWriter(path, table.schema, compression='snappy')
        self._data.write_table(table, row_group_size=table.num_rows)
        self._size += table.nbytes

    def _write(self, place: str, table: pa.Table) -> None:
        path = self._folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path)


def features_of(episode: EpisodeFrames) -> dict[str, dict[str, Any]]:
    """Describe every column, as `info.json` does."""
    found: dict[str, dict[str, Any]] = {
        name: {
            'dtype': 'float32',
            'shape': [values.shape[1]],
            'names': list(episode.names[name]),
        }
        for name, values in episode.columns.items()
    }
    for view, (height, width) in episode.sizes.items():
        found[layout.picture_of(view)] = {
            'dtype': 'image',
            'shape': [height, width, 3],
            'names': ['height', 'width', 'channels'],
        }
    for name in FRAME:
        dtype = 'float32' if name == 'timestamp' else 'int64'
        found[name] = {'dtype': dtype, 'shape': [1], 'names': None}
    return found


def _difference(first: EpisodeFrames, other: EpisodeFrames) -> str:
    """Say how an episode differs from the first one; empty where it does not."""
    if (first.robot, first.fps) != (other.robot, other.fps):
        return f'{other.robot} at {other.fps} Hz, not {first.robot} at {first.fps} Hz'
    ours, theirs = features_of(first), features_of(other)
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in theirs or name not in ours:
            return f'{name} is in one of them only'
        if ours[name] != theirs[name]:
            return f'{name} is {_ends(theirs[name])}, not {_ends(ours[name])}'
    for topic, facts in first.facts.items():
        if other.facts[topic] != facts:
            return f'{topic} is {other.facts[topic]}, not {facts}'
    return ''


def _ends(feature: dict[str, Any]) -> str:
    names = feature['names'] or ['']
    return f'{feature["shape"]} {names[0]} to {names[-1]}'


def _column(
    field: pa.Field, numbers: dict[str, NDArray[Any]], pictures: dict[str, list[bytes]]
) -> pa.Array:
    if field.name in pictures:
        structs = [
            {'bytes': png, 'path': f'{field.name}-{i:06d}.png'}
            for i, png in enumerate(pictures[field.name])
        ]
        return pa.array(structs, field.type)
    values = numbers[field.name]
    flat = pa.array(np.ascontiguousarray(values).ravel())
    if pa.types.is_fixed_size_list(field.type):
        return pa.FixedSizeListArray.from_arrays(flat, type=field.type)
    return flat.cast(field.type)


def _pixels(png: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(png), formats=['PNG']) as image:
        return np.array(image)
