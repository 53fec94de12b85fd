"""What the bytes of a cloud mean, and clouds that contradict themselves."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from clouds import cloud_of
from hypothesis import given
from hypothesis import strategies as st

from policy_nodes.contract.samples import CloudField
from policy_nodes.safety.cloud_layout import coordinates, damage_of_cloud

POINTS = np.array([(1.0, 2.0, 3.0), (-4.0, 0.5, 0.25), (0.125, -8.0, 1.5), (2.0, 2.5, -1.0)])


@pytest.mark.parametrize(
    'layout',
    [
        {},
        {'point_step': 12},
        {'kind': 'f8', 'point_step': 24},
        {'kind': 'f8', 'point_step': 40, 'offsets': (16, 0, 32)},
        {'offsets': (5, 9, 1), 'point_step': 13},
        {'big': True},
        {'big': True, 'kind': 'f8', 'point_step': 27, 'offsets': (3, 11, 19)},
        {'rows': 2},
        {'rows': 2, 'padding': 7},
        {'rows': 4, 'padding': 3, 'kind': 'f8', 'point_step': 32},
    ],
    ids=str,
)
def test_points_are_read_whatever_the_layout(layout):
    cloud = cloud_of(POINTS, **layout)
    assert damage_of_cloud(cloud, 'base_link') == ''
    assert np.stack(coordinates(cloud), axis=1) == pytest.approx(POINTS)


def test_an_empty_cloud_is_sound_and_has_no_points():
    cloud = cloud_of([])
    assert damage_of_cloud(cloud, 'base_link') == ''
    assert [len(axis) for axis in coordinates(cloud)] == [0, 0, 0]


def test_a_signalling_nan_is_a_point_that_was_not_seen_and_no_reason_to_warn():
    cloud = cloud_of(POINTS)
    cloud.data[0:4] = np.frombuffer(np.uint32(0x7FA00000).tobytes(), np.uint8)
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        x, _, _ = coordinates(cloud)
    assert np.isnan(x).tolist() == [True, False, False, False]


def axis(name, **changes):
    return replace(CloudField(name, 'xyz'.index(name) * 4, 7, 1), **changes)


@pytest.mark.parametrize(
    ('changes', 'words'),
    [
        ({'frame': 'camera'}, "frame 'camera', wanted 'base_link'"),
        ({'data': cloud_of(POINTS).data[:-1]}, '63 bytes, 64 claimed'),
        ({'data': np.zeros(65, np.uint8)}, '65 bytes, 64 claimed'),
        ({'data': np.zeros(0, np.uint8)}, '0 bytes, 64 claimed'),
        ({'data': np.zeros(64, np.int8)}, 'no bytes'),
        ({'point_step': 0}, "field 'x' ends at byte 4 of a point of 0"),
        ({'point_step': 8}, "field 'z' ends at byte 12 of a point of 8"),
        ({'point_step': 2**20, 'row_step': 2**23}, 'bytes a point'),
        ({'row_step': 0}, 'rows overlap'),
        ({'row_step': 48}, 'rows overlap'),
        ({'height': -1}, '-1 rows of 4 points'),
        ({'width': 2**31, 'row_step': 2**31}, 'rows of 2147483648 points'),
        ({'height': 2**16, 'width': 2**16}, 'wanted at most 1000000 in all'),
        ({'height': 2}, '64 bytes, 128 claimed'),
        ({'fields': ()}, "0 fields 'x'"),
        ({'fields': (axis('x'), axis('y'))}, "0 fields 'z'"),
        ({'fields': (axis('x'), axis('y'), axis('z'), axis('x'))}, "2 fields 'x'"),
        ({'fields': (axis('x', datatype=5), axis('y'), axis('z'))}, "field 'x' of type 5"),
        ({'fields': (axis('x', count=3), axis('y'), axis('z'))}, '3 times'),
        ({'fields': (axis('x', offset=-4), axis('y'), axis('z'))}, "field 'x' ends at byte 0"),
        ({'fields': (axis('x', offset=2), axis('y'), axis('z'))}, 'overlap'),
    ],
    ids=str,
)
def test_s3_a_damaged_cloud_is_refused_whole_with_its_damage_named(changes, words):
    assert words in damage_of_cloud(replace(cloud_of(POINTS), **changes), 'base_link')


INTEGERS = st.integers(-(2**33), 2**33) | st.integers(-2, 70)
FIELDS = st.builds(
    CloudField,
    st.sampled_from(['x', 'y', 'z', 'rgb', '']),
    INTEGERS,
    st.integers(-1, 12),
    INTEGERS,
)


@given(
    changes=st.fixed_dictionaries(
        {},
        optional={
            'height': INTEGERS,
            'width': INTEGERS,
            'point_step': INTEGERS,
            'row_step': INTEGERS,
            'fields': st.lists(FIELDS, max_size=5).map(tuple),
            'data': st.binary(max_size=200).map(lambda data: np.frombuffer(data, np.uint8)),
            'is_bigendian': st.booleans(),
        },
    )
)
def test_whatever_a_cloud_claims_it_is_either_refused_or_read_within_its_bytes(changes):
    cloud = replace(cloud_of(POINTS), **changes)
    if not damage_of_cloud(cloud, 'base_link'):
        with np.errstate(all='ignore'):
            assert {len(axis) for axis in coordinates(cloud)} == {cloud.height * cloud.width}
