"""Decisions on proposals depend on stamps and data alone."""

import numpy as np
import pytest

NANO = 1_000_000_000


def drive_through(bench, pace):
    """The same samples at another pace of wall time; returns what was sent and why."""
    rig = bench(people__enabled=True, people__response='give_way').start()
    rng = np.random.default_rng(5)
    outcome = []
    for _ in range(150):
        rig.now_ns += NANO // 10
        rig.steady_s += pace(rng)
        angles = np.linspace(0, 2 * np.pi, 36)
        far = 1.0 + np.sin(3 * angles + rig.now_ns / NANO)
        rig.points = list(zip(far * np.cos(angles), far * np.sin(angles), strict=True))
        phase = rig.now_ns / NANO
        rig.people = ([(np.cos(phase), np.sin(phase))], [(-np.sin(phase), np.cos(phase))])
        rig.sense()
        decision = rig.propose(0.5 * np.sin(phase), np.cos(2 * phase))
        outcome.append((decision.sent.tolist(), decision.level, decision.reasons))
    return outcome


@pytest.mark.parametrize(
    'pace',
    [lambda rng: 0.1, lambda rng: 0.004, lambda rng: 0.25, lambda rng: 0.01 + 0.2 * rng.random()],
    ids=['real time', 'fast', 'slow', 'uneven'],
)
def test_the_pace_of_the_simulation_changes_no_command(bench, pace):
    assert drive_through(bench, pace) == drive_through(bench, lambda rng: 0.1)


def test_one_proposal_gives_exactly_one_command_with_its_stamp(bench):
    rig = bench().start()
    for _ in range(20):
        count = len(rig.commands)
        decision = rig.tick(0.3)
        assert len(rig.commands) == count + 1
        assert decision.command.stamp_ns == rig.now_ns


def test_a_node_can_wait_for_the_sensors_that_a_proposal_answers(bench, make):
    rig = bench().start()
    rig.pass_time(0.1)
    assert rig.controller.behind(rig.now_ns) == ('scan', 'odometry')
    rig.controller.take_scan(make.scan([], rig.now_ns), rig.now_ns, rig.steady_s)
    assert rig.controller.behind(rig.now_ns) == ('odometry',)
    rig.sense()
    assert rig.controller.behind(rig.now_ns) == ()
