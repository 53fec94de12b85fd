"""S21 with a real controller: two sources at once, silence of teleop, loss of a lock."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import numpy as np
import pytest
from geometry_msgs.msg import TwistStamped
from node_process import CONFIG
from safety_rig import BRAKING, FULL_SPEED, LOAD, WATCHDOG
from std_msgs.msg import Bool

from policy_nodes.nodes import qos
from policy_nodes.safety.ladder import Level

LOCK_TIMEOUT = 0.4
TELEOP_TIMEOUT = 0.5  # config/turtlebot/safety_controller.yaml
SPIN = (0.0, 0.8)


@pytest.fixture(scope='module')
def controller(processes):
    """The controller of a TurtleBot with a lock above the policy and below teleop."""
    file = CONFIG / 'turtlebot' / 'safety_controller.yaml'
    lock = [('names', '[pause]'), ('pause.priority', '50'), ('pause.timeout', f'{LOCK_TIMEOUT}')]
    more = [part for name, value in lock for part in ('-p', f'locks.{name}:={value}')]
    return processes('safety_controller', '--params-file', str(file), *more)


@pytest.fixture(scope='module')
def lock(processes):
    """Publisher of the lock; a test that kills it starts it again."""
    return processes(str(Path(__file__).with_name('puppet_lock.py')))


class Teleop:
    """Somebody who drives by hand, or lets go."""

    def __init__(self, rig):
        self.rig, self.wanted = rig, None
        self.proposals = rig.node.create_publisher(TwistStamped, 'teleop/cmd_vel', qos.COMMAND)
        rig.node.create_timer(0.1, self.propose)
        rig.until(self.proposals.get_subscription_count, what='nobody hears teleop')

    def propose(self):
        if self.wanted is not None:
            self.proposals.publish(self.rig.twist(*self.wanted))


@pytest.fixture(scope='module')
def hands(workshop, lock):
    """Teleop of the whole module, heard once the controller is configured."""
    found = []

    def get():
        if not found:
            found.append(Teleop(workshop))
        return found[0]

    return get


@pytest.fixture
def teleop(rig, hands):
    """Hands off, and a policy that drives."""
    found = hands()
    found.wanted = None
    rig.drive()
    yield found
    found.wanted = None


def test_s21_of_two_sources_at_once_only_teleop_moves_the_robot(rig, teleop):
    assert rig.state.input == 'policy'
    teleop.wanted = SPIN
    rig.until(lambda: np.allclose(rig.sent, SPIN, atol=1e-3), what='teleop did not take over')
    begin, spun = time.monotonic(), len(rig.commands)
    rig.until(lambda: len(rig.commands) > spun + 20)
    assert {(m.twist.linear.x, round(m.twist.angular.z, 3)) for _, m in rig.commands[spun:]} == {
        SPIN
    }
    assert {state.input for at, state in rig.states if at > begin} == {'teleop'}
    rig.check_limits()


def test_s21_when_teleop_falls_silent_the_robot_holds_and_then_the_policy_drives_on(rig, teleop):
    teleop.wanted = SPIN
    rig.until(lambda: np.allclose(rig.sent, SPIN, atol=1e-3))
    begin = time.monotonic()
    teleop.wanted = None
    rig.until(lambda: rig.sent == (FULL_SPEED, 0.0), what='the policy did not come back')
    back = next(at for at, state in rig.states if at > begin and state.input == 'policy')
    assert back - begin > TELEOP_TIMEOUT - 0.2
    assert any(
        state.level == Level.HOLD and 'proposal_silent' in state.reasons
        for at, state in rig.states
        if begin < at < back
    )
    # nothing of the policy reached the wheels before
    assert all(m.twist.linear.x == 0 for at, m in rig.commands if begin < at < back)
    rig.check_limits()


@pytest.mark.parametrize('fault', [signal.SIGKILL, signal.SIGSTOP])
def test_s21_loss_of_the_lock_s_publisher_engages_it_and_its_return_frees_the_policy(
    rig, teleop, lock, reaction, fault
):
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: lock.signal(fault))
    reaction('S21', f'{fault.name} of the lock', taken, LOCK_TIMEOUT + WATCHDOG + BRAKING + LOAD)
    rig.until(lambda: 'lock_silent' in rig.reasons_since(begin))
    assert rig.state.source == 'pause'
    assert not rig.state.latched
    rig.stays_at_rest(0.5)
    if fault is signal.SIGKILL:
        lock.wait()
        lock.start_again()
    else:
        lock.signal(signal.SIGCONT)
    rig.drive()
    rig.check_limits()


def test_s21_a_lock_holds_the_policy_back_and_not_teleop(rig, teleop, lock, reaction):
    lock.signal(signal.SIGSTOP)
    press = rig.node.create_publisher(Bool, 'pause', 10)
    rig.until(press.get_subscription_count)
    begin = time.monotonic()
    taken = rig.time_to_rest(lambda: press.publish(Bool(data=True)))
    reaction('S21', 'lock set', taken, BRAKING + WATCHDOG + LOAD)

    def told():
        # the first one may come before the listener has found this publisher
        press.publish(Bool(data=True))
        return 'input_locked' in rig.reasons_since(begin)

    rig.until(told)
    teleop.wanted = SPIN
    rig.until(lambda: np.allclose(rig.sent, SPIN, atol=1e-3), what='teleop was held back too')
    rig.until(lambda: rig.state.level == Level.NORMAL)
    lock.signal(signal.SIGCONT)
    rig.check_limits()
