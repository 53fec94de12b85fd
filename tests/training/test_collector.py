"""A rollout holds what the policy saw and did, so that learning can go through it again."""

from __future__ import annotations

import pytest
import torch
from small_recipes import WORLDS, small_env

from policy_nodes.models.height import Height
from policy_nodes.policies.height_mirrored import MirroredHeight
from policy_nodes.simulation.crowd.reward import RUNNING
from policy_nodes.training.collector import Collector

STEPS = 12


@pytest.fixture(params=['plain', 'mirrored'])
def network(request):
    torch.manual_seed(0)
    plain = Height()
    return plain if request.param == 'plain' else MirroredHeight(plain)


def test_going_through_the_rollout_again_gives_the_same_probabilities_and_values(network):
    torch.manual_seed(1)
    collector = Collector(network, small_env())
    for _ in range(2):  # the second rollout begins in the midst of episodes
        rollout, last_value, endings = collector.collect(STEPS)
    assert (rollout.mask == 0).any(), 'no episode ended, so no reset was shown'
    with torch.no_grad():
        output = network.eval().sequence(rollout.observation, rollout.hidden, rollout.mask)
    log_all = output.logits.log_softmax(-1)
    again = log_all.gather(-1, rollout.action[..., None])[..., 0]
    torch.testing.assert_close(again, rollout.log_probability, rtol=0, atol=1e-5)
    torch.testing.assert_close(output.value[..., 0], rollout.value, rtol=0, atol=1e-4)
    torch.testing.assert_close(output.hidden, collector.hidden, rtol=0, atol=1e-5)
    assert last_value.shape == (WORLDS,)
    assert endings.sum() == STEPS * WORLDS
    assert endings[RUNNING + 1 :].sum() == rollout.done.sum()


def test_an_episode_begins_where_the_step_before_ended_one():
    collector = Collector(Height(), small_env())
    first, _, _ = collector.collect(STEPS)
    assert not first.mask[0].any()
    assert torch.equal(first.mask[1:, :, 0], 1 - first.done[:-1])
    last = first.done[-1].clone()
    second, _, _ = collector.collect(STEPS)
    assert torch.equal(second.mask[0, :, 0], 1 - last)


def test_actions_are_drawn_with_the_probabilities_of_the_policy():
    torch.manual_seed(2)
    network = Height()
    with torch.no_grad():
        network.dist.linear.weight.zero_()
        network.dist.linear.bias.copy_(torch.tensor([3.0, 0, 0, 0, 2.0, 0, 0, 0, -9.0]))
    wanted = network.dist.linear.bias.softmax(-1)
    collector = Collector(network, small_env())
    counts = torch.zeros(9)
    for _ in range(6):
        rollout, _, _ = collector.collect(STEPS)
        counts += rollout.action.flatten().bincount(minlength=9)
    share = counts / counts.sum()
    # 576 draws: three standard deviations are at most 0.063
    assert (share - wanted).abs().max() < 0.065
