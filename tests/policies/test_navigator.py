"""One robot driven by a policy: what it is asked, when it rests, what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from navigation_views import base_at, goal_at, people_at

from policy_nodes.contract.staleness_monitor import StalenessMonitor
from policy_nodes.models.height import Height
from policy_nodes.policies.height import HeightPolicy
from policy_nodes.policies.loading import POLICIES, STALENESS
from policy_nodes.policies.navigator import FrameError, Navigator

CLEAR = np.full(180, 10.0, dtype=np.float32)


class Witness:
    """A policy that always asks for the same and keeps what it was shown."""

    def __init__(self) -> None:
        self.views, self.resets = [], []

    def reset(self, begins):
        self.resets.append(begins.tolist())

    def select(self, rows):
        raise AssertionError('one robot has nothing to select')

    def act(self, view):
        self.views.append(view)
        return torch.tensor([[0.3, -0.2]])


def test_the_proposal_carries_the_policys_twist_and_the_stamp_of_the_pose():
    navigator = Navigator(Witness())
    proposal = navigator.act(base_at(stamp_ns=42), goal_at(), people_at(), CLEAR)
    assert proposal.stamp_ns == 42
    assert proposal.frame == 'base_link'
    assert proposal.linear.tolist() == pytest.approx([0.3, 0.0, 0.0])
    assert proposal.angular.tolist() == pytest.approx([0.0, 0.0, -0.2])


def test_the_policy_sees_the_samples_as_a_batch_of_one():
    policy = Witness()
    navigator = Navigator(policy, v_min=-0.1)
    base = base_at(1.0, 2.0, 0.5, v=0.3, w=-0.1)
    navigator.act(base, goal_at(3.0, 4.0), people_at((5.0, 6.0), (7.0, 8.0)), CLEAR)
    view = policy.views[-1]
    assert view.pose[0].tolist() == pytest.approx([1.0, 2.0, 0.5])
    assert view.twist[0].tolist() == pytest.approx([0.3, -0.1])
    assert view.goal[0].tolist() == [3.0, 4.0]
    assert view.people[0].tolist() == [[5.0, 6.0], [7.0, 8.0]]
    assert view.visible.tolist() == [[True, True]]
    assert view.v_min.tolist() == pytest.approx([-0.1])
    assert view.ranges.shape == (1, 180)


def test_an_empty_crowd_is_a_view_with_no_people():
    policy = Witness()
    Navigator(policy).act(base_at(), goal_at(), people_at(), CLEAR)
    assert policy.views[-1].people.shape == (1, 0, 2)


@pytest.mark.parametrize(('away', 'arrived'), [(0.299, True), (0.301, False)])
def test_within_the_tolerance_of_the_goal_it_proposes_rest(away, arrived):
    navigator = Navigator(Witness())
    goal = goal_at(away * math.cos(1.0), away * math.sin(1.0), tolerance=0.3)
    proposal = navigator.act(base_at(), goal, people_at(), CLEAR)
    assert navigator.arrived is arrived
    assert bool(proposal.linear.any() or proposal.angular.any()) is not arrived


def test_rest_asks_no_policy():
    policy = Witness()
    proposal = Navigator(policy).rest(9)
    assert proposal.stamp_ns == 9
    assert not proposal.linear.any()
    assert not proposal.angular.any()
    assert policy.views == []


def test_reset_forgets_the_arrival_and_the_episode():
    policy = Witness()
    navigator = Navigator(policy)
    navigator.act(base_at(), goal_at(0.0, 0.0), people_at(), CLEAR)
    before = len(policy.resets)
    navigator.reset()
    assert not navigator.arrived
    assert policy.resets[before:] == [[True], [True]]


@pytest.mark.parametrize('part', ['goal', 'people'])
def test_samples_in_another_frame_are_refused_by_name(part):
    policy = Witness()
    samples = {'goal': goal_at(), 'people': people_at((1.0, 1.0))}
    samples[part] = goal_at(frame='map') if part == 'goal' else people_at(frame='map')
    with pytest.raises(FrameError, match=f"{part} is in frame 'map', the pose in 'odom'"):
        Navigator(policy).act(base_at(), samples['goal'], samples['people'], CLEAR)
    assert policy.views == []


@pytest.mark.parametrize('name', [name for name in POLICIES if name != 'height'] + ['height'])
def test_a_second_episode_is_answered_like_the_first(name):
    torch.manual_seed(0)
    made = POLICIES[name]
    navigator = Navigator(HeightPolicy(Height()) if name == 'height' else made())
    navigator.warm_up()

    def episode():
        answers = []
        for step in range(6):
            base = base_at(0.04 * step, 0.0, 0.1, v=0.3)
            twist = navigator.act(base, goal_at(), people_at((2.0, 0.5)), CLEAR)
            answers.append((twist.linear[0], twist.angular[2]))
        return answers

    first = episode()
    navigator.reset()
    assert episode() == first


def test_every_term_a_navigation_node_listens_to_has_a_bound_and_is_missing_at_first():
    monitor = StalenessMonitor(STALENESS)
    assert {term.name for term in monitor.stale(0, 0.0)} == {'scan', 'odometry', 'people', 'goal'}
    for term in STALENESS:
        monitor.arrived(term, 10_000_000_000, 10.0)
    assert not monitor.stale(10_200_000_000, 10.2)
    # a goal is set once; everything else has to keep coming
    old = {term.name: term.reason for term in monitor.stale(10_600_000_000, 10.6)}
    assert old == {'scan': 'stamp', 'odometry': 'stamp', 'people': 'stamp'}
