"""One step of one stream of a policy's memory."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.memory.errors import MemoryBankError

Array = NDArray[Any]

MAX_NAME = 128
MAX_TENSORS = 16
"""Of one entry."""
MAX_AXES = 8
ENTRY_OVERHEAD = 1024
"""What Python needs for an entry beside its values [bytes], rounded up."""
TENSOR_OVERHEAD = 384
"""What Python needs for an array beside its values [bytes], rounded up."""


@dataclass(frozen=True, eq=False)
class Entry:
    """Named arrays, with when and where they were taken.

    Nobody can change an entry: arrays that can be written are copied.

    Attributes:
        episode: name of the episode.
        stream: name within the episode, for example one camera view.
        step: number within the stream, 0 to 2**64 - 1; one entry a step.
        tensors: arrays by name; floats, integers and booleans of up to 8 bytes, NaN included.
        stamp_ns: time that the values belong to [ns].
        frame: that the pose is given in; empty where there is none.
        position: (3,) [m].
        quaternion: (4,) xyzw.
        size: bytes that the entry counts for: its values and what Python needs around them.

    Raises:
        MemoryBankError: naming the field.
    """

    episode: str
    stream: str
    step: int
    tensors: Mapping[str, Array]
    stamp_ns: int = 0
    frame: str = ''
    position: tuple[float, float, float] = (0.0, 0.0, 0.0)
    quaternion: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        check_name('episode', self.episode)
        check_name('stream', self.stream)
        if self.frame:
            check_name('frame', self.frame)
        _check_count('step', self.step, 1 << 64)
        _check_count('stamp_ns', self.stamp_ns, 1 << 63)
        _check_numbers('position', self.position, 3)
        _check_numbers('quaternion', self.quaternion, 4)
        if len(self.tensors) > MAX_TENSORS:
            raise MemoryBankError(
                f'an entry holds {len(self.tensors)} tensors',
                remedy=f'at most {MAX_TENSORS} are kept: join some of them',
            )
        kept = {name: _kept(name, values) for name, values in self.tensors.items()}
        size = ENTRY_OVERHEAD + sum(TENSOR_OVERHEAD + array.nbytes for array in kept.values())
        # the only way for a frozen dataclass to hold what it made itself
        object.__setattr__(self, 'tensors', kept)
        object.__setattr__(self, 'size', size)


def check_name(what: str, name: str) -> None:
    """Refuse empty, over-long and unprintable names, and blanks around them."""
    if not name.isprintable() or not name or name != name.strip() or len(name) > MAX_NAME:
        shown = name if len(name) <= MAX_NAME else name[:MAX_NAME] + '...'
        raise MemoryBankError(
            f'{what}: {shown!r} is no usable name',
            remedy=f'use 1 to {MAX_NAME} printable characters without blanks around them',
        )


def _check_count(what: str, number: int, end: int) -> None:
    if not 0 <= number < end:
        raise MemoryBankError(
            f'{what}: {number} is out of range', remedy=f'use whole numbers from 0 to {end - 1}'
        )


def _check_numbers(what: str, numbers: tuple[float, ...], length: int) -> None:
    if len(numbers) != length or not all(map(math.isfinite, numbers)):
        raise MemoryBankError(
            f'{what}: {list(numbers)} are not {length} finite numbers',
            remedy='give where the entry was taken, or leave it out',
        )


def _kept(name: str, values: Array) -> Array:
    check_name('tensor', name)
    values = np.asarray(values)
    if values.dtype.kind not in 'fiub' or values.dtype.itemsize > 8:
        raise MemoryBankError(
            f'tensor {name}: elements of type {values.dtype} are not kept',
            remedy='convert it to float32, an integer type or bool',
        )
    if values.ndim > MAX_AXES:
        raise MemoryBankError(
            f'tensor {name}: {values.ndim} axes are too many', remedy=f'use at most {MAX_AXES}'
        )
    native = values.dtype.isnative and values.flags.c_contiguous
    if native and not values.flags.writeable:
        return values
    array = np.array(values, dtype=values.dtype.newbyteorder('='), order='C')
    array.flags.writeable = False
    return array
