"""S20 in the base controller: on by a parameter, after everything else, and never past a fault."""

import json
import subprocess
import sys

import numpy as np
import pytest

from policy_nodes.safety.ladder import Level

WALL = [(1.0, y) for y in np.linspace(-0.6, 0.6, 121)]
# a busy machine shall fail no test of something else than the budget
ON = {'cbf__enabled': True, 'approach__enabled': False, 'cbf__budget': 0.5}


def raises(*_):
    raise ArithmeticError('singular')


def drive_to_the_wall(rig, seconds=8.0):
    """Drive on with a scan that follows the motion; returns how far it came."""
    x = 0.0
    for _ in range(round(seconds / 0.1)):
        rig.points = [(at - x, y) for at, y in WALL]
        rig.tick(0.5)
        x += 0.1 * rig.sent()[0]
    return x


def test_it_is_off_unless_it_is_asked_for(bench):
    assert bench().controller.driving.barriers is None
    assert bench(cbf__enabled=True).controller.driving.barriers is not None


def test_before_a_wall_it_slows_and_says_so_and_the_body_stays_clear(bench):
    rig = bench(**ON).start()
    assert drive_to_the_wall(rig) < 1.0 - 0.18 - 0.05
    assert rig.sent()[0] < 0.02
    assert rig.controller.counters.snapshot()['cbf_changed']


def test_with_no_obstacle_near_nothing_changes(bench):
    plain, filtered = bench(approach__enabled=False).start(), bench(**ON).start()
    rng = np.random.default_rng(4)
    for _ in range(200):
        v, w = rng.uniform(-0.6, 0.6), rng.uniform(-1.2, 1.2)
        plain.tick(v, w)
        filtered.tick(v, w)
    assert plain.commands == filtered.commands


@pytest.mark.parametrize(
    ('solver', 'code'),
    [
        (raises, 'cbf_failed'),
        (lambda *_: np.full(2, np.nan), 'cbf_failed'),
        (lambda *_: None, 'cbf_infeasible'),
        (lambda wanted, *_: wanted + 9.0, 'cbf_failed'),
    ],
    ids=['exception', 'NaN', 'infeasible', 'beyond the limits'],
)
def test_a_filter_that_fails_in_motion_brakes_at_once_and_never_lets_the_proposal_through(
    bench, solver, code
):
    rig = bench(**ON).start()
    rig.drive(0.5, seconds=2.0)
    assert rig.sent() == (0.5, 0.0)
    rig.controller.driving.barriers.solver = solver
    speeds = []
    for _ in range(6):
        decision = rig.tick(0.5)
        assert decision.level is Level.HOLD
        assert code in decision.reasons
        speeds.append(rig.sent()[0])
    assert speeds == pytest.approx([0.4, 0.3, 0.2, 0.1, 0.0, 0.0], abs=1e-6)
    rig.drive(0.5, seconds=1.0)
    assert rig.sent() == (0.0, 0.0)


def test_once_the_filter_works_again_proposals_count_again(bench):
    rig = bench(**ON).start()
    works = rig.controller.driving.barriers.solver
    rig.controller.driving.barriers.solver = raises
    rig.drive(0.5)
    assert rig.sent() == (0.0, 0.0)
    rig.controller.driving.barriers.solver = works
    rig.drive(0.5)
    assert rig.sent() == (0.5, 0.0)


def test_a_person_who_walks_at_the_robot_counts_without_the_people_term(bench):
    rig = bench(**ON).start()
    rig.drive(0.5)
    rig.people = [(1.2, 0.0)], [(-1.0, 0.0)]
    rig.tick(0.5)
    assert rig.decision.reasons[0] in ('cbf_infeasible', 'cbf_changed')
    assert rig.sent()[0] < 0.5


def test_between_proposals_a_newer_scan_is_enough_to_brake(bench):
    rig = bench(**ON, proposal__timeout=0.4).start()
    rig.drive(0.5)
    rig.points = [(0.3, 0.0)]
    decision = rig.wait(0.3)
    assert decision.reasons == ('cbf_post_check',)
    assert rig.sent()[0] < 0.5


def test_the_budget_of_a_tick_can_be_measured_with_the_filter_on():
    command = [sys.executable, '-m', 'policy_nodes.safety.tick_budget', '--barriers']
    printed = subprocess.run(
        [*command, '--ticks', '50'], capture_output=True, check=True, timeout=60
    )
    found = json.loads(printed.stdout)
    assert found['barriers'] is True
    assert any(reason.startswith('cbf_') for reason in found['reasons'])
