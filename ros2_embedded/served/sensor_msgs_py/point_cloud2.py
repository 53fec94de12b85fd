"""PointCloud2 to numpy arrays and back.

Points are structured arrays with one field for each of the cloud's. An organised cloud is an array
of width x height points, as in sensor_msgs_py: its first index is the column. What does not fit
is an AssertionError, as there.
"""

from __future__ import annotations

import array
import sys
from collections import namedtuple
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.lib.recfunctions import structured_to_unstructured, unstructured_to_structured
from sensor_msgs.msg import PointCloud2, PointField
from std_msgs.msg import Header

DUMMY_FIELD_PREFIX = 'unnamed_field'

_DATATYPES = {
    PointField.INT8: np.dtype(np.int8),
    PointField.UINT8: np.dtype(np.uint8),
    PointField.INT16: np.dtype(np.int16),
    PointField.UINT16: np.dtype(np.uint16),
    PointField.INT32: np.dtype(np.int32),
    PointField.UINT32: np.dtype(np.uint32),
    PointField.FLOAT32: np.dtype(np.float32),
    PointField.FLOAT64: np.dtype(np.float64),
}


def read_points(
    cloud: PointCloud2,
    field_names: Iterable[str] | None = None,
    skip_nans: bool = False,
    uvs: Iterable[int] | None = None,
    reshape_organized_cloud: bool = False,
) -> np.ndarray:
    """Return the points of a cloud.

    Args:
        cloud: message to read.
        field_names: fields to read, all where it is None.
        skip_nans: leave out points with a NaN, unless the cloud says that it is dense.
        uvs: indices of the points to return, all where it is None.
        reshape_organized_cloud: return an organised cloud as (width, height).

    Returns:
        A structured array of the machine's byte order; it shares the message's memory where
        neither bytes nor rows had to be rearranged.

    Raises:
        AssertionError: it is no cloud, or it has no such field.
        TypeError: it has fewer bytes than its sizes say.
        KeyError: a field has a datatype that does not exist.
    """
    assert isinstance(cloud, PointCloud2), 'Cloud is not a sensor_msgs.msg.PointCloud2'
    points = _all_points(cloud)
    if field_names is not None:
        names = list(field_names)
        assert all(name in points.dtype.names for name in names), (
            f'Not all of {names} are fields of the cloud, which has {points.dtype.names}'
        )
        points = points[names]
    if skip_nans and not cloud.is_dense:
        keep = np.ones(len(points), dtype=bool)
        for name in points.dtype.names:
            keep &= ~np.isnan(points[name])
        points = points[keep]
    if uvs is not None:
        points = points[uvs if isinstance(uvs, np.ndarray) else np.fromiter(uvs, int)]
    if reshape_organized_cloud and cloud.height > 1:
        points = points.reshape(cloud.width, cloud.height)
    return points


def _all_points(cloud: PointCloud2) -> np.ndarray:
    dtype = dtype_from_fields(cloud.fields, cloud.point_step)
    row = cloud.width * cloud.point_step
    # Rows may be padded; senders that leave row_step out mean that they are not.
    step = max(cloud.row_step, row) if cloud.height > 1 else row
    needed = (cloud.height - 1) * step + row if cloud.height else 0
    if len(cloud.data) < needed:
        raise TypeError(
            f'The cloud has {len(cloud.data)} bytes of data, too few for its height of '
            f'{cloud.height}, width of {cloud.width}, point_step of {cloud.point_step} and '
            f'row_step of {cloud.row_step}: {needed}'
        )
    order = '>' if cloud.is_bigendian else '<'
    points = np.ndarray(
        shape=(cloud.height, cloud.width),
        dtype=dtype.newbyteorder(order),
        buffer=cloud.data,
        strides=(step, cloud.point_step),
    ).reshape(-1)
    return points if points.dtype == dtype else points.astype(dtype)


def read_points_numpy(
    cloud: PointCloud2,
    field_names: Iterable[str] | None = None,
    skip_nans: bool = False,
    uvs: Iterable[int] | None = None,
    reshape_organized_cloud: bool = False,
) -> np.ndarray:
    """Return the points of a cloud as a plain array, the fields along its last axis.

    Raises:
        AssertionError: the fields have different datatypes; otherwise as `read_points`.
    """
    names = None if field_names is None else list(field_names)
    kinds = {
        field.datatype
        for field in cloud.fields
        if names is None or _subfield_names(field, 0).intersection(names)
    }
    assert len(kinds) <= 1, (
        'All fields need to have the same datatype. Use `read_points()` otherwise.'
    )
    return structured_to_unstructured(
        read_points(cloud, names, skip_nans, uvs, reshape_organized_cloud)
    )


