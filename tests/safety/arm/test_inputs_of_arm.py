"""S21 at an arm: one input counts, a hand-over starts with a chunk of its own, locks hold."""

import numpy as np
import pytest

from policy_nodes.safety.ladder import Level

TWO = {
    'inputs__names': ['policy', 'teleop'],
    'inputs__policy__priority': 10,
    'inputs__policy__timeout': 1.0,
    'inputs__teleop__priority': 100,
    'inputs__teleop__timeout': 0.3,
    'locks__names': ['pause'],
    'locks__pause__priority': 50,
}


def offer(rig, source, speed, joint, rows=40):
    change = np.zeros(7)
    change[joint] = speed
    chunk = rig.chunk(rig.ramp(change, rows))
    return rig.controller.take_chunk(chunk, *rig.now, source)


@pytest.fixture
def arm(bench):
    """An arm that follows its policy."""
    rig = bench(**TWO).start()
    assert offer(rig, 'policy', 0.3, joint=0) is None
    rig.wait(0.4)
    assert rig.decision.command.velocity[0] > 0.15
    assert rig.decision.input == 'policy'
    return rig


def test_a_chunk_of_the_higher_input_replaces_that_of_the_policy_which_no_longer_counts(arm):
    before = arm.decision.command.position[0]
    assert offer(arm, 'teleop', 0.3, joint=6) is None
    for _ in range(20):
        offer(arm, 'policy', 0.3, joint=0)
        offer(arm, 'teleop', 0.3, joint=6, rows=10)
        arm.wait(0.02)
    assert arm.decision.input == 'teleop'
    assert arm.decision.command.velocity[6] > 0.1
    assert abs(arm.decision.command.velocity[0]) < 1e-3
    # what the policy sent last is followed no further than it takes to stop
    assert arm.decision.command.position[0] - before < 0.05


def test_when_the_higher_input_falls_silent_the_next_chunk_of_the_policy_counts_again(arm):
    offer(arm, 'teleop', 0.0, joint=6, rows=10)
    arm.wait(0.2)
    offer(arm, 'policy', 0.3, joint=0)
    assert arm.decision.input == 'teleop'
    arm.wait(0.2)
    assert arm.decision.input == 'policy'
    assert arm.decision.level is Level.HOLD
    offer(arm, 'policy', 0.3, joint=0)
    arm.wait(0.4)
    assert arm.decision.command.velocity[0] > 0.15


def test_a_lock_stops_the_policy_and_after_it_only_a_fresh_chunk_counts(arm):
    arm.controller.take_lock('pause', True, arm.steady_s)
    arm.wait(0.5)
    assert arm.decision.reasons[0] == 'input_locked'
    assert arm.decision.level is Level.HOLD
    assert not arm.decision.command.velocity.any()
    arm.controller.take_lock('pause', False, arm.steady_s)
    arm.wait(0.1)
    assert not arm.decision.command.velocity.any()
    assert offer(arm, 'policy', 0.3, joint=0) is None
    arm.wait(0.4)
    assert arm.decision.command.velocity[0] > 0.15


def test_without_inputs_in_the_file_nothing_changes(bench):
    rig = bench().start().moving()
    assert rig.decision.input == 'proposal'
