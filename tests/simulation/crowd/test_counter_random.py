"""Random numbers without a state."""

from __future__ import annotations

import pytest
import torch

from policy_nodes.simulation.crowd.counter_random import bits, episode_seeds, normal, uniform

SEEDS = episode_seeds(3, 0, 2000, 'cpu')


def test_numbers_do_not_depend_on_the_batch():
    among = uniform(SEEDS, 5, 7, (4,))
    alone = uniform(SEEDS[123:124], 5, 7, (4,))
    assert torch.equal(among[123:124], alone)


def test_a_longer_draw_begins_with_the_shorter_one():
    assert torch.equal(uniform(SEEDS, 5, 7, (3, 2)), uniform(SEEDS, 5, 7, (6, 2))[:, :3])


@pytest.mark.parametrize(
    ('stream', 'counter', 'seed'),
    [(6, 7, 0), (5, 8, 0), (5, 7, 1)],
    ids=['stream', 'counter', 'seed'],
)
def test_streams_counters_and_seeds_give_numbers_of_their_own(stream, counter, seed):
    first = uniform(SEEDS, 5, 7)
    other = uniform(SEEDS if seed == 0 else episode_seeds(4, 0, 2000, 'cpu'), stream, counter)
    together = torch.stack((first, other))
    assert torch.corrcoef(together)[0, 1].abs() < 0.08


def test_uniform_numbers_fill_their_range_evenly():
    drawn = uniform(SEEDS, 1, 0, (10,))
    assert drawn.min() >= 0
    assert drawn.max() < 1
    share = torch.histc(drawn, 10, 0, 1) / drawn.numel()
    assert (share - 0.1).abs().max() < 0.01


def test_normal_numbers_have_mean_zero_and_spread_one():
    drawn = normal(SEEDS, 2, 0, (10,))
    assert drawn.isfinite().all()
    assert drawn.mean().abs() < 0.02
    assert (drawn.std() - 1).abs() < 0.02
    assert ((drawn.abs() < 1).float().mean() - 0.683).abs() < 0.015


def test_each_world_may_have_its_own_counter():
    counters = torch.arange(len(SEEDS))
    mixed = bits(SEEDS, 1, counters, (2,))
    assert torch.equal(mixed[17:18], bits(SEEDS[17:18], 1, 17, (2,)))


def test_episodes_of_a_run_have_seeds_of_their_own():
    assert len(SEEDS.unique()) == len(SEEDS)
    assert torch.equal(SEEDS[100:], episode_seeds(3, 100, 1900, 'cpu'))
    # a value that must never change: episodes are named by it
    assert episode_seeds(1, 0, 2, 'cpu').tolist() == [1492470133, 459129144]
