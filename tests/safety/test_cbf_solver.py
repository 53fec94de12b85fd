"""S20: the quadratic programme of the barrier filter is solved exactly."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from policy_nodes.safety.cbf_solver import nearest_within

NUMBERS = st.floats(-2.0, 2.0, allow_subnormal=False).map(lambda value: round(value, 3))


def by_trying_everything(wanted, normals, bounds, slack):
    """The same by enumeration: the answer lies on no line, on one, or where two cross."""
    found = [wanted]
    for normal, bound in zip(normals, bounds, strict=True):
        square = float(normal @ normal)
        if square > 1e-9:
            found.append(wanted + (bound - normal @ wanted) / square * normal)
    for first, second in itertools.combinations(range(len(bounds)), 2):
        pair = normals[[first, second]]
        if abs(np.linalg.det(pair)) > 1e-9:
            found.append(np.linalg.solve(pair, bounds[[first, second]]))
    kept = [point for point in found if (normals @ point >= bounds - slack).all()]
    return min((float(np.hypot(*(point - wanted))) for point in kept), default=None)


@settings(deadline=None)
@given(
    wanted=arrays(float, 2, elements=NUMBERS),
    rows=arrays(float, st.tuples(st.integers(0, 7), st.just(3)), elements=NUMBERS),
)
def test_no_point_that_keeps_all_rows_is_nearer_than_the_answer(wanted, rows):
    normals, bounds = rows[:, :2], rows[:, 2]
    answer = nearest_within(wanted, normals, bounds)
    if answer is None:
        # rows that only just contradict each other may be taken for kept by the enumeration
        assert by_trying_everything(wanted, normals, bounds + 1e-6, 1e-9) is None
        return
    assert (normals @ answer >= bounds - 1e-6).all()
    best = by_trying_everything(wanted, normals, bounds, 1e-9)
    if best is not None:
        assert np.hypot(*(answer - wanted)) <= best + 1e-5


def test_a_point_that_keeps_all_rows_is_its_own_answer():
    wanted = np.array([0.3, -0.2])
    normals, bounds = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.0, -1.0])
    assert nearest_within(wanted, normals, bounds) is wanted


def test_contradictory_rows_have_no_answer():
    normals, bounds = np.array([[1.0, 0.0], [-1.0, 0.0]]), np.array([0.5, -0.4])
    assert nearest_within(np.zeros(2), normals, bounds) is None


def test_a_row_that_no_point_can_influence_counts_all_the_same():
    nothing = np.zeros((1, 2))
    assert nearest_within(np.ones(2), nothing, np.array([0.1])) is None
    assert nearest_within(np.ones(2), nothing, np.array([-0.1])) is not None
