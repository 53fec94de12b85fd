"""Point clouds as arrays, and to other frames."""

from __future__ import annotations

import math

import numpy as np
import pytest
from geometry_msgs.msg import Transform, TransformStamped
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from sensor_msgs.msg import PointCloud2, PointField
from sensor_msgs_py import point_cloud2
from std_msgs.msg import Header
from tf2_ros import Buffer
from tf2_sensor_msgs import do_transform_cloud, transform_points

HEADER = Header(frame_id='lidar')
COLOURED = [
    PointField(name='x', offset=0, datatype=PointField.FLOAT32, count=1),
    PointField(name='y', offset=4, datatype=PointField.FLOAT32, count=1),
    PointField(name='z', offset=8, datatype=PointField.FLOAT32, count=1),
    PointField(name='ring', offset=16, datatype=PointField.UINT16, count=1),
]


@settings(max_examples=50, deadline=None)
@given(
    npst.arrays(
        np.float32,
        npst.array_shapes(min_dims=1, max_dims=2, min_side=1, max_side=7).map(lambda s: (*s, 3)),
        elements=st.floats(-1e6, 1e6, width=32),
    )
)
def test_points_come_back_as_they_went_in_flat_or_organised(points):
    cloud = point_cloud2.create_cloud_xyz32(HEADER, points)
    organised = points.ndim == 3 and points.shape[1] > 1
    again = point_cloud2.read_points_numpy(cloud, reshape_organized_cloud=organised)
    assert (cloud.width, cloud.height) == (
        points.shape[0],
        points.shape[1] if points.ndim == 3 else 1,
    )
    assert np.array_equal(again.reshape(points.shape), points)


def test_fields_of_several_types_keep_their_places_in_a_padded_point():
    cloud = point_cloud2.create_cloud(HEADER, COLOURED, [(1, 2, 3, 40), (5, 6, 7, 65535)], 24)
    assert (cloud.point_step, cloud.row_step, len(cloud.data)) == (24, 48, 48)
    assert bytes(cloud.data[16:18]) == b'\x28\x00'
    points = point_cloud2.read_points(cloud, ['ring', 'x'])
    assert points['ring'].tolist() == [40, 65535]
    assert points['x'].tolist() == [1.0, 5.0]
    assert point_cloud2.read_points_list(cloud)[1].ring == 65535


def test_a_big_endian_cloud_is_read_and_not_changed():
    data = np.array([[1.5, -2.0, 3.0]], dtype='>f4').tobytes()
    cloud = point_cloud2.create_cloud_xyz32(HEADER, [(0.0, 0.0, 0.0)])
    cloud.is_bigendian, cloud.data = True, data
    for _ in range(2):
        points = point_cloud2.read_points(cloud)
        assert points.dtype['x'] == np.dtype(np.float32)
        assert points[0].tolist() == (1.5, -2.0, 3.0)
    assert bytes(cloud.data) == data


def test_padding_at_the_end_of_rows_is_passed_over():
    rows = [
        np.arange(start, start + 6, dtype=np.float32).tobytes() + b'\xff' * 4 for start in (0, 6)
    ]
    cloud = PointCloud2(
        height=2,
        width=2,
        fields=COLOURED[:3],
        point_step=12,
        row_step=28,
        data=b''.join(rows),
    )
    assert point_cloud2.read_points_numpy(cloud).tolist() == np.arange(12.0).reshape(4, 3).tolist()


def test_points_with_nan_are_left_out_unless_the_cloud_is_dense():
    cloud = point_cloud2.create_cloud_xyz32(HEADER, [(1, 2, 3), (4, math.nan, 6), (7, 8, 9)])
    assert len(point_cloud2.read_points(cloud, skip_nans=True)) == 2
    assert len(point_cloud2.read_points(cloud, ['x', 'z'], skip_nans=True)) == 3
    cloud.is_dense = True
    assert len(point_cloud2.read_points(cloud, skip_nans=True)) == 3
    assert point_cloud2.read_points(cloud, uvs=iter([2, 0]))['x'].tolist() == [7.0, 1.0]


def test_a_field_of_several_elements_becomes_several_fields():
    fields = [PointField(name='', offset=0, datatype=PointField.FLOAT64, count=2)]
    cloud = point_cloud2.create_cloud(HEADER, fields, np.array([[1.0, 2.0], [3.0, 4.0]]))
    points = point_cloud2.read_points(cloud)
    assert points.dtype.names == ('unnamed_field_0_0', 'unnamed_field_0_1')
    assert point_cloud2.read_points_numpy(cloud).tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_what_does_not_fit_is_refused_with_a_sentence():
    cloud = point_cloud2.create_cloud(HEADER, COLOURED, [(1, 2, 3, 4)])
    with pytest.raises(AssertionError, match='intensity'):
        point_cloud2.read_points(cloud, ['intensity'])
    with pytest.raises(AssertionError, match='same datatype'):
        point_cloud2.read_points_numpy(cloud)
    assert point_cloud2.read_points_numpy(cloud, 'xyz').tolist() == [[1.0, 2.0, 3.0]]
    with pytest.raises(AssertionError, match='Two fields'):
        point_cloud2.dtype_from_fields([COLOURED[0], COLOURED[0]])
    with pytest.raises(AssertionError, match='count of 0'):
        point_cloud2.dtype_from_fields([PointField(name='x', datatype=7)])
    with pytest.raises(KeyError, match='datatype 99'):
        point_cloud2.dtype_from_fields([PointField(name='x', datatype=99, count=1)])
    with pytest.raises(AssertionError, match='order, names and types'):
        point_cloud2.create_cloud(HEADER, COLOURED, np.zeros(3, dtype=[('x', 'f4')]))
    cloud.data = cloud.data[:-1]
    with pytest.raises(TypeError, match='has 17 bytes of data, too few'):
        point_cloud2.read_points(cloud)


def quarter_turn():
    transform = TransformStamped(child_frame_id='lidar')
    transform.header.frame_id = 'map'
    transform.transform.translation.x = 10.0
    transform.transform.rotation.z = transform.transform.rotation.w = math.sqrt(0.5)
    return transform


def test_a_cloud_is_taken_to_another_frame_with_its_other_fields():
    cloud = point_cloud2.create_cloud(HEADER, COLOURED, [(1, 2, 3, 4), (5, 6, 7, 8)], 24)
    before = bytes(cloud.data)
    moved = do_transform_cloud(cloud, quarter_turn())
    assert moved.header.frame_id == 'map'
    assert moved.point_step == 24
    points = point_cloud2.read_points(moved)
    assert points['ring'].tolist() == [4, 8]
    assert np.allclose(point_cloud2.read_points_numpy(moved, 'xyz'), [[8, 1, 3], [4, 5, 7]])
    assert bytes(cloud.data) == before


def test_a_buffer_transforms_clouds():
    buffer = Buffer()
    buffer.set_transform_static(quarter_turn(), 'test')
    cloud = point_cloud2.create_cloud_xyz32(HEADER, [(1.0, 0.0, 0.0)])
    points = point_cloud2.read_points_numpy(buffer.transform(cloud, 'map'))
    assert np.allclose(points, [[10, 1, 0]], atol=1e-6)


def test_a_rotation_of_zeros_turns_nothing():
    points = np.array([[1.0, 2.0, 3.0]])
    flat = Transform()
    flat.rotation.w = 0.0
    assert np.array_equal(transform_points(points, flat), points)
