"""S21 in the base controller: one input counts, a hand-over mixes nothing, locks hold back."""

import math
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.contract.samples import TwistSample
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.parameters.parameter import ConfigError

TWO = {
    'inputs__names': ['policy', 'teleop'],
    'inputs__policy__priority': 10,
    'inputs__teleop__priority': 100,
    'inputs__teleop__heartbeats': False,
}
LOCK = {'locks__names': ['pause'], 'locks__pause__priority': 50}


def offer(rig, source, v, w=0.0, **changes):
    proposal = TwistSample.planar(changes.get('stamp_ns', rig.now_ns), 'base_link', v, w)
    return rig.note(rig.controller.take_proposal(proposal, rig.now_ns, rig.steady_s, source))


def period(rig, *offers):
    """One period in which each (source, v, w) proposes."""
    rig.pass_time(0.1)
    rig.sense()
    return [offer(rig, *each) for each in offers]


def for_periods(rig, count, *offers):
    for _ in range(count):
        period(rig, *offers)
    return rig


def test_of_two_sources_at_once_only_the_higher_one_moves_the_robot(bench):
    rig = bench(**TWO).start()
    for _ in range(20):
        policy, teleop = period(rig, ('policy', 0.5, 0.0), ('teleop', 0.0, 0.8))
        assert policy is None or teleop.level is Level.HOLD
    assert rig.sent() == (0.0, pytest.approx(0.8))
    assert rig.decision.input == 'teleop'
    assert all(command[1] == 0 for command in rig.commands)


def test_the_order_of_arrival_does_not_matter(bench):
    rig = bench(**TWO).start()
    for_periods(rig, 20, ('teleop', 0.0, 0.8), ('policy', 0.5, 0.0))
    assert rig.sent() == (0.0, pytest.approx(0.8))


def test_a_hand_over_starts_with_a_fresh_proposal_of_the_new_source(bench):
    rig = for_periods(bench(**TWO).start(), 10, ('policy', 0.5, 0.0))
    assert rig.sent() == (0.5, 0.0)
    [first] = period(rig, ('teleop', -0.5, 0.0))
    assert first.reasons[0] == 'arming'
    assert first.input == 'teleop'
    assert 0 < rig.sent()[0] < 0.5
    for_periods(rig, 20, ('teleop', -0.5, 0.0))
    assert rig.sent() == (-0.5, 0.0)


def test_stamps_of_two_sources_are_not_measured_against_each_other(bench):
    rig = for_periods(bench(**TWO).start(), 10, ('policy', 0.3, 0.0))
    # teleop stamps what it saw a little earlier than the policy did
    for _ in range(10):
        rig.pass_time(0.1)
        rig.sense()
        offer(rig, 'policy', 0.3)
        decision = offer(rig, 'teleop', 0.2, stamp_ns=rig.now_ns - 60_000_000)
    assert decision.level is Level.NORMAL
    assert rig.sent() == (pytest.approx(0.2), 0.0)
    assert 'proposal_backward' not in rig.controller.counters.snapshot()


def test_when_teleop_falls_silent_the_robot_holds_until_its_time_out_then_the_policy_drives(bench):
    rig = for_periods(bench(**TWO).start(), 10, ('policy', 0.5, 0.0), ('teleop', 0.2, 0.0))
    assert rig.sent() == (pytest.approx(0.2), 0.0)
    begin, seen = rig.steady_s, []
    for _ in range(12):
        rig.pass_time(0.05)
        rig.watch()
        rig.pass_time(0.05)
        rig.sense()
        offer(rig, 'policy', 0.5)
        seen.append((rig.steady_s - begin, rig.decision.input, rig.sent()[0]))
    held = [v for at, _, v in seen if 0.35 + 0.25 < at <= 0.5]
    assert all(v == 0 for v in held)
    assert all(source == 'teleop' for at, source, _ in seen if at <= 0.5)
    assert seen[-1][1] == 'policy'
    assert seen[-1][2] > 0.3


