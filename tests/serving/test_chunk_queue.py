"""S19: late answers are cut by what was consumed meanwhile."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_nodes.serving.chunk_queue import ChunkQueue


def rows(first, count=4):
    return np.arange(first, first + count, dtype=float)[:, None]


def test_an_answer_in_time_is_played_from_its_first_row():
    queue = ChunkQueue()
    assert queue.admit(rows(10), 1, asked_at=0)
    assert [float(queue.take()[0]) for _ in range(4)] == [10, 11, 12, 13]
    assert queue.take() is None
    assert queue.consumed == 4


def test_a_late_answer_loses_the_rows_that_were_consumed_meanwhile():
    queue = ChunkQueue()
    queue.admit(rows(10), 1, asked_at=0)
    queue.take()
    asked_at = queue.consumed
    queue.take(), queue.take()
    assert queue.admit(rows(20), 2, asked_at)
    assert float(queue.take()[0]) == 22
    assert queue.cut == 2


def test_time_without_rows_cuts_nothing():
    queue = ChunkQueue()
    for _ in range(50):
        assert queue.take() is None
    assert queue.admit(rows(10), 1, asked_at=0)
    assert float(queue.take()[0]) == 10


def test_an_answer_that_is_used_up_and_one_out_of_order_change_nothing():
    queue = ChunkQueue()
    queue.admit(rows(10, 8), 2, asked_at=0)
    assert not queue.admit(rows(0), 1, asked_at=0)
    assert not queue.admit(rows(0), 2, asked_at=0)
    for _ in range(4):
        queue.take()
    assert not queue.admit(rows(20, 4), 3, asked_at=0)
    assert queue.refused == 3
    assert float(queue.take()[0]) == 14


def test_a_single_row_that_comes_after_another_was_sent_is_dropped():
    queue = ChunkQueue()
    queue.admit(rows(1, 1), 1, asked_at=0)
    asked_at = queue.consumed
    queue.take()
    assert not queue.admit(rows(2, 1), 2, asked_at)
    assert queue.take() is None


@given(st.lists(st.integers(0, 5), max_size=30), st.integers(1, 6))
def test_a_row_is_never_sent_for_a_step_that_has_passed(delays, horizon):
    """The row of a chunk that is sent is always the one of this very step."""
    queue, waiting = ChunkQueue(), []
    for step, delay in enumerate(delays):
        waiting.append((step + delay, step, queue.consumed))
        for due, sequence, asked_at in [each for each in waiting if each[0] <= step]:
            # row i of a chunk says which count of sent rows it is for
            queue.admit(rows(asked_at, horizon), sequence + 1, asked_at)
            waiting.remove((due, sequence, asked_at))
        before = queue.consumed
        row = queue.take()
        if row is not None:
            assert float(row[0]) == before


def test_clearing_keeps_the_count():
    queue = ChunkQueue()
    queue.admit(rows(1), 1, asked_at=0)
    queue.take()
    queue.clear()
    assert (len(queue), queue.consumed) == (0, 1)


def test_refused_rows_of_no_length():
    assert not ChunkQueue().admit(np.zeros((0, 2)), 1, asked_at=0)


@pytest.mark.parametrize('late', [0, 1, 3])
def test_what_is_cut_is_counted(late):
    queue = ChunkQueue()
    queue.admit(rows(0, 8), 1, 0)
    for _ in range(late):
        queue.take()
    queue.admit(rows(0, 8), 2, 0)
    assert queue.cut == late
