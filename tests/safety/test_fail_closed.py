"""S2 and S23: nothing before everything is known, and rest as the last word."""

import numpy as np
import pytest

from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.parameters.parameter import ConfigError
from policy_nodes.safety.reasons import Reason


def test_s2_without_limits_configure_fails(make):
    for name in make.limits:
        values = {key: value for key, value in make.limits.items() if key != name}
        with pytest.raises(ConfigError, match=name.replace('.', r'\.')):
            BaseSafetyConfig.from_mapping(values)


def test_s2_nothing_is_sent_before_activation(bench):
    rig = bench()
    rig.sense()
    decision = rig.propose(0.3)
    assert decision.command is None
    assert decision.reasons == ('not_active',)
    assert rig.watch() is None


@pytest.mark.parametrize('lost', ['scan', 'odometry'])
def test_s2_activated_without_a_sensor_it_sends_no_command(bench, lost):
    rig = bench()
    rig.sensors = tuple(name for name in rig.sensors if name != lost)
    rig.note(rig.controller.activate(rig.now_ns, rig.steady_s))
    rig.sense()
    assert rig.reset().success
    for _ in range(20):
        decision = rig.tick(0.3)
        rig.watch()
        assert 'source_missing' in decision.reasons
        assert any(finding.source == lost for finding in decision.findings)
    assert rig.commands == []
    assert np.isnan(rig.decision.sent).all()


def test_s2_without_a_reset_nothing_moves(bench):
    rig = bench()
    rig.note(rig.controller.activate(rig.now_ns, rig.steady_s))
    decision = rig.drive(0.4)
    assert decision.level is Level.STOPPED
    assert decision.latched
    assert decision.reasons[0] == 'awaiting_reset'
    assert all(v == 0 and w == 0 for _, v, w in rig.commands)


def test_a_base_moves_once_configured_active_fresh_and_reset(bench):
    rig = bench().start()
    assert rig.drive(0.3).level is Level.NORMAL
    assert rig.sent() == (0.3, 0.0)


@pytest.mark.parametrize('reason', [Reason.DEACTIVATED, Reason.SHUT_DOWN, Reason.INTERNAL_ERROR])
def test_s23_the_safe_command_is_the_last_message_on_the_wire(bench, reason):
    rig = bench().start()
    rig.drive(0.4, 0.2)
    last = rig.note(rig.controller.final_command(rig.now_ns, reason))
    assert not last.command.linear.any()
    assert not last.command.angular.any()
    assert last.reasons == (reason.code,)
    assert last.latched
    sent = len(rig.commands)
    assert rig.tick(0.4).command is None
    assert rig.wait(1.0) is None
    assert len(rig.commands) == sent


def test_s23_where_nothing_was_ever_sent_there_is_nothing_to_end(bench):
    rig = bench()
    rig.note(rig.controller.activate(rig.now_ns, rig.steady_s))
    assert rig.controller.final_command(rig.now_ns).command is None


def test_after_a_deactivation_it_comes_up_latched_again(bench):
    rig = bench().start()
    rig.drive(0.4)
    rig.note(rig.controller.final_command(rig.now_ns))
    rig.pass_time(1.0)
    rig.note(rig.controller.activate(rig.now_ns, rig.steady_s))
    rig.measured = (0.0, 0.0)
    assert rig.tick(0.4).level is Level.STOPPED
    assert {'deactivated', 'awaiting_reset'} <= set(rig.decision.reasons)
    assert rig.sent() == (0.0, 0.0)
