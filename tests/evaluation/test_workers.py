"""Workers as real processes: their number changes nothing, and none is left behind."""

from __future__ import annotations

import os
import signal
from dataclasses import fields
from functools import partial

import numpy as np
import pytest

from policy_nodes.evaluation.block_driver import BlockDriver
from policy_nodes.evaluation.comparison import Comparison
from policy_nodes.evaluation.comparison_file import comparison_mapping
from policy_nodes.evaluation.crowd_episodes import EpisodeTable
from policy_nodes.evaluation.episode_blocks import Block, BlockResult, Entry, Setup
from policy_nodes.evaluation.workers import Advance, Finished, WorkerError, Workers

HEIGHT, STRAIGHT = Entry('height', 'less_human'), Entry('straight', 'less_human')
SETUP = Setup(seed=4, episodes=4)
DRIVER = partial(BlockDriver, SETUP)
BLOCKS = [Block(entry, first, 2) for entry in (HEIGHT, STRAIGHT) for first in (0, 2)]


def _drive(workers):
    comparison = Comparison(SETUP, (HEIGHT, STRAIGHT), {})
    done = succeeded = 0
    with Workers(DRIVER, workers) as pool:
        for event in pool.run(BLOCKS):
            if isinstance(event, Finished):
                comparison.add(event.block, event.result)
            else:
                assert isinstance(event, Advance)
                done, succeeded = done + event.done, succeeded + event.succeeded
    assert done == len(BLOCKS) * 2
    return comparison, succeeded


def test_the_number_of_workers_changes_nothing():
    one, succeeded = _drive(1)
    two, also_succeeded = _drive(2)
    assert one.complete
    assert one.rows() == two.rows()
    assert [row['policy'] for row in one.rows()] == ['height', 'straight']
    assert succeeded == also_succeeded == sum(row['success'] * 4 for row in one.rows())
    for entry in (HEIGHT, STRAIGHT):
        for first in (0, 2):
            tables = [each.results[entry][first].table for each in (one, two)]
            for field in fields(EpisodeTable):
                assert np.array_equal(*(getattr(table, field.name) for table in tables))


def test_a_worker_that_is_killed_is_told_with_its_block_and_the_others_end():
    with Workers(DRIVER, 2) as pool:
        pids = pool.pids
        events = pool.run(BLOCKS)
        next(events)
        os.kill(pids[1], signal.SIGKILL)
        with pytest.raises(WorkerError, match=r'worker 1 ended with status -9 at \w+ in scenario'):
            list(events)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_what_a_worker_cannot_do_is_told_in_its_words():
    block = Block(Entry('height', 'rand', 'gone'), 0, 1)
    with (
        Workers(DRIVER, 1) as pool,
        pytest.raises(WorkerError, match=r"height in scenario rand.*no checkpoint 'gone'"),
    ):
        list(pool.run([block]))


def test_only_complete_blocks_count_in_what_is_left_of_a_comparison():
    comparison = Comparison(SETUP, (HEIGHT, STRAIGHT), {})
    columns = {name: np.array([2, 3]) for name in EpisodeTable.__annotations__}
    comparison.add(BLOCKS[1], BlockResult(EpisodeTable(**columns)))
    values = comparison_mapping(comparison)
    assert values['complete'] is False
    assert [(row['episodes'], row['complete']) for row in values['rows']] == [(2, False)]
    assert values['rows'][0]['success'] == 0.5
    assert values['missing'] == [{'policy': 'straight', 'scenario': 'less_human'}]
