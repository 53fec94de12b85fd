"""Entries of a memory bank to messages and back."""

from math import prod

import numpy as np
from geometry_msgs.msg import Point, Pose
from numpy.typing import NDArray

from policy_nodes.memory.entry import Entry
from policy_nodes.memory.errors import MemoryBankError
from policy_nodes.nodes.translate import (
    DTYPES,
    header,
    nanoseconds,
    quaternion_message,
    tensor_message,
)
from policy_stack.msg import MemoryEntry, Tensor

TYPES = {code: dtype.newbyteorder('<') for dtype, code in DTYPES.items()}


def entry_message(entry: Entry) -> MemoryEntry:
    """Write an entry.

    Raises:
        ValueError: an element type that messages do not know.
    """
    x, y, z = entry.position
    return MemoryEntry(
        header=header(entry.stamp_ns, entry.frame),
        episode=entry.episode,
        stream=entry.stream,
        step=entry.step,
        pose=Pose(
            position=Point(x=float(x), y=float(y), z=float(z)),
            orientation=quaternion_message(np.array(entry.quaternion)),
        ),
        tensors=[
            tensor_message(name, values, entry.stamp_ns, entry.frame)
            for name, values in entry.tensors.items()
        ],
    )


def entry_sample(message: MemoryEntry) -> Entry:
    """Read an entry; its arrays cannot be written.

    Raises:
        MemoryBankError: naming the field that makes no sense.
    """
    tensors = {tensor.name: tensor_array(tensor) for tensor in message.tensors}
    if len(tensors) != len(message.tensors):
        raise MemoryBankError(
            f'two tensors of an entry of stream {message.stream!r} have the same name',
            remedy='name them apart',
        )
    position, orientation = message.pose.position, message.pose.orientation
    return Entry(
        episode=message.episode,
        stream=message.stream,
        step=message.step,
        tensors=tensors,
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        position=(position.x, position.y, position.z),
        quaternion=(orientation.x, orientation.y, orientation.z, orientation.w),
    )


def tensor_array(message: Tensor) -> NDArray[np.generic]:
    """Read an array of any rank; it cannot be written.

    Raises:
        MemoryBankError: an unknown element type, or bytes that do not fill the shape.
    """
    dtype = TYPES.get(message.dtype)
    if dtype is None:
        known = ', '.join(f'{code} {kind.name}' for code, kind in TYPES.items())
        raise MemoryBankError(
            f'tensor {message.name!r} has the element type {message.dtype}',
            remedy=f'known are {known}',
        )
    shape = tuple(int(size) for size in message.shape)
    data = bytes(message.data)
    if prod(shape) * dtype.itemsize != len(data):
        raise MemoryBankError(
            f'tensor {message.name!r}: {len(data)} bytes do not fill the shape {shape} of '
            f'{dtype.name}',
            remedy='send the values row-major',
        )
    if dtype.kind == 'b':
        # any other byte than 0 and 1 would be no boolean
        return (np.frombuffer(data, np.uint8) != 0).reshape(shape)
    return np.frombuffer(data, dtype).reshape(shape)
