"""HEIGHT as a policy: memory by row, the accumulated twist, and the mirrored form."""

from __future__ import annotations

import pytest
import torch
from navigation_views import a_view, in_mirror, random_view

from policy_nodes.models.height import Height
from policy_nodes.policies.height import HeightPolicy
from policy_nodes.policies.height_mirrored import MirroredHeight, mirrored
from policy_nodes.policies.height_observation import observe
from policy_nodes.policies.velocity_steps import change_of

# left and right change places in every row of the table
MIRRORED_ACTIONS = [2, 1, 0, 5, 4, 3, 8, 7, 6]


def a_network(seed: int = 0) -> Height:
    """Random weights with opinions: the last layer starts almost flat."""
    torch.manual_seed(seed)
    network = Height()
    with torch.no_grad():
        network.dist.linear.weight.mul_(300)
    return network


@pytest.fixture(params=['plain', 'mirrored'])
def policy(request) -> HeightPolicy:
    network = a_network()
    return HeightPolicy(network if request.param == 'plain' else MirroredHeight(network))


def begins(*rows: bool) -> torch.Tensor:
    return torch.tensor(rows)


def test_the_twist_is_the_sum_of_the_most_likely_changes(policy):
    policy.reset(begins(True, True))
    wanted = torch.zeros(2, 2)
    for step in range(5):
        twist = policy.act(random_view(rows=2, seed=step))
        wanted = wanted + change_of(policy.logits.argmax(-1))
        torch.testing.assert_close(twist, wanted, rtol=0, atol=1e-6)


def test_a_row_that_begins_forgets_and_the_others_do_not(policy):
    views = [random_view(rows=2, seed=step) for step in range(4)]
    policy.reset(begins(True, True))
    for view in views[:3]:
        policy.act(view)
    policy.reset(begins(False, True))
    after = policy.act(views[3]).clone()
    logits = policy.logits.clone()

    policy.reset(begins(True))  # another number of rows starts anew
    policy.reset(begins(True, True))
    fresh = policy.act(views[3])
    torch.testing.assert_close(fresh[1], after[1])
    torch.testing.assert_close(policy.logits[1], logits[1], rtol=0, atol=1e-5)
    assert not torch.allclose(policy.logits[0], logits[0], rtol=0, atol=1e-3)


def test_selected_rows_go_on_as_if_nothing_had_happened(policy):
    views = [random_view(rows=4, seed=step) for step in range(4)]
    policy.reset(begins(True, True, True, True))
    for view in views[:3]:
        policy.act(view)
    keep = torch.tensor([3, 1])
    states = (policy.hidden, policy.mask, policy.twist, policy.attention, policy.logits)
    expected = [state[keep].clone() for state in states]
    policy.select(keep)
    kept = (policy.hidden, policy.mask, policy.twist, policy.attention, policy.logits)
    for got, wanted in zip(kept, expected, strict=True):
        torch.testing.assert_close(got, wanted)
    last = views[3]
    part = type(last)(**{name: getattr(last, name)[keep] for name in vars(last)})
    assert policy.act(part).shape == (2, 2)


def test_the_slowest_velocity_of_the_view_holds():
    network = a_network()
    with torch.no_grad():
        network.dist.linear.bias[7] = 1e6  # always slows down
    policy = HeightPolicy(network)
    policy.reset(begins(True))
    for _ in range(20):
        forward_only = policy.act(a_view(v_min=0.0))
    assert forward_only.tolist() == [[0.0, 0.0]]


def test_the_mirrored_inputs_are_the_inputs_of_the_mirrored_world():
    for seed in range(5):
        view = random_view(rows=3, seed=seed)
        expected = observe(in_mirror(view), 11, 4)
        for got, wanted in zip(mirrored(observe(view, 11, 4)), expected, strict=True):
            torch.testing.assert_close(got, wanted, rtol=0, atol=1e-5)


def test_mirroring_twice_changes_nothing():
    seen = observe(random_view(), 11, 4)
    for got, wanted in zip(mirrored(mirrored(seen)), seen, strict=True):
        torch.testing.assert_close(got, wanted, rtol=0, atol=0)


def test_the_mirrored_table_of_actions_swaps_left_and_right():
    changes = change_of(torch.arange(9))
    swapped = change_of(torch.tensor(MIRRORED_ACTIONS))
    torch.testing.assert_close(swapped, changes * torch.tensor([1.0, -1.0]))


def test_the_mirrored_policy_answers_a_mirrored_world_with_the_mirrored_twist():
    here = HeightPolicy(MirroredHeight(a_network(3)))
    there = HeightPolicy(MirroredHeight(a_network(3)))
    for policy in (here, there):
        policy.reset(begins(*[True] * 6))
    turned = False
    for step in range(8):
        view = random_view(rows=6, seed=step)
        twist, reflected = here.act(view), there.act(in_mirror(view))
        torch.testing.assert_close(
            there.logits, here.logits[:, MIRRORED_ACTIONS], rtol=0, atol=2e-4
        )
        torch.testing.assert_close(reflected, twist * torch.tensor([1.0, -1.0]))
        turned |= bool(twist[:, 1].any())
    assert turned, 'the weights never turn, so nothing was shown'


def test_a_plain_policy_is_not_symmetric_so_the_test_above_can_fail():
    here, there = HeightPolicy(a_network(3)), HeightPolicy(a_network(3))
    view = random_view(rows=6)
    for policy, seen in ((here, view), (there, in_mirror(view))):
        policy.reset(begins(*[True] * 6))
        policy.act(seen)
    assert not torch.allclose(there.logits, here.logits[:, MIRRORED_ACTIONS], rtol=0, atol=0.1)


def test_the_average_is_of_probabilities():
    network = a_network(4)
    seen, mask = observe(random_view(), 11, 4), torch.zeros(4, 1)
    with torch.no_grad():
        plain = network.eval()(seen, network.initial_hidden(4), mask)
        other = network(mirrored(seen), network.initial_hidden(4), mask)
        both = MirroredHeight(network)
        output = both(seen, both.initial_hidden(4), mask)
    reflected = other.logits.softmax(-1)[:, MIRRORED_ACTIONS]
    wanted = 0.5 * (plain.logits.softmax(-1) + reflected)
    torch.testing.assert_close(output.logits.exp(), wanted, rtol=0, atol=1e-5)
    torch.testing.assert_close(output.value, 0.5 * (plain.value + other.value))


def test_mirroring_needs_velocities_in_the_frame_of_the_robot():
    with pytest.raises(ValueError, match='4 numbers a person'):
        MirroredHeight(Height(edge_features=2))
