"""A base controller on a bench: the clocks, sensors and proposals that a test turns by hand."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from policy_nodes.contract.samples import BaseSample, LaserSample, PeopleSample, TwistSample
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.base_controller import BaseSafetyController

# helper modules of this folder are imported by name
sys.path.insert(0, str(Path(__file__).parent))

NANO = 1_000_000_000
RAYS = 360
PERIOD = 0.1
WATCHDOG = 0.05

LIMITS = {
    'limits.linear.x.min_velocity': -0.5,
    'limits.linear.x.max_velocity': 0.5,
    'limits.linear.x.acceleration': 1.0,
    'limits.linear.x.deceleration': 1.0,
    'limits.linear.x.jerk': 1000.0,
    'limits.angular.z.min_velocity': -1.0,
    'limits.angular.z.max_velocity': 1.0,
    'limits.angular.z.acceleration': 5.0,
    'limits.angular.z.deceleration': 5.0,
    'limits.angular.z.jerk': 5000.0,
}


def scan_of(points, stamp_ns=NANO, *, rays=RAYS, frame='base_link', **changes) -> LaserSample:
    """A scan from the base origin that sees the points (n, 2) [m] and nothing else."""
    ranges = np.full(rays, np.inf, dtype=np.float32)
    step = 2 * math.pi / rays
    for x, y in points:
        ray = round(math.atan2(y, x) / step) % rays
        ranges[ray] = min(ranges[ray], math.hypot(x, y))
    values = {
        'stamp_ns': stamp_ns,
        'frame': frame,
        'angle_min': 0.0,
        'angle_increment': step,
        'range_min': 0.05,
        'range_max': 25.0,
        'ranges': ranges,
    }
    return LaserSample(**(values | changes))


def odometry_of(stamp_ns, v=0.0, w=0.0, **changes) -> BaseSample:
    values = {
        'stamp_ns': stamp_ns,
        'frame': 'odom',
        'child_frame': 'base_link',
        'position': np.zeros(3),
        'quaternion': np.array([0.0, 0.0, 0.0, 1.0]),
        'v': v,
        'w': w,
    }
    return BaseSample(**(values | changes))


def people_of(stamp_ns, positions, velocities, radius=0.3, frame='odom') -> PeopleSample:
    count = len(positions)
    return PeopleSample(
        stamp_ns,
        frame,
        np.arange(count),
        np.array(positions, dtype=np.float64).reshape(count, 2),
        np.array(velocities, dtype=np.float64).reshape(count, 2),
        np.full(count, radius),
    )


def twist_of(stamp_ns, v, w=0.0, frame='base_link') -> TwistSample:
    return TwistSample.planar(stamp_ns, frame, v, w)


@dataclass
class Bench:
    """A controller with its clocks; sensors report what was sent last, as an ideal base does."""

    controller: BaseSafetyController
    now_ns: int = 100 * NANO
    steady_s: float = 7.0
    points: list = field(default_factory=list)
    people: list | None = None
    sensors: tuple = ('scan', 'odometry', 'people', 'heartbeat')
    measured: tuple | None = None
    sequence: int = 0
    commands: list = field(default_factory=list)
    decision: object = None

    def pass_time(self, seconds, *, node_clock=True):
        self.steady_s += seconds
        if node_clock:
            self.now_ns += round(seconds * NANO)

    def sense(self):
        now = self.now_ns, self.steady_s
        v, w = self.measured if self.measured is not None else self.sent()
        if 'scan' in self.sensors:
            self.controller.take_scan(scan_of(self.points, self.now_ns), *now)
        if 'odometry' in self.sensors:
            self.controller.take_odometry(odometry_of(self.now_ns, v, w), *now)
        if 'people' in self.sensors and self.people is not None:
            self.controller.take_people(people_of(self.now_ns, *self.people), *now)
        if 'heartbeat' in self.sensors:
            self.sequence += 1
            for node in self.controller.config.heartbeat.nodes:
                self.controller.take_heartbeat(
                    node, self.sequence, self.controller.epoch, self.steady_s
                )

    def sent(self):
        return self.commands[-1][1:] if self.commands else (0.0, 0.0)

    def note(self, decision):
        if decision is not None:
            self.decision = decision
            if decision.command is not None:
                command = decision.command
                sent = float(command.linear[0]), float(command.angular[2])
                self.commands.append((self.steady_s, *sent))
        return decision

    def propose(self, v, w=0.0, *, stamp_ns=None, **changes):
        stamp = self.now_ns if stamp_ns is None else stamp_ns
        proposal = twist_of(stamp, v, w, **changes)
        return self.offer(proposal)

    def offer(self, proposal):
        return self.note(self.controller.take_proposal(proposal, self.now_ns, self.steady_s))

    def watch(self):
        return self.note(self.controller.tick(self.now_ns, self.steady_s))

    def start(self):
        """Activate, sense, reset: motion is permitted but nothing moves."""
        self.note(self.controller.activate(self.now_ns, self.steady_s))
        self.sense()
        reply = self.reset()
        assert reply.success, reply.message
        return self

    def reset(self):
        return self.controller.reset('test', self.now_ns, self.steady_s)

    def tick(self, v, w=0.0, dt=PERIOD):
        """One period: time passes, sensors report, the policy proposes."""
        self.pass_time(dt)
        self.sense()
        return self.propose(v, w)

    def drive(self, v, w=0.0, seconds=1.0):
        """Propose the same for some time."""
        for _ in range(round(seconds / PERIOD)):
            self.tick(v, w)
        return self.decision

    def wait(self, seconds, *, sensing=True, node_clock=True):
        """Let time pass without proposals; the watchdog runs, sensors too if sensing."""
        first = None
        for _ in range(round(seconds / WATCHDOG)):
            self.pass_time(WATCHDOG, node_clock=node_clock)
            if sensing:
                self.sense()
            decision = self.watch()
            first = first or decision
        return first


@pytest.fixture(scope='session')
def bench():
    """Build a bench from changed parameters."""

    def build(**changes):
        values = dict(LIMITS)
        values.update({name.replace('__', '.'): value for name, value in changes.items()})
        return Bench(BaseSafetyController(BaseSafetyConfig.from_mapping(values)))

    return build


@pytest.fixture(scope='session')
def make():
    """Factories of samples."""

    class Make:
        scan = staticmethod(scan_of)
        odometry = staticmethod(odometry_of)
        people = staticmethod(people_of)
        twist = staticmethod(twist_of)
        limits = LIMITS

    return Make
