"""DWA and ORCA as policies: both drive round what stands and avoid who walks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from courses import course, drive, scenario
from navigation_views import a_view

from policy_nodes.evaluation.crowd_episodes import run_episodes
from policy_nodes.policies.dwa import DwaPolicy
from policy_nodes.policies.orca import OrcaPolicy
from policy_nodes.policies.straight import StraightPolicy
from policy_nodes.simulation.crowd.reward import COLLISION_OBSTACLE, COLLISION_WALL, SUCCEEDED


@pytest.fixture(params=[DwaPolicy, OrcaPolicy])
def policy(request):
    return request.param()


def test_it_drives_round_who_stands_in_the_way(policy):
    done = drive(policy, course(people=[(0.0, 0.05)]))
    assert done.outcome.tolist() == [SUCCEEDED]
    assert done.gap.item() > 0.03


def test_it_gets_out_of_the_way_of_who_walks_towards_it(policy):
    meeting = course(people=[(2.5, 0.1)], goals=[(-6.0, 0.1)])
    done = drive(policy, meeting)
    assert done.outcome.tolist() == [SUCCEEDED]
    assert done.gap.item() > 0


def test_it_lets_who_crosses_pass(policy):
    crossing = course(people=[(0.0, 2.6), (1.5, -4.0)], goals=[(0.0, -6.0), (1.5, 6.0)])
    done = drive(policy, crossing)
    assert done.outcome.tolist() == [SUCCEEDED]


def test_it_drives_round_a_box(policy):
    done = drive(policy, course(boxes=[(-0.5, -0.6, 0.5, 0.5)]))
    assert done.outcome.tolist() == [SUCCEEDED]


def test_it_finds_the_way_out_of_a_dead_end(policy):
    pocket = [(0.5, -1.2, 0.7, 1.2), (-1.0, 1.2, 0.7, 1.4), (-1.0, -1.4, 0.7, -1.2)]
    done = drive(policy, course(boxes=pocket))
    assert done.outcome.tolist() == [SUCCEEDED]


def test_it_stands_when_it_is_walled_in(policy):
    policy.reset(torch.ones(1, dtype=torch.bool))
    for _ in range(20):
        asked = policy.act(a_view(ranges=torch.full((1, 180), 0.22)))
    assert asked[0, 0].abs() < 0.06


def test_in_the_arena_it_arrives_far_more_often_than_who_drives_blindly(policy):
    episodes = scenario('rand', count=30)
    outcome = run_episodes(policy, episodes).outcome
    arrived = (outcome == SUCCEEDED).mean()
    blind = (run_episodes(StraightPolicy(), episodes).outcome == SUCCEEDED).mean()
    assert arrived > 0.75
    assert arrived > blind + 0.4
    assert np.isin(outcome, (COLLISION_OBSTACLE, COLLISION_WALL)).mean() < 0.07
