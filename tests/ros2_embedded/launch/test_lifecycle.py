"""Lifecycle nodes are brought through their states by events, in real processes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from launch.actions import EmitEvent, LogInfo, RegisterEventHandler, Shutdown, TimerAction
from launch.event_handlers import OnProcessStart
from launch.events import matches_action
from launch.substitutions import LocalSubstitution
from launch_ros.actions import LifecycleNode, LifecycleTransition, RosTimer, SetUseSimTime
from launch_ros.event_handlers import OnStateTransition
from launch_ros.events.lifecycle import ChangeState
from launch_ros.events.matchers import matches_node_name
from lifecycle_msgs.msg import Transition

WALKER = """\
#!{python}
import sys

sys.path.insert(0, {checkout!r})
import ros2_embedded

ros2_embedded.install()
import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn


class Walker(LifecycleNode):
    def on_configure(self, state):
        fails = '--fail' in sys.argv
        return TransitionCallbackReturn.FAILURE if fails else TransitionCallbackReturn.SUCCESS


rclpy.init()
node = Walker('walker')
try:
    rclpy.spin(node)
except (KeyboardInterrupt, ExternalShutdownException):
    pass
node.destroy_node()
rclpy.try_shutdown()
"""


@pytest.fixture
def walker(tmp_path, domain_id):
    """Makes the action of a lifecycle node."""
    path = tmp_path / 'walker'
    checkout = str(Path(__file__).resolve().parents[3])
    path.write_text(WALKER.format(python=sys.executable, checkout=checkout))
    path.chmod(0o755)

    def make(**kwargs):
        return LifecycleNode(
            executable=str(path), name='walker', namespace='robot', output='screen', **kwargs
        )

    return make


def change(node, transition):
    return EmitEvent(
        event=ChangeState(lifecycle_node_matcher=matches_action(node), transition_id=transition)
    )


GIVE_UP = TimerAction(period=20.0, actions=[LogInfo(msg='too late'), Shutdown()])


def test_a_node_is_configured_and_activated_by_events(run_launch, walker):
    node = walker()
    launched = run_launch(
        RegisterEventHandler(
            OnProcessStart(
                target_action=node, on_start=[change(node, Transition.TRANSITION_CONFIGURE)]
            )
        ),
        RegisterEventHandler(
            OnStateTransition(
                target_lifecycle_node=node,
                start_state='configuring',
                goal_state='inactive',
                entities=[
                    LogInfo(msg=['now ', LocalSubstitution('event.goal_state')]),
                    change(node, Transition.TRANSITION_ACTIVATE),
                ],
            )
        ),
        RegisterEventHandler(
            OnStateTransition(
                goal_state='active', entities=[LogInfo(msg='now active'), Shutdown()]
            )
        ),
        node,
        GIVE_UP,
    )
    assert launched.code == 0, launched.lines
    assert launched.messages == ['now inactive', 'now active']


def test_transitions_follow_each_other(run_launch, walker):
    ids = [
        Transition.TRANSITION_CONFIGURE,
        Transition.TRANSITION_ACTIVATE,
        Transition.TRANSITION_DEACTIVATE,
        Transition.TRANSITION_CLEANUP,
    ]
    launched = run_launch(
        walker(),
        LifecycleTransition(lifecycle_node_names=['robot/walker'], transition_ids=ids),
        RegisterEventHandler(
            OnStateTransition(
                start_state='cleaningup', goal_state='unconfigured', entities=[Shutdown()]
            )
        ),
        GIVE_UP,
    )
    assert launched.code == 0
    assert 'too late' not in launched.messages, launched.lines


def test_a_transition_that_fails_is_logged_and_the_rest_is_not_asked_for(run_launch, walker):
    launched = run_launch(
        walker(arguments=['--fail']),
        LifecycleTransition(
            lifecycle_node_names=['/robot/walker'],
            transition_ids=[Transition.TRANSITION_CONFIGURE, '3'],
        ),
        RegisterEventHandler(
            OnStateTransition(
                start_state='configuring', entities=[TimerAction(period=0.3, actions=[Shutdown()])]
            )
        ),
        GIVE_UP,
    )
    assert (
        '[ERROR] [launch_ros.actions.lifecycle_node]: Failed to make transition '
        "'TRANSITION_CONFIGURE' for LifecycleNode '/robot/walker'"
    ) in launched.lines
    assert not any('TRANSITION_ACTIVATE' in line for line in launched.lines)


def test_waiting_for_a_node_that_does_not_answer_ends_with_the_launch(run_launch, domain_id):
    node = LifecycleNode(executable='true', name='mute', namespace='/')
    launched = run_launch(
        node,
        change(node, Transition.TRANSITION_CONFIGURE),
        TimerAction(period=0.2, actions=[Shutdown()]),
    )
    assert launched.code == 0
    assert any(
        "Abandoning wait for the '/mute/change_state' service" in each for each in launched.lines
    )


def test_an_event_for_no_transition_is_refused():
    with pytest.raises(ValueError, match="given transition_id of '77', expected one of"):
        ChangeState(lifecycle_node_matcher=matches_node_name('a'), transition_id=77)
    with pytest.raises(ValueError, match=r'No transition_ids provided\.'):
        LifecycleTransition(lifecycle_node_names=['a'], transition_ids=[])
    with pytest.raises(ValueError, match=r'No lifecycle_node_names provided\.'):
        LifecycleTransition(lifecycle_node_names=[], transition_ids=[1])
    with pytest.raises(RuntimeError, match="requires a 'LifecycleNode' action"):
        OnStateTransition(target_lifecycle_node='a', entities=[])


def test_a_ros_timer_fires_by_the_clock_of_ros(run_launch, domain_id):
    launched = run_launch(
        SetUseSimTime(False), RosTimer(period=0.05, actions=[LogInfo(msg='fired')])
    )
    assert launched.messages == ['fired']
    waiting = RosTimer(period=0.05, actions=[LogInfo(msg='never')])
    launched = run_launch(
        SetUseSimTime(True), waiting, TimerAction(period=0.3, actions=[Shutdown()])
    )
    assert launched.code == 0
    assert launched.messages == []
