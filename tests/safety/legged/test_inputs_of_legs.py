"""S21 at legs: one input counts, a hand-over holds and blends in, locks hold."""

import pytest

from policy_nodes.safety.legged_motion import LegMode

TWO = {
    'inputs__names': ['policy', 'teleop'],
    'inputs__policy__priority': 10,
    'inputs__policy__timeout': 0.2,
    'inputs__teleop__priority': 100,
    'inputs__teleop__timeout': 0.2,
    'locks__names': ['pause'],
    'locks__pause__priority': 50,
}


@pytest.fixture
def walker(legs):
    """Legs that follow their policy."""
    rig = legs(**TWO).up()
    assert rig.decision.input == 'policy'
    return rig


def step(rig, leg_make, *offers):
    """One period in which each (source, position) proposes."""
    rig.pass_time(leg_make.period)
    rig.sense()
    for source, position in offers:
        proposal = leg_make.proposal(rig.now_ns, position)
        rig.controller.take_proposal(proposal, *rig.now, source)
    return rig.tick()


def test_what_the_lower_input_proposes_no_longer_reaches_the_legs(walker, leg_make):
    low = leg_make.stand + 0.1
    decision = step(walker, leg_make, ('policy', leg_make.stand), ('teleop', low))
    assert decision.input == 'teleop'
    assert walker.mode is LegMode.HOLD
    assert 'arming' in decision.reasons
    for _ in range(200):
        decision = step(walker, leg_make, ('teleop', low), ('policy', leg_make.stand))
    assert walker.mode is LegMode.FOLLOW
    assert walker.command.position == pytest.approx(low, abs=1e-6)


def test_when_the_higher_input_falls_silent_legs_hold_and_the_policy_blends_in_again(
    walker, leg_make
):
    for _ in range(100):
        step(walker, leg_make, ('teleop', leg_make.stand + 0.1))
    modes = []
    for _ in range(200):
        decision = step(walker, leg_make, ('policy', leg_make.stand))
        modes.append(walker.mode)
    assert decision.input == 'policy'
    assert LegMode.HOLD in modes
    assert walker.mode is LegMode.FOLLOW


def test_a_lock_holds_the_legs_until_it_is_released(walker, leg_make):
    walker.controller.take_lock('pause', True, walker.steady_s)
    decision = step(walker, leg_make, ('policy', leg_make.stand))
    assert decision.reasons[0] == 'input_locked'
    assert walker.mode is LegMode.HOLD
    walker.controller.take_lock('pause', False, walker.steady_s)
    for _ in range(100):
        step(walker, leg_make, ('policy', leg_make.stand))
    assert walker.mode is LegMode.FOLLOW
