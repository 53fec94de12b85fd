"""What holds for every policy without weights: limits, memory, batches."""

from __future__ import annotations

import pytest
import torch
from courses import course, drive, scenario
from navigation_views import a_view, random_view

from policy_nodes.policies.dwa import DwaPolicy
from policy_nodes.policies.orca import OrcaPolicy
from policy_nodes.policies.straight import StraightPolicy
from policy_nodes.simulation.crowd.reward import SUCCEEDED

EVERY_POLICY = pytest.mark.parametrize('kind', [StraightPolicy, OrcaPolicy, DwaPolicy])
BEGIN = torch.ones(1, dtype=torch.bool)
ROUNDING = 1e-6


@EVERY_POLICY
@pytest.mark.parametrize(('name', 'v_min'), [('more_human', -0.5), ('hallway', 0.0)])
def test_commands_keep_the_limits_and_steps_of_the_base(kind, name, v_min):
    asked = drive(kind(), scenario(name, count=4), steps=90).asked
    v, w = asked.unbind(-1)
    assert v.min() >= v_min - ROUNDING
    assert v.max() <= 0.5 + ROUNDING
    assert w.abs().max() <= 1.0 + ROUNDING
    change = torch.diff(torch.cat((torch.zeros_like(asked[:1]), asked)), dim=0).abs()
    assert change[..., 0].max() <= 0.05 + ROUNDING
    assert change[..., 1].max() <= 0.1 + ROUNDING


@EVERY_POLICY
def test_an_empty_place_is_crossed_whatever_the_heading(kind):
    for yaw in (1.5, 3.1):
        done = drive(kind(), course(start=(-2.5, 0.0, yaw)))
        assert done.outcome.tolist() == [SUCCEEDED]
        assert len(done.asked) < 250


@EVERY_POLICY
def test_a_robot_is_driven_the_same_alone_and_in_a_batch(kind):
    episodes = scenario('rand', count=6)
    together = drive(kind(), episodes, steps=40)
    alone = drive(kind(), episodes.take(torch.tensor([4])), steps=40)
    torch.testing.assert_close(together.asked[:, 4:5], alone.asked, atol=1e-4, rtol=0)


@EVERY_POLICY
def test_an_episode_that_begins_anew_remembers_nothing(kind):
    policy, fresh = kind(), kind()
    policy.reset(BEGIN)
    for _ in range(5):
        policy.act(a_view(goals=[[0.0, 5.0]], people=[(1.0, 0.5)]))
    policy.reset(BEGIN)
    fresh.reset(BEGIN)
    view = random_view(rows=1)
    assert torch.equal(policy.act(view), fresh.act(view))


@EVERY_POLICY
def test_others_keep_their_memory_when_one_begins_anew(kind):
    view = random_view(rows=2)
    one, other = kind(), kind()
    for policy in (one, other):
        policy.reset(torch.ones(2, dtype=torch.bool))
        for _ in range(4):
            policy.act(view)
    one.reset(torch.tensor([True, False]))
    mine, theirs = one.act(view), other.act(view)
    torch.testing.assert_close(mine[1], theirs[1], atol=1e-5, rtol=0)
    assert not torch.equal(mine[0], theirs[0])


@EVERY_POLICY
def test_selected_robots_go_on_as_before(kind):
    view = random_view(rows=4)
    whole, part = kind(), kind()
    for policy in (whole, part):
        policy.reset(torch.ones(4, dtype=torch.bool))
        for _ in range(4):
            policy.act(view)
    rows = torch.tensor([3, 1])
    part.select(rows)
    picked = type(view)(*(getattr(view, name)[rows] for name in view.__dataclass_fields__))
    torch.testing.assert_close(part.act(picked), whole.act(view)[rows], atol=1e-5, rtol=0)


@EVERY_POLICY
def test_people_out_of_view_do_not_count(kind):
    hidden, nobody = kind(), kind()
    for policy in (hidden, nobody):
        policy.reset(BEGIN)
    for _ in range(5):
        seen = a_view(people=[(0.8, 0.1), (0.0, 0.0)], visible=[False, False])
        assert torch.equal(hidden.act(seen), nobody.act(a_view()))
