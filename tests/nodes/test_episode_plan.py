"""The plan of episodes when a node dies between two of them."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from policy_nodes.nodes.episode_plan import EpisodePlan, PlanError
from policy_nodes.nodes.service_calls import CallError
from policy_stack.msg import SafetyState
from policy_stack.srv import ResetSafety

SETTINGS = {
    'reset_nodes': ['scorer', 'navigation_policy'],
    'respawned_nodes': ['navigation_policy'],
    'bring_up_timeout': 3.0,
    'seed': 1,
    'scenario': 'rand',
    'reset_safety': True,
    'rearm': False,
    'ready_mode': '',
}


class Calls:
    """Services of a graph; those in `gone` do not answer."""

    def __init__(self):
        self.cancelled = threading.Event()
        self.gone: set[str] = set()
        self.asked: list[str] = []

    def __call__(self, name, kind, request, timeout=None):
        self.asked.append(name)
        if name.split('/')[0] in self.gone:
            raise CallError(f'{name} did not answer')
        return (
            ResetSafety.Response(success=True)
            if kind is ResetSafety
            else kind.Response(success=True)
        )


@pytest.fixture
def calls():
    return Calls()


@pytest.fixture
def plan(calls):
    return EpisodePlan(SimpleNamespace(), calls, SETTINGS)


def test_an_episode_begins_only_when_every_node_is_up(plan, calls):
    looks = iter([False, False, True])
    plan.begin(0, lambda: next(looks))
    assert calls.asked == [
        *('safety_controller/reset', 'scorer/reset_episode', 'navigation_policy/reset_episode')
    ]


def test_a_policy_that_dies_during_the_reset_is_waited_for_and_asked_again(plan, calls):
    calls.gone = {'navigation_policy'}
    looks = iter([True, False, True])

    def keep_up():
        up = next(looks)
        if not up:
            calls.gone = set()
        return up

    plan.begin(0, keep_up)
    assert calls.asked.count('navigation_policy/reset_episode') == 2


def test_a_policy_that_never_comes_back_ends_the_run(plan):
    plan.settings = SETTINGS | {'bring_up_timeout': 0.1}
    with pytest.raises(PlanError, match='does not come back'):
        plan.begin(0, lambda: False)


def test_a_node_that_nobody_starts_again_is_asked_once(plan, calls):
    calls.gone = {'scorer'}
    with pytest.raises(PlanError, match='scorer/reset_episode did not answer'):
        plan.begin(0, lambda: True)
    assert calls.asked.count('scorer/reset_episode') == 1


def test_motion_is_permitted_again_until_the_safety_controller_stays_with_it(calls):
    """The first answer after the reset comes of a stop, the second says that nothing was wrong."""
    epochs = iter([1, 2, 2])

    def answer(name, kind, request, timeout=None):
        calls.asked.append(name)
        fields = {'epoch': next(epochs)} if kind is ResetSafety else {}
        return kind.Response(success=True, **fields)

    # set already: the plan need not wait here
    answer.cancelled = calls.cancelled
    calls.cancelled.set()
    plan = EpisodePlan(SimpleNamespace(), answer, SETTINGS | {'rearm': True})
    plan.begin(0, lambda: True)
    assert calls.asked == [
        'safety_controller/reset',
        *('scorer/reset_episode', 'navigation_policy/reset_episode'),
        *('safety_controller/reset', 'safety_controller/reset'),
    ]


def test_an_episode_of_legs_waits_until_they_follow_and_permits_motion_again_if_they_stop(
    plan, calls
):
    plan.settings = SETTINGS | {'ready_mode': 'follow'}
    states = iter(
        [
            SafetyState(mode='stand_up'),
            SafetyState(mode='damping', latched=True),
            SafetyState(mode='stand_up'),
            SafetyState(mode='follow'),
        ]
    )

    def wait(_seconds):
        plan.take_safety(next(states))
        return False

    calls.cancelled = SimpleNamespace(wait=wait)
    plan.epoch = 0  # as the answers name, so that no policy has to prove anything
    plan.begin(0, lambda: True)
    assert calls.asked == [
        *('safety_controller/reset', 'safety_controller/reset'),
        *('scorer/reset_episode', 'navigation_policy/reset_episode'),
    ]


def test_legs_that_never_follow_end_the_run(plan):
    plan.settings = SETTINGS | {'ready_mode': 'follow', 'bring_up_timeout': 0.1}
    plan.take_safety(SafetyState(mode='hold'))
    with pytest.raises(PlanError, match="in mode 'hold', not in 'follow'"):
        plan.begin(0, lambda: True)
