"""Openings of the gripper pass the safety controller of an arm, or do not."""

import math

import pytest

from policy_nodes.safety.reasons import Reason


def test_an_opening_passes_while_motion_is_permitted(bench):
    rig = bench().start()
    for opening in (0.0, 0.4, 1.0):
        assert rig.controller.take_opening(opening, *rig.now) is None


def test_before_the_first_reset_and_while_a_stop_is_latched_none_passes(bench):
    rig = bench()
    assert rig.controller.take_opening(1.0, *rig.now).reason is Reason.NOT_ACTIVE
    rig.controller.activate(*rig.now)
    assert rig.controller.take_opening(1.0, *rig.now).reason is Reason.AWAITING_RESET
    rig = bench().start().moving()
    rig.controller.take_stop_signal('button', True, *rig.now)
    assert rig.controller.take_opening(1.0, *rig.now).reason is Reason.ESTOP_PRESSED
    rig.controller.take_stop_signal('button', False, *rig.now)
    rig.wait(1.0)
    assert rig.controller.take_opening(1.0, *rig.now) is not None
    assert rig.reset().success
    assert rig.controller.take_opening(1.0, *rig.now) is None


@pytest.mark.parametrize('opening', [math.nan, math.inf, -0.01, 1.01])
def test_an_opening_that_makes_no_sense_is_refused_and_told(bench, opening):
    rig = bench().start()
    refusal = rig.controller.take_opening(opening, *rig.now)
    assert refusal.reason in (Reason.PROPOSAL_NOT_FINITE, Reason.POSITION_LIMIT)
    assert refusal.reason.code in rig.tick().reasons


def test_a_hold_of_the_arm_that_passes_by_itself_does_not_hinder_the_gripper(bench):
    rig = bench().start()
    rig.wait(2.0)  # no chunk comes
    assert rig.decision.reasons
    assert rig.controller.take_opening(0.0, *rig.now) is None
