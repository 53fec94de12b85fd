"""Points out of the bytes of clouds of all kinds."""

from dataclasses import replace

import numpy as np
import pytest

from policy_nodes.contract.samples import CloudField, CloudSample
from policy_nodes.perception.cloud_arrays import points_of

FORM = np.dtype(
    {
        'names': ['x', 'y', 'z', 'intensity', 'ring'],
        'formats': ['<f4', '<f4', '<f4', '<u2', '<u2'],
        'offsets': [0, 4, 8, 16, 20],
        'itemsize': 24,
    }
)


def cloud(rows=2, columns=3, spare=8):
    table = np.zeros((rows, columns), FORM)
    table['x'] = np.arange(rows * columns).reshape(rows, columns)
    table['z'] = -1.5
    table['intensity'] = 65535
    lines = b''.join(row.tobytes() + bytes(spare) for row in table)
    fields = (('x', 0, 7), ('y', 4, 7), ('z', 8, 7), ('intensity', 16, 4), ('ring', 20, 4))
    return CloudSample(
        stamp_ns=1,
        frame='lidar',
        height=rows,
        width=columns,
        fields=tuple(CloudField(name, at, kind, 1) for name, at, kind in fields),
        is_bigendian=False,
        point_step=24,
        row_step=24 * columns + spare,
        data=np.frombuffer(lines, np.uint8),
    )


def test_points_are_read_over_gaps_between_fields_points_and_rows():
    points = points_of(cloud())
    assert points.dtype == np.float32
    np.testing.assert_array_equal(points[:, 0], range(6))
    np.testing.assert_array_equal(points[:, 2], -1.5)
    np.testing.assert_array_equal(points[:, 3], 1.0)  # whole numbers are brought to 0 to 1


def test_points_that_are_not_finite_are_left_out():
    sample = cloud()
    data = sample.data.copy()
    data[:4] = np.frombuffer(np.float32(np.nan).tobytes(), np.uint8)
    assert len(points_of(replace(sample, data=data))) == 5


def test_other_byte_orders_are_read():
    sample = cloud(rows=1, columns=1, spare=0)
    swapped = np.frombuffer(sample.data.tobytes(), FORM).astype(FORM.newbyteorder('>'))
    swapped = np.frombuffer(swapped.tobytes().ljust(24, b'\0'), np.uint8)
    told = replace(sample, is_bigendian=True, data=swapped)
    np.testing.assert_array_equal(points_of(told), points_of(sample))


def test_a_cloud_without_intensities_reads_zero():
    sample = cloud()
    points = points_of(replace(sample, fields=sample.fields[:3]))
    assert not points[:, 3].any()


@pytest.mark.parametrize(
    ('change', 'sentence'),
    [
        (lambda c: {'fields': c.fields[:2]}, 'no field z; it has x, y'),
        (lambda c: {'point_step': 10, 'row_step': 30}, 'do not hold'),
        (lambda c: {'row_step': 20}, 'do not hold'),
        (lambda c: {'data': c.data[:-9]}, 'bytes are fewer than 2 rows'),
        (lambda c: {'height': 2**31}, 'bytes are fewer'),
        (lambda c: {'fields': (*c.fields[:2], CloudField('z', 8, 99, 1))}, 'unknown type'),
    ],
)
def test_a_damaged_cloud_is_refused_with_what_is_wrong(change, sentence):
    sample = cloud()
    with pytest.raises(ValueError, match=sentence):
        points_of(replace(sample, **change(sample)))


def test_an_empty_cloud_has_no_points():
    empty = replace(cloud(), height=1, width=0, row_step=0, data=np.zeros(0, np.uint8))
    assert points_of(empty).shape == (0, 4)
