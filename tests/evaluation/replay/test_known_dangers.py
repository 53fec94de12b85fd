"""Dangers whose answers are known beforehand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from danger_bags import BODY, FORMATS, PERSON, WALL, as_mcap, as_ros1, map_file
from replays import replayed

from policy_nodes.safety.approach import braking_speed

DECELERATION = 0.9  # of the parameters [m/s^2]


@pytest.mark.parametrize('write', FORMATS)
def test_a_person_who_steps_in_front_gives_the_same_known_figures_in_every_format(write, tmp_path):
    result = replayed(write(PERSON, tmp_path), tmp_path, '3.05:8.05')
    # the scan of 3.1 s shows the person; 0.4 m/s take four more steps of 0.09 m/s to brake
    assert result.figures.time_to_stop_s == pytest.approx(0.45)
    assert result.figures.held_share == pytest.approx(4.55 / 5.0)
    # the scan of 8.1 s shows that the way is free, and the proposal of 8.1 s goes out
    assert result.figures.time_to_resume_s == pytest.approx(0.05)
    # the first proposal only arms the controller; it is held for one period out of 6.4 s
    assert result.figures.false_stop_share == pytest.approx(0.1 / 6.4)
    assert all(result.figures.marks().values())
    assert result.reasons()['zone_stop']['onsets'] == 1
    assert result.trace.taken == {'scan': 121, 'odometry': 121, 'proposal': 121}
    assert not result.trace.refused


def test_a_danger_that_nobody_sees_misses_the_marks(tmp_path):
    result = replayed(as_mcap(replace(PERSON, person=None), tmp_path), tmp_path, '3.05:8.05')
    assert result.figures.time_to_stop_s is None
    assert result.figures.held_share == 0.0
    marks = result.figures.marks()
    assert marks['time_to_stop_s'] is False
    assert marks['held_share'] is False
    assert marks['false_stop_share'] is True


def test_a_window_in_the_wrong_place_makes_its_stop_a_false_one(tmp_path):
    result = replayed(as_mcap(PERSON, tmp_path), tmp_path, '9:11')
    assert result.figures.false_stop_share == pytest.approx(4.7 / (12.0 - 2.6))
    assert result.figures.marks()['false_stop_share'] is False


def test_who_never_moves_again_has_no_time_to_resume(tmp_path):
    scene = replace(PERSON, person=(3.05, 13.0))
    result = replayed(as_mcap(scene, tmp_path), tmp_path, '3.05:8.05')
    assert result.figures.time_to_resume_s is None
    assert result.figures.marks()['time_to_resume_s'] is False


def test_of_several_windows_the_worst_counts(tmp_path):
    result = replayed(as_mcap(PERSON, tmp_path), tmp_path, '3.05:8.05', '10:11')
    assert [row.time_to_stop_s is None for row in result.figures.windows] == [False, True]
    assert result.figures.time_to_stop_s is None
    assert result.figures.held_share == 0.0


def test_the_window_before_a_wall_is_found_where_it_has_to_be(tmp_path):
    result = replayed(as_mcap(WALL, tmp_path), tmp_path, 'auto', zone=False)
    # 0.4 m/s touch within a second from 0.4 m on: at (4 - 0.25 - 0.4) / 0.4 s, seen at 8.4 s; the
    # robot then stands before the wall and is asked to go on, up to the end
    assert result.windows == ((pytest.approx(8.4), pytest.approx(12.0)),)
    assert result.figures.false_stop_share == pytest.approx(0.1 / 8.4)


def test_before_a_wall_what_is_sent_can_always_brake_in_time(tmp_path):
    result = replayed(as_mcap(WALL, tmp_path), tmp_path, 'auto', zone=False)
    trace = result.trace
    for time, (v, _) in zip(trace.sent.time, trace.sent.twist, strict=True):
        if math.isnan(v):
            continue
        way = WALL.wall - WALL.x(time) - BODY
        # one step of braking may still be under way in a replay, whose robot never slows
        assert v <= braking_speed(way, DECELERATION, 0.0) + 0.09 + 1e-6
    assert trace.sent.twist[-1, 0] == 0.0
    assert 'approach_stop' in trace.reasons[-1]


def test_commands_without_a_stamp_are_taken_at_the_time_of_receipt(tmp_path):
    scene = replace(PERSON, stamped=False)
    result = replayed(as_ros1(scene, tmp_path), tmp_path, '3.05:8.05')
    assert result.figures.time_to_stop_s == pytest.approx(0.45)


def test_without_odometry_nothing_ever_moves_and_the_figures_say_so(tmp_path):
    bag = as_mcap(replace(PERSON, odometry=False), tmp_path)
    result = replayed(bag, tmp_path, '3.05:8.05', topics=map_file(tmp_path, odometry=None))
    assert np.nan_to_num(result.trace.sent.twist).max() == 0.0
    assert result.figures.held_share == 1.0
    assert result.figures.time_to_resume_s is None
    assert result.figures.false_stop_share == 1.0
    assert 'source_missing' in result.reasons()
    assert any('No odometry is mapped' in note for note in result.notes)


def test_a_robot_that_is_taken_to_stand_is_judged_by_an_assumed_proposal(tmp_path):
    scene = replace(PERSON, speed=0.0, odometry=False)
    topics = map_file(
        tmp_path,
        odometry={'assumed': 'standing'},
        proposal={'assumed': [0.3, 0.0], 'period': 0.1},
    )
    result = replayed(as_mcap(scene, tmp_path), tmp_path, '3.05:8.05', topics=topics)
    # 0.3 m/s take three more steps
    assert result.figures.time_to_stop_s == pytest.approx(0.35)
    assert len([note for note in result.notes if note.startswith('The bag holds no')]) == 2


def test_stamps_of_another_clock_stop_the_robot_unless_the_map_takes_arrival(tmp_path):
    bag = as_mcap(replace(PERSON, clock_ahead=-100.0), tmp_path)
    believed = replayed(bag, tmp_path, '3.05:8.05')
    assert believed.figures.held_share == 1.0
    assert 'source_old' in believed.reasons()
    assert any('they may be of another clock' in note for note in believed.notes)
    arrived = replayed(bag, tmp_path, '3.05:8.05', topics=map_file(tmp_path, stamps='arrival'))
    assert arrived.figures.time_to_stop_s == pytest.approx(0.45)
    assert any('times of receipt' in note for note in arrived.notes)
