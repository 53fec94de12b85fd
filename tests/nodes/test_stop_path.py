"""S22 with a real controller: no driver holds a stop up, and a lost stop is sent again."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from nav_msgs.msg import Odometry
from safety_rig import BRAKING, CONTROLLER, FULL_SPEED, LOAD, PROPOSAL_TIMEOUT, WATCHDOG
from std_msgs.msg import Float64, Int32

from policy_nodes.nodes import qos
from policy_nodes.safety.ladder import Level

DRIVER = str(Path(__file__).with_name('stubborn_driver.py'))
HANGS = 10.0
SHORT = WATCHDOG + BRAKING + LOAD


class Base:
    """A base behind its driver.

    Attributes:
        rig: everything else.
        measured: odometry that arrived, with its time of arrival.
        begin: when the last fault was provoked, on the steady clock [s].
    """

    def __init__(self, rig):
        self.rig = rig
        self.measured = rig.keep(Odometry, 'odom', qos.SENSOR_OUT)
        self._hang = rig.node.create_publisher(Float64, 'driver/hang', qos.COMMAND)
        self._lose = rig.node.create_publisher(Int32, 'driver/lose', qos.COMMAND)
        self.begin = 0.0

    def connect(self):
        """From here on the driver alone tells how the base moves."""
        rig = self.rig
        for each in (self._hang, self._lose):
            rig.until(each.get_subscription_count, what='the driver is not there')
        rig.odometry = False
        rig.until(lambda: 'driver' in self.publishers('odom'), what='the driver measures nothing')
        rig.until(lambda: CONTROLLER in self.publishers('cmd_vel'))

    def publishers(self, topic):
        return [each.node_name for each in self.rig.node.get_publishers_info_by_topic(topic)]

    @property
    def speed(self):
        """Forward speed that was measured last [m/s]."""
        return self.measured[-1][1].twist.twist.linear.x

    def hang(self, seconds):
        """Let the driver hang in its next command; below 0 with all of its process."""
        self.begin = time.monotonic()
        self._hang.publish(Float64(data=seconds))

    def lose(self, count):
        """Let the driver lose everything up to that many commands of rest."""
        self.begin = time.monotonic()
        self._lose.publish(Int32(data=count))

    def rests_on_the_wire(self, since):
        """Times of arrival of commands of rest."""
        return [
            at
            for at, message in self.rig.commands
            if at >= since and message.twist.linear.x == 0 and message.twist.angular.z == 0
        ]


@pytest.fixture
def base(rig, processes):
    """A base at full speed."""
    driver = processes(DRIVER)
    found = Base(rig)
    found.connect()
    rig.drive()
    rig.until(lambda: found.measured and found.speed == FULL_SPEED, what='the base does not drive')
    yield found
    rig.odometry = True
    driver.end()


@pytest.mark.parametrize('whole', [False, True], ids=['callback', 'process'])
def test_s22_a_driver_that_hangs_for_10_s_does_not_delay_the_stop(base, reaction, whole):
    rig = base.rig
    base.hang(-HANGS if whole else HANGS)
    rig.until(lambda: rig.commands[-1][0] > base.begin + 0.2)  # the driver hangs in a command
    taken = rig.time_to_rest(lambda: rig.press(True))
    what = 'process' if whole else 'call'
    reaction('S22', f'e-stop while the {what} of the driver hangs', taken, SHORT)
    rig.policy = None
    # the wheels turn on: the stop is not believed before it is measured, and no reset is granted
    rig.press(False)
    end = base.begin + HANGS - 1.0
    rig.until(lambda: time.monotonic() > end, HANGS)
    assert rig.state.level == Level.STOPPING
    assert rig.state.latched
    assert not rig.reset().success
    rests = base.rests_on_the_wire(base.begin)
    assert max(after - before for before, after in pairwise(rests)) < WATCHDOG + LOAD
    assert rests[-1] > end - WATCHDOG - LOAD
    # the call returns: the newest command is obeyed, not a queue of old ones
    rig.until(lambda: base.speed == 0.0, HANGS, 'the base did not come to rest')
    moved = [at for at, message in base.measured if message.twist.twist.linear.x]
    assert moved[-1] < base.begin + HANGS + SHORT + 0.5
    rig.until(lambda: rig.state.level == Level.STOPPED)


def test_s22_a_stop_that_is_lost_is_sent_again_until_the_odometry_confirms_it(base, reaction):
    rig = base.rig
    base.lose(8)  # more, and the base that runs on would be a tracking error (S10)
    taken = rig.time_to_rest(lambda: setattr(rig, 'policy', None))
    reaction('S22', 'proposals end, and so do 8 stops', taken, PROPOSAL_TIMEOUT + 0.1 + SHORT)
    # nothing is latched and nobody proposes: only the watchdog can repeat it
    rig.until(lambda: base.speed == 0.0, what='the lost stop was not sent again')
    assert len(base.rests_on_the_wire(base.begin)) > 8
    assert 'proposal_silent' in rig.reasons_since(base.begin)
    assert rig.state.level == Level.HOLD
    # once confirmed it is not repeated any more
    quiet = time.monotonic() + 0.5
    rig.until(lambda: time.monotonic() > quiet)
    count = len(rig.commands)
    rig.until(lambda: time.monotonic() > quiet + 0.5)
    assert len(rig.commands) == count
    rig.drive(0.2)
    rig.until(lambda: base.speed > 0.19, what='the base does not drive on')
