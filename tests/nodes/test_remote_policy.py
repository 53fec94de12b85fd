"""S5, S19: a policy on another machine. Whatever happens to it, the safety controller decides."""

from __future__ import annotations

import signal
import socket
import sys
import time
from pathlib import Path

import pytest
from lifecycle_msgs.msg import State, Transition
from server_process import TOKEN, ServerProcess
from station import Station

from policy_nodes.nodes import qos
from policy_nodes.safety.ladder import Level
from policy_stack.msg import TaskGoal, TrackedPersons

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / 'tests' / 'serving'))

from proxy import Proxy  # noqa: E402 (found by the line above)

NODE = 'navigation_policy'
PATIENCE = 120.0
FAST = 0.35  # [m/s] of the 0.4 that the policy `straight` asks for


@pytest.fixture(scope='module')
def server(tmp_path_factory):
    found = ServerProcess(tmp_path_factory.mktemp('server') / 'log', 'straight')
    yield found
    found.kill()


@pytest.fixture(scope='module')
def network(server):
    found = Proxy(server.address)
    yield found
    found.close()


@pytest.fixture(scope='module')
def remote(processes, network):
    """The policy node on the robot; its policy is behind the network."""
    return processes(
        NODE,
        *('-p', 'policy:=remote', '-p', f'server:={network.address}', '-p', 'server_wait:=0.04'),
        *('-p', 'sensor_reliability:=best_effort'),
        POLICY_STACK_TOKEN=TOKEN,
    )


@pytest.fixture
def driven(rig, remote):
    """A base that drives as the server says."""
    rig.beating = False
    people = rig.node.create_publisher(TrackedPersons, 'tracked_people', qos.STREAM)
    goals = rig.node.create_publisher(TaskGoal, 'goal', qos.LATCHED)

    def tell() -> None:
        for publisher, message in ((people, TrackedPersons()), (goals, TaskGoal(tolerance=0.3))):
            message.header.stamp, message.header.frame_id = rig.stamp(), 'odom'
            if publisher is goals:
                message.pose.position.x, message.pose.orientation.w = 1000.0, 1.0
            publisher.publish(message)

    timer = rig.node.create_timer(0.05, tell)
    try:
        Station.bring_up(rig, NODE)
        drives(rig)
        yield rig
    finally:
        Station.bring_down(rig, NODE)
        rig.node.destroy_timer(timer)


def drives(rig) -> None:
    """Wait until it drives; an operator permits it where a busy machine has latched."""
    end = time.monotonic() + PATIENCE
    while rig.sent[0] < FAST:
        assert time.monotonic() < end, f'it does not drive: {rig.state}'
        if rig.state.latched:
            rig.reset()
        time.sleep(0.05)


def holds(rig, fault) -> None:
    """Provoke a fault; the safety controller's own time-out brings the base to rest."""
    begin = time.monotonic()
    fault()
    rig.until(lambda: rig.sent == (0.0, 0.0), PATIENCE, 'the base did not come to rest')
    rig.until(lambda: 'proposal_silent' in rig.reasons_since(begin), PATIENCE)
    rig.stays_at_rest(0.5)
    assert rig.state.level == Level.HOLD
    rig.check_limits()


def test_a_node_without_server_or_token_is_not_configured_and_says_why(station, remote, network):
    assert station.state_of(NODE, PATIENCE) == State.PRIMARY_STATE_UNCONFIGURED
    with socket.create_server(('127.0.0.1', 0)) as end:
        nowhere = f'ws://127.0.0.1:{end.getsockname()[1]}'
    for name, wrong, words in (
        ('server', nowhere, f'no policy server answers at {nowhere}'),
        ('server', 'http://x', "'http://x' is no address of a policy server"),
        ('server_token', '/no/such/file', 'the token of the policy server cannot be read'),
    ):
        before = station.get_parameter(NODE, name).string_value
        assert station.set_parameter(NODE, name, wrong).successful
        assert not station.change(NODE, Transition.TRANSITION_CONFIGURE)
        station.until(lambda words=words: words in remote.said())
        assert station.set_parameter(NODE, name, before).successful
    assert 'Traceback' not in remote.said()


def test_a_lost_a_slow_a_stopped_and_a_killed_server_hold_the_base_until_they_are_back(
    driven, network, server, remote
):
    """One drive, since each start of a process costs more than the drive."""
    assert 'straight, contract' in remote.said()

    holds(driven, lambda: setattr(network, 'dropping', True))
    network.cut()
    network.dropping = False
    drives(driven)

    holds(driven, lambda: setattr(network, 'delay', 0.6))
    network.delay = 0.0
    drives(driven)

    holds(driven, lambda: server.process.send_signal(signal.SIGSTOP))
    server.process.send_signal(signal.SIGCONT)
    drives(driven)

    holds(driven, server.kill)
    assert 'heartbeat_silent' not in driven.state.reasons
    server.start()
    drives(driven)
    assert 'proposing nothing' in remote.said()
    assert 'Traceback' not in remote.said() + server.said()
