"""The launched graph of the simulated Barkour; tests of this file run in order, on one graph."""

from __future__ import annotations

import numpy as np
import pytest
from lifecycle_msgs.msg import State
from sensor_msgs.msg import Range
from std_msgs.msg import Bool

from policy_nodes.nodes import qos
from policy_stack.msg import JointCommand, SafetyState
from policy_stack.srv import ResetSafety

NODES = ('leg_simulator', 'locomotion_policy', 'safety_controller')


class Watch:
    """What the graph says on the topics that matter here."""

    def __init__(self, station):
        self.station = station
        self.heights = station.keep(Range, 'body_height', qos.STREAM)
        self.commands = station.keep(JointCommand, 'joint_command', qos.STREAM)
        self.states = station.keep(SafetyState, 'safety_controller/state', qos.LATCHED)
        self.button = station.node.create_publisher(Bool, 'e_stop', qos.LATCHED)

    def height(self):
        return self.heights[-1][1].range

    def state(self):
        return self.states[-1][1]

    def more(self, count=25):
        """Wait for so many heights, half a second of them unless said otherwise."""
        begin = len(self.heights)
        self.station.until(lambda: len(self.heights) >= begin + count)
        return [message.range for _, message in self.heights[begin:]]

    def reset(self):
        request = ResetSafety.Request(operator='test')
        return self.station.call(ResetSafety, 'safety_controller/reset', request)

    def damps(self):
        command = self.commands[-1][1]
        return not any(command.kp) and all(kd > 0 for kd in command.kd)

    def stopped_for(self, reason, begin):
        """Wait for rest; it was for this reason, and damping ends it on the ground."""
        self.station.until(lambda: self.state().level == SafetyState.STOPPED)
        reasons = {each for _, state in self.states[begin:] for each in state.reasons}
        assert reason in reasons, reasons
        self.station.until(self.damps)
        self.station.until(lambda: self.height() < 0.1)


@pytest.fixture(scope='module')
def graph(launch):
    found = launch('barkour', record='false')
    found.says('nodes are active')
    return found


@pytest.fixture(scope='module')
def watch(graph, station):
    return Watch(station)


def sways(watch):
    """Stand up, then go up and down."""
    station = watch.station
    station.until(lambda: watch.height() > 0.2, what='it does not stand up')
    station.until(lambda: np.ptp(watch.more(50)) > 0.003, what='it does not sway')


def test_s1_every_node_is_active_and_one_alone_commands_the_legs(watch):
    station = watch.station
    assert {name: station.state_of(name) for name in NODES} == dict.fromkeys(
        NODES, State.PRIMARY_STATE_ACTIVE
    )
    publishers = station.until(lambda: station.node.get_publishers_info_by_topic('/joint_command'))
    assert [info.node_name for info in publishers] == ['safety_controller']


def test_s2_no_leg_rises_before_a_reset(watch):
    assert max(watch.more()) < 0.1
    assert watch.state().latched
    assert all(not any(message.kp) for _, message in watch.commands)


def test_after_the_reset_it_stands_up_and_sways(watch):
    reply = watch.reset()
    assert reply.success, reply.message
    sways(watch)
    assert watch.state().epoch == reply.epoch


def test_s15_the_emergency_stop_makes_it_sit_down_and_damp(watch):
    begin = len(watch.states)
    watch.button.publish(Bool(data=True))
    watch.stopped_for('estop_pressed', begin)


def test_s16_released_it_stands_up_only_after_another_reset(watch):
    assert not watch.reset().success
    watch.button.publish(Bool(data=False))
    assert max(watch.more(50)) < 0.1
    watch.station.until(lambda: watch.reset().success)
    sways(watch)


def test_s14_on_a_ground_that_tilts_it_damps_and_stays_down(watch):
    begin = len(watch.states)
    assert watch.station.set_parameter('leg_simulator', 'ground_roll', 1.3).successful
    watch.stopped_for('leg_fallen', begin)
    assert not watch.reset().success
    assert watch.station.set_parameter('leg_simulator', 'ground_roll', 0.0).successful


def test_s23_ctrl_c_ends_every_process_and_the_last_command_is_damping(watch, graph):
    watch.station.until(lambda: watch.reset().success)
    watch.station.until(lambda: watch.height() > 0.2)
    graph.interrupt()
    assert graph.wait() == 0, graph.text
    assert graph.processes() == []
    assert 'Traceback' not in graph.text
    assert 'shut_down' in watch.state().reasons
    assert watch.damps()
