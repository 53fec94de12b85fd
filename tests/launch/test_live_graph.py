"""Faults in the running graph: one launch, whose processes are killed one after another.

The tests of this file run in order, on one and the same graph.
"""

from __future__ import annotations

import time

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from geometry_msgs.msg import TwistStamped
from lifecycle_msgs.msg import State
from nav_msgs.msg import Odometry

from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.nodes import qos
from policy_stack.msg import EpisodeStatus, SafetyState
from policy_stack.srv import ResetEpisode, ResetSafety

NODES = (
    'crowd_simulator',
    'people_tracker',
    'navigation_policy',
    'safety_controller',
    'scorer',
    'recorder',
)
# proposals time out after 0.3 s; a watchdog period; braking from 0.5 m/s at 0.9 m/s^2; load
BOUND = 0.3 + 0.1 + 0.05 + 0.56 + 1.0


class Watch:
    """What the graph says on the topics that matter here."""

    def __init__(self, station):
        self.station = station
        self.commands = station.keep(TwistStamped, 'cmd_vel', qos.STREAM)
        self.bases = station.keep(Odometry, 'odom', qos.STREAM)
        self.states = station.keep(SafetyState, 'safety_controller/state', qos.LATCHED)
        self.episodes = station.keep(EpisodeStatus, 'episode', qos.EPISODE)
        self.diagnostics = station.keep(DiagnosticArray, '/diagnostics')

    def speed(self):
        return self.commands[-1][1].twist.linear.x if self.commands else 0.0

    def begin(self, index):
        request = ResetEpisode.Request(
            episode=f'test-{index}', index=index, seed=7, scenario='less_human'
        )
        for name in ('recorder', 'scorer', 'people_tracker', 'navigation_policy'):
            assert self.station.call(ResetEpisode, f'{name}/reset_episode', request).success
        name = 'crowd_simulator/reset_episode'
        reply = self.station.call(ResetEpisode, name, request)
        assert reply.success, reply.message

    def permit(self):
        request = ResetSafety.Request(operator='test')
        self.station.until(
            lambda: self.station.call(ResetSafety, 'safety_controller/reset', request).success
        )

    def alive(self, node):
        """Levels that the supervisor gave for a node."""
        return [
            status.level
            for _, message in list(self.diagnostics)
            for status in message.status
            if status.name == f'supervisor: {node}'
        ]


@pytest.fixture(scope='module')
def graph(launch):
    found = launch(policy='straight', scenario='less_human', episodes=0, speed=1.0)
    found.says('nodes are active')
    return found


@pytest.fixture(scope='module')
def watch(graph, station):
    return Watch(station)


def test_s1_every_node_is_active_and_one_alone_commands_the_base(watch):
    station = watch.station
    assert {name: station.state_of(name) for name in NODES} == dict.fromkeys(
        NODES, State.PRIMARY_STATE_ACTIVE
    )
    publishers = station.until(lambda: station.node.get_publishers_info_by_topic('/cmd_vel'))
    assert [info.node_name for info in publishers] == ['safety_controller']


def test_s2_no_wheel_turns_before_a_reset(watch):
    watch.begin(0)
    begin = len(watch.bases)
    watch.station.until(lambda: len(watch.bases) > begin + 15)
    assert watch.states[-1][1].latched
    assert not any(message.twist.linear.x for _, message in watch.commands)


def test_after_the_reset_the_robot_drives(watch):
    watch.permit()
    watch.begin(1)
    watch.station.until(lambda: watch.speed() > 0.2, what='it does not drive')


def test_s5_a_killed_policy_stops_the_robot_is_respawned_and_drives_on(watch, graph):
    station = watch.station
    station.until(lambda: watch.speed() > 0.2)
    before = graph.pid('navigation_policy')
    begin = time.monotonic()
    assert graph.kill('navigation_policy') == before
    station.until(lambda: watch.speed() == 0.0, what='the robot does not stop')
    rest = next(at for at, m in watch.commands if at > begin and not m.twist.linear.x)
    assert rest - begin < BOUND
    reasons = {code for at, state in watch.states if at > begin for code in state.reasons}
    assert reasons & {'proposal_silent', 'heartbeat_silent'}
    graph.says('navigation_policy had died and is active again')
    assert graph.pid('navigation_policy') != before
    assert DiagnosticStatus.ERROR in watch.alive('navigation_policy')
    station.until(lambda: watch.alive('navigation_policy')[-1] == DiagnosticStatus.OK)
    watch.begin(2)
    station.until(lambda: watch.speed() > 0.2, what='it does not drive again')


def test_a_killed_recorder_leaves_a_readable_recording_and_ends_the_run(watch, graph):
    # one and a half seconds of the third episode at least
    steps = len(watch.bases)
    watch.station.until(lambda: len(watch.bases) > steps + 15)
    killed_ns = time.time_ns()
    graph.kill('recorder')
    assert graph.wait() == 1
    assert 'recorder ended with code -9' in graph.text
    assert graph.processes() == []
    for index in (0, 1):
        assert read_recording(graph.run / f'episode_00{index}.mcap').complete
    recording = read_recording(graph.run / 'episode_002.mcap')
    assert not recording.complete
    assert killed_ns - recording.span_ns[1] < 1e9
    assert recording.topics['/odom'].count > 5


def test_s23_the_last_command_of_the_ended_graph_is_rest(watch):
    assert watch.speed() == 0.0
    assert 'shut_down' in watch.states[-1][1].reasons
