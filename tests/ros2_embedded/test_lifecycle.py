"""Managed nodes, seen and driven by other nodes."""

from __future__ import annotations

import pytest
from lifecycle_msgs.msg import State, Transition, TransitionEvent
from lifecycle_msgs.srv import (
    ChangeState,
    GetAvailableStates,
    GetAvailableTransitions,
    GetState,
)
from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn
from std_msgs.msg import String


class Managed(LifecycleNode):
    """Publishes while it is active; each callback returns or raises what it is told to."""

    def __init__(self, **options):
        super().__init__('managed', **options)
        self.answers = {}
        self.output = self.create_lifecycle_publisher(String, 'output', 10)

    def answer(self, name):
        found = self.answers.get(name, TransitionCallbackReturn.SUCCESS)
        if isinstance(found, Exception):
            raise found
        return found

    def on_configure(self, state):
        return self.answer('configure')

    def on_activate(self, state):
        super().on_activate(state)
        return self.answer('activate')

    def on_error(self, state):
        return self.answer('error')


@pytest.fixture
def managed(ros):
    return ros.add(Managed(context=ros.context))


@pytest.fixture
def change(ros, managed):
    client = ros.node('manager').create_client(ChangeState, '/managed/change_state')

    def one(number):
        request = ChangeState.Request(transition=Transition(id=number))
        return ros.call(client, request).success

    return one


@pytest.fixture
def state(ros, managed):
    client = ros.node('looker').create_client(GetState, '/managed/get_state')
    return lambda: ros.call(client, GetState.Request()).current_state.label


def test_a_manager_takes_a_node_through_its_life(ros, change, state, managed):
    heard = []
    ros.node('listener').create_subscription(String, 'output', heard.append, 10)
    assert ros.until(lambda: managed.output.get_subscription_count() == 1)
    labels = [state()]
    managed.output.publish(String(data='too early'))
    for number in (
        Transition.TRANSITION_CONFIGURE,
        Transition.TRANSITION_ACTIVATE,
    ):
        assert change(number)
        labels.append(state())
    managed.output.publish(String(data='active'))
    assert ros.until(lambda: heard)
    for number in (
        Transition.TRANSITION_DEACTIVATE,
        Transition.TRANSITION_CLEANUP,
        Transition.TRANSITION_UNCONFIGURED_SHUTDOWN,
    ):
        assert change(number)
        labels.append(state())
    assert labels == [
        'unconfigured', 'inactive', 'active', 'inactive', 'unconfigured', 'finalized',
    ]  # fmt: skip
    assert [each.data for each in heard] == ['active']


def test_every_change_is_told_as_an_event(ros, change, managed):
    heard = []
    ros.node('listener').create_subscription(
        TransitionEvent, '/managed/transition_event', heard.append, 10
    )
    assert ros.until(lambda: ros.executor.get_nodes()[0].count_subscribers(
        '/managed/transition_event') == 1)  # fmt: skip
    assert change(Transition.TRANSITION_CONFIGURE)
    assert ros.until(lambda: len(heard) >= 2)
    assert [(each.start_state.label, each.goal_state.label) for each in heard] == [
        ('unconfigured', 'configuring'),
        ('configuring', 'inactive'),
    ]


def test_a_failure_goes_back_and_an_error_that_is_handled_starts_anew(change, state, managed):
    managed.answers['configure'] = TransitionCallbackReturn.FAILURE
    assert not change(Transition.TRANSITION_CONFIGURE)
    assert state() == 'unconfigured'
    managed.answers['configure'] = TransitionCallbackReturn.SUCCESS
    assert change(Transition.TRANSITION_CONFIGURE)
    managed.answers['activate'] = RuntimeError('motor is stuck')
    assert not change(Transition.TRANSITION_ACTIVATE)
    assert state() == 'unconfigured'


def test_an_error_that_is_not_handled_ends_the_node(change, state, managed):
    managed.answers['configure'] = TransitionCallbackReturn.ERROR
    managed.answers['error'] = TransitionCallbackReturn.FAILURE
    assert not change(Transition.TRANSITION_CONFIGURE)
    assert state() == 'finalized'


def test_an_illegal_change_is_refused_and_the_node_lives_on(change, state, managed):
    assert not change(Transition.TRANSITION_ACTIVATE)
    assert state() == 'unconfigured'
    assert change(Transition.TRANSITION_CONFIGURE)


def test_states_and_transitions_can_be_listed(ros, managed):
    node = ros.node('looker')
    states = ros.call(
        node.create_client(GetAvailableStates, '/managed/get_available_states'),
        GetAvailableStates.Request(),
    ).available_states
    assert State.PRIMARY_STATE_ACTIVE in {each.id for each in states}
    possible = ros.call(
        node.create_client(GetAvailableTransitions, '/managed/get_available_transitions'),
        GetAvailableTransitions.Request(),
    ).available_transitions
    assert {each.transition.label for each in possible} == {'configure', 'shutdown'}
    graph = ros.call(
        node.create_client(GetAvailableTransitions, '/managed/get_transition_graph'),
        GetAvailableTransitions.Request(),
    ).available_transitions
    assert len(graph) > len(possible)


def test_the_communication_interface_is_there_or_not_and_nothing_else(ros):
    node = ros.add(Managed(context=ros.context, enable_communication_interface=False))
    assert not [each for each in node.services if 'change_state' in each.service_name]
    with pytest.raises(TypeError, match="must be True or False, not 'no'"):
        Managed(context=ros.context, enable_communication_interface='no')
