"""The launched graph of a Barkour on its course, which loses its policy and its IMU, and falls.

Each time it damps and comes to rest. Tests of this file run in order, on one graph.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from geometry_msgs.msg import Twist, Vector3
from nav_msgs.msg import Odometry
from sensor_msgs.msg import JointState, Range
from tiny_legs import write_tiny

from policy_nodes.nodes import qos
from policy_stack.msg import EpisodeStatus, JointCommand, SafetyState
from policy_stack.srv import ResetEpisode, ResetSafety

pytest.importorskip('mujoco', reason='the simulator of the course is not installed')

PARAMETERS = Path(__file__).with_name('stopping_legs.yaml')
STILL = 0.5  # [rad/s] that joints at rest stay below
STAYS = 50  # measurements, one second of them
LONG = 60.0  # [s] of patience


class Watch:
    """What the graph says on the topics that matter here."""

    def __init__(self, station):
        self.station = station
        self.joints = station.keep(JointState, 'joint_states', qos.STREAM)
        self.commands = station.keep(JointCommand, 'joint_command', qos.STREAM)
        self.states = station.keep(SafetyState, 'safety_controller/state', qos.LATCHED)
        self.pushes = station.node.create_publisher(Twist, 'barkour_simulator/push', qos.STREAM)

        self.heights = station.keep(Range, 'body_height', qos.STREAM)
        self.odometry = station.keep(Odometry, 'odom', qos.STREAM)
        self.episodes = station.keep(EpisodeStatus, 'episode', qos.EPISODE)

    def begin_episode(self, name):
        request = ResetEpisode.Request(episode=name)
        return self.station.call(ResetEpisode, 'barkour_simulator/reset_episode', request)

    @property
    def mode(self):
        return self.states[-1][1].mode if self.states else ''

    def fastest(self, begin):
        """Greatest speed of any joint in each measurement from one on [rad/s]."""
        return np.array([np.abs(message.velocity).max() for _, message in self.joints[begin:]])

    def follows(self):
        """Permit motion until legs stand and the policy moves them."""

        def asked():
            request = ResetSafety.Request(operator='test')
            self.station.call(ResetSafety, 'safety_controller/reset', request)
            return self.mode not in ('', 'damping', 'sit_down')

        self.station.until(asked, LONG, 'motion is not permitted')
        self.station.until(lambda: self.mode == 'follow', LONG, 'it does not follow')

    def damps(self):
        command = self.commands[-1][1]
        return not any(command.kp) and all(kd > 0 for kd in command.kd)

    def comes_to_rest(self, begin, *reasons):
        """It damps for one of the reasons, its joints come to rest, and stay there."""
        self.station.until(lambda: self.damps() and self.states[-1][1].latched, LONG)
        found = {each for _, state in self.states[begin:] for each in state.reasons}
        assert found & set(reasons), found
        self.stays_at_rest()

    def stays_at_rest(self):
        begin = len(self.joints)

        def rests():
            speeds = self.fastest(begin)
            return len(speeds) >= STAYS and (speeds[-STAYS:] < STILL).all()

        self.station.until(rests, LONG, 'its joints do not come to rest')
        begin = len(self.joints)
        self.station.until(lambda: len(self.joints) >= begin + STAYS, LONG)
        assert self.fastest(begin).max() < STILL
        assert all(not any(command.kp) for _, command in self.commands[-STAYS // 2 :])


@pytest.fixture(scope='module')
def graph(launch, tmp_path_factory):
    found = launch(
        'barkour',
        policy='mlp',
        checkpoint=write_tiny(tmp_path_factory.mktemp('legs'), 'mlp', spread=0.03, patient=True),
        record='false',
        params_file=PARAMETERS,
    )
    found.says('nodes are active', LONG)
    return found


@pytest.fixture(scope='module')
def watch(graph, station):
    found = Watch(station)
    station.until(lambda: found.joints and found.states and found.heights and found.odometry, LONG)
    return found


def test_it_lies_on_the_start_table_until_a_reset_and_then_stands(watch):
    assert watch.heights[-1][1].range < 0.1
    watch.follows()
    watch.station.until(lambda: watch.heights[-1][1].range > 0.2, LONG)
    pose = watch.odometry[-1][1].pose.pose.position
    assert (pose.x, pose.y) == pytest.approx((0.5, -0.5), abs=0.15)


def test_a_new_episode_puts_it_back_without_a_stop(watch):
    epoch = watch.states[-1][1].epoch
    watch.pushes.publish(Twist(linear=Vector3(x=0.6)))
    assert watch.begin_episode('first').success
    begin = len(watch.heights)
    watch.station.until(lambda: len(watch.heights) >= begin + STAYS, LONG)
    assert watch.heights[-1][1].range > 0.2
    assert not watch.states[-1][1].latched
    assert watch.states[-1][1].epoch == epoch


def test_a_killed_policy_lets_it_sit_down_and_damp_and_its_return_moves_nothing(watch, graph):
    watch.follows()
    begin = len(watch.states)
    graph.kill('locomotion_policy')
    watch.comes_to_rest(
        begin, 'proposal_silent', 'proposal_old', 'heartbeat_silent', 'proposal_missing'
    )
    graph.says('locomotion_policy had died and is active again', LONG)
    watch.stays_at_rest()


def test_a_lost_imu_lets_it_sit_down_and_damp_and_without_one_no_reset_raises_it(watch):
    watch.follows()
    begin = len(watch.states)
    assert watch.station.set_parameter('barkour_simulator', 'lost', 'imu').successful
    watch.comes_to_rest(begin, 'source_silent', 'source_old')
    request = ResetSafety.Request(operator='test')
    watch.station.call(ResetSafety, 'safety_controller/reset', request)
    watch.stays_at_rest()
    assert watch.station.set_parameter('barkour_simulator', 'lost', '').successful


def test_pushed_over_it_damps_and_does_not_flail(watch):
    watch.follows()
    assert watch.begin_episode('pushed').success
    begin = len(watch.states)
    watch.pushes.publish(Twist(linear=Vector3(z=2.0), angular=Vector3(x=8.0)))
    watch.comes_to_rest(begin, 'leg_fallen')
    watch.station.until(lambda: watch.episodes[-1][1].state == EpisodeStatus.FALLEN, LONG)


def test_put_back_it_stands_up_again(watch, graph):
    assert watch.begin_episode('again').success
    watch.follows()
    graph.interrupt()
    assert graph.wait() == 0, graph.text
    assert graph.processes() == []
    assert 'Traceback' not in graph.text
