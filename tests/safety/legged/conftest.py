"""Legs on a bench: the clocks, sensors and proposals that a test turns by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pytest

from policy_nodes.contract.samples import (
    BodyHeightSample,
    FootContactsSample,
    ImuSample,
    LegCommandSample,
    LegJointsSample,
    LegTemperaturesSample,
)
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.legged_controller import LeggedSafetyController
from policy_nodes.safety.legged_motion import LegMode

NANO = 1_000_000_000
PERIOD = 0.02
NAMES = tuple(f'{joint}_{leg}' for leg in ('fl', 'hl', 'fr', 'hr') for joint in ('a', 'h', 'k'))
FEET = ('fl', 'hl', 'fr', 'hr')
STAND = np.tile([0.0, 0.7, 1.4], 4)
SIT = np.tile([0.0, 0.15, 0.3], 4)
KP, KD, DAMPING = 35.0, 0.65, 2.0

PARAMETERS = {
    'joints.names': list(NAMES),
    'joints.position_min': [-1.0, -1.2, 0.0] * 4,
    'joints.position_max': [1.0, 2.4, 2.5] * 4,
    'joints.max_velocity': [20.0] * 12,
    'joints.max_torque': [18.0] * 12,
    'joints.lasting_torque': [12.0] * 12,
    'joints.max_kp': [50.0] * 12,
    'joints.max_kd': [2.0] * 12,
    'stand.pose': STAND.tolist(),
    'stand.kp': KP,
    'stand.kd': KD,
    'sit.pose': SIT.tolist(),
    'sit.kp': KP,
    'sit.kd': KD,
    'damping.kd': DAMPING,
    'contacts.feet': list(FEET),
    'proposal.period': PERIOD,
    'proposal.timeout': 0.1,
    'proposal.max_age': 0.15,
    'proposal.max_period': 0.1,
}


def upright(roll=0.0, pitch=0.0, yaw=0.0):
    """Quaternion xyzw of a body that rolls, then pitches, then yaws."""
    (cr, sr), (cp, sp), (cy, sy) = ((math.cos(a / 2), math.sin(a / 2)) for a in (roll, pitch, yaw))
    return np.array(
        [
            sr * cp * cy - cr * sp * sy,
            cr * sp * cy + sr * cp * sy,
            cr * cp * sy - sr * sp * cy,
            cr * cp * cy + sr * sp * sy,
        ]
    )


def imu_of(stamp_ns, roll=0.0, pitch=0.0, yaw=0.0, force=9.81, **changes):
    values = {
        'stamp_ns': stamp_ns,
        'frame': 'base_link',
        'quaternion': upright(roll, pitch, yaw),
        'angular_velocity': np.zeros(3),
        'acceleration': np.array([0.0, 0.0, force]),
    }
    return ImuSample(**(values | changes))


def joints_of(stamp_ns, position, velocity=None, effort=None, names=NAMES):
    count = len(names)
    return LegJointsSample(
        stamp_ns,
        names,
        np.array(position, dtype=np.float64),
        np.zeros(count) if velocity is None else np.array(velocity, dtype=np.float64),
        np.zeros(0) if effort is None else np.array(effort, dtype=np.float64),
    )


def proposal_of(stamp_ns, position=STAND, kp=KP, kd=KD, names=NAMES):
    count = len(names)
    return LegCommandSample(
        stamp_ns,
        names,
        np.array(position),
        np.broadcast_to(np.array(kp, dtype=np.float64), (count,)).copy(),
        np.broadcast_to(np.array(kd, dtype=np.float64), (count,)).copy(),
    )


@dataclass
class Bench:
    """A controller with its clocks and legs that follow their targets with a lag of 30 ms."""

    controller: LeggedSafetyController
    now_ns: int = 100 * NANO
    steady_s: float = 7.0
    sensors: set = field(default_factory=lambda: {'imu', 'joints', 'heartbeat'})
    lean: dict = field(default_factory=dict)
    touching: tuple = (True,) * 4
    height: float = 0.25
    celsius: object = field(default_factory=lambda: np.full(12, 40.0))
    effort: object = None
    blocked: tuple = ()
    position: object = field(default_factory=lambda: SIT.copy())
    velocity: object = field(default_factory=lambda: np.zeros(12))
    sequence: int = 0
    sent: list = field(default_factory=list)
    decision: object = None

    @property
    def mode(self):
        return self.controller.mode

    @property
    def now(self):
        return self.now_ns, self.steady_s

    @property
    def command(self):
        return self.sent[-1] if self.sent else None

    def pass_time(self, seconds, *, node_clock=True):
        self.steady_s += seconds
        if node_clock:
            self.now_ns += round(seconds * NANO)
        before = self.position.copy()
        if self.command is not None:
            share = (1 - math.exp(-seconds / 0.03)) * (self.command.kp > 0)
            share[list(self.blocked)] = 0.0
            self.position = before + share * (self.command.position - before)
        self.velocity = (self.position - before) / max(seconds, 1e-3)

    def sense(self):
        controller, now, stamp = self.controller, self.now, self.now_ns
        if 'imu' in self.sensors:
            controller.take_imu(imu_of(stamp, **self.lean), *now)
        if 'joints' in self.sensors:
            sample = joints_of(stamp, self.position, self.velocity, self.effort)
            controller.take_joints(sample, *now)
        if 'contacts' in self.sensors:
            touching = np.array(self.touching, dtype=bool)
            controller.take_contacts(FootContactsSample(stamp, FEET, touching), *now)
        if 'height' in self.sensors:
            controller.take_height(BodyHeightSample(stamp, self.height), *now)
        if 'temperature' in self.sensors:
            sample = LegTemperaturesSample(stamp, NAMES, np.array(self.celsius))
            controller.take_temperatures(sample, *now)
        if 'heartbeat' in self.sensors:
            self.sequence += 1
            for node in controller.config.heartbeat.nodes:
                controller.take_heartbeat(node, self.sequence, controller.epoch, self.steady_s)

    def note(self, decision):
        if decision is not None:
            self.decision = decision
            if decision.command is not None:
                self.sent.append(decision.command)
        return decision

    def propose(self, position=STAND, *, stamp_ns=None, **changes):
        stamp = self.now_ns if stamp_ns is None else stamp_ns
        return self.controller.take_proposal(proposal_of(stamp, position, **changes), *self.now)

    def tick(self):
        return self.note(self.controller.tick(*self.now))

    def step(self, position=STAND, **changes):
        """One period: time passes, sensors report, the policy proposes, the controller ticks."""
        self.pass_time(PERIOD)
        self.sense()
        self.propose(position, **changes)
        return self.tick()

    def walk(self, seconds=0.5, position=STAND, **changes):
        for _ in range(round(seconds / PERIOD)):
            self.step(position, **changes)
        return self.decision

    def wait(self, seconds, *, node_clock=True, sensing=True):
        """Let time pass without proposals."""
        for _ in range(round(seconds / PERIOD)):
            self.pass_time(PERIOD, node_clock=node_clock)
            if sensing:
                self.sense()
            self.tick()
        return self.decision

    def reset(self):
        return self.controller.reset('test', *self.now)

    def begin(self):
        """Activate, sense and damp: the robot lies and is latched."""
        self.note(self.controller.activate(*self.now))
        self.sense()
        self.tick()
        return self

    def start(self):
        """Permit, too: nothing moves yet."""
        self.begin()
        reply = self.reset()
        assert reply.success, reply.message
        return self

    def up(self):
        """Stand, blended in, following proposals."""
        self.start().walk(4.0)
        assert self.mode is LegMode.FOLLOW, self.decision
        return self


@pytest.fixture(scope='session')
def legs():
    """Build a bench from changed parameters; sensors that are named report too."""

    def build(*sensors, **changes):
        values = dict(PARAMETERS)
        values.update({name.replace('__', '.'): value for name, value in changes.items()})
        rig = Bench(LeggedSafetyController(LeggedSafetyConfig.from_mapping(values)))
        rig.sensors |= set(sensors)
        return rig

    return build


@pytest.fixture(scope='session')
def leg_make():
    """Factories of samples, and what they are made for."""

    class Make:
        imu = staticmethod(imu_of)
        joints = staticmethod(joints_of)
        proposal = staticmethod(proposal_of)
        quaternion = staticmethod(upright)
        parameters = PARAMETERS
        names, feet, stand, sit, period = NAMES, FEET, STAND, SIT, PERIOD
        kp, kd, damping = KP, KD, DAMPING

    return Make
