"""Where things lie in a LeRobot data set of version 3.0, and what its columns are.

Source: huggingface/lerobot 7427f31, `datasets/utils.py`, `feature_utils.py`, `io_utils.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

VERSION = 'v3.0'
ROBOT = 'panda'
INFO = 'meta/info.json'
STATS = 'meta/stats.json'
TASKS = 'meta/tasks.parquet'
EPISODES = 'meta/episodes/chunk-000/file-000.parquet'
DATA = 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet'
FILES_PER_CHUNK = 1000
DATA_MEGABYTES = 100
VIDEO_MEGABYTES = 200
OWN = 'policy_stack'
"""Prefix of what a LeRobot reader ignores, and our own reader needs."""

JOINTS = (
    *(f'panda_joint{i}' for i in range(1, 8)),
    'panda_finger_joint1',
    'panda_finger_joint2',
)
POSE = ('x', 'y', 'z', 'qx', 'qy', 'qz', 'qw')
KEY_POSE = (*POSE, 'gripper', 'ignore_collisions')

_ALWAYS = {
    'timestamp': 'float32',
    'frame_index': 'int64',
    'episode_index': 'int64',
    'index': 'int64',
    'task_index': 'int64',
}


def picture_of(view: str) -> str:
    """Name the column of a camera's colour images."""
    return f'observation.images.{view}'


def depth_of(view: str) -> str:
    """Name the column of a camera's depth images."""
    return f'observation.images.{view}_depth'


def intrinsics_of(view: str) -> str:
    """Name the column of a camera's matrix, by rows [px]."""
    return f'observation.intrinsics.{view}'


def extrinsics_of(view: str) -> str:
    """Name the column of the pose of the world in a camera's optical frame, by rows."""
    return f'observation.camera_from_world.{view}'


def features(views: Sequence[str], height: int, width: int) -> dict[str, dict[str, Any]]:
    """Describe every column, as `info.json` does."""
    columns: dict[str, dict[str, Any]] = {
        'observation.state': _vector(JOINTS),
        'observation.tip_pose': _vector(POSE),
        'observation.gripper_open': _scalar('bool'),
        'action': _vector(KEY_POSE),
        'ignored_collisions': _scalar('bool'),
        'key_frame': _scalar('bool'),
        'source_frame': _scalar('int64'),
    }
    for view in views:
        columns[picture_of(view)] = _image(height, width, 3)
        columns[depth_of(view)] = _image(height, width, 1) | {
            'info': {'is_depth_map': True, 'unit': 'mm'}
        }
        columns[intrinsics_of(view)] = _vector([f'k{i}{j}' for i in range(3) for j in range(3)])
        columns[extrinsics_of(view)] = _vector([f't{i}{j}' for i in range(4) for j in range(4)])
    return columns | {name: _scalar(dtype) for name, dtype in _ALWAYS.items()}


def arrow_schema(columns: dict[str, dict[str, Any]]) -> pa.Schema:
    """Types of the columns in parquet; images are structs of PNG bytes and a path."""
    fields = []
    for name, feature in columns.items():
        kind: pa.DataType
        if feature['dtype'] == 'image':
            kind = pa.struct([('bytes', pa.binary()), ('path', pa.string())])
        else:
            kind = pa.bool_() if feature['dtype'] == 'bool' else getattr(pa, feature['dtype'])()
            if feature['shape'] != [1]:
                kind = pa.list_(kind, feature['shape'][0])
        fields.append(pa.field(name, kind))
    return pa.schema(fields)


def tasks_schema() -> pa.Schema:
    """Types of the table of tasks.

    The texts are the index of a pandas data frame, which its metadata has to say.
    """
    described = {
        'index_columns': ['task'],
        'column_indexes': [
            {
                'name': None,
                'field_name': None,
                'pandas_type': 'unicode',
                'numpy_type': 'object',
                'metadata': {'encoding': 'UTF-8'},
            }
        ],
        'columns': [
            {
                'name': name,
                'field_name': name,
                'pandas_type': pandas,
                'numpy_type': numpy,
                'metadata': None,
            }
            for name, pandas, numpy in (
                ('task_index', 'int64', 'int64'),
                ('task', 'unicode', 'object'),
            )
        ],
        'creator': {'library': 'pyarrow', 'version': pa.__version__},
        'pandas_version': '2.0.0',
    }
    schema = pa.schema([('task_index', pa.int64()), ('task', pa.string())])
    return schema.with_metadata({'pandas': json.dumps(described)})


def _vector(names: Sequence[str]) -> dict[str, Any]:
    return {'dtype': 'float32', 'shape': [len(names)], 'names': list(names)}


def _scalar(dtype: str) -> dict[str, Any]:
    return {'dtype': dtype, 'shape': [1], 'names': None}


def _image(height: int, width: int, channels: int) -> dict[str, Any]:
    return {
        'dtype': 'image',
        'shape': [height, width, channels],
        'names': ['height', 'width', 'channels'],
    }
