"""S24: every intervention is visible: level, reasons, source, proposed and sent, counters."""

import numpy as np
import pytest

from policy_nodes.safety.ladder import Level


def test_s24_a_changed_command_says_why_where_and_how_much(bench):
    rig = bench().start()
    rig.swing(2, 5.0)
    decision = rig.wait(0.2)
    assert decision.level is Level.LIMITED
    assert decision.reasons[0] == 'velocity_limit'
    assert decision.source == 'panda_joint3'
    assert decision.names == rig.controller.names
    assert decision.proposed[2] > decision.sent[2]
    assert 0.0 < decision.scale < 1.0
    assert decision.sent == pytest.approx(decision.command.position)
    assert decision.counters['velocity_limit'] == 1
    assert decision.epoch == 1
    assert not decision.latched
    timed = decision.timed(0.3)
    assert timed.tick_ms == 0.3
    assert timed.command is decision.command


def test_s24_a_chunk_that_goes_out_unchanged_has_no_reason(bench):
    rig = bench().start().moving()
    decision = rig.wait(0.4)
    assert decision.level is Level.NORMAL
    assert decision.reasons == ()
    assert decision.source == ''
    assert decision.scale == pytest.approx(1.0)


def test_s24_where_nothing_usable_was_proposed_that_is_told(bench):
    rig = bench().start()
    decision = rig.tick()
    assert np.isnan(decision.proposed).all()
    assert np.isnan(decision.scale)


def test_s24_several_reasons_come_strongest_first_and_none_twice(bench):
    rig = bench().start().moving()
    rig.sensing = False
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    decision = rig.wait(1.2)
    assert decision.reasons == ('estop_pressed', 'proposal_silent', 'source_silent')
    assert decision.source == 'button'


def test_s24_a_refused_chunk_is_told_once_and_counted(bench):
    rig = bench().start().moving()
    chunk = rig.chunk(epoch=7)
    rig.controller.take_chunk(chunk, *rig.now)
    assert 'proposal_before_reset' in rig.tick().reasons
    decision = rig.tick()
    assert 'proposal_before_reset' not in decision.reasons
    assert decision.counters['proposal_before_reset'] == 1


def test_s24_a_damaged_chunk_is_told_even_while_the_stop_is_latched(bench):
    rig = bench().start().moving()
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    rig.wait(0.5)
    rig.offer(rig.ramp([np.nan] * 7))
    assert rig.tick().reasons == ('estop_pressed', 'proposal_not_finite')
    assert rig.tick().reasons == ('estop_pressed',)


def test_the_status_between_two_ticks_commands_nothing(bench):
    rig = bench().start().moving()
    status = rig.controller.status(rig.now_ns)
    assert status.command is None
    assert status.level is rig.decision.level
    assert status.epoch == 1


def test_a_finding_is_a_sentence_with_a_remedy(bench):
    rig = bench().start().moving()
    rows = rig.ramp([0.0] * 7)
    rows[:, 4] += 0.5
    text = str(rig.offer(rows))
    assert text.startswith('chunk_seam (proposal): ')
    assert 'panda_joint5 is 0.5 rad off' in text
    assert text.endswith('.')
