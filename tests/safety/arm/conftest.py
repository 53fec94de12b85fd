"""An arm controller on a bench: a Panda that goes where it is sent, and clocks turned by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import yaml

from policy_nodes.contract.samples import ActionChunkSample, DistanceSample, JointStateSample
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_controller import ArmSafetyController
from policy_nodes.safety.parameters.parameter import flatten

NANO = 1_000_000_000
TICK = 0.004
DT = 0.04
FILE = Path(__file__).parents[3] / 'config/panda/safety_controller.yaml'
PANDA = flatten(yaml.safe_load(FILE.read_text(encoding='utf-8'))['/**']['ros__parameters'])
PANDA['heartbeat.nodes'] = []  # heartbeats have tests of their own
HOME = np.array([0.0, -math.pi / 4, 0.0, -3 * math.pi / 4, 0.0, math.pi / 2, math.pi / 4])
# only the joints are watched: what space and shape forbid has tests of its own
BARE = {
    'workspace.enabled': False,
    'singularity.enabled': False,
    'self_distance.pairs': [],
}


def config_of(**changes) -> ArmSafetyConfig:
    """The Panda's file without space and shape, and with changes; `__` stands for a dot."""
    return ArmSafetyConfig.from_mapping(PANDA | BARE | dotted(changes))


def dotted(changes):
    return {name.replace('__', '.'): value for name, value in changes.items()}


@dataclass
class Bench:
    """A controller with its clocks; joints are measured where they were sent."""

    controller: ArmSafetyController
    now_ns: int = 100 * NANO
    steady_s: float = 7.0
    measured: np.ndarray = field(default_factory=HOME.copy)
    velocity: np.ndarray = field(default_factory=lambda: np.zeros(7))
    sensing: bool = True
    blocked: tuple = ()
    sequence: int = 0
    distance: float | None = None
    commands: list = field(default_factory=list)
    decision: object = None

    @property
    def now(self):
        return self.now_ns, self.steady_s

    @property
    def limits(self):
        return self.controller.follower.limits

    def pass_time(self, seconds, *, node_clock=True):
        self.steady_s += seconds
        if node_clock:
            self.now_ns += round(seconds * NANO)

    def state(self, **changes):
        values = {
            'stamp_ns': self.now_ns,
            'names': self.controller.names,
            'position': self.measured.copy(),
            'velocity': self.velocity.copy(),
        }
        return JointStateSample(**(values | changes))

    def sense(self):
        if self.sensing:
            self.controller.take_state(self.state(), *self.now)
        if self.distance is not None:
            self.controller.take_distance(DistanceSample(self.now_ns, self.distance), *self.now)

    def start(self):
        """Activate, sense, reset: motion is permitted but nothing moves."""
        self.controller.activate(*self.now)
        self.pass_time(TICK)
        self.sense()
        reply = self.reset()
        assert reply.success, reply.message
        self.tick()
        return self

    def reset(self):
        return self.controller.reset('test', *self.now)

    def tick(self, dt=TICK, *, node_clock=True):
        """Time passes, joints are measured, the controller decides, the arm obeys."""
        self.pass_time(dt, node_clock=node_clock)
        self.sense()
        self.decision = self.controller.tick(*self.now)
        if self.decision.command is not None:
            joints = self.decision.command
            free = np.array([joint not in self.blocked for joint in range(7)])
            self.measured = np.where(free, joints.position, self.measured)
            self.velocity = np.where(free, joints.velocity, 0.0)
            self.commands.append((self.steady_s, joints))
        return self.decision

    def wait(self, seconds, dt=TICK):
        for _ in range(round(seconds / dt)):
            self.tick(dt)
        return self.decision

    def chunk(self, rows=None, **changes):
        """A chunk; by default one that stays."""
        self.sequence += 1
        rows = np.tile(self.measured, (25, 1)) if rows is None else np.asarray(rows)
        values = {
            'stamp_ns': self.now_ns,
            'epoch': self.controller.epoch,
            'sequence': self.sequence,
            'kind': 'position',
            'names': self.controller.names,
            'dt': DT,
            'horizon': len(rows),
            'values': rows,
        }
        return ActionChunkSample(**(values | changes))

    def offer(self, rows=None, **changes):
        return self.controller.take_chunk(self.chunk(rows, **changes), *self.now)

    def ramp(self, change, rows=25, dt=DT):
        """Rows from the command as it is by a change (7,) [rad/s]."""
        times = dt * np.arange(rows)[:, None]
        return self.controller.follower.motion.position + times * np.asarray(change)

    def swing(self, joint=0, speed=0.3, rows=25):
        """Offer a ramp of one joint."""
        change = np.zeros(7)
        change[joint] = speed
        return self.offer(self.ramp(change, rows))

    def moving(self, joint=0, speed=0.3):
        """Bring the arm to speed."""
        assert self.swing(joint, speed, rows=40) is None
        self.wait(0.4)
        assert abs(self.decision.command.velocity[joint]) > 0.5 * abs(speed)
        return self


@pytest.fixture(scope='session')
def bench():
    """Build a bench of the Panda without space and shape, from changed parameters."""

    def build(**changes):
        return Bench(ArmSafetyController(config_of(**changes)))

    return build


@pytest.fixture(scope='session')
def panda():
    """Build a bench of the Panda by its file, with changes."""

    def build(**changes):
        config = ArmSafetyConfig.from_mapping(PANDA | dotted(changes))
        return Bench(ArmSafetyController(config))

    return build


@pytest.fixture(scope='session')
def make():
    """Constants and values that tests share."""

    class Make:
        home = HOME
        values = PANDA
        bare = BARE
        config = staticmethod(config_of)
        tick = TICK
        dt = DT

    return Make
