"""Times, frames, geometry and arrays to messages and back; nothing here decides anything.

Samples of bases, people, arms and legs have files of their own: translate_....py.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point, Quaternion
from numpy.typing import NDArray
from std_msgs.msg import Header

from policy_stack.msg import Tensor

NANO = 1_000_000_000
DTYPES = {
    np.dtype(np.float32): Tensor.FLOAT32,
    np.dtype(np.float64): Tensor.FLOAT64,
    np.dtype(np.uint8): Tensor.UINT8,
    np.dtype(np.int32): Tensor.INT32,
    np.dtype(np.int64): Tensor.INT64,
    np.dtype(np.bool_): Tensor.BOOL,
}


def nanoseconds(stamp: Time) -> int:
    """Read a stamp [ns]."""
    return stamp.sec * NANO + stamp.nanosec


def stamp(time_ns: int) -> Time:
    """Write a stamp; times before zero become zero."""
    seconds, rest = divmod(max(0, time_ns), NANO)
    return Time(sec=int(seconds), nanosec=int(rest))


def header(time_ns: int, frame: str) -> Header:
    """Build a header."""
    return Header(stamp=stamp(time_ns), frame_id=frame)


def quaternion_array(value: Quaternion) -> NDArray[np.float64]:
    """Read a quaternion (4,) xyzw."""
    return np.array([value.x, value.y, value.z, value.w])


def quaternion_message(value: NDArray[np.float64]) -> Quaternion:
    """Write a quaternion (4,) xyzw."""
    x, y, z, w = (float(number) for number in value)
    return Quaternion(x=x, y=y, z=z, w=w)


def point_message(position: Sequence[float] | NDArray[np.float64]) -> Point:
    """Write a point from two or three coordinates."""
    x, y, *z = (float(number) for number in position)
    return Point(x=x, y=y, z=z[0] if z else 0.0)


def tensor_message(name: str, values: NDArray[Any], time_ns: int, frame: str) -> Tensor:
    """Write an array of any rank.

    Raises:
        ValueError: an element type that the message does not know.
    """
    if values.dtype not in DTYPES:
        known = ', '.join(str(kind) for kind in DTYPES)
        raise ValueError(f'tensor {name}: element type {values.dtype} is none of {known}')
    return Tensor(
        header=header(time_ns, frame),
        name=name,
        dtype=DTYPES[values.dtype],
        shape=[int(size) for size in values.shape],
        data=np.ascontiguousarray(values).tobytes(),
    )
