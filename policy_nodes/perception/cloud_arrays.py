"""Points out of the bytes of a cloud."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import CloudSample

NUMBERS = {1: 'i1', 2: 'u1', 3: 'i2', 4: 'u2', 5: 'i4', 6: 'u4', 7: 'f4', 8: 'f8'}
NEEDED, WANTED = ('x', 'y', 'z'), 'intensity'
WHOLE = {2: 255.0, 4: 65535.0}  # what an intensity in whole numbers reaches


def points_of(cloud: CloudSample) -> NDArray[np.float32]:
    """Read x, y, z and intensity of every point that is finite.

    Intensities in whole numbers are brought to 0 to 1; a cloud without any reads 0.

    Returns:
        (points, 4) float32.

    Raises:
        ValueError: a field lacks, or the bytes do not hold what the message says.
    """
    fields = {field.name: field for field in cloud.fields}
    missing = [name for name in NEEDED if name not in fields]
    if missing:
        told = ', '.join(fields) or 'none'
        raise ValueError(f'the cloud has no field {", ".join(missing)}; it has {told}')
    names = [*NEEDED, *([WANTED] if WANTED in fields else [])]
    chosen = [fields[name] for name in names]
    if any(field.datatype not in NUMBERS for field in chosen):
        raise ValueError('the cloud has a field of an unknown type; known are 1 to 8')
    order = '>' if cloud.is_bigendian else '<'
    kinds = [np.dtype(order + NUMBERS[field.datatype]) for field in chosen]
    ends = [field.offset + kind.itemsize for field, kind in zip(chosen, kinds, strict=True)]
    if max(ends) > cloud.point_step or cloud.width * cloud.point_step > cloud.row_step:
        raise ValueError(
            f'points of {cloud.point_step} bytes in rows of {cloud.row_step} do not hold '
            f'{cloud.width} points a row with fields up to byte {max(ends)}'
        )
    if len(cloud.data) < cloud.height * cloud.row_step:
        raise ValueError(
            f'{len(cloud.data)} bytes are fewer than {cloud.height} rows of {cloud.row_step}'
        )
    form = np.dtype(
        {
            'names': names,
            'formats': kinds,
            'offsets': [field.offset for field in chosen],
            'itemsize': cloud.point_step,
        }
    )
    table = np.ndarray(
        (cloud.height, cloud.width),
        form,
        np.ascontiguousarray(cloud.data),
        strides=(cloud.row_step, cloud.point_step),
    )
    points = np.zeros((cloud.height * cloud.width, 4), np.float32)
    for column, (name, field) in enumerate(zip(names, chosen, strict=True)):
        points[:, column] = table[name].ravel() / WHOLE.get(field.datatype, 1.0)
    return points[np.isfinite(points).all(1)]
