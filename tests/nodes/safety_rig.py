"""A safety controller in its own process between a base, a scanner, a policy and an operator.

The base drives as commanded and says so by odometry; the scanner sees `ranges`; the policy
proposes what `policy` gives; each of them can be made to fail.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import LaserScan
from station import Station
from std_msgs.msg import Bool

from policy_nodes.nodes import qos
from policy_nodes.safety.ladder import AUTOMATIC, Level
from policy_stack.msg import Heartbeat, SafetyState
from policy_stack.srv import ResetSafety

CONTROLLER = 'safety_controller'
NANO = 1_000_000_000
RAYS = 180
STEP = 2 * math.pi / RAYS
ANGLES = STEP * np.arange(RAYS)
FAR = 10.0

# config/turtlebot/safety_controller.yaml
WATCHDOG = 0.05
PROPOSAL_TIMEOUT = 0.3
MAX_PERIOD = 0.4
SENSOR_TIMEOUT = HEARTBEAT_TIMEOUT = 0.5
FULL_SPEED = 0.5
DECELERATION = 0.9
TRACKING = 0.5 + 0.3  # response and time
BRAKING = FULL_SPEED / DECELERATION
# what a loaded machine may add between a fault here and a message received here
LOAD = 0.6


class SafetyRig(Station):
    """Attributes that a test turns.

    Attributes:
        policy: gives (v, w), a whole message or bytes for each period; None proposes nothing.
        scanning: the scanner publishes.
        ranges: what it sees [m].
        odometry: the odometry publishes.
        beating: the heartbeat of the policy is published.
        counting: ... and counts up.
        beat_epoch: epoch that it names; None for the present one.
        wall: place of a wall across the way ahead [m]; the base starts at 0.
        x: place of the base [m].
        blocked: its wheels do not turn.
        behind: proposals and sensors are stamped so late [s].
        lag: for policies of a test that grow slower [s].
    """

    def __init__(self, *, sim_time: bool = False) -> None:
        """Connect; nothing is published before `begin`."""
        super().__init__('rig')
        self.sim_time = sim_time
        self.running = False
        self.commands = self.keep(TwistStamped, 'cmd_vel', qos.STREAM)
        self.states = self.keep(SafetyState, f'{CONTROLLER}/state', qos.LATCHED)
        self.diagnostics = self.keep(DiagnosticArray, '/diagnostics')
        make = self.node.create_publisher
        self.clock = make(Clock, '/clock', 10)
        self.scans = make(LaserScan, 'scan', qos.SENSOR_OUT)
        self.bases = make(Odometry, 'odom', qos.SENSOR_OUT)
        self.proposals = make(TwistStamped, 'navigation_policy/cmd_vel', qos.COMMAND)
        self.connect_beats()
        self.button = make(Bool, 'e_stop', qos.LATCHED)
        self.begin()
        self.node.create_timer(0.02, self.tell_time)
        self.node.create_timer(0.05, self.sense)
        self.node.create_timer(0.1, self.act)

    def begin(self) -> None:
        """Forget what happened; everything is sound and nothing is proposed."""
        with self.changed:
            self.policy: Callable[[], Any] | None = None
            self.scanning = self.odometry = self.beating = self.counting = True
            self.ranges = np.full(RAYS, FAR, dtype=np.float32)
            self.beat_epoch: int | None = None
            self.x, self.wall, self.sensed = 0.0, math.inf, time.monotonic()
            self.behind, self.blocked = 0.0, False
            self.clock_runs, self.clock_jump = True, 0.0
            self.sequence = 0
            self.lag = 0.0
            self.running = True
            self.commands.clear()
            self.states.clear()
            self.diagnostics.clear()

    def connect_beats(self) -> None:
        """Advertise the heartbeat of the policy."""
        self.beats = self.node.create_publisher(
            Heartbeat, 'navigation_policy/heartbeat', qos.heartbeat_out()
        )

    # what the timers publish

    def now_ns(self) -> int:
        """Now on the clock that stamps are compared with."""
        if not self.sim_time:
            return time.time_ns()
        if self.clock_runs:
            self.stood_ns = time.monotonic_ns()
        return self.stood_ns + round(self.clock_jump * NANO)

    def stamp(self, back: float = 0.0) -> Time:
        """Now, or that long ago [s]."""
        now = self.now_ns() - round((back + self.behind) * NANO)
        return Time(sec=now // NANO, nanosec=now % NANO)

    def tell_time(self) -> None:
        if self.sim_time:
            now = self.now_ns()
            self.clock.publish(Clock(clock=Time(sec=now // NANO, nanosec=now % NANO)))

    def sense(self) -> None:
        if not self.running:
            return
        stamp, now = self.stamp(), time.monotonic()
        moves = (0.0, 0.0) if self.blocked else self.sent
        self.x += moves[0] * (now - self.sensed)
        self.sensed = now
        if self.scanning:
            scan = LaserScan(angle_increment=STEP, range_min=0.05, range_max=25.0)
            scan.angle_max = STEP * (RAYS - 1)
            scan.header.stamp, scan.header.frame_id = stamp, 'base_link'
            ahead = (self.wall - self.x) / np.cos(ANGLES)
            near = (np.cos(ANGLES) > 0.7) & (ahead < FAR)
            scan.ranges = np.where(near, ahead, self.ranges).astype(np.float32)
            self.scans.publish(scan)
        if self.odometry:
            base = Odometry(child_frame_id='base_link')
            base.header.stamp, base.header.frame_id = stamp, 'odom'
            base.pose.pose.orientation.w = 1.0
            base.twist.twist.linear.x, base.twist.twist.angular.z = moves
            self.bases.publish(base)

    def act(self) -> None:
        if not self.running:
            return
        if self.beating:
            self.sequence += self.counting
            epoch = self.epoch if self.beat_epoch is None else self.beat_epoch
            beat = Heartbeat(node='navigation_policy', sequence=self.sequence, epoch=epoch)
            beat.header.stamp = self.stamp()
            self.beats.publish(beat)
        if self.policy is not None:
            self.propose(self.policy())

    def propose(self, what: Any) -> None:
        """Publish a proposal: (v, w), a message, or bytes."""
        self.proposals.publish(self.twist(*what) if isinstance(what, tuple) else what)

    def twist(self, v: float, w: float = 0.0, **changes: Any) -> TwistStamped:
        """A proposal stamped now, or with another stamp or frame."""
        message = TwistStamped()
        message.header.stamp = changes.get('stamp') or self.stamp()
        message.header.frame_id = changes.get('frame', 'base_link')
        message.twist.linear.x, message.twist.angular.z = float(v), float(w)
        return message

    # what came back

    @property
    def sent(self) -> tuple[float, float]:
        """The last command."""
        if not self.commands:
            return 0.0, 0.0
        twist = self.commands[-1][1].twist
        return twist.linear.x, twist.angular.z

    @property
    def state(self) -> SafetyState:
        """The last state."""
        return self.states[-1][1]

    @property
    def epoch(self) -> int:
        """Safety epoch, as a policy learns it."""
        return self.states[-1][1].epoch if self.states else 0

    def reasons_since(self, moment: float) -> set[str]:
        """All reasons given since a steady time."""
        return {code for at, state in self.states if at >= moment for code in state.reasons}

    def counter(self, code: str) -> int:
        """How often a reason set in."""
        return dict(zip(self.state.counter_names, self.state.counters, strict=True)).get(code, 0)

    # an operator

    def bring_up(self, node: str = CONTROLLER) -> None:
        """Configure and activate the controller, and wait until it hears everything."""
        super().bring_up(node)
        self.until(lambda: self.states, what='no state came')
        for publisher in (self.scans, self.bases, self.proposals, self.beats, self.button):
            self.until(
                publisher.get_subscription_count, what=f'nobody hears {publisher.topic_name}'
            )

    def bring_down(self, node: str = CONTROLLER) -> None:
        """Deactivate and clean up the controller."""
        super().bring_down(node)

    def press(self, pressed: bool) -> None:
        """Press or release the emergency stop."""
        self.button.publish(Bool(data=pressed))

    def reset(self) -> Any:
        """Ask for motion once."""
        return self.call(ResetSafety, f'{CONTROLLER}/reset', ResetSafety.Request(operator='test'))

    def permit(self) -> None:
        """Ask for motion until it is permitted; proposals have to be neutral."""
        self.until(lambda: self.reset().success, what='motion was not permitted')
        self.until(lambda: not self.state.latched)

    def drive(self, v: float = FULL_SPEED, w: float = 0.0) -> None:
        """Propose the same all the time and wait until the base does that.

        A machine that stands still for a moment stops the base before the test begins: an
        operator permits motion again.
        """
        end = time.monotonic() + 30.0
        while True:
            self.policy = lambda: (v, w)
            self.until(
                lambda: self.state.latched or np.allclose(self.sent, (v, w), atol=1e-3),
                what=f'{(v, w)} was not reached: {self.state}',
            )
            if not self.state.latched:
                return
            assert time.monotonic() < end, f'stopped again and again: {self.state}'
            self.policy = None
            self.permit()

    def rest(self) -> None:
        """Propose nothing, release the stop, and wait until the base stands."""
        self.policy = None
        self.press(False)
        self.until(lambda: self.sent == (0.0, 0.0), what='the base did not come to rest')
        self.running = False

    def time_to_rest(self, fault: Callable[[], Any], timeout: float = 10.0) -> float:
        """Provoke a fault in motion; returns the time until the first command of rest [s]."""
        assert self.sent != (0.0, 0.0)
        begin = time.monotonic()
        fault()
        self.until(lambda: self.sent == (0.0, 0.0), timeout, 'the base did not come to rest')
        return next(
            at - begin
            for at, message in self.commands
            if at >= begin and not message.twist.linear.x and not message.twist.angular.z
        )

    def stays_at_rest(self, seconds: float) -> None:
        """Watch that nothing but rest is commanded for a time [s]."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() >= end or self.sent != (0.0, 0.0), seconds + 5)
        assert self.sent == (0.0, 0.0)

    # rules that every course of events has to keep

    def check_ladder(self) -> None:
        """Levels change as the ladder permits; a latched stop ends with a new epoch alone."""
        for (_, before), (_, after) in pairwise(self.states):
            if (Level(before.level), Level(after.level)) not in AUTOMATIC:
                assert after.epoch == before.epoch + 1, (before, after)

    def check_limits(self) -> None:
        """No command breaks a limit of velocity, and none jumps.

        The allowance is for the longest step that may lie between two proposals, while a
        command of the watchdog between them carries another stamp; tests/safety holds the limits
        exactly, with clocks turned by hand.
        """
        rows = [
            (seconds(message), message.twist.linear.x, message.twist.angular.z)
            for _, message in self.commands
        ]
        for at, ((t0, v0, _), (t1, v1, w1)) in enumerate(pairwise(rows)):
            assert abs(v1) <= FULL_SPEED + 1e-9
            assert abs(w1) <= 1.0 + 1e-9
            change = DECELERATION * (max(t1 - t0, 0.0) + MAX_PERIOD)
            assert abs(v1 - v0) <= change, rows[max(0, at - 4) : at + 4]


def seconds(message: Any) -> float:
    """Stamp of a message [s]."""
    stamp = message.header.stamp
    return stamp.sec + stamp.nanosec / NANO
