"""Point clouds as drivers lay them out, for the tests of this folder."""

from __future__ import annotations

import numpy as np

from policy_nodes.contract.samples import CloudField, CloudSample

NANO = 1_000_000_000
SIZES = {'f4': 4, 'f8': 8}
CODES = {'f4': 7, 'f8': 8}


def cloud_of(
    points,
    stamp_ns=NANO,
    *,
    frame='base_link',
    kind='f4',
    offsets=None,
    point_step=16,
    rows=1,
    padding=0,
    big=False,
) -> CloudSample:
    """A sound cloud of the points (n, 3) [m] in the given layout; padding is bytes after a row."""
    points = np.array(points, dtype=np.float64).reshape(-1, 3)
    size = SIZES[kind]
    offsets = offsets or (0, size, 2 * size)
    width = len(points) // rows
    layout = np.dtype(
        {
            'names': list('xyz'),
            'formats': [('>' if big else '<') + kind] * 3,
            'offsets': offsets,
            'itemsize': point_step,
        }
    )
    row_step = width * point_step + padding
    data = np.full(rows * row_step, 0xAB, dtype=np.uint8)
    if width:
        held = np.ndarray((rows, width), layout, data, strides=(row_step, point_step))
        with np.errstate(over='ignore'):
            for column, axis in enumerate('xyz'):
                held[axis] = points[:, column].reshape(rows, width)
    return CloudSample(
        stamp_ns=stamp_ns,
        frame=frame,
        height=rows,
        width=width,
        fields=tuple(
            CloudField(axis, at, CODES[kind], 1) for axis, at in zip('xyz', offsets, strict=True)
        ),
        is_bigendian=big,
        point_step=point_step,
        row_step=row_step,
        data=data,
    )
