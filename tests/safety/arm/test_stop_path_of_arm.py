"""S22 for an arm: the order to stand is repeated until the joints confirm it."""

import numpy as np
import pytest

from policy_nodes.safety.ladder import Level


def test_s22_every_tick_tells_an_arm_that_did_not_obey_to_stand_until_it_does(bench):
    rig = bench().start().moving()
    rig.blocked = tuple(range(7))  # the stop does not reach the drives: they go on as they went
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    sent = len(rig.commands)
    for _ in range(500):
        rig.velocity = np.array([0.3, 0, 0, 0, 0, 0, 0])
        rig.pass_time(0.004)
        rig.sense()
        rig.commands.append((rig.steady_s, rig.controller.tick(*rig.now).command))
    assert len(rig.commands) == sent + 500
    assert not rig.commands[-1][1].velocity.any()
    assert rig.controller.level is Level.STOPPING
    assert 'still stopping' in rig.reset().message
    rig.blocked = ()
    rig.wait(0.5)
    assert rig.decision.level is Level.STOPPED
    # the joints are where the stop was sent, and the order to stay there goes on
    assert rig.tick().command.position == pytest.approx(rig.measured)


def test_s22_a_latched_stop_of_an_arm_counts_as_done_only_when_its_joints_say_so(bench):
    rig = bench().start().moving()
    rig.sensing = False
    rig.controller.take_stop_signal('button', True, rig.now_ns, rig.steady_s)
    rig.controller.take_stop_signal('button', False, rig.now_ns, rig.steady_s)
    rig.wait(2.0)
    assert not rig.decision.command.velocity.any()
    assert rig.decision.level is Level.STOPPING
    assert not rig.reset().success
    rig.sensing = True
    rig.wait(0.6)
    assert rig.decision.level is Level.STOPPED
    assert rig.reset().success
