"""Who is tracked, as whom, and for how long."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.geometry.frames import rotate
from policy_nodes.perception.people_tracker import PeopleTracker
from policy_nodes.perception.tracked_people import CONFIRMED, OCCLUDED, TENTATIVE

NANO = 1_000_000_000


def follow(samples, tracker, paths, *, frame='base_link', first=1):
    """Feed sweeps, one a tenth of a second; paths: per sweep the positions that are detected."""
    told = []
    for k, positions in enumerate(paths, start=first):
        stamp = k * NANO // 10
        told.append(tracker.update(samples.sweep(positions, stamp, frame), samples.base(stamp)))
        assert not told[-1].remarks
    return told


def walk(start, velocity, sweeps):
    """Positions of one person, one list a sweep."""
    start, velocity = np.array(start), np.array(velocity)
    return [[start + 0.1 * k * velocity] for k in range(sweeps)]


def test_a_person_is_tentative_at_first_and_confirmed_by_the_second_of_three_sweeps(samples):
    told = follow(samples, PeopleTracker(), walk((2.0, 0.0), (0.0, 0.0), 2))
    assert told[0].states.tolist() == [TENTATIVE]
    assert len(told[0].people().ids) == 0
    assert told[0].people(tentative=True).ids.tolist() == [1]
    assert told[1].states.tolist() == [CONFIRMED]


def test_a_person_detected_once_is_forgotten_when_no_second_detection_can_make_it(samples):
    told = follow(samples, PeopleTracker(), [[(2.0, 0.0)], [], []])
    assert [len(tracks) for tracks in told] == [1, 1, 0]


@pytest.mark.parametrize(
    ('hits', 'sweeps', 'seen', 'expected'),
    [
        (1, 1, [1], [CONFIRMED]),
        (3, 5, [1, 0, 1, 0, 1], [TENTATIVE, TENTATIVE, TENTATIVE, TENTATIVE, CONFIRMED]),
        (3, 5, [1, 0, 1, 0, 0], [TENTATIVE, TENTATIVE, TENTATIVE, TENTATIVE, None]),
    ],
)
def test_birth_takes_so_many_hits_in_so_many_sweeps(samples, hits, sweeps, seen, expected):
    tracker = PeopleTracker(confirm_hits=hits, confirm_sweeps=sweeps)
    told = follow(samples, tracker, [[(1.0, 1.0)] if hit else [] for hit in seen])
    assert [t.states[0] if len(t) else None for t in told] == expected


def test_the_velocity_of_a_person_who_walks_straight_is_learnt(samples):
    told = follow(samples, PeopleTracker(), walk((-3.0, 1.0), (1.2, -0.4), 30))
    assert told[-1].velocities[0] == pytest.approx([1.2, -0.4], abs=0.01)
    assert told[-1].positions[0] == pytest.approx([-3.0 + 1.2 * 2.9, 1.0 - 0.4 * 2.9], abs=0.005)
    assert told[-1].ages[0] == pytest.approx(2.9)


def test_an_occluded_person_walks_on_and_keeps_the_id_when_back_in_view(samples):
    path = walk((-3.0, 0.0), (1.0, 0.0), 40)
    path[15:30] = [[]] * 15
    told = follow(samples, PeopleTracker(), path)
    hidden = told[29]
    assert hidden.states.tolist() == [OCCLUDED]
    assert hidden.unseen[0] == pytest.approx(1.5)
    assert hidden.positions[0] == pytest.approx([-3.0 + 2.9, 0.0], abs=0.1)
    assert hidden.covariances[0, 0, 0] > 10 * told[14].covariances[0, 0, 0]
    assert told[30].ids.tolist() == told[14].ids.tolist() == [1]
    assert told[30].states.tolist() == [CONFIRMED]


def test_a_person_unseen_for_too_long_is_forgotten_and_comes_back_under_a_new_id(samples):
    tracker = PeopleTracker(max_unseen=1.0)
    told = follow(samples, tracker, [[(2.0, 0.0)]] * 5 + [[]] * 11 + [[(2.0, 0.0)]] * 2)
    assert [len(tracks) for tracks in told[4:16]] == [1] * 11 + [0]
    assert told[-1].ids.tolist() == [2]


def test_only_people_detected_lately_can_be_asked_for(samples):
    told = follow(samples, PeopleTracker(), [[(2.0, 0.0)]] * 5 + [[]] * 4)
    assert told[4].people(max_unseen=0.0).ids.tolist() == [1]
    assert told[-1].people(max_unseen=0.3).ids.tolist() == []
    assert told[-1].people(max_unseen=0.5).ids.tolist() == [1]


def test_two_people_who_cross_keep_their_ids(samples):
    there = walk((-2.0, 0.3), (1.0, 0.0), 40)
    back = walk((2.0, -0.3), (-1.0, 0.0), 40)
    # the order of detections changes all the time
    path = [a + b if k % 2 else b + a for k, (a, b) in enumerate(zip(there, back, strict=True))]
    told = follow(samples, PeopleTracker(), path)
    assert len(told[-1]) == 2

    def eastward(tracks):
        return tracks.ids[tracks.velocities[:, 0] > 0].tolist()

    assert len(eastward(told[5])) == 1
    assert eastward(told[-1]) == eastward(told[5])


def test_ids_are_never_used_twice_not_even_after_a_reset(samples):
    tracker = PeopleTracker()
    follow(samples, tracker, [[(2.0, 0.0), (0.0, 2.0)]] * 3)
    tracker.reset()
    told = follow(samples, tracker, [[(2.0, 0.0)]] * 3)
    assert told[-1].ids.tolist() == [3]


def test_a_second_detection_of_a_person_makes_no_second_person(samples):
    told = follow(samples, PeopleTracker(), [[(2.0, 0.0)]] * 3 + [[(2.0, 0.0), (2.2, 0.1)]] * 5)
    assert told[-1].ids.tolist() == [1]


def test_a_detection_outside_the_gate_is_somebody_else(samples):
    told = follow(samples, PeopleTracker(), [[(2.0, 0.0)]] * 10 + [[(3.5, 0.0)]])
    assert told[-1].states.tolist() == [OCCLUDED, TENTATIVE]


def test_detections_in_the_frame_of_a_turning_base_stand_still_in_odom(samples):
    tracker = PeopleTracker()
    person = np.array([3.0, 1.0])
    for k in range(1, 30):
        stamp, yaw, at = k * NANO // 10, 0.1 * k, np.array([0.03 * k, 0.0])
        base = samples.base(stamp, *at, yaw, v=0.3, w=1.0)
        tracked = tracker.update(samples.sweep([rotate(person - at, -yaw)], stamp), base)
    assert tracked.frame == 'odom'
    assert tracked.positions[0] == pytest.approx(person, abs=1e-9)
    assert tracked.velocities[0] == pytest.approx([0.0, 0.0], abs=1e-9)


def test_odometry_of_another_time_is_carried_on_to_the_sweep(samples):
    # 0.1 s before the sweep, the base turned and drove on an arc of radius 0.4 m
    base = samples.base(NANO - NANO // 10, 1.0, 2.0, 0.5, v=0.4, w=1.0)
    tracked = PeopleTracker().update(samples.sweep([(2.0, 0.0)]), base)
    yaw = 0.6
    at = [1.0 + 0.4 * (math.sin(yaw) - math.sin(0.5)), 2.0 - 0.4 * (math.cos(yaw) - math.cos(0.5))]
    expected = np.array(at) + 2.0 * np.array([math.cos(yaw), math.sin(yaw)])
    assert tracked.positions[0] == pytest.approx(expected, abs=1e-12)


def test_detections_in_odom_are_taken_as_they_are(samples):
    base = samples.base(NANO, 5.0, 5.0, 1.0)
    tracked = PeopleTracker().update(samples.sweep([(2.0, 0.0)], frame='odom'), base)
    assert tracked.positions[0].tolist() == [2.0, 0.0]


@pytest.mark.parametrize('dt', [0.02, 0.1, 0.25])
def test_the_filter_says_how_sure_it_is_at_any_rate(samples, dt):
    random = np.random.default_rng(3)
    errors = []
    for _ in range(200):
        tracker = PeopleTracker(noise=0.04)
        for k in range(1, 25):
            at = np.array([1.0 + 0.5 * k * dt, 0.0])
            stamp = round(k * dt * NANO)
            noisy = at + random.normal(0, 0.04, 2)
            tracked = tracker.update(samples.sweep([noisy], stamp), samples.base(stamp))
        error = tracked.positions[0] - at
        errors.append(error @ np.linalg.solve(tracked.covariances[0], error) / 2)
    # a person who never turns is easier than the filter expects, so at most one
    assert 0.2 < np.mean(errors) < 1.1


def test_the_same_sweeps_give_the_same_tracks(samples):
    random = np.random.default_rng(0)
    path = [random.normal(0, 2, (random.integers(0, 8), 2)) for _ in range(40)]
    one, two = (follow(samples, PeopleTracker(), path)[-1] for _ in range(2))
    for name in ('ids', 'states', 'positions', 'velocities', 'covariances', 'unseen'):
        assert np.array_equal(getattr(one, name), getattr(two, name))


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**31),
    st.floats(-math.pi, math.pi),
    st.floats(-50, 50),
    st.floats(-50, 50),
)
def test_tracks_do_not_depend_on_where_the_world_has_its_origin(samples, seed, turn, x, y):
    random = np.random.default_rng(seed)
    path = [random.normal(0, 2, (random.integers(0, 6), 2)) for _ in range(12)]
    away = np.array([x, y])
    moved = [rotate(at, turn) + away for at in path]
    here = follow(samples, PeopleTracker(), path, frame='odom')[-1]
    there = follow(samples, PeopleTracker(), moved, frame='odom')[-1]
    assert here.ids.tolist() == there.ids.tolist()
    assert rotate(here.positions, turn) + away == pytest.approx(there.positions, abs=1e-6)
    assert rotate(here.velocities, turn) == pytest.approx(there.velocities, abs=1e-6)


@pytest.mark.parametrize(
    ('name', 'value'),
    [('noise', 0.0), ('gate', math.nan), ('max_tracks', 0), ('confirm_hits', 9), ('reach', -1)],
)
def test_a_parameter_out_of_range_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=name):
        PeopleTracker(**{name: value})
