"""The figures of a campaign, from outcomes made by hand."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from policy_nodes.evaluation.faults.campaign import shuffled
from policy_nodes.evaluation.faults.faults_page import faults_page
from policy_nodes.evaluation.faults.outcome import Outcome
from policy_nodes.evaluation.faults.quiet import Quiet
from policy_nodes.evaluation.faults.robots import ROBOTS, robot_of
from policy_nodes.evaluation.faults.tally import Tally
from policy_nodes.evaluation.faults.watch import Said
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.reasons import Reason

ROOT = Path(__file__).resolve().parents[3]
CODES = {reason.code for reason in Reason}


@pytest.fixture
def tally():
    return Tally(robot_of('turtlebot'), seed=1)


def outcome(tally, name='scan_silent', **more):
    fault = next(fault for fault in tally.robot.faults if fault.name == name)
    sound = {'to_stop_s': 0.55, 'to_stand_s': 1.0, 'right_reason': True}
    return Outcome(fault, **(sound | more))


def row_of(tally):
    (row,) = tally.rows()
    return row


def test_times_are_those_of_the_stops_that_began(tally):
    for seconds in (0.5, 0.52, 0.58, None):
        tally.add(outcome(tally, to_stop_s=seconds))
    row = row_of(tally)
    assert row['injections'] == 4
    assert row['bound_ms'] == pytest.approx(600.0)
    assert (row['time_to_stop_ms_p50'], row['time_to_stop_ms_max']) == (520.0, 580.0)
    assert row['late'] == 1, 'a stop that did not begin is late'
    assert not tally.passed


def test_a_stop_after_the_time_out_and_one_period_is_late(tally):
    tally.add(outcome(tally, to_stop_s=0.59))
    assert tally.passed
    tally.add(outcome(tally, to_stop_s=0.61))
    assert row_of(tally)['late'] == 1
    assert not tally.passed


@pytest.mark.parametrize(
    ('flaw', 'column'),
    [
        ({'excess': 0.1}, 'limit_violations'),
        ({'right_reason': False}, 'wrong_reason'),
        ({'moved_while_faulty': True}, 'moved_while_faulty'),
        ({'reset_while_faulty': True}, 'reset_while_faulty'),
        ({'resets': 1, 'moved_after_reset': 1}, 'moved_after_reset'),
    ],
)
def test_each_flaw_fails_the_campaign_in_a_column_of_its_own(tally, flaw, column):
    tally.add(outcome(tally))
    assert tally.passed
    tally.add(outcome(tally, **flaw))
    assert row_of(tally)[column] == 1
    assert not tally.passed


def test_a_fault_that_only_the_limits_have_to_bear_is_never_late(tally):
    tally.add(outcome(tally, 'proposal_wild', to_stop_s=None, to_stand_s=None))
    row = row_of(tally)
    assert row['bound_ms'] is None
    assert row['late'] == 0
    assert tally.passed


def test_a_campaign_that_ended_early_has_not_passed(tally):
    tally.add(outcome(tally))
    tally.broken = 'the robot did not drive'
    assert not tally.passed
    assert any('ended early' in words for words in tally.words())


def test_false_stops_beyond_half_a_per_cent_of_the_time_fail_the_campaign(tally):
    tally.add(outcome(tally))
    tally.quiet = Quiet(seconds=100.0, asked=100.0, false=0.4)
    assert tally.passed
    tally.quiet = Quiet(seconds=100.0, asked=100.0, false=0.6)
    assert not tally.passed


def test_a_stop_counts_as_false_only_if_proposals_came_and_the_world_gave_no_reason():
    quiet, world = Quiet(), frozenset({'zone_stop'})
    quiet.count(Said(0.0, Level.NORMAL, (), False), 0.1, world)
    quiet.count(Said(0.1, Level.HOLD, ('zone_stop',), False), 0.2, world)
    quiet.count(Said(0.2, Level.HOLD, ('source_silent', 'zone_stop'), False), 0.3, world)
    quiet.count(Said(0.3, Level.HOLD, ('proposal_silent',), False, asked=False), 0.4, world)
    assert quiet.asked == pytest.approx(0.3)
    assert quiet.held == pytest.approx(0.1)
    assert quiet.false == pytest.approx(0.1)
    assert quiet.reasons == pytest.approx({'source_silent': 0.1})


def test_the_file_holds_what_others_read(tally, tmp_path):
    tally.add(outcome(tally))
    tally.quiet = Quiet(seconds=60.0, asked=50.0)
    tally.write_json(tmp_path / 'faults.json')
    content = json.loads((tmp_path / 'faults.json').read_text())
    assert content['passed'] is True
    assert content['quiet']['false_share'] == 0.0
    assert set(content['rows'][0]) >= {
        *('fault', 'injections', 'time_to_stop_ms_p50', 'time_to_stop_ms_max'),
        *('limit_violations', 'wrong_reason', 'moved_after_reset', 'false_stops'),
    }


def test_the_page_names_every_fault_that_was_injected(tally):
    for fault in tally.robot.faults:
        tally.add(outcome(tally, fault.name))
    page = faults_page(tally)
    assert all(fault.name in page and fault.sentence in page for fault in tally.robot.faults)


@pytest.mark.parametrize('name', ROBOTS)
def test_every_fault_has_a_name_of_its_own_and_reasons_that_exist(name):
    robot = robot_of(name)
    names = [fault.name for fault in robot.faults]
    assert len(set(names)) == len(names) >= 30
    for fault in robot.faults:
        assert fault.reasons or not fault.stops
        assert fault.reasons <= CODES, fault.name
        assert not fault.stream or fault.stream in robot.streams, fault.name
    assert robot.environment <= CODES


@pytest.mark.parametrize('name', ROBOTS)
def test_whatever_the_launch_file_leads_away_is_handed_on_again(name):
    file = ROOT / 'launch' / f'{name}.launch.py'
    away = runpy.run_path(str(file))['FAULTY']
    assert {stream.topic for stream in robot_of(name).streams.values()} == set(away)


def test_an_unknown_robot_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match='turtlebot, panda, barkour'):
        robot_of('teapot')


def test_every_fault_is_drawn_about_as_often_and_the_order_follows_from_the_seed(tally):
    faults = tally.robot.faults
    drawn = shuffled(faults, 200, seed=4)
    counts = {fault.name: drawn.count(fault) for fault in faults}
    assert len(drawn) == 200
    assert max(counts.values()) - min(counts.values()) <= 1
    assert drawn == shuffled(faults, 200, seed=4)
    assert drawn != shuffled(faults, 200, seed=5)
