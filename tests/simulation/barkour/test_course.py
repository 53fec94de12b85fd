"""The course against the published table, and courses that are arranged anew."""

from __future__ import annotations

from math import atan, pi

import numpy as np
import pytest

from policy_nodes.simulation.barkour.course import official_course, rearranged_course
from policy_nodes.simulation.barkour.course_model import RIDGE, course_solids
from policy_nodes.simulation.barkour.world import BarkourWorld

# left and right ends, in order, as published
GATES = {
    'start_table': [((1.4, 0.0), (1.4, -0.7))],
    'weave_poles': [
        ((1.7, 0.0), (1.7, -0.7)),
        ((2.5, -0.5), (1.7, -0.7)),
        ((2.5, -0.5), (3.2, -0.7)),
        ((3.8, -0.5), (3.2, -0.7)),
        ((3.8, -0.5), (4.3, -0.7)),
        ((5.0, -0.7), (4.3, -0.7)),
    ],
    'a_frame': [
        ((4.35, -2.0), (3.65, -1.1)),
        ((2.92, -3.0), (2.22, -2.1)),
        ((1.5, -4.0), (0.8, -3.1)),
    ],
    'broad_jump': [((1.7, -4.0), (1.7, -5.0)), ((3.7, -4.0), (3.7, -5.0))],
    'end_table': [((4.1, -4.0), (4.1, -5.0))],
}
SEEDS = range(8)


def top(world, x, y):
    """Height of the ground at a point [m]."""
    return float(world._rays.ground(np.array([[x, y]]), 3.0)[0])


def test_gates_are_those_of_the_official_scorer_in_its_order():
    course = official_course()
    assert [each.kind for each in course.obstacles] == list(GATES)
    assert sum(len(each.gates) for each in course.obstacles) == 13
    for obstacle in course.obstacles:
        assert np.allclose(obstacle.gates, GATES[obstacle.kind], atol=1e-9)


def test_tables_and_jump_have_their_published_sizes_and_places(official):
    for x, y in ((0.5, -0.5), (0.01, -0.01), (0.99, -0.99), (4.01, -4.01), (4.99, -4.99)):
        assert top(official, x, y) == pytest.approx(0.1)
    for x, y in ((1.02, -0.5), (0.5, -1.02), (3.98, -4.5), (4.5, -3.98)):
        assert top(official, x, y) == pytest.approx(0.0, abs=1e-9)
    for x, y in ((2.51, -4.01), (2.99, -4.99)):
        assert top(official, x, y) == pytest.approx(0.001)
    for x, y in ((2.49, -4.5), (3.01, -4.5), (2.75, -3.99)):
        assert top(official, x, y) == pytest.approx(0.0, abs=1e-9)


def test_poles_stand_at_their_places_with_gaps_that_shrink():
    course = official_course()
    poles = [solid.centre[:2] for solid in course_solids(course) if solid.kind == 'pole']
    assert poles == [(1.7, -0.7), (2.5, -0.5), (3.2, -0.7), (3.8, -0.5), (4.3, -0.7)]
    assert np.allclose(np.diff([x for x, _ in poles]), [0.8, 0.7, 0.6, 0.5])


def test_the_a_frame_rises_and_falls_by_30_degrees_along_the_way_through_its_gates(official):
    place = official.ground.obstacle('a_frame').place
    assert (place.x, place.y) == (2.57, -2.55)
    assert place.heading == pytest.approx(pi + atan(1.0 / 1.43))
    assert top(official, *place.at(0.0, 0.0)) == pytest.approx(RIDGE, abs=0.002)
    for ahead in (-1.2, -0.6, -0.1, 0.1, 0.6, 1.2):
        for left in (-0.49, 0.0, 0.49):
            wanted = RIDGE - abs(ahead) * np.tan(np.deg2rad(30.0))
            assert top(official, *place.at(ahead, left)) == pytest.approx(wanted, abs=1e-6)
    for ahead, left in ((-1.31, 0.0), (1.31, 0.0), (0.0, 0.51), (0.0, -0.51)):
        assert top(official, *place.at(ahead, left)) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize('course', [official_course(), *map(rearranged_course, SEEDS)])
def test_every_course_lies_in_its_field_and_its_gates_are_crossed_from_right_to_left(course):
    assert sorted(each.kind for each in course.obstacles) == sorted(GATES)
    assert course.obstacles[0].kind == 'start_table'
    assert course.obstacles[-1].kind == 'end_table'
    way = [course.start[:2]]
    for obstacle in course.obstacles:
        for gate in obstacle.gates:
            ends = np.array(gate)
            assert ((ends[:, 0] >= -1e-9) & (ends[:, 0] <= 5.0)).all()
            assert ((ends[:, 1] >= -5.0) & (ends[:, 1] <= 1e-9)).all()
            middle, across = ends.mean(axis=0), ends[0] - ends[1]
            ahead = np.array([across[1], -across[0]])
            assert ahead @ (middle - way[-1]) > 0.0, (obstacle.kind, gate)
            way.append(middle)


@pytest.mark.parametrize('seed', range(3))
def test_a_rearranged_course_turns_the_a_frame_and_moves_the_jump_and_nothing_overlaps(seed):
    course = rearranged_course(seed)
    assert course == rearranged_course(seed)
    assert course != rearranged_course(seed + 1)
    kinds = [each.kind for each in course.obstacles]
    assert kinds.index('broad_jump') < kinds.index('a_frame') < kinds.index('weave_poles')
    gaps = np.abs(np.diff([pole.x for pole in course.obstacle('weave_poles').poles]))
    assert gaps.min() > 0.47
    floor = BarkourWorld(course, seed=1)
    jump, ramp = course.obstacle('broad_jump').place, course.obstacle('a_frame').place
    assert top(floor, jump.x, jump.y) == pytest.approx(0.001)
    assert top(floor, ramp.x, ramp.y) == pytest.approx(RIDGE, abs=0.002)
    # every obstacle's ends are free of the others
    for place, reach in ((jump, 0.3), (ramp, 1.35)):
        for ahead in (-reach, reach):
            for left in (-0.5, 0.5):
                x, y = place.at(ahead, 0.98 * left)
                assert top(floor, x, y) == pytest.approx(0.0, abs=1e-9)
