"""The shipped robots in lockstep: plant, exercise and core of the safety controller, by one clock.

Commands reach the plant, and proposals the core, a while after they were made, as in a graph.
"""

from __future__ import annotations

from collections import Counter, deque
from pathlib import Path

import numpy as np
import yaml

from policy_nodes.contract.samples import (
    ActionChunkSample,
    ImuSample,
    JointStateSample,
    LegCommandSample,
    LegJointsSample,
)
from policy_nodes.policies.body_sway import BodySway
from policy_nodes.policies.joint_waves import JointWaves
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_controller import ArmSafetyController
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.legged_controller import LeggedSafetyController
from policy_nodes.simulation.joints.arm_plant import ArmPlant
from policy_nodes.simulation.joints.leg_plant import LegPlant

CONFIG = Path(__file__).resolve().parents[3] / 'config'
MS = 1_000_000
DELAY = 15 * MS


def shipped(robot, node):
    content = yaml.safe_load((CONFIG / robot / f'{node}.yaml').read_text(encoding='utf-8'))
    return content['/**']['ros__parameters']


def chosen(values, *names):
    return {name: values[name] for name in names if name in values}


class Loop:
    """What arm and legs have in common: time, things under way, what was decided."""

    def __init__(self, core):
        self.core = core
        self.now_ns = MS
        self.levels: Counter = Counter()
        self.reasons: Counter = Counter()
        self.decision = core.activate(self.now_ns, self.now_ns * 1e-9)
        self.under_way: deque = deque()
        self.on_tick = None

    @property
    def now(self):
        return self.now_ns, self.now_ns * 1e-9

    def later(self, call, *values):
        self.under_way.append((self.now_ns + DELAY, call, values))

    def deliver(self):
        for _ in range(len(self.under_way)):
            at, call, values = self.under_way.popleft()
            if at <= self.now_ns:
                call(*values)
            else:
                self.under_way.append((at, call, values))

    def note(self, decision):
        self.decision = decision
        self.levels[decision.level] += 1
        self.reasons.update(decision.reasons)
        if self.on_tick is not None:
            self.on_tick()

    def permit(self):
        reply = self.core.reset('test', *self.now)
        assert reply.success, reply.message
        self.levels.clear()
        self.reasons.clear()

    def until(self, condition, seconds=20.0):
        """Run until a condition holds; returns how long it took [s]."""
        begin = self.now_ns
        while not condition():
            self.step()
            assert self.now_ns - begin < seconds * 1e9, (self.decision, dict(self.reasons))
        return (self.now_ns - begin) * 1e-9

    def run(self, seconds):
        end = self.now_ns + seconds * 1e9
        self.until(lambda: self.now_ns >= end, seconds + 1.0)

    @property
    def stopped(self):
        return self.decision.level is Level.STOPPED


class ArmLoop(Loop):
    """A Panda: ticks at 200 Hz."""

    def __init__(self):
        given = shipped('panda', 'safety_controller')
        given['heartbeat'] = {'nodes': []}
        super().__init__(ArmSafetyController(ArmSafetyConfig.from_mapping(given)))
        arm, wave = shipped('panda', 'arm_simulator'), shipped('panda', 'arm_exerciser')
        values = chosen(arm, 'lower', 'upper', 'inertia', 'max_torque', 'frequency', 'damping')
        self.plant = ArmPlant(arm['joints'], arm['position'], **values)
        names = ('home', 'amplitude', 'period', 'speed', 'tolerance', 'rows', 'dt')
        self.waves = JointWaves(**chosen(wave, *names))
        self.every = round(wave['interval'] * 1e9)
        self.answered, self.sequence = -self.every, 0

    def step(self):
        for _ in range(5):
            self.plant.step(0.001)
            self.now_ns += MS
            self.deliver()
        position = self.plant.position
        state = JointStateSample(self.now_ns, self.plant.names, position, self.plant.velocity)
        self.core.take_state(state, *self.now)
        if self.now_ns - self.answered >= self.every:
            self.answered = self.now_ns
            self.propose(position)
        decision = self.core.tick(*self.now)
        self.note(decision)
        if decision.command is not None:
            self.later(self.plant.command, decision.command.position, 0.005)

    def propose(self, position):
        latched = self.core.latch.latched
        rows = self.waves.stay(position) if latched else self.waves.act(self.now_ns, position)
        self.sequence += 1
        head = (self.now_ns, self.core.epoch, self.sequence, 'position', self.plant.names)
        chunk = ActionChunkSample(*head, self.waves.dt, len(rows), rows)
        self.later(lambda: self.core.take_chunk(chunk, *self.now))


class LegLoop(Loop):
    """A Barkour: ticks and proposals at 50 Hz."""

    def __init__(self):
        given = shipped('barkour', 'safety_controller')
        given['heartbeat'] = {'nodes': []}
        super().__init__(LeggedSafetyController(LeggedSafetyConfig.from_mapping(given)))
        legs, sway = shipped('barkour', 'leg_simulator'), shipped('barkour', 'leg_exerciser')
        names = ('lower', 'upper', 'max_torque', 'hip_x', 'hip_y', 'thigh', 'shank', 'mass')
        self.plant = LegPlant(legs['joints'], legs['position'], **chosen(legs, *names))
        self.sway = BodySway(sway['stand'], **chosen(sway, 'bob', 'roll', 'pitch', 'period'))
        self.kp, self.kd = sway['kp'] * np.ones(12), sway['kd'] * np.ones(12)

    def step(self):
        for _ in range(2):
            for _ in range(5):
                self.plant.step(0.002)
                self.now_ns += 2 * MS
                self.deliver()
            self.sense()
        self.propose()
        decision = self.core.tick(*self.now)
        self.note(decision)
        if decision.command is not None:
            sent = decision.command
            self.later(self.plant.command, sent.position, sent.kp, sent.kd)

    def sense(self):
        plant, at = self.plant, self.now_ns
        turn = np.array([*plant.angular_velocity, 0.0])
        imu = ImuSample(at, 'base_link', plant.quaternion, turn, plant.specific_force)
        self.core.take_imu(imu, *self.now)
        joints = LegJointsSample(at, plant.names, plant.position, plant.velocity, plant.effort)
        self.core.take_joints(joints, *self.now)

    def propose(self):
        if self.core.latch.latched:
            self.sway.reset()
        target = self.sway.act(self.now_ns, self.plant.position)
        sample = LegCommandSample(self.now_ns, self.plant.names, target, self.kp, self.kd)
        self.later(lambda: self.core.take_proposal(sample, *self.now))