def _subfield_names(field: PointField, index: int) -> set[str]:
    return {name for name, _, _ in _subfields(field, index)}


def read_points_list(
    cloud: PointCloud2,
    field_names: Sequence[str] | None = None,
    skip_nans: bool = False,
    uvs: Iterable[int] | None = None,
) -> list[Any]:
    """Return the points of a cloud as named tuples; slow for large ones.

    Raises:
        As `read_points`.
    """
    points = read_points(cloud, field_names, skip_nans, uvs)
    kind = namedtuple('Point', points.dtype.names)
    return [kind._make(each) for each in points]


def dtype_from_fields(fields: Iterable[PointField], point_step: int | None = None) -> np.dtype:
    """Return the structured type of a point.

    Args:
        fields: of the cloud; one with a count of n becomes n of them, `name_0` and so on.
        point_step: bytes of a point, as many as the fields take where it is None.

    Raises:
        AssertionError: a count of 0, or two fields of one name.
        KeyError: a datatype that does not exist.
    """
    names: list[str] = []
    formats: list[str] = []
    offsets: list[int] = []
    for index, field in enumerate(fields):
        for name, datatype, offset in _subfields(field, index):
            assert name not in names, f'Two fields are called {name!r}: names must differ.'
            names.append(name)
            formats.append(datatype.str)
            offsets.append(offset)
    parts: dict[str, Any] = {'names': names, 'formats': formats, 'offsets': offsets}
    if point_step is not None:
        parts['itemsize'] = point_step
    return np.dtype(parts)


def _subfields(field: PointField, index: int) -> list[tuple[str, np.dtype, int]]:
    """Return name, type and offset of each element of a field."""
    assert field.count > 0, f'Field {field.name!r} has a count of 0; it must be 1 or more.'
    if field.datatype not in _DATATYPES:
        raise KeyError(
            f'field {field.name!r} has datatype {field.datatype}; known are {list(_DATATYPES)}'
        )
    datatype = _DATATYPES[field.datatype]
    name = field.name or f'{DUMMY_FIELD_PREFIX}_{index}'
    if field.count == 1:
        return [(name, datatype, field.offset)]
    return [
        (f'{name}_{each}', datatype, field.offset + each * datatype.itemsize)
        for each in range(field.count)
    ]


def create_cloud(
    header: Header,
    fields: Iterable[PointField],
    points: Iterable[Any],
    point_step: int | None = None,
) -> PointCloud2:
    """Return a cloud.

    Args:
        header: of the message.
        fields: of a point.
        points: a structured array; a plain one with the fields along its last axis; or tuples.
            With a shape of (width, height) the cloud is organised.
        point_step: bytes of a point, as many as the fields take where it is None.

    Raises:
        AssertionError: points and fields do not fit, or there are more than two dimensions.
    """
    described = list(fields)
    dtype = dtype_from_fields(described, point_step)
    if not isinstance(points, np.ndarray):
        points = np.array([tuple(each) for each in points], dtype=dtype)
    elif points.dtype.names is None:
        assert len({field.datatype for field in described}) <= 1, (
            'All fields need to have the same datatype. Pass a structured array otherwise.'
        )
        points = unstructured_to_structured(points, dtype=dtype)
    else:
        assert points.dtype == dtype, (
            f'The points are of type {points.dtype}, the fields say {dtype}: '
            'order, names and types must be the same.'
        )
    assert points.ndim <= 2, (
        f'The points have {points.ndim} dimensions; an organised cloud has two, width and height.'
    )
    width = points.shape[0]
    data = array.array('B')
    data.frombytes(points.tobytes())
    return PointCloud2(
        header=header,
        height=points.shape[1] if points.ndim == 2 else 1,
        width=width,
        fields=described,
        is_bigendian=sys.byteorder != 'little',
        point_step=dtype.itemsize,
        row_step=dtype.itemsize * width,
        is_dense=False,
        data=data,
    )


def create_cloud_xyz32(header: Header, points: Iterable[Any]) -> PointCloud2:
    """Return a cloud of x, y and z in 32 bits each; see `create_cloud`."""
    fields = [
        PointField(name=name, offset=4 * index, datatype=PointField.FLOAT32, count=1)
        for index, name in enumerate('xyz')
    ]
    return create_cloud(header, fields, points)
