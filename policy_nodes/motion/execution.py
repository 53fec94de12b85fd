"""Carries key poses out, one after the other, without a middleware.

It answers measured joints with rows of positions for the safety controller, and says what
becomes of each key pose. Planning happens elsewhere, meanwhile the arm stays. A stop ends the key
pose for good; a hold that passes by itself does not: once the arm stands, the way is planned anew
from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_nodes.motion.arm import Arm
from policy_nodes.motion.asked import Admission, AskedKeyPose, refuse_key_pose
from policy_nodes.motion.gripping import Gripping
from policy_nodes.motion.outcome import UNKNOWN, Answer, Outcome, OutcomeState
from policy_nodes.motion.planner import Plan
from policy_nodes.motion.poses import Pose, PoseError, pose_error
from policy_nodes.motion.progress import Progress
from policy_nodes.motion.refusals import MotionReason, Refusal

Floats = NDArray[np.float64]
Planning = Callable[[Floats, AskedKeyPose], 'Future[Plan | Refusal]']

STILL = 0.02  # [rad/s] slower joints stand
NANO = 1_000_000_000


@dataclass(frozen=True)
class ExecutionSettings:
    """How key poses are carried out.

    Attributes:
        frame: that key poses are stated in.
        max_age: of the observation that a key pose answers [s].
        rows: of an answer.
        dt: time between rows [s].
        tolerance: a joint farther than this from its way has left it [rad].
        response: so much later than the command is the arm where it says [s].
        near: the tip is there within this [m].
        turned: the tip is there within this [rad].
        patience: an arm that gets no further for so long gives up [s].
        replans: ways planned anew for one key pose.
        gripper_patience: longest time for the gripper [s].
        gripper_blind: time for a gripper whose fingers nobody measures [s].
    """

    frame: str = 'world'
    max_age: float = 3.0
    rows: int = 40
    dt: float = 0.025
    tolerance: float = 0.02
    response: float = 0.03
    near: float = 0.005
    turned: float = 0.02
    patience: float = 4.0
    replans: int = 3
    gripper_patience: float = 3.0
    gripper_blind: float = 0.5


class KeyPoseExecution:
    """At most one key pose at a time."""

    def __init__(self, arm: Arm, plan: Planning, settings: ExecutionSettings) -> None:
        """Begin latched and without a key pose.

        Args:
            arm: to measure the tip with; nobody else uses it at the same time.
            plan: begins to plan from a configuration; may answer at once.
            settings: how key poses are carried out.
        """
        self.arm, self.settings = arm, settings
        self._plan = plan
        self.epoch, self.latched = 0, True
        self._epoch_ns = self._last_ns = -1
        self._gripper: float | None = None
        self._measured: Floats | None = None
        self._measured_ns = 0
        self._why: Sequence[str] = ()
        self._forget()

    def _forget(self) -> None:
        """Have nothing to do, and stay where the next measurement shows the arm."""
        self._asked: AskedKeyPose | None = None
        self._future: Future[Plan | Refusal] | None = None
        self._found: Plan | None = None
        self._progress: Progress | None = None
        self._gripping: Gripping | None = None
        self._hold: Floats | None = None
        self._plans, self._began, self._planning = 0, 0.0, 0.0

    @property
    def busy(self) -> bool:
        """Whether there is a key pose."""
        return self._asked is not None

    def take_safety(
        self, epoch: int, latched: bool, stamp_ns: int, reasons: Sequence[str]
    ) -> Outcome | None:
        """Take word of the safety controller; a stop or a new epoch ends the key pose."""
        news = epoch != self.epoch
        outcome = None
        if self._asked is not None and (latched or news):
            words = ', '.join(reasons) or 'a reset'
            refusal = Refusal(
                MotionReason.STOPPED, f'The safety controller stopped the arm: {words}.'
            )
            outcome = self._end(OutcomeState.ABORTED, refusal)
        if latched or news:
            self._forget()
            self._gripper = None
        if news:
            self._epoch_ns = stamp_ns
        self.epoch, self.latched, self._why = epoch, latched, tuple(reasons)
        return outcome

    def abandon(self, words: str) -> Outcome | None:
        """Give up the key pose, if there is one, for a reason in words."""
        outcome = None
        if self._asked is not None:
            outcome = self._end(OutcomeState.ABORTED, Refusal(MotionReason.STOPPED, words))
        self._forget()
        return outcome

    def begin_episode(self) -> Outcome | None:
        """Give up the key pose, if there is one; the gripper may be anywhere again."""
        outcome = self.abandon('Another episode begins.')
        self._gripper = None
        return outcome

    def take_key_pose(self, asked: AskedKeyPose, now_ns: int) -> Outcome | None:
        """Take a key pose; None if planning begins, else why it is refused."""
        refusal = self._refuse(asked, now_ns)
        if refusal is not None:
            return Outcome(asked, OutcomeState.REFUSED, refusal)
        self._asked, self._last_ns = asked, asked.stamp_ns
        self._plans = 0
        return None

    def _refuse(self, asked: AskedKeyPose, now_ns: int) -> Refusal | None:
        given = self.settings
        admission = Admission(
            given.frame, self.epoch, self._epoch_ns, self._last_ns, now_ns, given.max_age
        )
        refusal = refuse_key_pose(asked, admission)
        if refusal is not None:
            return refusal
        if self.latched:
            words = 'The safety controller is latched; ask again after a reset.'
            return Refusal(MotionReason.LATCHED, words)
        if self._asked is not None:
            words = f'Key pose {self._asked.sequence} is not done yet; wait for its result.'
            return Refusal(MotionReason.BUSY, words)
        if self._measured is None:
            words = 'No joints were measured yet; look at the joint states.'
            return Refusal(MotionReason.NO_JOINTS, words)
        return None

    def take_joints(
        self, stamp_ns: int, measured: Floats, fingers: Floats | None = None
    ) -> Answer:
        """Answer a measurement.

        Args:
            stamp_ns: of the measurement.
            measured: (n,) joints [rad].
            fingers: (fingers,) [m]; None if nobody measures them.
        """
        still = self._stands(stamp_ns, measured)
        if self.latched:
            return self._stay(measured)
        if self._hold is None or np.abs(self._hold - measured).max() > self.settings.tolerance:
            self._hold = measured.copy()
        if self._asked is None:
            return self._stay(self._hold)
        if self._gripping is not None:
            return self._grip(stamp_ns, measured, fingers)
        if self._progress is not None:
            return self._move(stamp_ns, measured, still)
        return self._look_for_way(stamp_ns, still)

    def _stands(self, stamp_ns: int, measured: Floats) -> bool:
        before, elapsed = self._measured, (stamp_ns - self._measured_ns) * 1e-9
        self._measured, self._measured_ns = measured.copy(), stamp_ns
        if before is None or elapsed <= 0.0:
            return False
        return bool(np.abs(measured - before).max() < STILL * elapsed)

    def _stay(
        self,
        configuration: Floats,
        outcome: Outcome | None = None,
        gripper: float | None = None,
    ) -> Answer:
        rows = np.repeat(configuration[None], self.settings.rows, axis=0)
        return Answer(rows, gripper, outcome)

    def _look_for_way(self, stamp_ns: int, still: bool) -> Answer:
        assert self._asked is not None
        assert self._hold is not None
        if self._future is None:
            if still:
                self._began = time.monotonic()
                self._future = self._plan(self._hold.copy(), self._asked)
            return self._stay(self._hold)
        if not self._future.done():
            return self._stay(self._hold)
        future, self._future = self._future, None
        self._planning += time.monotonic() - self._began
        error = future.exception()
        found: Plan | Refusal = (
            future.result()
            if error is None
            else Refusal(MotionReason.PLANNER, f'The planner failed: {error!r}.')
        )
        if isinstance(found, Refusal):
            state = OutcomeState.ABORTED if self._plans else OutcomeState.REFUSED
            return self._give_up(found, state)
        self._plans += 1
        self._found = found
        self._progress = Progress(
            found.trajectory,
            stamp_ns,
            response=self.settings.response,
            tolerance=self.settings.tolerance,
        )
        first = self._end(OutcomeState.ACCEPTED) if self._plans == 1 else None
        rows = self._progress.ahead(self.settings.rows, self.settings.dt)
        return Answer(rows, outcome=first, begins=True)

    def _move(self, stamp_ns: int, measured: Floats, still: bool) -> Answer:
        assert self._progress is not None
        assert self._hold is not None
        progress = self._progress
        if not progress.look(stamp_ns, measured):
            self._progress = None
            if self._plans > self.settings.replans:
                words = f'The arm left its way {self._plans} times{self._reasons()}.'
                return self._give_up(Refusal(MotionReason.HELD, words))
            self._hold = measured.copy()
            return self._stay(measured)
        rows = progress.ahead(self.settings.rows, self.settings.dt)
        error = self._error(measured)
        there = error.position <= self.settings.near and error.rotation <= self.settings.turned
        if progress.ended and there and still:
            self._hold = progress.trajectory.goal.copy()
            self._progress = None
            return self._begin_grip(stamp_ns)
        if stamp_ns - progress.moved_ns > self.settings.patience * NANO:
            if progress.ended:
                words = (
                    f'The tip stands {1e3 * error.position:.1f} mm and {error.rotation:.3f} rad '
                    'beside the key pose.'
                )
                return self._give_up(Refusal(MotionReason.NOT_REACHED, words))
            words = f'The arm got no further for {self.settings.patience:g} s{self._reasons()}.'
            return self._give_up(Refusal(MotionReason.HELD, words))
        return Answer(rows)

    def _begin_grip(self, stamp_ns: int) -> Answer:
        assert self._asked is not None
        assert self._hold is not None
        target = self._asked.key_pose.gripper
        if target == self._gripper:
            return self._finish(self._hold)
        given = self.settings
        self._gripper = target
        self._gripping = Gripping(
            target, stamp_ns, patience=given.gripper_patience, blind=given.gripper_blind
        )
        return self._stay(self._hold, gripper=target)

    def _grip(self, stamp_ns: int, measured: Floats, fingers: Floats | None) -> Answer:
        assert self._gripping is not None
        assert self._hold is not None
        if not self._gripping.done(stamp_ns, fingers):
            return self._stay(self._hold)
        return self._finish(measured)

    def _finish(self, measured: Floats) -> Answer:
        assert self._hold is not None
        hold, outcome = self._hold, self._end(OutcomeState.REACHED, error=self._error(measured))
        self._forget()
        self._hold = hold
        return self._stay(hold, outcome)

    def _give_up(self, refusal: Refusal, state: OutcomeState = OutcomeState.ABORTED) -> Answer:
        assert self._measured is not None
        aborted = state is OutcomeState.ABORTED
        error = self._error(self._measured) if aborted else UNKNOWN
        outcome = self._end(state, refusal, error)
        self._forget()
        self._hold = self._measured.copy()
        return self._stay(self._hold, outcome)

    def _end(
        self,
        state: OutcomeState,
        refusal: Refusal | None = None,
        error: PoseError = UNKNOWN,
    ) -> Outcome:
        assert self._asked is not None
        found = self._found
        way = '' if found is None else found.way
        duration = 0.0 if found is None else found.trajectory.duration
        return Outcome(self._asked, state, refusal, way, duration, self._planning, error)

    def _error(self, measured: Floats) -> PoseError:
        assert self._asked is not None
        wanted = self._asked.key_pose
        return pose_error(self.arm.pose(measured), Pose(wanted.position, wanted.quaternion))

    def _reasons(self) -> str:
        return f', held back by {", ".join(self._why)}' if self._why else ''
