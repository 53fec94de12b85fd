"""S24: every intervention is visible: level, reason, source, proposed and sent, counters."""

import re
from pathlib import Path

import numpy as np
import pytest

from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.intervention_counters import InterventionCounters
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.parameters.table import parameters_table
from policy_nodes.safety.reasons import Reason, reasons_table

ROOT = Path(__file__).parents[2]


def test_every_code_is_unique_and_says_what_it_means_and_what_to_do():
    codes = [reason.code for reason in Reason]
    assert len(set(codes)) == len(codes)
    for reason in Reason:
        assert reason.code == reason.name.lower()
        assert reason.value.meaning.endswith('.')
        assert reason.value.remedy.endswith('.')


def test_latched_stops_are_stronger_than_holds_and_holds_than_limits():
    ranks = {Level.STOPPING: 0, Level.STOPPED: 0, Level.HOLD: 1, Level.LIMITED: 2}
    order = [ranks[reason.level] for reason in Reason if reason is not Reason.PEOPLE_GIVE_WAY]
    assert order == sorted(order)


def test_the_reference_page_holds_the_reasons_and_parameters_of_the_code():
    page = (ROOT / 'docs/reference/safety_reasons.md').read_text(encoding='utf-8')
    assert reasons_table() in page
    assert parameters_table(BaseSafetyConfig.describe(['NAME'], ['NAME'], ['NAME'])) in page


def test_levels_are_those_of_the_message():
    text = (ROOT / 'msg/SafetyState.msg').read_text(encoding='utf-8')
    written = dict(re.findall(r'^uint8 ([A-Z]+)=(\d+)', text, re.MULTILINE))
    assert written == {level.name: str(int(level)) for level in Level}


def test_a_reason_that_stays_counts_once_and_one_that_returns_counts_again():
    counters = InterventionCounters()
    for reasons in ([], [Reason.ZONE_STOP], [Reason.ZONE_STOP], [], [Reason.ZONE_STOP]):
        counters.note(reasons)
    assert counters.snapshot() == {'zone_stop': 2}


def test_s24_a_decision_carries_proposed_and_sent_with_their_share(bench):
    rig = bench().start()
    rig.tick(0.5, 0.2)
    decision = rig.tick(0.5, 0.2)
    assert decision.names == ('linear.x', 'angular.z')
    assert decision.proposed.tolist() == [0.5, 0.2]
    assert decision.sent.tolist() == pytest.approx([0.1, 0.04])
    assert decision.scale == pytest.approx(0.2)
    assert decision.epoch == 1
    assert not decision.latched
    assert decision.counters['acceleration_limit'] == 1
    assert decision.timed(0.3).tick_ms == 0.3


def test_s24_an_unchanged_proposal_has_no_reason(bench):
    rig = bench().start()
    decision = rig.drive(0.3, 0.1)
    assert decision.level is Level.NORMAL
    assert decision.reasons == ()
    assert decision.source == ''
    assert decision.scale == pytest.approx(1.0)


def test_s24_where_nothing_usable_was_proposed_that_is_told(bench, make):
    rig = bench().start()
    rig.pass_time(0.1)
    rig.sense()
    decision = rig.offer(make.twist(rig.now_ns, np.nan))
    assert np.isnan(decision.proposed).all()
    assert np.isnan(decision.scale)


def test_s24_several_reasons_come_strongest_first(bench):
    rig = bench().start()
    rig.drive(0.3)
    rig.sensors = ()
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    rig.wait(1.0, sensing=False)
    assert rig.decision.reasons == ('estop_pressed', 'proposal_silent', 'source_silent')
    assert rig.decision.source == 'button'


def test_a_finding_is_a_sentence_with_a_remedy(bench):
    rig = bench().start()
    rig.drive(0.3)
    rig.sensors = ('odometry',)
    rig.drive(0.3)
    text = str(rig.decision.findings[0])
    assert text.startswith('source_silent (scan): ')
    assert 'allowed 0.5 s' in text
    assert text.endswith('.')
