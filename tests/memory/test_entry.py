"""What an entry takes, what it refuses, and that nobody changes it."""

from __future__ import annotations

import numpy as np
import pytest
from small_entries import entry

from policy_nodes.memory.entry import ENTRY_OVERHEAD, MAX_NAME, MAX_TENSORS, TENSOR_OVERHEAD
from policy_nodes.memory.errors import MemoryBankError


def test_an_array_that_can_be_written_is_copied_and_the_copy_cannot():
    mine = np.zeros(3, np.float32)
    kept = entry(tensors={'token': mine}).tensors['token']
    mine[0] = 7.0
    assert kept.tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(ValueError, match='read-only'):
        kept[0] = 1.0


def test_an_array_that_cannot_be_written_is_shared():
    mine = np.frombuffer(b'\1\2\3', np.uint8)
    assert entry(tensors={'token': mine}).tensors['token'] is mine


def test_bytes_in_another_order_are_turned():
    kept = entry(tensors={'token': np.array([1.5, 2.0], '>f8')}).tensors['token']
    assert kept.dtype.isnative
    assert kept.tolist() == [1.5, 2.0]


def test_an_array_of_rank_zero_stays_one():
    assert entry(tensors={'token': np.float32(2.0)}).tensors['token'].shape == ()


def test_an_entry_counts_for_its_values_and_for_what_python_needs_around_them():
    assert entry(tensors={}).size == ENTRY_OVERHEAD
    assert entry(floats=100).size == ENTRY_OVERHEAD + TENSOR_OVERHEAD + 400


@pytest.mark.parametrize(
    ('change', 'said'),
    [
        ({'episode': ''}, r"episode: '' is no usable name; use 1 to 128 printable"),
        ({'stream': ' front'}, r"stream: ' front' is no usable name"),
        ({'stream': 'a\nb'}, r"stream: 'a\\nb' is no usable name"),
        ({'stream': '\ud800'}, 'is no usable name'),
        ({'stream': 'x' * (MAX_NAME + 1)}, r"stream: 'x+\.\.\.' is no usable name"),
        ({'frame': '\t'}, 'frame: .* is no usable name'),
        (
            {'step': -1},
            'step: -1 is out of range; use whole numbers from 0 to 18446744073709551615',
        ),
        ({'step': 1 << 64}, 'step: 18446744073709551616 is out of range'),
        ({'stamp_ns': -5}, 'stamp_ns: -5 is out of range'),
        ({'position': (0.0, float('nan'), 0.0)}, 'position: .* are not 3 finite numbers'),
        ({'position': (0.0, 0.0)}, 'position: .* are not 3 finite numbers'),
        ({'quaternion': (0.0, 0.0, 0.0, float('inf'))}, 'quaternion: .* are not 4 finite'),
        ({'tensors': {'': np.zeros(1)}}, 'tensor: .* is no usable name'),
        (
            {'tensors': {'a': np.zeros(1, complex)}},
            'tensor a: elements of type complex128 are not',
        ),
        ({'tensors': {'a': np.array([{}])}}, 'tensor a: elements of type object are not kept'),
        ({'tensors': {'a': np.zeros([1] * 9)}}, 'tensor a: 9 axes are too many; use at most 8'),
        (
            {'tensors': {str(number): np.zeros(1) for number in range(MAX_TENSORS + 1)}},
            'holds 17 tensors; at most 16 are kept',
        ),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(change, said):
    with pytest.raises(MemoryBankError, match=said):
        entry(**change)
