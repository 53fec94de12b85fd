"""The scorer of legs as a process: gates and score while it runs, run.json in the end."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from lifecycle_msgs.msg import State
from nav_msgs.msg import Odometry
from std_msgs.msg import String

from policy_nodes.evaluation.run_files import RunInfo
from policy_nodes.nodes import qos
from policy_nodes.nodes.translate import stamp
from policy_stack.msg import EpisodeStatus
from policy_stack.srv import ResetEpisode

sys.path.insert(0, str(Path(__file__).parents[1] / 'evaluation' / 'barkour'))

from tracks import walk

NODE = 'scorer'
SLOW = 4.0  # samples a second; each is answered by a live score


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp('run')


@pytest.fixture(scope='module')
def scorer(processes, station, folder):
    process = processes(
        NODE,
        *('-p', f'folder:={folder}', '-p', 'robot:=barkour', '-p', 'policy:=specialists'),
        *('-p', 'scenario:=official', '-p', 'policy_node:=locomotion_policy'),
    )
    assert station.state_of(NODE, 60.0) == State.PRIMARY_STATE_UNCONFIGURED
    station.bring_up(NODE)
    return process


def begin(station, scenario: str, index: int) -> None:
    request = ResetEpisode.Request(episode=f'e{index}', scenario=scenario, seed=5, index=index)
    assert station.call(ResetEpisode, f'{NODE}/reset_episode', request).success


def end(station, index: int, state: int) -> None:
    episodes = station.node.create_publisher(EpisodeStatus, 'episode', qos.EPISODE)
    episodes.publish(
        EpisodeStatus(episode=f'e{index}', index=index, state=state, elapsed=20.0, seed=5)
    )


def values(kept: list) -> list[dict]:
    return [json.loads(message.data) for _, message in kept]


def test_gates_and_what_can_still_be_reached_are_told_while_it_runs(station, scorer, folder):
    odometry = station.node.create_publisher(Odometry, 'odom', qos.STREAM)
    touches = station.node.create_publisher(String, 'obstacle_touched', qos.STREAM)
    gates = station.keep(String, 'gate', qos.EPISODE)
    live = station.keep(String, 'live_score', qos.LATCHED)
    scores = station.keep(String, 'score', qos.LATCHED)
    begin(station, 'official', 0)
    station.until(lambda: odometry.get_subscription_count() and touches.get_subscription_count())
    for number, (time, x, y) in enumerate(walk(speed=2.0, rate=SLOW)):
        if number == 20:
            touches.publish(String(data='broad_jump'))
            station.until(lambda: touched(live))
        count = len(live)
        tell(odometry, time, x, y)
        station.until(lambda count=count: len(live) > count)
    told = [(each['obstacle'], each['gate']) for each in values(gates)]
    assert len(told) == 13
    assert told[0] == ('start_table', 0)
    assert told[-1] == ('end_table', 0)
    assert values(live)[0]['attainable'] == 1.0
    assert values(live)[-1]['attainable'] == pytest.approx(0.9)
    end(station, 0, EpisodeStatus.SUCCEEDED)
    station.until(lambda: scores)
    score = values(scores)[0]
    assert score['touched'] == ['broad_jump']
    assert score['score'] == pytest.approx(0.9)
    assert RunInfo.read(folder).episodes[0].gates_passed == 13


def test_an_episode_on_other_ground_is_not_scored(station, scorer, folder):
    begin(station, 'stairs/0.1', 1)
    end(station, 1, EpisodeStatus.FALLEN)
    begin(station, 'rearranged/4', 2)
    end(station, 2, EpisodeStatus.FALLEN)
    station.until(lambda: len(RunInfo.read(folder).episodes) == 2)
    _, fallen = RunInfo.read(folder).episodes
    assert (fallen.course, fallen.outcome) == ('rearranged/4', 'fallen')
    assert 'this episode is not scored' in scorer.said()


def tell(odometry, time: float, x: float, y: float) -> None:
    message = Odometry()
    message.header.stamp = stamp(round((100.0 + time) * 1e9))
    message.pose.pose.position.x, message.pose.pose.position.y = x, y
    message.pose.pose.orientation.w = 1.0
    odometry.publish(message)


def touched(live: list) -> bool:
    return bool(live) and values(live[-1:])[0]['touched'] == ['broad_jump']
