"""Reads demonstrations back from a LeRobot data set that `lerobot_writer` has written."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image

from policy_nodes.training import lerobot_layout as layout
from policy_nodes.training.demonstrations import Demonstration


def read_lerobot(folder: Path) -> Iterator[Demonstration]:
    """Read the episodes of a data set, one after the other.

    Raises:
        ValueError: another version, or columns that a demonstration needs are missing or of
            another kind; named.
    """
    info = json.loads((folder / layout.INFO).read_text(encoding='utf-8'))
    views, rate = _check(folder, info)
    for row in pq.read_table(folder / layout.EPISODES, columns=_EPISODE).to_pylist():
        place = layout.DATA.format(
            chunk_index=int(row['data/chunk_index']), file_index=int(row['data/file_index'])
        )
        episode = int(row['episode_index'])
        table = pq.read_table(folder / place, filters=[('episode_index', '==', episode)])
        if table.num_rows != row['length']:
            raise ValueError(
                f'{folder / place} has {table.num_rows} rows of episode {episode}, which has '
                f'{row["length"]}; copy the data set again'
            )
        yield _demonstration(table, row, views, rate, info['features'])


_EPISODE = [
    'episode_index',
    'length',
    'data/chunk_index',
    'data/file_index',
    *(f'{layout.OWN}/{name}' for name in ('task', 'variation', 'seed', 'instructions')),
]


def _check(folder: Path, info: dict[str, Any]) -> tuple[tuple[str, ...], float]:
    """Return the views and the rate of a data set that can be read."""
    version = info.get('codebase_version')
    if version != layout.VERSION:
        raise ValueError(
            f'{folder} is a LeRobot data set of version {version}; {layout.VERSION} is read'
        )
    own = info.get(layout.OWN)
    if own is None or info.get('data_path') != layout.DATA:
        raise ValueError(
            f'{folder} was not written by this project: it lacks the key frames and cameras that '
            'a demonstration needs; give a data set of write_lerobot'
        )
    views = tuple(own['views'])
    found = info['features']
    shape = found.get(layout.depth_of(views[0]), {}).get('shape', [0, 0, 1])
    wanted = layout.features(views, *shape[:2])
    for name, feature in wanted.items():
        if found.get(name) != feature:
            raise ValueError(
                f'{folder} says of the column {name}: {found.get(name)}; a demonstration needs '
                f'{feature}'
            )
    return views, float(own['rate'])


def _demonstration(
    table: pa.Table,
    row: dict[str, Any],
    views: tuple[str, ...],
    rate: float,
    features: dict[str, Any],
) -> Demonstration:
    def numbers(name: str) -> NDArray[Any]:
        column = table[name].combine_chunks()
        if pa.types.is_fixed_size_list(column.type):
            return column.flatten().to_numpy().reshape(len(column), -1)
        return column.to_numpy(zero_copy_only=False)

    def images(name: str) -> NDArray[Any]:
        shape = features[name]['shape']
        return np.stack([_image(struct['bytes'], shape) for struct in table[name].to_pylist()])

    rows = len(table)
    state, pose = numbers('observation.state'), numbers('observation.tip_pose')
    intrinsics = [numbers(layout.intrinsics_of(view))[0].reshape(3, 3) for view in views]
    extrinsics = [numbers(layout.extrinsics_of(view)).reshape(rows, 4, 4) for view in views]
    return Demonstration(
        task=row[f'{layout.OWN}/task'],
        variation=row[f'{layout.OWN}/variation'],
        seed=row[f'{layout.OWN}/seed'],
        instructions=tuple(row[f'{layout.OWN}/instructions']),
        rate=rate,
        views=views,
        frame=numbers('source_frame'),
        key=numbers('key_frame'),
        joints=state[:, :7],
        fingers=state[:, 7:],
        gripper_open=numbers('observation.gripper_open'),
        tip_position=pose[:, :3],
        tip_quaternion=pose[:, 3:],
        ignore_collisions=numbers('ignored_collisions'),
        colour=np.stack([images(layout.picture_of(view)) for view in views], axis=1),
        depth=np.stack([images(layout.depth_of(view))[..., 0] for view in views], axis=1),
        intrinsics=np.stack(intrinsics),
        camera_from_world=np.stack(extrinsics, axis=1),
    )


def _image(png: bytes, shape: list[int]) -> NDArray[Any]:
    """Decode a PNG of a size that was promised."""
    height, width, channels = shape
    with Image.open(io.BytesIO(png), formats=['PNG']) as image:
        mode = 'RGB' if channels == 3 else 'I;16'
        if image.size != (width, height) or image.mode != mode:
            raise ValueError(
                f'an image is {image.size} {image.mode}; the data set promises '
                f'{(width, height)} {mode}'
            )
        return np.array(image).reshape(shape)
