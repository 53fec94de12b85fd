from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.policies.velocity_steps import accumulate, change_of

TABLE = [
    [0.05, 0.1], [0.05, 0.0], [0.05, -0.1],
    [0.0, 0.1], [0.0, 0.0], [0.0, -0.1],
    [-0.05, 0.1], [-0.05, 0.0], [-0.05, -0.1],
]  # fmt: skip


def test_the_nine_actions_are_the_table_of_the_authors():
    torch.testing.assert_close(change_of(torch.arange(9)), torch.tensor(TABLE))


@pytest.mark.parametrize(
    ('action', 'v_min', 'end'),
    [(0, -0.5, [0.5, 1.0]), (8, -0.5, [-0.5, -1.0]), (8, 0.0, [0.0, -1.0]), (4, -0.5, [0.0, 0.0])],
)
def test_repeated_changes_end_at_the_limits(action, v_min, end):
    twist = torch.zeros(1, 2)
    for _ in range(30):
        twist = accumulate(twist, torch.tensor([action]), torch.tensor([v_min]))
    torch.testing.assert_close(twist, torch.tensor([end]), rtol=0, atol=1e-6)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 8), min_size=1, max_size=60), st.sampled_from([-0.5, 0.0]))
def test_no_sequence_of_actions_leaves_the_limits_or_jumps(actions, v_min):
    twist, low = torch.zeros(1, 2), torch.tensor([v_min])
    for action in actions:
        after = accumulate(twist, torch.tensor([action]), low)
        change = (after - twist).abs()
        assert change[0, 0] <= 0.05 + 1e-6
        assert change[0, 1] <= 0.1 + 1e-6
        assert v_min <= after[0, 0] <= 0.5
        assert -1.0 <= after[0, 1] <= 1.0
        twist = after


def test_a_lower_limit_that_rises_lifts_the_twist():
    twist = torch.tensor([[-0.4, 0.0]])
    assert accumulate(twist, torch.tensor([4]), torch.tensor([0.0]))[0, 0] == 0
