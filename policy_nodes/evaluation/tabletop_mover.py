"""Brings the arm of a simulated table top to key poses, in one process and without a middleware.

Planner, execution and safety controller are those of the nodes with the settings of config/, so
what becomes of a key pose here becomes of it in the launched graph.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.contract.samples import ActionChunkSample, JointStateSample
from policy_nodes.evaluation.motion_setup import build, execution_settings
from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.motion.arm import Arm
from policy_nodes.motion.asked import AskedKeyPose
from policy_nodes.motion.execution import ExecutionSettings, KeyPoseExecution
from policy_nodes.motion.outcome import Answer, Outcome, OutcomeState
from policy_nodes.motion.planner import MotionPlanner, Plan
from policy_nodes.motion.refusals import Refusal
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_controller import ArmSafetyController
from policy_nodes.simulation.tabletop.world import PERIOD, TabletopWorld

Floats = NDArray[np.float64]

ROBOT, EXECUTOR = 'panda', 'motion_executor'
PERIOD_NS = round(PERIOD * 1e9)
START_NS = 10_000_000_000
INTERVAL = 0.1  # [s] between chunks, where config/ says nothing
PROVING_PERIODS = 10


@dataclass(frozen=True)
class TabletopMotion:
    """What movers share; it takes long to build.

    Attributes:
        planner: of the executor.
        arm: to measure the tip with.
        settings: how key poses are carried out.
        interval: between chunks [s].
        safety: limits of the safety controller.
    """

    planner: MotionPlanner
    arm: Arm
    settings: ExecutionSettings
    interval: float
    safety: ArmSafetyConfig

    @staticmethod
    @lru_cache(maxsize=1)
    def shipped() -> TabletopMotion:
        """By the files of config/; a process builds it once, for one thread."""
        given = node_parameters(EXECUTOR, ROBOT)
        planner, arm = build(given)
        return TabletopMotion(
            planner,
            arm,
            execution_settings(given),
            float(given.get('interval', INTERVAL)),
            ArmSafetyConfig.from_mapping(node_parameters('safety_controller', ROBOT)),
        )


class TabletopMover:
    """Drives the arm of one episode; nothing of it outlasts the episode."""

    def __init__(
        self,
        world: TabletopWorld,
        *,
        safety: bool = False,
        on_period: Callable[[], None] | None = None,
        motion: TabletopMotion | None = None,
    ) -> None:
        """Take the arm where it stands, at rest.

        Args:
            world: is stepped from now on by this alone.
            safety: commands pass the safety controller; else they are what was planned.
            on_period: called after every control period; what it raises passes.
            motion: planner and settings; those of config/ if None.
        """
        self.world = world
        self._motion = motion or TabletopMotion.shipped()
        settings = self._motion.settings
        if not safety:
            # the row after the first is the command of the next period
            settings = replace(settings, rows=2, dt=PERIOD)
        self._execution = KeyPoseExecution(self._motion.arm, self._plan, settings)
        self._settings = settings
        self._on_period = on_period
        self._now_ns, self._asked, self._opening = START_NS, 0, 1.0
        self._guard = _Guard(self._motion, settings) if safety else None
        if self._guard is None:
            self._execution.take_safety(1, False, START_NS - PERIOD_NS, ())
        else:
            self._guard.arm(self._execution, world)
        self._target = world.joints()
        self._look()

    def go(self, key_pose: KeyPose) -> Outcome:
        """Bring the tip to a key pose, then the fingers; time goes by until that is done."""
        self._asked += 1
        asked = AskedKeyPose(
            key_pose, self._now_ns, self._settings.frame, self._execution.epoch, self._asked
        )
        outcome = self._execution.take_key_pose(asked, self._now_ns)
        while outcome is None or outcome.state is OutcomeState.ACCEPTED:
            outcome = self._step()
        return outcome

    def stay(self, periods: int) -> None:
        """Hold arm and fingers for so many control periods."""
        for _ in range(periods):
            self._step()

    def _plan(self, start: Floats, asked: AskedKeyPose) -> Future[Plan | Refusal]:
        future: Future[Plan | Refusal] = Future()
        try:
            future.set_result(self._motion.planner.plan(start, asked.key_pose))
        except ValueError as error:
            future.set_exception(error)
        return future

    def _may_grip(self, opening: float) -> bool:
        now_ns = self._now_ns
        return (
            self._guard is None
            or self._guard.core.take_opening(opening, now_ns, now_ns * 1e-9) is None
        )

    def _step(self) -> Outcome | None:
        self.world.step(self._target, self._opening)
        self._now_ns += PERIOD_NS
        if self._on_period is not None:
            self._on_period()
        return self._look()

    def _look(self) -> Outcome | None:
        """Answer how the arm stands now by the target of the next period."""
        measured = self.world.joints()
        answer = self._execution.take_joints(self._now_ns, measured, self.world.fingers())
        if answer.gripper is not None and self._may_grip(answer.gripper):
            self._opening = answer.gripper
        if self._guard is None:
            self._target = answer.rows[1]
            return answer.outcome
        self._guard.watch(self.world, self._now_ns)
        self._guard.propose(answer, self._now_ns)
        command, stopped = self._guard.tick(self._execution, self._now_ns)
        self._target = self._target if command is None else command
        return stopped or answer.outcome


class _Guard:
    """The safety controller between execution and arm."""

    def __init__(self, motion: TabletopMotion, settings: ExecutionSettings) -> None:
        self.core = ArmSafetyController(motion.safety)
        self._settings, self._interval_ns = settings, round(motion.interval * 1e9)
        self._proposed_ns = self._sequence = self._beats = 0

    def arm(self, execution: KeyPoseExecution, world: TabletopWorld) -> None:
        """Permit motion, as an operator does before an episode; no time goes by in the world."""
        now_ns = START_NS - PROVING_PERIODS * PERIOD_NS
        self.core.activate(now_ns, now_ns * 1e-9)
        for period in range(PROVING_PERIODS - 1):
            now_ns += PERIOD_NS
            self.watch(world, now_ns)
            self.tick(execution, now_ns)
            if period == PROVING_PERIODS // 2:
                self.core.reset('evaluation', now_ns, now_ns * 1e-9)

    def watch(self, world: TabletopWorld, now_ns: int) -> None:
        """Show it the joints."""
        state = JointStateSample(now_ns, self.core.names, world.joints(), world.joint_velocities())
        self.core.take_state(state, now_ns, now_ns * 1e-9)

    def propose(self, answer: Answer, now_ns: int) -> None:
        """Hand a chunk over, where one is due."""
        if now_ns - self._proposed_ns < self._interval_ns and not answer.begins:
            return
        self._proposed_ns = now_ns
        self._sequence += 1
        chunk = ActionChunkSample(
            stamp_ns=now_ns,
            epoch=self.core.epoch,
            sequence=self._sequence,
            kind='position',
            names=self.core.names,
            dt=self._settings.dt,
            horizon=len(answer.rows),
            values=answer.rows,
        )
        self.core.take_chunk(chunk, now_ns, now_ns * 1e-9)

    def tick(
        self, execution: KeyPoseExecution, now_ns: int
    ) -> tuple[Floats | None, Outcome | None]:
        """Ask for the command of the next period; a stop ends the key pose."""
        steady = now_ns * 1e-9
        self._beats += 1
        for node in self.core.config.heartbeat.nodes:
            self.core.take_heartbeat(node, self._beats, execution.epoch, steady)
        decision = self.core.tick(now_ns, steady)
        outcome = execution.take_safety(decision.epoch, decision.latched, now_ns, decision.reasons)
        command = None if decision.command is None else decision.command.position
        return command, outcome
