"""Advantages against their definition."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.models.height import HeightInput
from policy_nodes.training.rollout import Rollout


def a_rollout(reward, value, done) -> Rollout:
    steps, worlds = reward.shape
    first = HeightInput(*(torch.zeros(worlds, *shape) for shape in ((5,), (11, 4), (1,), (180,))))
    rollout = Rollout.empty(steps, first, torch.zeros(worlds, 128))
    rollout.reward, rollout.value, rollout.done = reward, value, done
    return rollout


def by_definition(rollout, last_value, gamma, lam):
    """The sum over l of (gamma lam)^l delta_{t+l}, up to the end of the episode."""
    steps, worlds = rollout.reward.shape
    result = torch.zeros(steps, worlds)
    for world in range(worlds):
        values = [*rollout.value[:, world].tolist(), last_value[world].item()]
        for start in range(steps):
            for ahead, step in enumerate(range(start, steps)):
                ended = bool(rollout.done[step, world])
                following = 0.0 if ended else values[step + 1]
                delta = rollout.reward[step, world].item() + gamma * following - values[step]
                result[start, world] += (gamma * lam) ** ahead * delta
                if ended:
                    break
    return result


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    steps=st.integers(1, 8),
    gamma=st.sampled_from([0.9, 0.99, 1.0]),
    lam=st.sampled_from([0.0, 0.5, 0.95, 1.0]),
)
def test_advantages_are_the_discounted_sum_of_errors_up_to_the_end_of_the_episode(
    seed, steps, gamma, lam
):
    draw = torch.Generator().manual_seed(seed)
    rollout = a_rollout(
        torch.randn((steps, 3), generator=draw),
        torch.randn((steps, 3), generator=draw),
        (torch.rand((steps, 3), generator=draw) < 0.3).float(),
    )
    last = torch.randn(3, generator=draw)
    advantage, target = rollout.advantages(last, gamma, lam)
    expected = by_definition(rollout, last, gamma, lam)
    torch.testing.assert_close(advantage, expected, rtol=0, atol=1e-4)
    torch.testing.assert_close(target, expected + rollout.value, rtol=0, atol=1e-4)


def test_with_full_traces_the_target_is_the_discounted_return():
    reward = torch.tensor([[1.0], [2.0], [4.0]])
    rollout = a_rollout(reward, torch.randn(3, 1), torch.zeros(3, 1))
    _, target = rollout.advantages(torch.tensor([8.0]), 0.5, 1.0)
    assert target[:, 0].tolist() == pytest.approx([1 + 1 + 1 + 1, 2 + 2 + 2, 4 + 4], abs=1e-5)


def test_nothing_flows_back_over_the_end_of_an_episode():
    done = torch.tensor([[0.0], [1.0], [0.0]])
    quiet, loud = torch.zeros(3, 1), torch.tensor([[0.0], [0.0], [100.0]])
    values = torch.ones(3, 1)
    first, _ = a_rollout(quiet, values, done).advantages(torch.zeros(1), 0.99, 0.95)
    second, _ = a_rollout(loud, values, done).advantages(torch.full((1,), 9.0), 0.99, 0.95)
    assert torch.equal(first[:2], second[:2])
    assert not torch.equal(first[2], second[2])
