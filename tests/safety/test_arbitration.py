"""S21: the live input of highest priority counts; a lock holds back what is below it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.safety.arbitration import Arbitration, Input, Lock
from policy_nodes.safety.reasons import Reason

POLICY, TELEOP = Input('policy', 10, 0.5), Input('teleop', 100, 0.5)


def two(*locks) -> Arbitration:
    return Arbitration([POLICY, TELEOP], locks)


def codes(core, now):
    return [finding.reason for finding in core.held(now)]


def test_teleop_outranks_the_policy_from_its_first_proposal():
    core = two()
    core.arrive('policy', 1.0)
    assert core.choose(1.0) is None
    assert core.chosen == 'policy'
    core.arrive('teleop', 1.1)
    assert core.choose(1.1) == 'policy'
    assert core.chosen == 'teleop'


def test_a_policy_that_proposes_all_the_time_does_not_take_over_from_teleop():
    core = two()
    for tick in range(50):
        now = 1.0 + 0.1 * tick
        core.arrive('teleop', now)
        core.arrive('policy', now + 0.05)
        core.choose(now + 0.05)
        assert core.chosen == 'teleop'


def test_the_policy_comes_back_when_the_time_out_of_teleop_has_passed_and_not_before():
    core = two()
    core.arrive('teleop', 1.0)
    core.choose(1.0)
    core.arrive('policy', 1.5)
    assert core.choose(1.5) is None
    core.arrive('policy', 1.51)
    assert core.choose(1.51) == 'teleop'
    assert core.chosen == 'policy'


def test_an_input_keeps_the_control_while_no_other_is_live():
    core = two()
    core.arrive('teleop', 1.0)
    core.choose(1.0)
    assert core.choose(100.0) is None
    assert core.chosen == 'teleop'


def test_a_lock_holds_back_only_inputs_of_lower_priority():
    core = two(Lock('pause', 50, 0.0))
    core.report('pause', True, 1.0)
    core.arrive('policy', 1.0)
    core.choose(1.0)
    assert codes(core, 1.0) == [Reason.INPUT_LOCKED]
    core.arrive('teleop', 1.1)
    core.choose(1.1)
    assert codes(core, 1.1) == []
    core.report('pause', False, 1.2)
    core.arrive('policy', 2.0)
    core.choose(2.0)
    assert core.chosen == 'policy'
    assert codes(core, 2.0) == []


def test_a_lock_of_the_same_priority_holds_nothing_back():
    core = two(Lock('pause', 10, 0.0))
    core.report('pause', True, 1.0)
    core.arrive('policy', 1.0)
    core.choose(1.0)
    assert codes(core, 1.0) == []


def test_loss_of_the_lock_s_heartbeat_engages_it():
    core = two(Lock('dead_man', 255, 0.3))
    core.arrive('policy', 1.0)
    core.choose(1.0)
    core.report('dead_man', False, 1.0)
    assert codes(core, 1.29) == []
    assert codes(core, 1.31) == [Reason.LOCK_SILENT]
    core.report('dead_man', False, 1.4)
    assert codes(core, 1.4) == []


def test_a_lock_that_never_reported_is_engaged_if_it_has_to_report():
    assert codes(two(Lock('dead_man', 255, 0.3)), 1.0) == [Reason.LOCK_SILENT]
    assert codes(two(Lock('pause', 255, 0.0)), 1.0) == []


def test_a_lock_that_may_be_silent_stays_as_it_was_said():
    core = two(Lock('pause', 255, 0.0))
    core.report('pause', True, 1.0)
    assert codes(core, 1000.0) == [Reason.INPUT_LOCKED]


def test_forgetting_arrivals_keeps_the_locks():
    core = two(Lock('pause', 255, 0.0))
    core.report('pause', True, 1.0)
    core.arrive('teleop', 1.0)
    core.choose(1.0)
    core.forget()
    assert not core.is_live('teleop', 1.0)
    assert codes(core, 1.0) == [Reason.INPUT_LOCKED]


def test_unknown_names_list_the_known_ones():
    core = two(Lock('pause', 255, 0.0))
    with pytest.raises(KeyError, match='known: policy, teleop'):
        core.arrive('joystick', 1.0)
    with pytest.raises(KeyError, match='known: pause'):
        core.report('stop', True, 1.0)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(['policy', 'teleop', 'web']), st.sampled_from([0.0, 0.1, 0.6])),
        max_size=60,
    )
)
def test_whatever_arrives_no_live_input_is_above_the_one_that_counts(arrivals):
    inputs = {each.name: each for each in (POLICY, TELEOP, Input('web', 50, 0.2))}
    core, now, last = Arbitration(inputs.values()), 1.0, {}
    for name, pause in arrivals:
        now += pause
        core.arrive(name, now)
        last[name] = now
        core.choose(now)
        live = [each for each in last if now - last[each] <= inputs[each].timeout]
        assert inputs[core.chosen].priority == max(inputs[each].priority for each in live)
