"""The launched graph of the simulated Panda. The tests of this file run in order, on one graph."""

from __future__ import annotations

import numpy as np
import pytest
from lifecycle_msgs.msg import State
from sensor_msgs.msg import JointState
from std_msgs.msg import Bool
from trajectory_msgs.msg import JointTrajectory

from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.nodes import qos
from policy_stack.msg import SafetyState
from policy_stack.srv import ResetSafety

NODES = ('arm_simulator', 'motion_executor', 'safety_controller', 'recorder')
TRAJECTORY = 'joint_trajectory_controller/joint_trajectory'


class Watch:
    """What the graph says on the topics that matter here."""

    def __init__(self, station):
        self.station = station
        self.joints = station.keep(JointState, 'joint_states', qos.STREAM)
        self.commands = station.keep(JointTrajectory, TRAJECTORY, qos.STREAM)
        self.states = station.keep(SafetyState, 'safety_controller/state', qos.LATCHED)
        self.button = station.node.create_publisher(Bool, 'e_stop', qos.LATCHED)

    def position(self):
        return np.array(self.joints[-1][1].position)

    def speed(self):
        return np.abs(self.joints[-1][1].velocity).max()

    def state(self):
        return self.states[-1][1]

    def more(self, count=50):
        """Wait for so many joint states, half a second of them unless said otherwise."""
        begin = len(self.joints)
        self.station.until(lambda: len(self.joints) >= begin + count)

    def reset(self):
        request = ResetSafety.Request(operator='test')
        return self.station.call(ResetSafety, 'safety_controller/reset', request)


@pytest.fixture(scope='module')
def graph(launch):
    found = launch('panda')
    found.says('nodes are active')
    return found


@pytest.fixture(scope='module')
def watch(graph, station):
    return Watch(station)


def test_s1_every_node_is_active_and_one_alone_commands_the_arm(watch):
    station = watch.station
    assert {name: station.state_of(name) for name in NODES} == dict.fromkeys(
        NODES, State.PRIMARY_STATE_ACTIVE
    )
    publishers = station.until(lambda: station.node.get_publishers_info_by_topic(f'/{TRAJECTORY}'))
    assert [info.node_name for info in publishers] == ['safety_controller']


def test_s2_no_joint_moves_before_a_reset(watch):
    watch.more()
    begin = watch.position()
    watch.more()
    assert watch.state().latched
    np.testing.assert_array_equal(watch.position(), begin)
    assert not watch.commands


def test_after_the_reset_every_joint_waves(watch):
    begin = watch.position()
    reply = watch.reset()
    assert reply.success, reply.message
    watch.station.until(lambda: (np.abs(watch.position() - begin) > 0.02).all())
    assert watch.state().epoch == reply.epoch


def test_s15_the_emergency_stop_brings_the_arm_to_rest_and_holds_it(watch):
    station = watch.station
    station.until(lambda: watch.speed() > 0.1)
    watch.button.publish(Bool(data=True))
    station.until(lambda: watch.state().level == SafetyState.STOPPED)
    assert 'estop_pressed' in watch.state().reasons
    station.until(lambda: watch.speed() < 1e-3)
    begin = watch.position()
    watch.more()
    np.testing.assert_allclose(watch.position(), begin, atol=1e-3)


def test_s16_released_it_goes_on_only_after_another_reset(watch):
    station = watch.station
    assert not watch.reset().success
    watch.button.publish(Bool(data=False))
    begin = watch.position()
    watch.more()
    np.testing.assert_allclose(watch.position(), begin, atol=1e-3)
    station.until(lambda: watch.reset().success)
    station.until(lambda: np.abs(watch.position() - begin).max() > 0.1)


def test_s10_a_joint_that_something_blocks_stops_the_arm(watch):
    station = watch.station
    begin = len(watch.states)
    block = ['panda_joint1', 'panda_joint7']
    assert not station.set_parameter('arm_simulator', 'blocked_joints', ['joint']).successful
    assert station.set_parameter('arm_simulator', 'blocked_joints', block).successful
    station.until(lambda: watch.state().latched)
    reasons = {reason for _, state in watch.states[begin:] for reason in state.reasons}
    assert 'tracking_error' in reasons
    station.until(lambda: watch.state().level == SafetyState.STOPPED)


def test_s23_ctrl_c_ends_every_process_and_the_last_command_is_to_stand(watch, graph):
    assert watch.station.set_parameter('arm_simulator', 'blocked_joints', ['']).successful
    watch.station.until(lambda: watch.reset().success)
    watch.station.until(lambda: watch.speed() > 0.1)
    graph.interrupt()
    assert graph.wait() == 0, graph.text
    assert graph.processes() == []
    assert 'Traceback' not in graph.text
    assert 'shut_down' in watch.state().reasons
    assert not any(watch.commands[-1][1].points[-1].velocities)
    recording = read_recording(graph.run / 'episode_000.mcap')
    assert recording.complete
    assert recording.topics['/motion_executor/action_chunk'].count > 10
