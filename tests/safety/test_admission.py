"""S3: what is not finite, not of the right shape, frame, names or order is refused whole."""

from dataclasses import replace

import numpy as np
import pytest

from policy_nodes.safety.admission import refuse_names, refuse_twist, refuse_values
from policy_nodes.safety.ladder import Level

NAMES = ('shoulder', 'elbow', 'wrist')


@pytest.mark.parametrize('bad', [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize('place', [0, 1, 2])
def test_a_value_that_is_not_finite_is_refused_wherever_it_stands(bad, place):
    values = np.zeros(3)
    values[place] = bad
    assert refuse_values(values, 3, 'proposal').reason.code == 'proposal_not_finite'
    assert str(place) in refuse_values(values, 3, 'proposal').detail


@pytest.mark.parametrize(
    'values',
    [
        np.zeros(0),
        np.zeros(2),
        np.zeros(4),
        np.zeros((3, 1)),
        np.zeros(3, dtype=complex),
        np.array(['1', '2', '3']),
        np.array([1, None, 2], dtype=object),
        np.zeros(3, dtype=bool),
        [0.0, 0.0, 0.0],
        None,
    ],
)
def test_values_of_wrong_shape_or_dtype_are_refused(values):
    assert refuse_values(values, 3, 'proposal').reason.code == 'proposal_shape'


def test_sound_values_are_admitted():
    assert refuse_values(np.array([0.1, -0.2, 1e300]), 3, 'proposal') is None


@pytest.mark.parametrize(
    ('names', 'code', 'word'),
    [
        ((), 'proposal_names', 'shoulder'),
        (('shoulder', 'elbow'), 'proposal_names', 'wrist'),
        (('shoulder', 'elbow', 'hand'), 'proposal_names', 'hand'),
        (('shoulder', 'elbow', 'elbow'), 'proposal_names', 'Twice: elbow'),
        (('elbow', 'shoulder', 'wrist'), 'proposal_order', 'shoulder, elbow, wrist'),
    ],
)
def test_empty_short_unknown_doubled_and_permuted_names_are_refused(names, code, word):
    found = refuse_names(names, NAMES, 'proposal')
    assert found.reason.code == code
    assert word in found.detail


def test_the_right_names_in_order_are_admitted():
    assert refuse_names(list(NAMES), NAMES, 'proposal') is None


def damage(proposal, kind):
    linear, angular = proposal.linear.copy(), proposal.angular.copy()
    if kind == 'nan':
        linear[0] = np.nan
    elif kind == 'inf':
        angular[2] = np.inf
    elif kind == 'minus inf':
        linear[0] = -np.inf
    elif kind == 'hidden nan':
        angular[1] = np.nan
    elif kind == 'short':
        linear = linear[:2]
    elif kind == 'empty':
        angular = angular[:0]
    elif kind == 'dtype':
        linear = linear.astype(complex)
    elif kind == 'object':
        linear = None
    elif kind == 'sideways':
        linear[1] = 0.1
    elif kind == 'frame':
        return replace(proposal, frame='map')
    return replace(proposal, linear=linear, angular=angular)


@pytest.mark.parametrize(
    ('kind', 'code'),
    [
        ('nan', 'proposal_not_finite'),
        ('inf', 'proposal_not_finite'),
        ('minus inf', 'proposal_not_finite'),
        ('hidden nan', 'proposal_not_finite'),
        ('short', 'proposal_shape'),
        ('empty', 'proposal_shape'),
        ('dtype', 'proposal_shape'),
        ('object', 'proposal_shape'),
        ('sideways', 'proposal_axis'),
        ('frame', 'proposal_frame'),
    ],
)
def test_s3_a_damaged_command_is_refused_whole_before_any_clamp(bench, make, kind, code):
    """The robot brakes as safely as before, and the reason is named."""
    rig = bench().start()
    rig.drive(0.4)
    before = rig.sent()[0]
    rig.pass_time(0.1)
    rig.sense()
    decision = rig.offer(damage(make.twist(rig.now_ns, 0.4, 0.3), kind))
    assert decision.level is Level.HOLD
    assert decision.reasons[0] == code
    assert decision.command.linear[0] == pytest.approx(before - 0.1)
    assert np.isfinite(decision.command.linear).all()
    assert np.isfinite(decision.command.angular).all()
    assert decision.counters[code] == 1


def test_the_next_sound_proposal_moves_again_after_a_damaged_one(bench, make):
    rig = bench().start()
    rig.drive(0.4)
    rig.pass_time(0.1)
    rig.sense()
    rig.offer(damage(make.twist(rig.now_ns, 0.4), 'nan'))
    slow = rig.sent()[0]
    assert rig.tick(0.4).level <= Level.LIMITED
    assert rig.sent()[0] > slow


def test_a_sound_twist_is_admitted(make):
    assert refuse_twist(make.twist(1, 0.1, -0.2), 'base_link', 'proposal') is None
