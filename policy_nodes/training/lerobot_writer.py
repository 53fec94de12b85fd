"""Writes demonstrations as a LeRobot data set of version 3.0, with images as PNG in its rows.

Without LeRobot: the documented layout, written by pyarrow. Demonstrations of all their frames
give a data set at their rate; thinned ones give one row a kept frame at a nominal 1 frame/s, with
the true frame in the column `source_frame`. `action` is the key pose that comes next.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image

from policy_nodes.training import lerobot_layout as layout
from policy_nodes.training.demonstrations import Demonstration
from policy_nodes.training.lerobot_statistics import ImageStatistics, NumberStatistics

Statistics = dict[str, NumberStatistics | ImageStatistics]


def write_lerobot(
    demonstrations: Iterable[Demonstration],
    folder: Path,
    *,
    megabytes: int = layout.DATA_MEGABYTES,
) -> Path:
    """Write a data set.

    Args:
        demonstrations: of the same cameras and rate; every one an episode.
        folder: to write, new or empty.
        megabytes: size at which another data file is begun.

    Raises:
        ValueError: no demonstrations, unlike ones, or a folder that holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f'{folder} is there already; give a new or an empty folder')
    writer: _Writer | None = None
    try:
        for demonstration in demonstrations:
            writer = writer or _Writer(folder, demonstration, megabytes)
            writer.add(demonstration)
    finally:
        if writer is not None:
            writer.close_data()
    if writer is None:
        raise ValueError('there are no demonstrations to write; give at least one')
    writer.write_meta()
    return folder


class _Writer:
    """A data set under way; the first demonstration says what the others must be like."""

    def __init__(self, folder: Path, first: Demonstration, megabytes: int) -> None:
        self._folder, self._megabytes = folder, megabytes
        self._kind = _kind(first)
        self._features = layout.features(first.views, *first.depth.shape[2:4])
        self._schema = layout.arrow_schema(self._features)
        self._statistics = self._fresh_statistics()
        self._tasks: dict[str, int] = {}
        self._episodes: list[dict[str, Any]] = []
        self._rows = 0
        self._file = -1
        self._size = 0
        self._data: pq.ParquetWriter | None = None

    def add(self, demonstration: Demonstration) -> None:
        """Append an episode as one row group."""
        if _kind(demonstration) != self._kind:
            raise ValueError(
                f'a demonstration of {demonstration.task} has {_kind(demonstration)} where the '
                f'first has {self._kind}; write it into a data set of its own'
            )
        episode = len(self._episodes)
        wording = demonstration.instructions[episode % len(demonstration.instructions)]
        task = self._tasks.setdefault(wording, len(self._tasks))
        rows = len(demonstration.frame)
        numbers = _numbers(demonstration) | {
            'timestamp': np.arange(rows, dtype=np.float32) / np.float32(self._fps),
            'frame_index': np.arange(rows),
            'episode_index': np.full(rows, episode),
            'index': np.arange(self._rows, self._rows + rows),
            'task_index': np.full(rows, task),
        }
        images = _images(demonstration)
        table = pa.table(
            {field.name: _column(field, numbers, images) for field in self._schema},
            schema=self._schema,
        )
        self._open_data(table.nbytes)
        assert self._data is not None
        self._data.write_table(table, row_group_size=rows)
        self._size += table.nbytes
        statistics = self._fresh_statistics()
        for name, found in statistics.items():
            found.add(images[name] if name in images else numbers[name])
            self._statistics[name].merge(found)  # type: ignore[arg-type]  # the same kind by name
        self._note(demonstration, wording, rows, statistics)
        self._rows += rows

    def close_data(self) -> None:
        """Write the footer of the data file."""
        if self._data is not None:
            self._data.close()
            self._data = None

    def write_meta(self) -> None:
        """Write what describes the data."""
        tasks = pa.table(
            {'task_index': pa.array(self._tasks.values(), pa.int64()), 'task': [*self._tasks]},
            schema=layout.tasks_schema(),
        )
        self._write(layout.TASKS, tasks)
        self._write(layout.EPISODES, pa.Table.from_pylist(self._episodes))
        statistics = {name: found.result() for name, found in self._statistics.items()}
        (self._folder / layout.STATS).write_text(json.dumps(statistics, indent=4))
        (self._folder / layout.INFO).write_text(json.dumps(self._info(), indent=4))

    @property
    def _fps(self) -> int:
        return int(self._kind['rows per second'])

    def _info(self) -> dict[str, Any]:
        return {
            'codebase_version': layout.VERSION,
            'fps': self._fps,
            'features': self._features,
            'total_episodes': len(self._episodes),
            'total_frames': self._rows,
            'total_tasks': len(self._tasks),
            'chunks_size': layout.FILES_PER_CHUNK,
            'data_files_size_in_mb': self._megabytes,
            'video_files_size_in_mb': layout.VIDEO_MEGABYTES,
            'data_path': layout.DATA,
            'video_path': None,
            'robot_type': layout.ROBOT,
            'splits': {'train': f'0:{len(self._episodes)}'},
            layout.OWN: {'rate': self._kind['rate'], 'views': list(self._kind['views'])},
        }

    def _fresh_statistics(self) -> Statistics:
        found: Statistics = {}
        for name, feature in self._features.items():
            if feature['dtype'] != 'image':
                found[name] = NumberStatistics()
            elif 'info' in feature:
                found[name] = ImageStatistics(1, unit=1.0, levels=1 << 16)
            else:
                found[name] = ImageStatistics(3, unit=1 / 255, levels=256)
        return found

    def _note(
        self, demonstration: Demonstration, wording: str, rows: int, statistics: Statistics
    ) -> None:
        """Describe an episode that has been written."""
        row: dict[str, Any] = {
            'episode_index': len(self._episodes),
            'tasks': [wording],
            'length': rows,
            'dataset_from_index': self._rows,
            'dataset_to_index': self._rows + rows,
            'data/chunk_index': self._file // layout.FILES_PER_CHUNK,
            'data/file_index': self._file % layout.FILES_PER_CHUNK,
            'meta/episodes/chunk_index': 0,
            'meta/episodes/file_index': 0,
            f'{layout.OWN}/task': demonstration.task,
            f'{layout.OWN}/variation': demonstration.variation,
            f'{layout.OWN}/seed': demonstration.seed,
            f'{layout.OWN}/instructions': list(demonstration.instructions),
        }
        for name, found in statistics.items():
            row |= {f'stats/{name}/{kind}': value for kind, value in found.result().items()}
        self._episodes.append(row)

    def _open_data(self, more: int) -> None:
        """Begin the next data file where the present one would grow too large."""
        if self._data is not None and self._size + more <= self._megabytes << 20:
            return
        self.close_data()
        self._file += 1
        self._size = 0
        chunk, file = divmod(self._file, layout.FILES_PER_CHUNK)
        path = self._folder / layout.DATA.format(chunk_index=chunk, file_index=file)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._data = pq.ParquetWriter(path, self._schema, compression='snappy')

    def _write(self, place: str, table: pa.Table) -> None:
        path = self._folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path)