def test_control_comes_back_only_by_a_reset_if_that_is_asked_for(bench):
    rig = bench(**TWO, inputs__hand_back='reset').start()
    for_periods(rig, 10, ('policy', 0.5, 0.0), ('teleop', 0.2, 0.0))
    for_periods(rig, 30, ('policy', 0.5, 0.0))
    assert rig.decision.latched
    assert rig.decision.reasons[0] == 'input_lost'
    assert rig.decision.source == 'teleop'
    assert rig.sent() == (0.0, 0.0)
    for_periods(rig, 10, ('policy', 0.0, 0.0))
    assert rig.reset().success
    for_periods(rig, 10, ('policy', 0.5, 0.0))
    assert rig.sent() == (0.5, 0.0)
    # taking over from below needs no reset
    for_periods(rig, 3, ('policy', 0.5, 0.0), ('teleop', 0.2, 0.0))
    assert not rig.decision.latched


def test_nonsense_of_the_higher_source_stops_the_robot_instead_of_leaving_it_to_the_lower(bench):
    rig = for_periods(bench(**TWO).start(), 10, ('policy', 0.5, 0.0))
    for_periods(rig, 8, ('policy', 0.5, 0.0), ('teleop', float('nan'), 0.0))
    assert rig.sent() == (0.0, 0.0)
    assert rig.decision.reasons[0] == 'proposal_not_finite'


def test_teleop_drives_while_the_policy_is_dead_and_the_policy_does_not(bench):
    rig = bench(**TWO, heartbeat__nodes=['navigation_policy']).start()
    for_periods(rig, 10, ('policy', 0.5, 0.0))
    rig.sensors = ('scan', 'odometry')
    for_periods(rig, 12, ('policy', 0.5, 0.0))
    assert rig.decision.reasons[0] == 'heartbeat_silent'
    assert rig.sent() == (0.0, 0.0)
    for_periods(rig, 10, ('policy', 0.5, 0.0), ('teleop', 0.2, 0.0))
    assert rig.sent() == (pytest.approx(0.2), 0.0)


def test_a_lock_holds_the_policy_in_the_very_call_and_teleop_drives_on(bench):
    rig = for_periods(bench(**TWO, **LOCK).start(), 10, ('policy', 0.5, 0.0))
    decision = rig.note(rig.controller.take_lock('pause', True, rig.now_ns, rig.steady_s))
    assert decision.level is Level.HOLD
    assert decision.reasons == ('input_locked',)
    assert decision.source == 'pause'
    for_periods(rig, 10, ('policy', 0.5, 0.0))
    assert rig.sent() == (0.0, 0.0)
    for_periods(rig, 10, ('policy', 0.5, 0.0), ('teleop', 0.2, 0.0))
    assert rig.sent() == (pytest.approx(0.2), 0.0)


def test_a_released_lock_lets_proposals_through_again_without_a_reset(bench):
    rig = for_periods(bench(**TWO, **LOCK).start(), 10, ('policy', 0.5, 0.0))
    rig.controller.take_lock('pause', True, rig.now_ns, rig.steady_s)
    for_periods(rig, 10, ('policy', 0.5, 0.0))
    rig.controller.take_lock('pause', False, rig.now_ns, rig.steady_s)
    for_periods(rig, 10, ('policy', 0.5, 0.0))
    assert rig.sent() == (0.5, 0.0)


def test_loss_of_the_lock_s_heartbeat_stops_the_robot_also_between_proposals(bench):
    rig = bench(**TWO, **LOCK, locks__pause__timeout=0.3).start()
    for _ in range(10):
        rig.controller.take_lock('pause', False, rig.now_ns, rig.steady_s)
        period(rig, ('policy', 0.5, 0.0))
    assert rig.sent() == (0.5, 0.0)
    for_periods(rig, 10, ('policy', 0.5, 0.0))
    assert rig.decision.reasons[0] == 'lock_silent'
    assert rig.sent() == (0.0, 0.0)


def test_a_reset_is_refused_while_an_input_that_does_not_count_asks_for_motion(bench):
    rig = for_periods(bench(**TWO).start(), 10, ('policy', 0.5, 0.0), ('teleop', 0.0, 0.0))
    rig.note(rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s))
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    for_periods(rig, 10, ('policy', 0.5, 0.0), ('teleop', 0.0, 0.0))
    assert not rig.reset().success
    for_periods(rig, 10, ('policy', 0.0, 0.0), ('teleop', 0.0, 0.0))
    assert rig.reset().success


def test_where_the_sender_is_not_known_the_first_input_is_meant(bench):
    rig = bench(**TWO).start()
    rig.drive(0.5, seconds=1.0)
    assert rig.decision.input == 'policy'


