"""Walking people: a command is changed only where that keeps more distance."""

import math

import numpy as np
import pytest

from policy_nodes.safety.ladder import Level
from policy_nodes.safety.people_guard import PeopleGuard
from policy_nodes.safety.people_in_base import PeopleInBase, people_in_base

NANO = 1_000_000_000
FORWARD = np.array([0.4, 0.0])


def around(*people, radius=0.3):
    """People as (x, y, vx, vy)."""
    values = np.array(people, dtype=float).reshape(-1, 4)
    return PeopleInBase(values[:, :2], values[:, 2:], np.full(len(values), radius))


def guard(response='slow', **settings):
    return PeopleGuard(
        lower=[-0.5, -1.0],
        upper=[0.5, 1.0],
        acceleration=[0.9, 7.7],
        response=response,
        **settings,
    )


def choose(people, proposed=FORWARD, response='slow', is_free=lambda v, w: True, **settings):
    return guard(response, **settings).choose(people, proposed, proposed, is_free)


@pytest.mark.parametrize(
    'person',
    [
        (-1.0, 0.0, -0.5, 0.0),
        (0.6, 0.0, 0.9, 0.0),
        (1.0, 1.0, -0.5, 0.0),
        (0.0, 3.0, 0.0, -0.5),
    ],
    ids=['behind and away', 'ahead and away', 'past on the left', 'far'],
)
@pytest.mark.parametrize('response', ['slow', 'steer', 'give_way'])
def test_people_who_walk_past_or_away_change_nothing(person, response):
    choice = choose(around(person), response=response)
    assert not choice.changed
    assert choice.values.tolist() == FORWARD.tolist()


def test_somebody_who_crosses_ahead_is_waited_for():
    crossing = around((0.9, -0.9, 0.0, 0.9))
    choice = choose(crossing)
    assert choice.changed
    assert choice.values[0] < 0.4
    assert choice.kept >= 0.05


def test_the_largest_share_that_keeps_the_clearance_is_taken():
    crossing = around((0.9, -0.9, 0.0, 0.9))
    model = guard()
    shares = np.array([1.0, 0.75, 0.5, 0.25, 0.0])[:, None] * FORWARD
    kept = model.clearances(crossing, shares, FORWARD)
    chosen = model.choose(crossing, FORWARD, FORWARD, lambda v, w: True).values
    first = shares[np.flatnonzero(kept >= 0.05)[0]]
    assert chosen.tolist() == first.tolist()


def test_standing_still_is_not_chosen_where_it_is_no_better_than_going_on():
    """Somebody walks into the robot from behind: to stop would only bring them nearer."""
    chasing = around((-0.6, 0.0, 0.6, 0.0))
    assert not choose(chasing).changed


def test_a_gain_too_small_to_matter_changes_nothing():
    crossing = around((0.9, -0.9, 0.0, 0.9))
    assert not choose(crossing, least_gain=9.0).changed


def test_steer_leaves_the_course_but_is_never_faster_than_the_proposal():
    towards = around((1.0, 0.0, -0.5, 0.0))
    choice = choose(towards, response='steer', horizon=2.0)
    assert choice.changed
    assert abs(choice.values[0]) <= 0.4 + 1e-9
    assert choice.kept > choose(towards, horizon=2.0).kept


def test_give_way_steps_aside_for_somebody_who_walks_into_a_slow_robot():
    towards = around((0.9, 0.05, -0.6, 0.0))
    creeping = np.array([0.02, 0.0])
    choice = choose(towards, creeping, 'give_way', horizon=2.0)
    assert choice.changed
    assert abs(choice.values[0]) > 0.02
    assert choice.kept > choose(towards, creeping, 'slow', horizon=2.0).kept + 0.1
    assert (np.abs(choice.values) <= [0.5, 1.0]).all()


@pytest.mark.parametrize('response', ['slow', 'steer', 'give_way'])
def test_a_proposal_to_stand_still_is_never_changed(response):
    towards = around((0.6, 0.0, -0.6, 0.0))
    choice = choose(towards, np.zeros(2), response)
    assert not choice.changed
    assert not choice.values.any()


