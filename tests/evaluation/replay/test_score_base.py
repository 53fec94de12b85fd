"""Navigation policies on recorded drives: the code of the robot, in bag time."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from danger_bags import PERSON, Messages, as_mcap, as_ros1, map_file, safety_file
from replay_drives import CHECKPOINT, scored, without_measured

from policy_nodes.contract.samples import BaseSample, GoalSample, LaserSample
from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.evaluation.recording_writer import RecordingWriter
from policy_nodes.evaluation.replay.asked_base import nobody
from policy_nodes.evaluation.replay.bag_samples import Word
from policy_nodes.evaluation.replay.base_policy import BasePolicy, BaseSettings
from policy_nodes.evaluation.replay.topic_map import STATE
from policy_nodes.evaluation.replay.topic_map_file import read_any_map

NANO = 10**9


def foreign(folder: Path, **entries):
    """A map and parameters of the scenes, with what only policies read."""
    given = {'goal': {'assumed': 'end'}, 'people': {'assumed': 'nobody'}}
    topics = read_any_map(map_file(folder, **(given | entries)))
    return {'topics': topics, 'safety': safety_file(folder)}


def test_the_policy_that_was_recorded_gives_the_very_actions_again(drives):
    for bag in drives:
        found = scored(bag, CHECKPOINT)
        [episode] = found['episodes']
        assert episode['compared'] > 50
        assert episode['error'] == [0.0, 0.0]
        assert episode['largest_error'] == [0.0, 0.0]
        # the fixture leaves a proposal out now and then, as a busy machine does
        assert episode['jerk'] == pytest.approx(episode['recorded_jerk'], rel=0.3)
        assert episode['asked'] == episode['answers']
        assert found['policy_facts']['checkpoints'] == [CHECKPOINT]


def test_the_safety_controller_does_the_same_with_them(drives):
    recorded, answered = (scored(drives[0], policy) for policy in ('recorded', CHECKPOINT))
    assert recorded['episodes'] == []
    ours, theirs = answered['safety'], recorded['safety']
    assert ours['taken']['proposal'] - theirs['taken']['proposal'] in (0, 1, 2)
    assert ours['levels']['normal'] == pytest.approx(theirs['levels']['normal'], abs=0.05)


def test_another_policy_differs_and_every_replay_of_it_is_the_same(drives):
    first, again = (scored(drives[0], 'straight') for _ in range(2))
    assert min(first['episodes'][0]['error']) > 0.01
    assert without_measured(first) == without_measured(again)
    # plain data, as another machine would send it
    assert json.loads(json.dumps(first, allow_nan=False)) == first


def test_an_episode_is_cut_into_pieces_that_make_it_up(drives):
    whole, cut = scored(drives[0], 'straight'), scored(drives[0], 'straight', cut=2.0)
    assert len(cut['episodes']) == 3
    assert sum(each['answers'] for each in cut['episodes']) == whole['episodes'][0]['answers']
    weighted = sum(each['error'][0] * each['compared'] for each in cut['episodes'])
    total = sum(each['compared'] for each in cut['episodes'])
    # the answers at the very end of a piece meet no action in it
    assert whole['episodes'][0]['compared'] - total <= len(cut['episodes'])
    assert weighted / total == pytest.approx(whole['episodes'][0]['error'][0], rel=0.05)


def test_a_bag_of_others_is_scored_by_a_map(tmp_path):
    found = scored(as_ros1(PERSON, tmp_path), 'straight', **foreign(tmp_path))
    [episode] = found['episodes']
    # straight drives at the end of the drive, 4.8 m ahead, as fast as its wheels go
    assert episode['error'][1] == pytest.approx(0.0, abs=1e-3)
    assert episode['compared'] >= 118
    words = ' '.join(found['notes'])
    assert 'it is taken to be where the drive ends' in words
    assert 'the policy is told that nobody is there' in words


def test_safety_figures_of_a_policy_are_those_of_its_own_proposals(tmp_path):
    given = foreign(tmp_path) | {'windows': ('3.05:8.05',)}
    bag = as_mcap(PERSON, tmp_path)
    recorded, answered = (
        scored(bag, name, **given)['safety'] for name in ('recorded', 'straight')
    )
    assert recorded['time_to_stop_s'] == pytest.approx(0.45)
    assert recorded['held_share'] > 0.9
    # what it proposes is stopped by the same zone
    assert answered['time_to_stop_s'] == pytest.approx(0.45, abs=0.15)
    assert answered['taken']['proposal'] == answered['taken']['scan']
    assert answered['reasons']['zone_stop']['seconds'] == pytest.approx(5.0, abs=0.3)


def test_windows_that_are_looked_for_depend_on_the_recording_alone(tmp_path):
    given = foreign(tmp_path)
    bag = as_mcap(replace(PERSON, ahead=0.3), tmp_path)
    found = [scored(bag, name, **given)['safety']['windows'] for name in ('recorded', 'straight')]
    spans = [[(row['begin_s'], row['end_s']) for row in rows] for rows in found]
    assert spans[0] == spans[1] != []


@pytest.mark.parametrize(
    ('entries', 'said'),
    [
        ({'goal': None}, 'lacks what a policy needs: a goal'),
        ({'people': None}, 'lacks what a policy needs: tracked people'),
        ({'goal': {'topic': '/nowhere'}}, 'there is no topic /nowhere'),
        ({'state': '/scan'}, 'names each topic once|named 2 times'),
    ],
)
def test_what_a_policy_cannot_do_without_is_said(entries, said, tmp_path):
    bag = as_mcap(replace(PERSON, duration=1.0, person=None), tmp_path)
    try:
        problem = scored(bag, 'straight', **foreign(tmp_path, **entries))['problem']
    except ValueError as error:  # the map itself is refused
        problem = str(error)
    assert any(words in problem for words in said.split('|'))


def test_a_policy_of_another_robot_is_not_asked(drives):
    assert 'specialists moves legs' in scored(drives[0], 'specialists')['problem']


class Clock:
    """Every look at it is a fifth of a second after the one before."""

    def __init__(self) -> None:
        self.looks = count()

    def __call__(self) -> float:
        return 0.2 * next(self.looks)


def policy(clock=None) -> BasePolicy:
    from policy_nodes.policies.loading import load_policy

    given = {} if clock is None else {'clock': clock}
    return BasePolicy(load_policy('straight'), BaseSettings(), **given)


def scan(step: int) -> LaserSample:
    ranges = np.full(360, 5.0, np.float32)
    return LaserSample(at(step), 'base_link', -np.pi, np.pi / 180, 0.1, 12.0, ranges)


def odometry(step: int) -> BaseSample:
    upright = np.array([0.0, 0.0, 0.0, 1.0])
    return BaseSample(at(step), 'odom', 'base_link', np.zeros(3), upright, 0.0, 0.0)


def at(step: int) -> int:
    return 100 * NANO + step * NANO // 10


def shown(asked: BasePolicy, step: int, *, late: float = 0.0):
    """Show one moment; odometry comes last."""
    now = 0.1 * step
    asked.take(GoalSample(at(step), 'odom', np.array([5.0, 0.0]), 0.3), at(step), now)
    asked.take(nobody(at(step), 'odom'), at(step), now)
    answers = asked.take(scan(step), at(step), now)
    return answers + asked.take(odometry(step), at(step), now + late)


def test_a_scan_is_answered_once_with_odometry_of_its_time():
    asked = policy()
    for step in range(5):
        [answer] = shown(asked, step)
        assert answer.asked
        assert answer.action.stamp_ns == at(step)


def test_a_scan_waits_for_odometry_but_not_for_ever():
    asked = policy()
    shown(asked, 0)
    asked.take(nobody(at(1), 'odom'), at(1), 0.1)
    assert asked.take(scan(1), at(1), 0.1) == []
    assert asked.serve(at(1), 0.14) == []
    [answer] = asked.serve(at(1), 0.16)
    assert answer.action.stamp_ns == at(0)  # it answers with the odometry that it has


def test_a_silent_term_brings_rest_and_is_named():
    asked = policy()
    shown(asked, 0)
    [answer] = asked.take(scan(9), at(9), 0.9) or asked.serve(at(9), 0.96)
    assert not answer.asked
    assert answer.missing == ('odometry', 'people')
    assert not answer.action.values.any()


def test_a_latched_controller_in_the_recording_keeps_the_policy_at_rest():
    asked = policy()
    asked.hear(Word(at(0), 1, True, ''))
    assert not shown(asked, 0)[0].asked
    asked.hear(Word(at(1), 2, False, ''))
    assert shown(asked, 1)[0].asked


def test_the_time_of_inference_is_measured_and_late_answers_are_counted(drives):
    [answer] = shown(policy(Clock()), 0)
    assert answer.inference_ms == pytest.approx(200.0)
    measured = scored(drives[0], 'straight')['measured']
    latency = measured['latency_ms']
    assert latency['count'] > 50
    assert 0 < latency['p50'] <= latency['p99'] <= latency['max']
    assert latency['deadline'] == pytest.approx(100.0)
    assert measured['memory_mb'] > 10.0


def test_words_of_the_recorded_controller_are_played_to_the_policy(drives, tmp_path):
    """A latch in the middle: the policy rests from there on."""
    store = Messages().store
    path = tmp_path / 'latched.mcap'
    with RecordingWriter(path) as writer:
        from policy_nodes.evaluation.message_definitions import message_definition

        for number, each in enumerate(read_recording(drives[0]).messages()):
            payload = each.payload
            if each.topic == '/safety_controller/state' and number > 150:
                state = each.decode()
                state.latched = True
                payload = bytes(store.serialize_cdr(state, STATE))
            definition = message_definition(each.type_name)
            times = each.log_time_ns, each.publish_time_ns
            writer.write(each.topic, each.type_name, definition, payload, *times)
    [episode] = scored(path, CHECKPOINT)['episodes']
    assert 0 < episode['asked'] < episode['answers'] - 20
