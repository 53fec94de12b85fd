"""Measures of an episode against what can be worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from policy_nodes.evaluation.episode_data import EpisodeData
from policy_nodes.evaluation.episode_measures import (
    clearance,
    command_latency,
    interventions,
    level_shares,
    level_spans,
    missed_steps,
    obstacle_distance,
    reason_intervals,
)
from policy_nodes.evaluation.episode_streams import (
    NO_OBSTACLES,
    Commands,
    Inference,
    Motion,
    Obstacles,
    People,
    Safety,
)
from policy_nodes.evaluation.intervention_events import strongest_events
from policy_nodes.evaluation.outcomes import SUCCEEDED

NANO = 10**9


def _commands(times, logged=None):
    stamps = np.round(np.array(times) * NANO).astype(np.int64)
    received = stamps if logged is None else np.round(np.array(logged) * NANO).astype(np.int64)
    return Commands(np.array(times), np.zeros((len(times), 2)), stamps, received)


def _safety(*decisions):
    times, levels, reasons = zip(*decisions, strict=True) if decisions else ((), (), ())
    return Safety(
        np.array(times),
        np.array(levels, dtype=np.int64),
        list(reasons),
        [f'from {codes[0]}' if codes else '' for codes in reasons],
        np.zeros(len(times)),
    )


def _people(time, *spots, radius=0.3):
    count = len(spots)
    return People(
        time,
        np.arange(count),
        np.array(spots, dtype=float).reshape(-1, 2),
        np.full(count, radius),
        np.zeros(count, dtype=bool),
    )


@pytest.fixture
def episode():
    """Nothing happens for ten seconds."""
    nothing = np.zeros(0)
    return EpisodeData(
        path=Path('episode_000.mcap'),
        index=0,
        scenario='rand',
        seed=1,
        outcome=SUCCEEDED,
        score=None,
        zero_ns=0,
        end=10.0,
        motion=Motion(nothing, np.zeros((0, 3)), np.zeros((0, 2))),
        observed_ns=np.zeros((0, 2), dtype=np.int64),
        proposed=_commands([]),
        sent=_commands([]),
        people=[],
        tracked=[],
        scans=[],
        safety=_safety(),
        inference=Inference(nothing, nothing, []),
        obstacles=NO_OBSTACLES,
        goal=None,
        goal_tolerance=0.0,
        contract='',
        losses=(),
    )


def test_distances_to_boxes_discs_and_walls_are_those_of_geometry():
    square = np.array([[[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]]])
    none = {'boxes': np.zeros((0, 4, 2)), 'discs': np.zeros((0, 3)), 'segments': np.zeros((0, 4))}
    spots = np.array([[3.0, 1.0], [5.0, 6.0], [1.0, 1.0], [-1.0, -1.0]])
    box = obstacle_distance(spots, Obstacles(**{**none, 'boxes': square}))
    assert box == pytest.approx([1.0, 5.0, 0.0, math.sqrt(2)])
    turned = obstacle_distance(spots, Obstacles(**{**none, 'boxes': square[:, ::-1]}))
    assert turned == pytest.approx(box)  # either way around
    disc = obstacle_distance(spots, Obstacles(**{**none, 'discs': np.array([[3.0, 2.0, 0.5]])}))
    assert disc == pytest.approx([0.5, math.hypot(2, 4) - 0.5, math.sqrt(5) - 0.5, 4.5])
    wall = obstacle_distance(spots, Obstacles(**{**none, 'segments': np.array([[0.0, 0, 4, 0]])}))
    assert wall == pytest.approx([1.0, math.hypot(1, 6), 1.0, math.sqrt(2)])
    assert np.isnan(obstacle_distance(spots, Obstacles(**none))).all()


def test_clearance_is_measured_from_body_to_body_at_the_time_of_the_pose(episode):
    time = np.array([0.0, 1.0, 2.0])
    pose = np.array([[0.0, 0, 0], [1.0, 0, 0], [2.0, 0, 0]])
    moved = replace(
        episode,
        motion=Motion(time, pose, np.zeros((3, 2))),
        people=[_people(1.0, (1.0, 2.0), (4.0, 0.0)), _people(1.9, (2.0, 1.0))],
        obstacles=replace(NO_OBSTACLES, discs=np.array([[2.0, -3.0, 1.0]])),
    )
    gaps = clearance(moved, radius=0.2)
    assert math.isnan(gaps.person[0])  # nobody is known yet
    assert gaps.person[1:] == pytest.approx([2.0 - 0.3 - 0.2, 1.0 - 0.3 - 0.2])
    expected = [math.hypot(2, 3) - 1.2, math.hypot(1, 3) - 1.2, 1.8]
    assert gaps.obstacle == pytest.approx(expected)


def test_latency_goes_from_the_receipt_of_an_observation_to_that_of_its_answer(episode):
    observed = np.array([[0, 5_000_000], [NANO, NANO + 1_000_000], [NANO, NANO + 900_000_000]])
    answered = replace(
        episode,
        observed_ns=observed,
        sent=_commands([0.0, 1.0, 1.05], logged=[0.025, 1.011, 1.06]),
    )
    # the third command answers no observation; the second copy of an observation does not count
    assert command_latency(answered) == pytest.approx([20.0, 10.0])
    assert len(command_latency(episode)) == 0


def test_steps_without_a_proposal_are_missed_between_proposals_only(episode):
    times = [1.0, 1.1, 1.2, 1.5, 1.6, 1.8]
    assert missed_steps(replace(episode, proposed=_commands(times))) == (3, 9)
    assert missed_steps(replace(episode, proposed=_commands(times[:3]))) == (0, 3)
    assert missed_steps(replace(episode, proposed=_commands([0.1]))) == (0, 1)
    assert missed_steps(episode) == (0, 0)


def test_reasons_stand_from_their_onset_until_a_decision_without_them(episode):
    decided = replace(
        episode,
        safety=_safety(
            (-0.5, 2, ('arming',)),  # before the episode: counts from its start
            (1.0, 1, ('zone_slow',)),
            (2.0, 1, ('zone_slow', 'speed_limit')),
            (3.0, 0, ()),
            (4.0, 1, ('zone_slow',)),  # still stands in the end
            (11.0, 4, ('stale_scan',)),  # after the end
        ),
    )
    spans = [(each.reason, each.start, each.end) for each in reason_intervals(decided)]
    assert spans == [
        ('arming', 0.0, 1.0),
        ('zone_slow', 1.0, 3.0),
        ('speed_limit', 2.0, 3.0),
        ('zone_slow', 4.0, 10.0),
    ]
    assert interventions(decided) == {'arming': 1, 'zone_slow': 2, 'speed_limit': 1}
    assert level_spans(decided) == {
        2: [(0.0, 1.0)],
        1: [(1.0, 3.0), (4.0, 10.0)],
        0: [(3.0, 4.0)],
    }
    shares = level_shares([decided])
    assert shares == pytest.approx(
        {'Normal': 0.1, 'Limited': 0.8, 'Hold': 0.1, 'Stopping': 0.0, 'Stopped': 0.0}
    )
    # time adds up over episodes, not shares
    calm = replace(episode, end=30.0, safety=_safety((0.0, 0, ())))
    assert level_shares([decided, calm])['Limited'] == pytest.approx(8 / 40)


def test_levels_that_nobody_knows_do_not_count(episode):
    odd = replace(episode, safety=_safety((0.0, 9, ()), (5.0, 0, ())))
    assert level_spans(odd) == {0: [(5.0, 10.0)]}
    assert level_shares([episode]) == {}


def test_the_strongest_events_come_first_with_their_time_and_what_they_name(episode):
    decided = replace(
        episode,
        safety=_safety(
            (1.0, 1, ('velocity_limit',)),
            (2.0, 3, ('estop_pressed', 'velocity_limit')),
            (2.5, 0, ()),
            (4.0, 1, ('velocity_limit',)),
            (8.0, 0, ()),
        ),
    )
    later = replace(episode, index=1, safety=_safety((0.0, 2, ('source_silent',)), (1.0, 0, ())))
    events = strongest_events([decided, later])
    assert [(each['episode'], each['reason'], each['at_s']) for each in events] == [
        (0, 'estop_pressed', 2.0),
        (1, 'source_silent', 0.0),
        (0, 'velocity_limit', 4.0),
        (0, 'velocity_limit', 1.0),
    ]
    assert [each['seconds'] for each in events] == pytest.approx([0.5, 1.0, 4.0, 1.5])
    assert events[0]['source'] == 'from estop_pressed'
    assert strongest_events([decided, later], most=1) == events[:1]
    # a recording of another version may hold codes that this one does not know
    odd = replace(episode, safety=_safety((0.0, 1, ('unheard_of', 'velocity_limit'))))
    assert [each['reason'] for each in strongest_events([odd])] == ['unheard_of', 'velocity_limit']
    assert strongest_events([odd])[1]['source'] == ''