def test_a_command_that_something_else_forbids_is_not_chosen():
    towards = around((1.0, 0.0, -0.5, 0.0))
    asked = []

    def forbid(v, w):
        asked.append((v, w))
        return False

    assert not choose(towards, response='give_way', is_free=forbid, horizon=2.0).changed
    assert asked


def test_an_unknown_response_lists_the_known_ones():
    with pytest.raises(ValueError, match='slow, steer, give_way'):
        guard('hide')


def test_people_are_carried_on_to_the_time_of_the_command_and_into_the_base_frame(make):
    people = make.people(NANO, [(2.0, 1.0)], [(0.0, 0.5)])
    half = math.pi / 4
    base = make.odometry(
        2 * NANO,
        position=np.array([1.0, 1.0, 0.0]),
        quaternion=np.array([0.0, 0.0, math.sin(half), math.cos(half)]),
    )
    seen = people_in_base(people, base, 2 * NANO)
    # one metre along +x of the world, half a metre along +y; the base looks along +y
    assert seen.positions[0] == pytest.approx([0.5, -1.0])
    assert seen.velocities[0] == pytest.approx([0.5, 0.0])


def test_only_walking_people_cover_points():
    people = around((1.0, 0.0, 0.5, 0.0), (0.0, 1.0, 0.0, 0.0))
    covered = people.cover(np.array([0.7, 0.0, 2.0]), np.array([0.0, 0.7, 0.0]), 0.1, 0.2)
    assert covered.tolist() == [True, False, False]


PEOPLE_ONLY = {'people__enabled': True, 'approach__enabled': False}


class TestInTheController:
    def test_the_reason_names_people_and_the_share_is_told(self, bench):
        rig = bench(**PEOPLE_ONLY).start()
        rig.drive(0.4)
        rig.people = ([(0.9, -0.9)], [(0.0, 0.9)])
        decision = rig.tick(0.4)
        assert decision.reasons[0] in ('people_slow', 'people_stop')
        assert decision.source == 'people'
        assert rig.sent()[0] < 0.4
        assert decision.scale < 1.0

    def test_stale_people_are_not_believed(self, bench):
        rig = bench(**PEOPLE_ONLY).start()
        rig.drive(0.4)
        rig.people = ([(0.9, -0.9)], [(0.0, 0.9)])
        rig.sense()
        rig.people = None
        rig.drive(0.4, seconds=1.5)
        assert rig.decision.level is Level.NORMAL

    def test_give_way_keeps_every_limit_and_is_named(self, bench):
        rig = bench(**PEOPLE_ONLY, people__response='give_way', people__horizon=2.0).start()
        rig.people = ([(1.2, 0.0)], [(-0.5, 0.0)])
        rig.drive(0.1)
        assert 'people_give_way' in rig.controller.counters.snapshot()
        for (t0, v0, w0), (t1, v1, w1) in zip(rig.commands, rig.commands[1:], strict=False):
            assert abs(v1 - v0) <= 1.0 * (t1 - t0) + 1e-9
            assert abs(w1 - w0) <= 5.0 * (t1 - t0) + 1e-9
        assert max(abs(v) for _, v, _ in rig.commands) <= 0.5

    @pytest.mark.parametrize(('masked', 'level'), [(False, Level.LIMITED), (True, Level.NORMAL)])
    def test_points_on_somebody_who_walks_away_are_left_out_if_asked(self, bench, masked, level):
        """The back of somebody 0.3 m ahead, who is faster than the robot."""
        rig = bench(people__enabled=True, people__mask_scan=masked).start()
        rig.points = [
            (0.6 - 0.3 * math.cos(a), 0.3 * math.sin(a)) for a in np.linspace(-1.2, 1.2, 25)
        ]
        rig.people = ([(0.6, 0.0)], [(0.9, 0.0)])
        rig.measured = (0.0, 0.0)
        rig.drive(0.4)
        assert rig.decision.level is level
        assert ('approach_slow' in rig.decision.reasons) is not masked
