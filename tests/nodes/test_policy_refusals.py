"""What navigation_policy refuses to configure; it says why, and goes on once that is mended."""

from __future__ import annotations

import pytest
from lifecycle_msgs.msg import State, Transition

NODE = 'navigation_policy'


@pytest.fixture(scope='module')
def policy(processes):
    return processes(NODE)


@pytest.mark.parametrize(
    ('name', 'value', 'words'),
    [
        ('policy', 'hight', "parameter policy is 'hight'; known: height, orca, dwa, straight"),
        ('checkpoint', 'height_moon', 'height_moon'),
        ('robot', 'turtlebat', 'turtlebat'),
        ('sensor_reliability', 'perhaps', 'known: reliable, best_effort'),
    ],
)
def test_unknown_names_are_refused_in_a_sentence(station, policy, name, value, words):
    assert station.state_of(NODE, 60.0) == State.PRIMARY_STATE_UNCONFIGURED
    before = station.get_parameter(NODE, name).string_value
    assert station.set_parameter(NODE, name, value).successful
    assert not station.change(NODE, Transition.TRANSITION_CONFIGURE)
    assert station.state_of(NODE) == State.PRIMARY_STATE_UNCONFIGURED
    station.until(lambda: words in policy.said())
    assert 'Traceback' not in policy.said()
    assert station.set_parameter(NODE, name, before).successful


def test_after_refusals_it_configures_and_holds_its_topics_once(station, policy):
    assert station.set_parameter(NODE, 'policy', 'straight').successful
    assert station.change(NODE, Transition.TRANSITION_CONFIGURE)
    station.until(lambda: len(station.node.get_subscriptions_info_by_topic('/scan')) == 1)
    assert station.change(NODE, Transition.TRANSITION_CLEANUP)
    station.until(lambda: not station.node.get_subscriptions_info_by_topic('/scan'))
