"""S22 for a base: a stop is repeated until the odometry confirms it."""

from policy_nodes.safety.ladder import Level


def press(rig, source='button', pressed=True):
    return rig.note(rig.controller.take_stop_signal(source, pressed, rig.now_ns, rig.steady_s))


def test_s22_a_stop_is_repeated_until_the_odometry_confirms_it(bench):
    rig = bench().start()
    rig.drive(0.4)
    rig.measured = (0.4, 0.0)
    rig.pass_time(0.05)
    press(rig)
    rig.wait(3.0)
    assert rig.decision.level is Level.STOPPING
    sent = len(rig.commands)
    rig.wait(0.5)
    assert len(rig.commands) == sent + 10
    assert rig.sent() == (0.0, 0.0)
    rig.measured = (0.0, 0.0)
    rig.wait(0.5)
    assert rig.decision.level is Level.STOPPED
    sent = len(rig.commands)
    rig.wait(1.0)
    assert len(rig.commands) == sent


def test_s22_without_odometry_rest_is_repeated_until_it_is_back_and_confirms_the_stop(bench):
    rig = bench().start()
    rig.drive(0.4)
    rig.sensors = ('scan',)
    rig.wait(60.0)
    assert rig.sent() == (0.0, 0.0)
    sent = len(rig.commands)
    rig.wait(1.0)
    assert len(rig.commands) == sent + 20
    rig.sensors = ('scan', 'odometry')
    rig.wait(0.5)
    sent = len(rig.commands)
    rig.wait(1.0)
    assert len(rig.commands) == sent


def test_s22_a_latched_stop_counts_as_done_only_when_the_odometry_says_so(bench):
    rig = bench().start()
    rig.drive(0.4)
    rig.sensors = ('scan', 'heartbeat')
    press(rig)
    press(rig, pressed=False)
    rig.wait(3.0)
    assert rig.sent() == (0.0, 0.0)
    assert rig.decision.level is Level.STOPPING
    assert 'still stopping' in rig.reset().message
    rig.sensors = ('scan', 'odometry', 'heartbeat')
    rig.wait(0.5)
    assert rig.decision.level is Level.STOPPED
    assert rig.reset().success


def test_s22_a_base_that_did_not_obey_the_first_stop_is_told_again_and_again(bench):
    rig = bench().start()
    rig.drive(0.4)
    rig.measured = (0.4, 0.0)
    rig.wait(1.0)
    # nothing is latched: the policy fell silent, and the base drives on
    assert rig.decision.level is Level.HOLD
    sent = len(rig.commands)
    rig.wait(60.0)
    assert len(rig.commands) == sent + 1200
    assert {command[1:] for command in rig.commands[sent:]} == {(0.0, 0.0)}
    rig.measured = (0.0, 0.0)
    rig.wait(0.5)
    sent = len(rig.commands)
    rig.wait(0.5)
    assert len(rig.commands) == sent
    # pushed on while it rests: told once more
    rig.measured = (0.2, 0.0)
    rig.wait(0.5)
    assert len(rig.commands) == sent + 10
