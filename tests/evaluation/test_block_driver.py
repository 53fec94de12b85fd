"""What a block of episodes gives, whoever drives it."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
import torch

from policy_nodes.evaluation.block_driver import BlockDriver, table_of
from policy_nodes.evaluation.chain import TurtlebotChain
from policy_nodes.evaluation.crowd_episodes import EpisodeTable
from policy_nodes.evaluation.crowd_scenarios import KNOWN, draw_episodes
from policy_nodes.evaluation.episode_blocks import Block, Entry, Setup, blocks_of, joined
from policy_nodes.evaluation.run_files import EpisodeScore
from policy_nodes.policies.loading import load_policy

STRAIGHT = Entry('straight', 'rand')


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def _same(one: EpisodeTable, other: EpisodeTable) -> bool:
    return all(
        np.array_equal(getattr(one, each.name), getattr(other, each.name), equal_nan=True)
        for each in fields(EpisodeTable)
    )


@pytest.mark.parametrize('through', ['policy', 'robot'])
def test_every_episode_is_in_one_block(through):
    setup = Setup(seed=1, episodes=203, through=through)
    entries = [STRAIGHT, Entry('orca', 'hallway')]
    blocks = blocks_of(entries, setup)
    for entry in entries:
        mine = [each for each in blocks if each.entry == entry]
        numbers = [each.first + row for each in mine for row in range(each.count)]
        assert numbers == list(range(203))
        assert max(each.count for each in mine) == setup.batch


def test_an_episode_depends_on_its_number_not_on_the_block_it_is_drawn_in():
    for scenario in KNOWN:
        if scenario == 'recorded':
            continue
        together = draw_episodes(scenario, 5, 0, 6)
        alone = draw_episodes(scenario, 5, 4, 1)
        for each in fields(together):
            value = getattr(together, each.name)
            if value is not None:
                torch.testing.assert_close(
                    value[4:5], getattr(alone, each.name), rtol=0, atol=0, equal_nan=True
                )


@pytest.mark.parametrize('policy', ['straight', 'height'])
def test_a_driver_gives_the_same_for_a_block_whatever_it_drove_before(policy):
    setup = Setup(seed=2, episodes=8, traced=True)
    entry = Entry(policy, 'less_human')
    block, other = Block(entry, 4, 4), Block(entry, 0, 4)
    told = []
    used = BlockDriver(setup)
    first = used.drive(other, lambda done, succeeded: None)
    again = used.drive(block, lambda done, succeeded: told.append((done, succeeded)))
    fresh = BlockDriver(setup).drive(block, lambda done, succeeded: None)
    assert _same(again.table, fresh.table)
    assert sum(done for done, _ in told) == 4
    assert sum(won for _, won in told) == (again.table.outcome == 2).sum()
    # only the first episodes of an entry are drawn
    assert len(first.traces) == 3
    assert again.traces == ()


def test_through_the_robot_an_episode_is_that_of_the_chain():
    setup = Setup(seed=3, episodes=2, through='robot', traced=True)
    entry = Entry('height', 'rand')
    driver = BlockDriver(setup)
    results = [driver.drive(Block(entry, number, 1), lambda *_: None) for number in (0, 1)]
    # a chain of its own for the second episode: nothing is left over from the first
    chain = TurtlebotChain(load_policy('height', 'rand'))
    trace = chain.run(draw_episodes('rand', 3, 1, 1), 3, 1)
    assert _same(results[1].table, table_of([trace.score]))
    [drawn] = results[1].traces
    assert np.array_equal(drawn.pose[:, :2], trace.pose[:, :2])
    assert np.allclose(np.sin(drawn.pose[:, 2] / 2), trace.pose[:, 2])
    assert not _same(results[0].table, results[1].table)


def test_without_the_safety_controller_proposals_reach_the_wheels():
    setup = Setup(seed=1, episodes=1, through='robot', safety=False)
    free = BlockDriver(setup).drive(Block(STRAIGHT, 0, 1), lambda *_: None).table
    assert free.outcome[0] in (3, 4, 5)  # it drives into the first thing on its way


def test_tables_are_joined_in_order():
    def table(first, count):
        numbers = np.arange(first, first + count, dtype=float)
        columns = {each.name: numbers for each in fields(EpisodeTable)}
        return EpisodeTable(**columns)

    assert _same(joined([table(0, 2), table(2, 3)]), table(0, 5))


def test_gaps_that_nobody_measured_are_infinite():
    score = EpisodeScore(0, 1, 'timeout', 49.0, 3.0, None, None, 0.0, 1.0)
    table = table_of([score])
    assert table.person_gap[0] == np.inf
    assert table.obstacle_gap[0] == np.inf
    assert np.isnan(table.reward[0])


def test_recorded_people_need_a_recording():
    with pytest.raises(ValueError, match='needs a recording'):
        draw_episodes('recorded', 1, 0, 1)
    with pytest.raises(ValueError, match='known: rand'):
        draw_episodes('market', 1, 0, 1)
