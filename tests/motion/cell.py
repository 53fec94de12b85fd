"""A Panda, its safety controller and the execution of key poses, without middleware or waiting."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
from panda import HOME, NAMES, shipped

from policy_nodes.contract.samples import ActionChunkSample, JointStateSample
from policy_nodes.motion.asked import AskedKeyPose
from policy_nodes.motion.execution import ExecutionSettings, KeyPoseExecution
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_controller import ArmSafetyController
from policy_nodes.safety.ladder import Level
from policy_nodes.simulation.joints.arm_plant import ArmPlant

PERIOD_NS = 10_000_000
INTERVAL_NS = 100_000_000
SETTINGS = ExecutionSettings(frame='world')


class Cell:
    """Ten milliseconds at a time.

    Attributes:
        news: outcomes that came.
        sent: commands (n,) that went to the arm.
        reasons: of the safety controller's decisions since `listen`.
        fingers: what is measured of them; None for nothing.
        frozen: proposals do not come through.
    """

    def __init__(self, planner, arm, settings=SETTINGS):
        config = ArmSafetyConfig.from_mapping(shipped('safety_controller'))
        given = shipped('arm_simulator')
        limits = {name: given[name] for name in ('lower', 'upper', 'inertia', 'max_torque')}
        self.plant = ArmPlant(NAMES, HOME, frequency=given['frequency'], **limits)
        self.core = ArmSafetyController(config)
        self.execution = KeyPoseExecution(arm, self.plan, settings)
        self.planner, self.settings = planner, settings
        self.now_ns = 1_000_000_000
        self.beats = self.sequence = self.asked = 0
        self.proposed_ns, self.epoch = 0, 0
        self.news, self.sent, self.reasons, self.grips = [], [], set(), []
        self.fingers, self.frozen, self.opening = None, False, 0.0
        self.starts = []
        self.core.activate(self.now_ns, self.steady)

    @property
    def steady(self):
        return self.now_ns * 1e-9

    def plan(self, start, asked):
        """Plan at once."""
        self.starts.append(start)
        future = Future()
        try:
            future.set_result(self.planner.plan(start, asked.key_pose))
        except ValueError as error:
            future.set_exception(error)
        return future

    def tell(self, decision):
        self.reasons |= set(decision.reasons)
        self.level = decision.level
        self.note(
            self.execution.take_safety(
                decision.epoch, decision.latched, decision.stamp_ns, decision.reasons
            )
        )

    def note(self, outcome):
        if outcome is not None:
            self.news.append(outcome)

    def step(self):
        """Let ten milliseconds go by."""
        for _ in range(10):
            self.plant.step(0.001)
        self.now_ns += PERIOD_NS
        position, velocity = self.plant.position.copy(), self.plant.velocity.copy()
        state = JointStateSample(self.now_ns, tuple(NAMES), position, velocity)
        self.core.take_state(state, self.now_ns, self.steady)
        self.beats += 1
        self.core.take_heartbeat('motion_executor', self.beats, self.execution.epoch, self.steady)
        answer = self.execution.take_joints(self.now_ns, position, self.fingers)
        self.note(answer.outcome)
        if answer.gripper is not None:
            self.grips.append(answer.gripper)
        due = answer.begins or self.now_ns - self.proposed_ns >= INTERVAL_NS
        if due and not self.frozen:
            self.propose(answer.rows)
        decision = self.core.tick(self.now_ns, self.steady)
        self.tell(decision)
        if decision.command is not None:
            self.sent.append(decision.command.position)
            self.plant.command(decision.command.position, PERIOD_NS * 1e-9)

    def propose(self, rows):
        self.proposed_ns = self.now_ns
        self.sequence += 1
        chunk = ActionChunkSample(
            stamp_ns=self.now_ns,
            epoch=self.execution.epoch,
            sequence=self.sequence,
            kind='position',
            names=tuple(NAMES),
            dt=self.settings.dt,
            horizon=len(rows),
            values=rows,
        )
        self.core.take_chunk(chunk, self.now_ns, self.steady)

    def run(self, seconds):
        for _ in range(round(seconds * 100)):
            self.step()

    def until(self, condition, seconds=30.0):
        """Step until something holds."""
        end = self.now_ns + seconds * 1e9
        while not condition():
            assert self.now_ns < end, 'it did not come to that'
            self.step()

    def permit(self):
        """Reset the safety controller."""
        self.run(0.1)
        self.until(lambda: self.core.reset('test', self.now_ns, self.steady).success)
        self.tell(self.core.status(self.now_ns))
        self.run(0.3)
        self.reasons.clear()

    def ask(self, key_pose, **changes):
        """Ask for a key pose, as seen now."""
        self.asked += 1
        asked = AskedKeyPose(key_pose, self.now_ns, 'world', self.execution.epoch, self.asked)
        self.note(self.execution.take_key_pose(asked._replace(**changes), self.now_ns))

    def stop(self):
        """Press the emergency stop, wait for rest, release it."""
        self.core.take_stop_signal('e_stop', True, self.now_ns, self.steady)
        self.until(lambda: self.level is Level.STOPPED)
        self.core.take_stop_signal('e_stop', False, self.now_ns, self.steady)

    def last(self):
        return self.news[-1]

    def speed(self):
        return float(np.abs(self.plant.velocity).max())
