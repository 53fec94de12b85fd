"""What is left of a scan when the people are taken out."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policy_nodes.perception.static_scan import GUESSED, MEASURED, REMEMBERED, StaticScan

NANO = 1_000_000_000
TENTH = NANO // 10


def test_without_people_the_scan_passes_at_its_own_directions(samples):
    pose = (1.0, -0.5, 0.7)
    told = StaticScan().update(
        samples.room(pose=pose), samples.base(NANO, *pose), samples.people()
    )
    assert told.ranges.dtype == np.float32
    assert told.ranges == pytest.approx(samples.truth(pose), abs=1e-5)
    assert (told.sources == MEASURED).all()
    assert told.stamp_ns == NANO


@pytest.mark.parametrize(
    ('rays', 'angle_min', 'increment', 'tolerance'),
    [
        (360, 0.0, None, 1e-5),
        (1440, -math.pi, None, 1e-5),
        (720, math.pi, -2 * math.pi / 720, 1e-5),
        (683, -math.pi, None, 0.03),
        (100, 0.3, None, 0.4),
        (1500, 0.1, 2 * math.pi / 1440, 0.01),  # more than a turn
    ],
)
def test_any_scanner_of_a_full_turn_will_do(samples, rays, angle_min, increment, tolerance):
    pose = (1.0, -0.5, 0.7)
    scan = samples.room(pose=pose, rays=rays, angle_min=angle_min, angle_increment=increment)
    told = StaticScan().update(scan, samples.base(NANO, *pose), samples.people())
    assert np.abs(told.ranges - samples.truth(pose)).max() < tolerance
    assert (told.sources == MEASURED).all()


def test_what_a_scanner_does_not_look_at_is_guessed(samples):
    degree = math.pi / 180
    scan = samples.room(rays=441, angle_min=-110 * degree, angle_increment=0.5 * degree)
    told = StaticScan().update(scan, samples.base(), samples.people())
    behind = np.abs(np.arange(180) - 90) < 35
    assert (told.sources[behind] == GUESSED).all()
    assert (told.sources[~behind] == MEASURED).all()
    # the side walls go on; the wall behind was never seen
    beside = np.abs(np.arange(180) - 90) > 23
    assert told.ranges[beside] == pytest.approx(samples.truth()[beside], abs=0.01)
    assert (told.ranges[~beside] > samples.truth()[~beside]).all()


def test_a_person_before_a_wall_is_bridged_by_the_wall(samples):
    person = [(2.0, 0.3)]
    told = StaticScan().update(samples.room(people=person), samples.base(), samples.people(person))
    hidden = told.sources == GUESSED
    assert hidden.sum() > 8
    assert told.ranges == pytest.approx(samples.truth(), abs=1e-4)


def test_a_person_before_a_corner_is_bridged_by_both_walls(samples):
    person = [(2.0, 2.0)]
    told = StaticScan().update(samples.room(people=person), samples.base(), samples.people(person))
    assert told.ranges == pytest.approx(samples.truth(), abs=1e-3)


def test_somebody_whom_nobody_tracks_stays_in_the_scan(samples):
    told = StaticScan().update(samples.room(people=[(2.0, 0.0)]), samples.base(), samples.people())
    assert told.ranges[0] == pytest.approx(1.7, abs=1e-5)


def test_a_wall_before_a_person_stays_in_the_scan(samples):
    behind = samples.people([(4.9, 0.0)])
    told = StaticScan().update(samples.room(), samples.base(), behind)
    assert (told.sources == MEASURED).all()
    assert told.ranges == pytest.approx(samples.truth(), abs=1e-5)


def test_a_track_that_is_off_by_less_than_the_margin_still_covers_its_person(samples):
    scan = samples.room(people=[(2.0, 0.3)])
    told = StaticScan(margin=0.2).update(scan, samples.base(), samples.people([(2.1, 0.42)]))
    assert told.ranges == pytest.approx(samples.truth(), abs=1e-4)


def test_people_are_carried_on_to_the_time_of_the_scan(samples):
    scan = samples.room(people=[(2.0, 0.4)])
    earlier = samples.people([(2.0, 0.0)], [(0.0, 1.0)], stamp_ns=NANO - 4 * TENTH)
    told = StaticScan(margin=0.05).update(scan, samples.base(), earlier)
    assert told.ranges == pytest.approx(samples.truth(), abs=1e-4)


def pillar(samples, pose, person=()):
    """A room with a pillar at (3, 0), which a person may hide."""
    pillars = samples.room(pose=pose, people=[(3.0, 0.0)], radius=0.15).ranges
    seen = samples.room(pose=pose, people=person)
    return np.minimum(pillars, seen.ranges)


def test_an_object_that_a_person_hides_now_is_remembered(samples):
    static = StaticScan()
    poses = [(-1.0 + 0.1 * k, 0.2, 0.1 * k) for k in range(12)]
    for k, pose in enumerate(poses, start=1):
        scan = samples.room(k * TENTH, ranges=pillar(samples, pose))
        static.update(scan, samples.base(k * TENTH, *pose), samples.people(stamp_ns=k * TENTH))
    pose, person, stamp = (0.3, 0.3, 1.0), [(1.5, 0.1)], 13 * TENTH
    scan = samples.room(stamp, ranges=pillar(samples, pose, person))
    told = static.update(scan, samples.base(stamp, *pose), samples.people(person, stamp_ns=stamp))
    angles = np.arange(180) * math.pi / 90
    truth = np.minimum(
        samples.room_ranges(pose, angles, [(3.0, 0.0)], radius=0.15), samples.truth(pose)
    )
    hidden = truth > samples.room_ranges(pose, angles, person) + 1e-6
    on_pillar = hidden & (truth < samples.truth(pose) - 0.1)
    assert on_pillar.sum() >= 3
    # rays that graze the pillar may miss what is remembered of its rim
    assert (told.sources[hidden] != REMEMBERED).sum() <= 1
    wrong = np.abs(told.ranges - truth)[hidden] > 0.05
    assert wrong.sum() <= 2


def test_somebody_taken_for_a_wall_is_forgotten_when_the_scan_sees_through(samples):
    static = StaticScan(look_period=0.1)
    unknown, known = (2.0, 0.0), (1.0, 0.0)
    static.update(
        samples.room(TENTH, people=[unknown]), samples.base(TENTH), samples.people(stamp_ns=TENTH)
    )
    static.update(
        samples.room(2 * TENTH), samples.base(2 * TENTH), samples.people(stamp_ns=2 * TENTH)
    )
    told = static.update(
        samples.room(3 * TENTH, people=[known]),
        samples.base(3 * TENTH),
        samples.people([known], stamp_ns=3 * TENTH),
    )
    assert told.ranges == pytest.approx(samples.truth(), abs=1e-3)


def remembered_after(samples, seconds, **parameters):
    """Whether the wall at (4, 0), seen at second 1, is still known so much later."""
    static = StaticScan(**parameters)
    static.update(samples.room(), samples.base(), samples.people())
    stamp, person = NANO + round(seconds * NANO), [(0.6, 0.0)]
    told = static.update(
        samples.room(stamp, people=person),
        samples.base(stamp),
        samples.people(person, stamp_ns=stamp),
    )
    return told.sources[0] == REMEMBERED


def test_memory_lasts_as_long_as_asked(samples):
    assert remembered_after(samples, 1.9, memory=2.0)
    assert not remembered_after(samples, 2.1, memory=2.0)


def test_memory_is_empty_after_a_reset(samples):
    static, person = StaticScan(), [(0.6, 0.0)]
    static.update(samples.room(), samples.base(), samples.people())
    static.reset()
    told = static.update(samples.room(people=person), samples.base(), samples.people(person))
    assert not (told.sources == REMEMBERED).any()


def test_nothing_in_reach_reads_25_m_and_too_near_reads_the_least_range(samples):
    ranges = np.full(720, np.inf, dtype=np.float32)
    ranges[360:400] = -np.inf
    told = StaticScan().update(samples.room(ranges=ranges), samples.base(), samples.people())
    assert told.ranges[:10] == pytest.approx(0.05)
    assert (told.ranges[11:] == 25.0).all()


def test_invalid_rays_take_their_neighbours_value(samples):
    scan = samples.room()
    scan.ranges[360:363] = np.nan  # direction 0 and half of the way to direction 1
    told = StaticScan().update(scan, samples.base(), samples.people())
    assert told.ranges == pytest.approx(samples.truth(), abs=0.01)


def test_a_scan_of_nothing_but_invalid_rays_reads_25_m_and_says_it_is_a_guess(samples):
    scan = samples.room(ranges=np.full(720, np.nan, dtype=np.float32))
    told = StaticScan().update(scan, samples.base(), samples.people())
    assert (told.ranges == 25.0).all()
    assert (told.sources == GUESSED).all()


@pytest.mark.parametrize(
    ('reason', 'scan', 'base'),
    [
        ('scan_frame', {'frame': 'laser'}, {}),
        ('scan_rays', {'ranges': np.zeros((2, 3), dtype=np.float32)}, {}),
        ('scan_rays', {'ranges': np.zeros(0, dtype=np.float32)}, {}),
        ('scan_rays', {'ranges': np.zeros(20_001, dtype=np.float32)}, {}),
        ('scan_rays', {'angle_increment': 0.0, 'ranges': np.zeros(9, dtype=np.float32)}, {}),
        ('scan_rays', {'angle_min': math.nan, 'ranges': np.zeros(9, dtype=np.float32)}, {}),
        ('scan_rays', {'range_max': math.nan}, {}),
        ('base_frame', {}, {'frame': 'map'}),
        ('base_stamp', {}, {'stamp_ns': NANO}),
        ('base_values', {}, {'v': math.nan}),
        ('duplicate_stamp', {'stamp_ns': NANO}, {}),
        ('late_stamp', {'stamp_ns': NANO - TENTH}, {}),
    ],
)
def test_a_scan_that_cannot_be_used_is_dropped_and_named(samples, reason, scan, base):
    static = StaticScan()
    before = static.update(samples.room(), samples.base(), samples.people())
    stamp = scan.get('stamp_ns', 2 * NANO)
    after = static.update(
        samples.room(**({'stamp_ns': stamp, 'half': 3.0} | scan)),
        samples.base(**({'stamp_ns': stamp} | base)),
        samples.people(stamp_ns=stamp),
    )
    assert static.refusals.counts == {reason: 1}
    assert after.remarks[0].endswith('scan dropped')
    assert after.stamp_ns == NANO
    assert np.array_equal(after.ranges, before.ranges)


@pytest.mark.parametrize(
    ('reason', 'people'),
    [
        ('people_frame', {'frame': 'base_link'}),
        ('people_stamp', {'stamp_ns': 0}),
        ('people_values', {'positions': [(math.nan, 0.0)]}),
        ('people_values', {'positions': [(2.0, 0.0)], 'radii': np.zeros(2)}),
    ],
)
def test_people_who_cannot_be_used_stay_obstacles_and_are_not_remembered(samples, reason, people):
    static, person = StaticScan(), [(2.0, 0.0)]
    given = samples.people(**({'positions': person} | people))
    told = static.update(samples.room(people=person), samples.base(), given)
    assert static.refusals.counts == {reason: 1}
    assert told.stamp_ns == NANO
    assert told.ranges[0] == pytest.approx(1.7, abs=1e-5)
    nearer = [(1.0, 0.0)]
    told = static.update(
        samples.room(2 * NANO, people=nearer),
        samples.base(2 * NANO),
        samples.people(nearer, stamp_ns=2 * NANO),
    )
    assert told.ranges == pytest.approx(samples.truth(), abs=1e-3)


def test_a_clock_that_goes_back_clears_the_memory_and_is_told(samples):
    static, person = StaticScan(), [(0.6, 0.0)]
    static.update(
        samples.room(9 * NANO), samples.base(9 * NANO), samples.people(stamp_ns=9 * NANO)
    )
    told = static.update(samples.room(people=person), samples.base(), samples.people(person))
    assert static.refusals.counts == {'clock_went_back': 1}
    assert told.stamp_ns == NANO
    assert not (told.sources == REMEMBERED).any()


INSIDE = st.floats(-3.0, 3.0)


@settings(max_examples=100, deadline=None)
@given(
    INSIDE, INSIDE, st.floats(-math.pi, math.pi), st.lists(st.tuples(INSIDE, INSIDE), max_size=6)
)
def test_a_room_seen_before_is_known_behind_any_crowd(samples, x, y, yaw, crowd):
    pose = (x, y, yaw)
    assume(all(math.hypot(px - x, py - y) > 0.35 for px, py in crowd))
    static, empty = StaticScan(), (0.5 * x, 0.5 * y, 0.0)
    static.update(samples.room(pose=empty), samples.base(NANO, *empty), samples.people())
    told = static.update(
        samples.room(2 * NANO, pose, crowd),
        samples.base(2 * NANO, *pose),
        samples.people(crowd, stamp_ns=2 * NANO),
    )
    # a corner is cut by at most the distance of two hits that are kept
    assert np.abs(told.ranges - samples.truth(pose)).max() < 0.15


RANGES = st.floats(allow_nan=True, allow_infinity=True, width=32) | st.floats(0, 30, width=32)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(RANGES, min_size=1, max_size=40),
            st.floats(-10, 10),
            st.floats(-4, 4),
            st.lists(st.tuples(INSIDE, INSIDE), max_size=4),
            st.integers(-5, 20),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_the_rays_say_the_ranges_are_numbers_from_0_to_25(samples, scans):
    static = StaticScan(look_period=0.1)
    with np.errstate(over='raise', divide='raise', invalid='raise'):
        for ranges, angle_min, increment, people, tenth in scans:
            stamp = NANO + tenth * TENTH
            scan = samples.room(
                stamp,
                ranges=np.array(ranges, dtype=np.float32),
                angle_min=angle_min,
                angle_increment=increment,
            )
            base = samples.base(stamp, *(people or [(0.0, 0.0)])[0])
            told = static.update(scan, base, samples.people(people, stamp_ns=stamp))
            assert told.ranges.shape == told.sources.shape == (180,)
            assert (told.ranges >= 0).all()
            assert (told.ranges <= 25).all()


@pytest.mark.parametrize(
    ('name', 'value'),
    [('memory', 0.0), ('margin', -0.1), ('pieces', 0), ('look_period', math.nan)],
)
def test_a_parameter_out_of_range_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=name):
        StaticScan(**{name: value})
