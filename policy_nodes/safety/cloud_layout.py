"""What the bytes of a point cloud mean; a cloud that contradicts itself is refused whole."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import CloudField, CloudSample

Floats = NDArray[np.float64]

MOST_POINTS = 1_000_000
MOST_POINT_BYTES = 4_096
KINDS = {7: 'f4', 8: 'f8'}  # sensor_msgs/PointField FLOAT32 and FLOAT64
AXES = ('x', 'y', 'z')


def damage_of_cloud(cloud: CloudSample, frame: str) -> str:
    """Say what is wrong with a cloud, in words; empty if nothing is.

    Points that are NaN or infinite are no damage: sensors write them where they see nothing.
    """
    if cloud.frame != frame:
        return f'frame {cloud.frame!r}, wanted {frame!r}'
    return _damage_of_fields(cloud) or _damage_of_sizes(cloud)


def _damage_of_fields(cloud: CloudSample) -> str:
    spans = []
    for axis in AXES:
        found = [field for field in cloud.fields if field.name == axis]
        if len(found) != 1:
            return f'{len(found)} fields {axis!r}, wanted one each of x, y, z'
        field = found[0]
        if field.datatype not in KINDS or field.count > 1:
            return (
                f'field {axis!r} of type {field.datatype}, {field.count} times; wanted one '
                'float32 (7) or float64 (8)'
            )
        end = field.offset + _size(field)
        if field.offset < 0 or end > cloud.point_step:
            return f'field {axis!r} ends at byte {end} of a point of {cloud.point_step}'
        spans.append((field.offset, end))
    spans.sort()
    if any(end > begin for (_, end), (begin, _) in pairwise(spans)):
        return 'fields x, y, z that overlap'
    return ''


def _damage_of_sizes(cloud: CloudSample) -> str:
    data = cloud.data
    if not isinstance(data, np.ndarray) or data.ndim != 1 or data.dtype != np.uint8:
        return 'data are no bytes'
    if not 0 < cloud.point_step <= MOST_POINT_BYTES:
        return f'{cloud.point_step} bytes a point, wanted 1 to {MOST_POINT_BYTES}'
    if cloud.height < 0 or cloud.width < 0 or cloud.height * cloud.width > MOST_POINTS:
        return f'{cloud.height} rows of {cloud.width} points, wanted at most {MOST_POINTS} in all'
    if cloud.row_step < cloud.width * cloud.point_step:
        return (
            f'row step {cloud.row_step} for {cloud.width} points of {cloud.point_step} bytes: '
            'rows overlap'
        )
    claimed = cloud.height * cloud.row_step
    if len(data) != claimed:
        return f'{len(data)} bytes, {claimed} claimed by {cloud.height} rows of {cloud.row_step}'
    return ''


def coordinates(cloud: CloudSample) -> tuple[Floats, Floats, Floats]:
    """Read x, y and z (points,) [m] of a sound cloud in the frame of the sensor."""
    order = '>' if cloud.is_bigendian else '<'
    fields = {field.name: field for field in cloud.fields}
    shape, strides = (cloud.height, cloud.width), (cloud.row_step, cloud.point_step)
    columns = []
    for axis in AXES:
        field = fields[axis]
        if cloud.height * cloud.width == 0:
            columns.append(np.zeros(0))
            continue
        values: NDArray[np.floating] = np.ndarray(
            shape,
            dtype=order + KINDS[field.datatype],
            buffer=np.ascontiguousarray(cloud.data),
            offset=field.offset,
            strides=strides,
        )
        # a NaN of any kind is a point that was not seen, and no reason to warn
        with np.errstate(invalid='ignore'):
            columns.append(values.astype(np.float64).ravel())
    x, y, z = columns
    return x, y, z


def _size(field: CloudField) -> int:
    return 4 if field.datatype == 7 else 8