def _kind(demonstration: Demonstration) -> dict[str, Any]:
    """What all demonstrations of a data set have in common."""
    full = len(demonstration.frame) == demonstration.frame[-1] + 1
    rate = demonstration.rate
    if full and rate != int(rate):
        raise ValueError(
            f'{rate} frames a second cannot be told to LeRobot, which counts whole ones; '
            'record at a whole rate, or keep key frames only'
        )
    return {
        'views': demonstration.views,
        'size': demonstration.depth.shape[2:4],
        'rate': rate,
        'rows per second': rate if full else 1,
    }


def _numbers(demonstration: Demonstration) -> dict[str, NDArray[Any]]:
    """Our own columns of numbers."""
    rows = len(demonstration.frame)
    keys = np.array(demonstration.keys)
    coming = keys[np.minimum(np.searchsorted(keys, np.arange(rows), side='right'), len(keys) - 1)]
    pose = np.concatenate([demonstration.tip_position, demonstration.tip_quaternion], axis=1)
    flags = np.stack([demonstration.gripper_open, demonstration.ignore_collisions], axis=1)
    columns: dict[str, NDArray[Any]] = {
        'observation.state': np.concatenate([demonstration.joints, demonstration.fingers], axis=1),
        'observation.tip_pose': pose,
        'observation.gripper_open': demonstration.gripper_open,
        'action': np.concatenate([pose, flags.astype(np.float32)], axis=1)[coming],
        'ignored_collisions': demonstration.ignore_collisions,
        'key_frame': demonstration.key,
        'source_frame': demonstration.frame,
    }
    for i, view in enumerate(demonstration.views):
        intrinsics = demonstration.intrinsics[i].reshape(1, 9)
        columns[layout.intrinsics_of(view)] = np.repeat(intrinsics, rows, axis=0)
        extrinsics = demonstration.camera_from_world[:, i].reshape(rows, 16)
        columns[layout.extrinsics_of(view)] = extrinsics
    return columns


def _images(demonstration: Demonstration) -> dict[str, NDArray[Any]]:
    """Images by column, (rows, height, width, channels)."""
    found: dict[str, NDArray[Any]] = {}
    for i, view in enumerate(demonstration.views):
        found[layout.picture_of(view)] = demonstration.colour[:, i]
        found[layout.depth_of(view)] = demonstration.depth[:, i, ..., None]
    return found


def _column(
    field: pa.Field, numbers: dict[str, NDArray[Any]], images: dict[str, NDArray[Any]]
) -> pa.Array:
    if field.name in images:
        shown = images[field.name]
        structs = [
            {'bytes': _png(image), 'path': f'{field.name}-{i:06d}.png'}
            for i, image in enumerate(shown)
        ]
        return pa.array(structs, field.type)
    values = numbers[field.name]
    if pa.types.is_fixed_size_list(field.type):
        flat = pa.array(np.ascontiguousarray(values).ravel(), field.type.value_type)
        return pa.FixedSizeListArray.from_arrays(flat, type=field.type)
    return pa.array(values, field.type)


def _png(image: NDArray[Any]) -> bytes:
    """Encode (height, width, 3) uint8 or (height, width, 1) uint16."""
    stream = io.BytesIO()
    Image.fromarray(image if image.shape[2] == 3 else image[..., 0]).save(stream, 'png')
    return stream.getvalue()
