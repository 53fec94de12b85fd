"""The launched graph of a Barkour on its course; tests of this file run in order, on one graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from geometry_msgs.msg import Twist, Vector3
from nav_msgs.msg import Odometry
from sensor_msgs.msg import Range

from policy_nodes.nodes import qos
from policy_stack.msg import EpisodeStatus, JointCommand, SafetyState
from policy_stack.srv import ResetEpisode, ResetSafety

PATIENT = Path(__file__).with_name('patient_legs.yaml')


@pytest.fixture(scope='module')
def graph(launch):
    found = launch('barkour', simulator='course', record='false', params_file=str(PATIENT))
    found.says('nodes are active')
    return found


class Watch:
    """What the graph says on the topics that matter here."""

    def __init__(self, station):
        self.station = station
        self.heights = station.keep(Range, 'body_height', qos.STREAM)
        self.odometry = station.keep(Odometry, 'odom', qos.STREAM)
        self.commands = station.keep(JointCommand, 'joint_command', qos.STREAM)
        self.states = station.keep(SafetyState, 'safety_controller/state', qos.LATCHED)
        self.episodes = station.keep(EpisodeStatus, 'episode', qos.EPISODE)
        self.pushes = station.node.create_publisher(Twist, 'barkour_simulator/push', qos.STREAM)

    def height(self):
        return self.heights[-1][1].range

    def reset_safety(self):
        request = ResetSafety.Request(operator='test')
        return self.station.call(ResetSafety, 'safety_controller/reset', request)

    def reset_episode(self, name):
        request = ResetEpisode.Request(episode=name)
        return self.station.call(ResetEpisode, 'barkour_simulator/reset_episode', request)

    def damps(self):
        command = self.commands[-1][1]
        return not any(command.kp) and all(kd > 0 for kd in command.kd)


@pytest.fixture(scope='module')
def watch(graph, station):
    found = Watch(station)
    station.until(lambda: found.heights and found.states and found.odometry)
    return found


def sways(watch):
    watch.station.until(lambda: watch.height() > 0.2, 30.0, 'it does not stand up')
    begin = len(watch.heights)
    watch.station.until(
        lambda: np.ptp([message.range for _, message in watch.heights[begin:]] or [0.0]) > 0.003,
        30.0,
        'it does not sway',
    )


def test_it_lies_on_the_start_table_until_a_reset_and_then_stands_and_sways(watch):
    assert watch.height() < 0.1
    # it may still be coming to rest, and moving joints are refused
    watch.station.until(lambda: watch.reset_safety().success, 30.0)
    sways(watch)
    pose = watch.odometry[-1][1].pose.pose.position
    assert (pose.x, pose.y) == pytest.approx((0.5, -0.5), abs=0.15)


def test_a_new_episode_puts_it_back_without_a_stop(watch):
    epoch = watch.states[-1][1].epoch
    watch.pushes.publish(Twist(linear=Vector3(x=0.6)))
    assert watch.reset_episode('first').success
    sways(watch)
    assert watch.states[-1][1].epoch == epoch
    assert not watch.states[-1][1].latched


def test_pushed_over_it_damps_and_the_episode_ends_as_fallen(watch):
    begin = len(watch.states)
    watch.pushes.publish(Twist(linear=Vector3(z=2.0), angular=Vector3(x=8.0)))
    watch.station.until(lambda: watch.episodes[-1][1].state == EpisodeStatus.FALLEN, 30.0)
    watch.station.until(watch.damps)
    reasons = {each for _, state in watch.states[begin:] for each in state.reasons}
    assert 'leg_fallen' in reasons


def test_put_back_and_reset_it_stands_again(watch):
    assert watch.reset_episode('second').success
    watch.station.until(lambda: watch.reset_safety().success, 30.0)
    sways(watch)


def test_ctrl_c_ends_every_process(watch, graph):
    graph.interrupt()
    assert graph.wait() == 0, graph.text
    assert graph.processes() == []
    assert 'Traceback' not in graph.text