EVENTS = st.tuples(
    st.sampled_from([0.02, 0.05, 0.1, 0.1, 0.3, 0.6]),
    st.lists(
        st.tuples(
            st.sampled_from(['policy', 'teleop']),
            st.sampled_from([-9.0, -0.5, 0.0, 0.5, 9.0, math.nan]),
            st.sampled_from([-9.0, 0.0, 0.7]),
        ),
        max_size=3,
    ),
    st.sampled_from([None, None, None, True, False]),
)


@settings(max_examples=40, deadline=None)
@given(events=st.lists(EVENTS, max_size=60), hand_back=st.sampled_from(['automatic', 'reset']))
def test_no_sequence_of_sources_and_locks_makes_the_command_jump_or_passes_a_lock(
    bench, events, hand_back
):
    rig = bench(**TWO, **LOCK, inputs__hand_back=hand_back, stop__require_neutral=False).start()
    locked, since, before = False, rig.steady_s, (0.0, 0.0)
    for pause, offers, lock in events:
        rig.pass_time(pause)
        rig.sense()
        if lock is not None:
            rig.note(rig.controller.take_lock('pause', lock, rig.now_ns, rig.steady_s))
            locked = lock
        rig.watch()
        lowered = rig.sent()
        for each in offers:
            offer(rig, *each)
        value = rig.sent()
        dt = rig.steady_s - since
        for old, new, rate in zip(before, value, (1.0, 5.0), strict=True):
            assert abs(new - old) <= rate * min(dt, 0.4) + 1e-6
        if locked and rig.controller.inputs.chosen == 'policy':
            assert all(abs(new) <= abs(old) for old, new in zip(lowered, value, strict=True))
        since, before = (rig.steady_s, value) if value != before else (since, value)


# parameters


def config(make, **changes):
    values = {name.replace('__', '.'): value for name, value in changes.items()}
    return BaseSafetyConfig.from_mapping(make.limits | values)


def test_without_inputs_there_is_one_that_always_counts(make):
    arbitration = config(make).arbitration
    assert list(arbitration.inputs) == ['proposal']
    assert not arbitration.locks


@pytest.mark.parametrize(
    ('changes', 'words'),
    [
        ({'inputs__names': ['a', 'a']}, 'twice'),
        ({'inputs__names': ['a']}, 'inputs.a.priority .* no default'),
        ({'inputs__names': ['a'], 'inputs__a__priority': 256}, '0 to 255'),
        ({**TWO, 'inputs__policy__priority': 100}, 'that of policy too'),
        ({**TWO, 'inputs__web__priority': 1}, 'lists; add its name'),
        ({**TWO, 'inputs__teleop__prority': 1}, 'did you mean inputs.teleop.priority'),
        ({**TWO, 'inputs__hand_back': 'never'}, 'automatic, reset'),
        ({**TWO, 'inputs__teleop__timeout': 0.0}, 'out of range'),
        ({'inputs__names': ['names']}, 'another name'),
        ({'locks__names': ['pause']}, 'locks.pause.priority'),
        ({**LOCK, 'locks__pause__timeout': float('nan')}, 'not finite'),
    ],
)
def test_inputs_and_locks_that_make_no_sense_are_refused(make, changes, words):
    with pytest.raises(ConfigError, match=words):
        config(make, **changes)


def test_what_decides_who_drives_is_read_only_while_active(make):
    locked = BaseSafetyConfig.locked((), ['a'], ['b'])
    for name in ('inputs.names', 'inputs.hand_back', 'inputs.a.priority', 'inputs.a.heartbeats'):
        assert name in locked
    for name in ('locks.names', 'locks.b.priority', 'locks.b.timeout'):
        assert name in locked


def test_the_turtlebot_is_shipped_with_teleop_above_the_policy():
    path = Path(__file__).parents[2] / 'config/turtlebot/safety_controller.yaml'
    values = yaml.safe_load(path.read_text(encoding='utf-8'))['/**']['ros__parameters']
    inputs = BaseSafetyConfig.from_mapping(values).arbitration.inputs
    assert list(inputs) == ['policy', 'teleop']
    assert inputs['teleop'].priority > inputs['policy'].priority
    assert inputs['teleop'].topic == 'teleop/cmd_vel'
