"""The navigator as a process: odometry in, velocities and behaviours out."""

from __future__ import annotations

import math

import pytest
from geometry_msgs.msg import TwistStamped
from lifecycle_msgs.msg import State, Transition
from nav_msgs.msg import Odometry
from std_msgs.msg import String

from policy_nodes.evaluation.barkour_courses import course_of
from policy_nodes.nodes import qos
from policy_nodes.nodes.translate import stamp
from policy_stack.msg import EpisodeStatus, SafetyState
from policy_stack.srv import ResetEpisode

NODE = 'course_navigator'


class Rig:
    """Odometry and a safety controller, and what the navigator answers."""

    def __init__(self, station) -> None:
        self.station = station
        self.odometry = station.node.create_publisher(Odometry, 'odom', qos.STREAM)
        self.safety = station.node.create_publisher(
            SafetyState, 'safety_controller/state', qos.LATCHED
        )
        self.commands = station.keep(TwistStamped, f'{NODE}/command', qos.STREAM)
        self.behaviours = station.keep(String, f'{NODE}/behaviour', qos.LATCHED)
        self.episodes = station.node.create_publisher(EpisodeStatus, 'episode', qos.EPISODE)
        self.at = 0

    def permit(self, latched: bool = False) -> None:
        self.safety.publish(SafetyState(latched=latched, epoch=3))

    def ask(self, x: float, y: float, yaw: float = 0.0) -> tuple[float, float, float]:
        """Tell where the base is until the command for it has come."""
        self.at += 20_000_000
        message = Odometry(child_frame_id='base_link')
        message.header.stamp = stamp(self.at)
        message.pose.pose.position.x, message.pose.pose.position.y = x, y
        message.pose.pose.orientation.z = math.sin(yaw / 2)
        message.pose.pose.orientation.w = math.cos(yaw / 2)
        self.odometry.publish(message)
        found = self.station.until(
            lambda: [each for _, each in self.commands if each.header.stamp == stamp(self.at)]
        )
        twist = found[0].twist
        return twist.linear.x, twist.linear.y, twist.angular.z

    def until_it_asks_for(self, moves: bool, *pose: float) -> tuple[float, float, float]:
        return self.station.until(
            lambda: any(asked := self.ask(*pose)) == moves and (asked or True),
            what=f'moves never became {moves}',
        )

    def begin(self, scenario: str = '') -> ResetEpisode.Response:
        request = ResetEpisode.Request(episode='e', scenario=scenario, seed=1)
        response = self.station.call(ResetEpisode, f'{NODE}/reset_episode', request)
        if response.success:
            status = EpisodeStatus(episode='e', state=EpisodeStatus.RUNNING)
            status.header.stamp = stamp(self.at + 1)
            self.episodes.publish(status)
        return response


@pytest.fixture(scope='module')
def navigator(processes, station):
    process = processes(NODE)
    assert station.state_of(NODE, 60.0) == State.PRIMARY_STATE_UNCONFIGURED
    return process


@pytest.fixture(scope='module')
def rig(navigator, station):
    """The navigator at work, before any episode."""
    for name, value, said in (
        ('waypoints', 'nowhere.yaml', 'nowhere.yaml: there is no such file'),
        ('scenario', 'moon', "there is no course 'moon'; there are official and rearranged/SEED"),
    ):
        before = station.get_parameter(NODE, name).string_value
        assert station.set_parameter(NODE, name, value).successful
        assert not station.change(NODE, Transition.TRANSITION_CONFIGURE)
        station.until(lambda said=said: said in navigator.said(), what=said)
        assert station.set_parameter(NODE, name, before).successful
    found = Rig(station)
    station.bring_up(NODE)
    return found


def test_it_refuses_what_it_cannot_use_and_asks_for_rest_before_an_episode(rig):
    rig.permit()
    assert rig.ask(0.5, -0.5) == (0.0, 0.0, 0.0)
    assert rig.begin('rearranged/one').message.startswith('there is no course')


def test_in_an_episode_it_walks_to_the_first_waypoint_until_latched(rig):
    assert rig.begin().success
    rig.permit()
    vx, _, wz = rig.until_it_asks_for(True, 0.3, -0.33)
    assert vx > 0.2
    assert wz > 0.5  # to go sideways, chest to the left
    assert {message.data for _, message in rig.behaviours} == {'walk'}
    rig.permit(latched=True)
    rig.until_it_asks_for(False, 0.3, -0.33)
    rig.permit()
    rig.until_it_asks_for(True, 0.3, -0.33)


def test_a_rearranged_course_has_waypoints_and_behaviours_of_its_own(rig):
    rig.permit()
    assert rig.begin('rearranged/2').success
    place = course_of('rearranged/2').start
    board = course_of('rearranged/2').obstacle('broad_jump').place
    rig.until_it_asks_for(True, place.x, place.y, place.heading)
    rig.ask(*board.at(-2.0, 0.0), board.heading)
    rig.ask(*board.at(-1.9, 0.0), board.heading)
    rig.station.until(lambda: rig.behaviours[-1][1].data == 'jump')


def test_without_odometry_it_asks_for_rest(rig):
    assert rig.begin().success
    rig.permit()
    rig.until_it_asks_for(True, 0.3, -0.33)
    count = len(rig.commands)
    rig.station.until(lambda: len(rig.commands) > count + 1)
    twist = rig.commands[-1][1].twist
    assert (twist.linear.x, twist.linear.y, twist.angular.z) == (0.0, 0.0, 0.0)
