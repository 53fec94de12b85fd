"""What the tracker drops, and that it goes on afterwards."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.contract.samples import DetectionsSample
from policy_nodes.perception.people_tracker import PeopleTracker

NANO = 1_000_000_000


@pytest.fixture
def tracker(samples):
    """A tracker that knows one person at (2, 0) since second 1."""
    tracker = PeopleTracker()
    for k in range(5):
        stamp = NANO + k * NANO // 10
        tracker.update(samples.sweep([(2.0, 0.0)], stamp), samples.base(stamp))
    return tracker


NOW = NANO + 5 * NANO // 10


@pytest.mark.parametrize(
    ('reason', 'sweep', 'base', 'words'),
    [
        ('detections_frame', {'frame': 'camera'}, {}, "'camera'.*'base_link' or 'odom'"),
        ('base_frame', {}, {'frame': 'map'}, "'map'"),
        ('base_frame', {}, {'child_frame': 'base_footprint'}, "'base_footprint'"),
        ('base_stamp', {}, {'stamp_ns': NOW - NANO}, '1 s apart, allowed 0.25 s'),
        ('base_values', {}, {'position': np.array([math.nan, 0.0, 0.0])}, 'NaN'),
        ('base_values', {}, {'position': np.array([1e200, 0.0, 0.0])}, 'beyond 1e6'),
        ('base_values', {}, {'position': np.zeros(2)}, 'length'),
        ('base_values', {}, {'quaternion': np.zeros(4)}, 'length 0'),
        ('base_values', {}, {'w': math.inf}, 'infinity'),
    ],
)
def test_a_sweep_that_cannot_be_placed_is_dropped_and_named(
    samples, tracker, reason, sweep, base, words
):
    before = tracker.update(samples.sweep([], NOW - 1), samples.base(NOW - 1))
    after = tracker.update(
        samples.sweep([(2.0, 0.0)], **({'stamp_ns': NOW} | sweep)),
        samples.base(**({'stamp_ns': NOW} | base)),
    )
    assert tracker.refusals.counts == {reason: 1}
    assert len(after.remarks) == 1
    assert re.search(words, after.remarks[0])
    assert after.remarks[0].endswith('sweep dropped')
    assert after.stamp_ns == before.stamp_ns
    assert np.array_equal(after.positions, before.positions)
    good = tracker.update(samples.sweep([(2.0, 0.0)], NOW + 1), samples.base(NOW + 1))
    assert good.ids.tolist() == [1]
    assert good.remarks == ()


@pytest.mark.parametrize('shape', [(3,), (2, 3), (1, 2, 2)])
def test_detections_of_a_wrong_shape_are_dropped(samples, tracker, shape):
    after = tracker.update(DetectionsSample(NOW, 'base_link', np.zeros(shape)), samples.base(NOW))
    assert tracker.refusals.counts == {'detections_shape': 1}
    assert str(shape) in after.remarks[0]


@pytest.mark.parametrize('bad', [math.nan, math.inf, -math.inf, 1e9])
def test_a_detection_that_is_no_place_is_dropped_and_the_others_are_used(samples, tracker, bad):
    after = tracker.update(samples.sweep([(bad, 0.0), (2.0, 0.0)], NOW), samples.base(NOW))
    assert tracker.refusals.counts == {'position': 1}
    assert after.stamp_ns == NOW
    assert after.unseen.tolist() == [0.0]


def test_a_repeated_stamp_is_dropped(samples, tracker):
    tracker.update(samples.sweep([(2.0, 0.0)], NOW), samples.base(NOW))
    again = tracker.update(samples.sweep([(9.0, 0.0)], NOW), samples.base(NOW))
    assert tracker.refusals.counts == {'duplicate_stamp': 1}
    assert again.positions[0] == pytest.approx([2.0, 0.0])


def test_a_late_sweep_is_dropped(samples, tracker):
    late = NOW - 3 * NANO // 10
    after = tracker.update(samples.sweep([(2.0, 0.0)], late), samples.base(late))
    assert tracker.refusals.counts == {'late_stamp': 1}
    assert after.ids.tolist() == [1]


def test_a_clock_that_goes_back_starts_the_tracker_anew_and_is_told(samples, tracker):
    early = NANO // 10
    after = tracker.update(samples.sweep([(2.0, 0.0)], early), samples.base(early))
    assert tracker.refusals.counts == {'clock_went_back': 1}
    assert 'clock went back' in after.remarks[0]
    assert after.stamp_ns == early
    assert after.ids.tolist() == [2]
    assert after.ages.tolist() == [0.0]


def test_a_clock_that_leaps_ahead_forgets_everybody(samples, tracker):
    later = NOW + 10**6 * NANO
    after = tracker.update(samples.sweep([], later), samples.base(later))
    assert len(after) == 0


def test_before_the_first_sweep_the_stamp_is_zero(samples):
    told = PeopleTracker().update(samples.sweep([], frame='wrong'), samples.base())
    assert told.stamp_ns == 0
    assert len(told) == 0


def test_a_flood_of_detections_is_cut_to_the_nearest(samples, tracker):
    angle = np.linspace(0, 2 * math.pi, 500, endpoint=False)
    ring = np.stack((np.cos(angle), np.sin(angle)), axis=1) * np.linspace(30, 3, 500)[:, None]
    base = samples.base(NOW, x=100.0)  # they are nearest to the base, not to the origin
    after = tracker.update(samples.sweep(ring, NOW), base)
    assert tracker.refusals.counts['too_many_detections'] == 500 - 128
    assert tracker.refusals.counts['no_free_track'] == 128 - 63
    assert len(after) == 64
    away = np.linalg.norm(after.positions[after.ids > 1] - [100.0, 0.0], axis=1)
    assert away.max() < 11.0


STAMPS = st.integers(-3, 40).map(lambda tenth: tenth * NANO // 10)
PLACES = st.floats(allow_nan=True, allow_infinity=True, width=64) | st.floats(-3, 3)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            STAMPS,
            STAMPS,
            st.sampled_from(['base_link', 'odom', 'laser', '']),
            st.lists(st.tuples(PLACES, PLACES), max_size=7),
            PLACES,
            PLACES,
        ),
        max_size=12,
    )
)
def test_no_sequence_of_sweeps_breaks_the_tracker(samples, sweeps):
    tracker = PeopleTracker(max_tracks=6, max_detections=5)
    highest, newest = 0, None
    with np.errstate(over='raise', divide='raise', invalid='raise'):
        for stamp, base_stamp, frame, positions, x, v in sweeps:
            sweep = samples.sweep(positions, stamp, frame)
            told = tracker.update(sweep, samples.base(base_stamp, x=x, v=v))
            used = told.stamp_ns == stamp
            assert used or told.remarks
            assert len(told) <= 6
            assert len(set(told.ids.tolist())) == len(told)
            assert np.isfinite(told.positions).all()
            assert np.isfinite(told.velocities).all()
            assert (np.linalg.eigvalsh(told.covariances) > 0).all()
            assert (told.unseen >= 0).all()
            assert (told.unseen <= told.ages).all()
            if used and stamp != newest:  # a repeated stamp changes nothing
                newest = stamp
                fresh = told.ids[told.ages == 0]
                assert (fresh > highest).all()
                highest = max([highest, *told.ids.tolist()])
