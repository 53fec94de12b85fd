"""The safety controller of an arm, without a middleware.

Chunks of joint positions come in when a policy has one; commands go out at every tick. A tick
follows the chunk in force within the limits of the joints, and only to states from which the arm
can stop inside of everything that is watched; otherwise it follows the stop that was checked with
the state before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import (
    ActionChunkSample,
    DistanceSample,
    JointCommandSample,
    JointStateSample,
)
from policy_nodes.safety.arbitration_gate import InputGate
from policy_nodes.safety.arm_admission import refuse_chunk, refuse_opening
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_follower import JointFollower, JointMotion, Step
from policy_nodes.safety.arm_guard import ArmGuard
from policy_nodes.safety.arm_history import CommandHistory
from policy_nodes.safety.arm_limits import JointLimits
from policy_nodes.safety.arm_plan import ArmPlan
from policy_nodes.safety.arm_streams import ArmStreams
from policy_nodes.safety.arm_tracking import TrackingMonitor
from policy_nodes.safety.clock_monitor import ClockMonitor
from policy_nodes.safety.decision import Decision, share_along
from policy_nodes.safety.finding import Finding, strongest_first
from policy_nodes.safety.intervention_counters import InterventionCounters
from policy_nodes.safety.ladder import Ladder, Level
from policy_nodes.safety.reasons import Reason
from policy_nodes.safety.reset_reply import ResetReply
from policy_nodes.safety.rivals import Rivals
from policy_nodes.safety.stop_latch import StopLatch
from policy_nodes.safety.stop_signals import StopSignals

Floats = NDArray[np.float64]
ArmDecision = Decision[JointCommandSample]

SOURCE = 'safety_controller'
UNCHANGED = 1e-6  # [rad] a command this near to its proposal is the proposal


class ArmSafetyController:
    """Turns proposed chunks into joint commands that keep every limit.

    Times are arguments: `now_ns` of the node clock, which stamps are compared with, and
    `steady_s` [s] of a clock that nobody can set. Calls must not overlap.
    """

    def __init__(self, config: ArmSafetyConfig) -> None:
        """Load limits and shapes; it comes up inactive and latched."""
        self.config = config
        self.names = config.names
        self.epoch = 0
        self.active = False
        self.latch = StopLatch()
        self.inputs = InputGate(config.arbitration, self.latch)
        self.streams = ArmStreams(config)
        self.guard = ArmGuard(config)
        self.counters = InterventionCounters()
        self.follower = JointFollower(joint_limits(config))
        self.history = CommandHistory(config.chunk.max_age + config.clock.future_tolerance)
        self.plan = ArmPlan(
            self.follower.limits, self.streams.proposal, self.history, config.chunk.seam_steps
        )
        self._tracking = TrackingMonitor(
            self.names,
            np.array([given.tracking_error for given in config.limits.values()]),
            response=config.joint_state.response,
            samples=config.joint_state.tracking_samples,
        )
        self._signals = StopSignals(
            self.latch, monitored=config.stop.monitored, timeout=config.stop.timeout
        )
        self._clock = ClockMonitor(
            forward=config.clock.forward_jump, backward=config.clock.backward_jump
        )
        self._ladder = Ladder()
        self._nothing = np.full(len(self.names), np.nan)
        self._jump: Finding | None = None
        self._refusals: list[Finding] = []
        self._damage: Finding | None = None
        self._rivals = Rivals(self.latch)
        self._not_before_ns = -1
        self._spoken = False
        self._ticked_s: float | None = None
        self._motion_wanted_s = -np.inf
        self._share = 1.0

    @property
    def level(self) -> Level:
        """Rung of the ladder."""
        return self._ladder.level

    @property
    def resting(self) -> bool:
        """Whether the arm stands by what was commanded last."""
        return self.follower.motion.resting

    def activate(self, now_ns: int, steady_s: float) -> ArmDecision:
        """Begin to decide, latched; returns the state to publish, without a command."""
        self.active = True
        self.latch.set(Finding(Reason.AWAITING_RESET, SOURCE))
        self._ladder = Ladder()
        self._clock.look(now_ns, steady_s)
        self._signals.begin(steady_s)
        self._ticked_s = None
        self._spoken = False
        return self._decide(now_ns, Level.STOPPED, list(self.latch.causes), self._nothing)

    def final_command(self, now_ns: int, reason: Reason = Reason.DEACTIVATED) -> ArmDecision:
        """Give the last command before deactivation, shutdown or after an exception: stand.

        Nothing is sent after it until the next activation, which comes up latched.
        """
        finding = Finding(reason, SOURCE)
        self.latch.set(finding)
        self._ladder = Ladder()
        self.follower.seed(self.follower.motion.position)
        decision = self._decide(now_ns, Level.STOPPED, [finding], self._nothing)
        self.active = False
        self.plan.forget()
        self.inputs.forget()
        self.streams.forget()
        self.guard.forget()
        return decision

    def take_state(self, state: JointStateSample, now_ns: int, steady_s: float) -> bool:
        """Take measured joints; returns whether they were usable."""
        self._watch_clock(now_ns, steady_s)
        if not self.streams.take_state(state, now_ns, steady_s):
            return False
        # a latched arm that stands may be moved by hand
        if self._spoken and self.level is not Level.STOPPED and self.streams.joints is not None:
            lost = self._tracking.look(self.streams.joints, self.history)
            if lost is not None:
                self.latch.set(lost)
        return True

    def take_distance(self, sample: DistanceSample, now_ns: int, steady_s: float) -> bool:
        """Take a measured distance; returns whether it was usable."""
        self._watch_clock(now_ns, steady_s)
        return self.streams.take_distance(sample, now_ns, steady_s)

    def take_heartbeat(self, node: str, sequence: int, epoch: int, steady_s: float) -> None:
        """Take a heartbeat; nodes that are not required are ignored."""
        self.streams.heartbeats.beat(node, sequence, epoch, steady_s)

    def take_heartbeat_gone(self, node: str) -> None:
        """Take word of the middleware that a node is gone: silent at once, until its next beat."""
        self.streams.heartbeats.gone(node)

    def take_rivals(self, names: Collection[str], now_ns: int, steady_s: float) -> None:
        """Take who else publishes to the actuators; each of them holds the stop while there.

        The stop begins with the next tick.
        """
        self._rivals.take(names)

    def take_stop_signal(self, source: str, pressed: bool, now_ns: int, steady_s: float) -> None:
        """Take a report of an emergency stop source; the stop begins with the next tick."""
        self._signals.take(source, pressed, steady_s)

    def take_lock(self, lock: str, is_set: bool, steady_s: float) -> None:
        """Take a report of a lock; the inputs below it are held back from the next tick on."""
        self.inputs.report(lock, is_set, steady_s)

    def take_chunk(
        self, chunk: ActionChunkSample, now_ns: int, steady_s: float, source: str = ''
    ) -> Finding | None:
        """Take a chunk in place of the one in force.

        A damaged chunk ends the one in force too: its sender is not to be trusted. One that is
        late, out of order or leads elsewhere changes nothing.

        Args:
            chunk: as it came.
            now_ns: now on the node clock.
            steady_s: now on the steady clock [s].
            source: name of its input; empty for the first.

        Returns:
            Why it is refused; the next decision names it too. None as well if another input
            counts.
        """
        if not self.active:
            return Finding(Reason.NOT_ACTIVE, SOURCE)
        self._watch_clock(now_ns, steady_s)
        if self.inputs.arrive(source, steady_s):
            self.plan.forget()
        refusal = refuse_chunk(chunk, self.names, self.config.chunk, 'proposal')
        if not self.inputs.counts(source):
            if refusal is None:
                self._note_motion(chunk, steady_s)
            return None
        if refusal is not None:
            self.plan.drop()
            self._damage = refusal
            self._refusals.append(refusal)
            return refusal
        self._note_motion(chunk, steady_s)
        faults = self._faults(now_ns, steady_s)
        if faults:
            return faults[0]
        refusal = self.plan.offer(
            chunk,
            epoch=self.epoch,
            not_before_ns=self._not_before_ns,
            command=self.follower.motion.position,
            now_ns=now_ns,
            steady_s=steady_s,
        )
        if refusal is None:
            self._damage = None
        else:
            self._refusals.append(refusal)
        return refusal

    def take_opening(self, opening: float, now_ns: int, steady_s: float) -> Finding | None:
        """Take a proposed opening of the gripper.

        While the stop is latched none passes: the gripper goes on holding what it holds. A hold
        of the arm that passes by itself does not hinder it.

        Args:
            opening: 0 closed to 1 open.
            now_ns: now on the node clock.
            steady_s: now on the steady clock [s].

        Returns:
            Why it must not go to the gripper, of a senseless one the next decision tells too;
            None if it may.
        """
        if not self.active:
            return Finding(Reason.NOT_ACTIVE, SOURCE)
        self._watch_clock(now_ns, steady_s)
        refusal = refuse_opening(opening, 'gripper')
        if refusal is not None:
            self._refusals.append(refusal)
            return refusal
        return self.latch.causes[0] if self.latch.latched else None

    def tick(self, now_ns: int, steady_s: float) -> ArmDecision:
        """Decide on the command of now."""
        if not self.active:
            finding = Finding(Reason.NOT_ACTIVE, SOURCE)
            return self._decide(now_ns, Level.STOPPED, [finding], self._nothing)
        self._watch_clock(now_ns, steady_s)
        self._signals.watch(steady_s)
        first = self._ticked_s is None
        went = 0.0 if self._ticked_s is None else steady_s - self._ticked_s
        self._ticked_s = steady_s
        most = self.config.tick.max_step
        dt = min(max(went, 0.0), most)
        if self.inputs.look(steady_s):
            self.plan.forget()
        findings = self._faults(now_ns, steady_s)
        if findings:
            self.plan.drop()
        lost = self.streams.proposal.lost(now_ns, steady_s)
        if lost is not None:
            self.plan.drop()
            findings.append(lost)
        elif self.plan.spent and not findings:
            findings.append(self._why_nothing())
        if not first and not 0.0 < went <= most:
            words = f'{went:.3g} s since the last tick, wanted above 0 and up to {most:g} s.'
            findings.append(Finding(Reason.TICK_LATE, SOURCE, words))
        refusals = [finding for finding in self._refusals if finding not in findings]
        self._refusals = []
        if findings or first or self.plan.spent:
            return self._brake(now_ns, steady_s, dt, findings + refusals)
        return self._follow(now_ns, dt, refusals)

    def reset(self, operator: str, now_ns: int, steady_s: float) -> ResetReply:
        """Permit motion again; it starts only with a chunk stamped later than this.

        The command begins again where the joints are measured.

        Args:
            operator: who asks, for the record.
            now_ns: now on the node clock.
            steady_s: now on the steady clock [s].
        """
        self._watch_clock(now_ns, steady_s)
        self._signals.watch(steady_s)
        refusal = self._refuse_reset(now_ns, steady_s)
        if refusal:
            return ResetReply(False, refusal, self.epoch)
        if not self.latch.latched:
            return ResetReply(True, 'Nothing was latched; nothing changed.', self.epoch)
        assert self.streams.joints is not None
        self.latch.clear()
        self._ladder.permit()
        self.epoch += 1
        self._not_before_ns = now_ns
        self._jump = None
        self._refusals = []
        self._damage = None
        self.follower.seed(self.streams.joints.position)
        self.plan.forget()
        self.history.forget()
        self.guard.forget()
        self._tracking.forget()
        self._spoken = True
        words = f'{operator or "Somebody"} permitted motion; it starts with the next chunk.'
        return ResetReply(True, words, self.epoch)

    def status(self, now_ns: int) -> ArmDecision:
        """Say how things stand, for a state message between two ticks; commands nothing."""
        findings = list(self.latch.causes)
        decision = self._decide(now_ns, self._ladder.level, findings, self._nothing)
        return replace(decision, command=None)

    def _refuse_reset(self, now_ns: int, steady_s: float) -> str:
        if not self.active:
            return 'The controller is not active; activate it first.'
        if self.latch.pressed:
            return f'Still held by {", ".join(self.latch.pressed)}. Release it, then reset again.'
        if self.latch.latched and self.level is not Level.STOPPED:
            return 'The arm is still stopping. Wait until it stands, then reset again.'
        moving = self.streams.measured_motion(now_ns, steady_s)
        if moving is None:
            return 'No fresh joint state tells where the arm is. Bring it back, then reset again.'
        if moving:
            return 'The arm still moves by its joint state. Hold it still, then reset again.'
        wanted = steady_s - self._motion_wanted_s
        if self.config.stop.require_neutral and wanted < self.config.stop.neutral_window:
            return (
                f'A chunk asked for motion {wanted:.2f} s ago. Let the policy propose to stay or '
                'nothing while the stop is latched, then reset again.'
            )
        return ''

    def _note_motion(self, chunk: ActionChunkSample, steady_s: float) -> None:
        joints = self.streams.joints
        near = self.config.stop.neutral_position
        if joints is None or not (np.abs(chunk.values - joints.position) <= near).all():
            self._motion_wanted_s = steady_s

    def _watch_clock(self, now_ns: int, steady_s: float) -> None:
        jump = self._clock.look(now_ns, steady_s)
        if jump is None:
            return
        self._jump = Finding(Reason.CLOCK_JUMP, 'clock', f'It went {jump:+.2f} s at once.')
        self._not_before_ns = now_ns
        self.streams.forget()
        self.plan.drop()
        self.history.forget()
        if self.active and self.config.clock.latch_on_jump:
            self.latch.set(self._jump)

    def _faults(self, now_ns: int, steady_s: float) -> list[Finding]:
        """Everything but the chunk that forbids motion just now."""
        findings = list(self.latch.causes)
        findings += self.inputs.held(steady_s)
        if self.inputs.needs_heartbeats:
            findings += self.streams.heartbeats.lost(self.epoch, steady_s)
        findings += self.streams.sources.lost(now_ns, steady_s)
        return findings

    def _why_nothing(self) -> Finding:
        """Why there is no chunk to follow although chunks came lately."""
        if self._damage is not None:
            return self._damage
        if self.plan.empty:
            return Finding(Reason.PROPOSAL_MISSING, 'proposal', 'None since the arm had to hold.')
        return Finding(Reason.CHUNK_SPENT, 'proposal')

    def _follow(self, now_ns: int, dt: float, refusals: list[Finding]) -> ArmDecision:
        before, share = self.follower.motion.position, self._share
        wanted = self.plan.target(dt, share)
        step = self.follower.step_to(wanted, dt, share)
        verdict = self.guard.judge(before, step, self.streams.measured_distance)
        findings = list(verdict.findings)
        if verdict.stopped:
            step, share = self.follower.braked(dt), 0.0
        else:
            findings += self._bound(wanted, step)
        # what this step leads to sets the speed of the next one
        self._share = verdict.share
        self.follower.commit(step)
        self.plan.advance(dt * share)
        level = Level.HOLD if verdict.stopped else Level.LIMITED if findings else Level.NORMAL
        self._jump = None
        decision = self._decide(now_ns, level, findings + refusals, wanted.position, before)
        self.history.note(now_ns, self.plan.consumed, step.motion.position)
        return decision

    def _bound(self, wanted: JointMotion, step: Step) -> list[Finding]:
        """Which limits changed a step, and of which joint."""
        limits = self.follower.limits
        beyond = self.plan.beyond() | step.held
        changed = np.abs(step.motion.position - wanted.position) > UNCHANGED
        if not (changed | beyond).any():
            return []
        fast = changed & (np.abs(wanted.velocity) > limits.velocity)
        sudden = changed & (np.abs(wanted.acceleration) > limits.acceleration)
        found = []
        for reason, joints in (
            (Reason.POSITION_LIMIT, beyond),
            (Reason.VELOCITY_LIMIT, fast & ~beyond),
            (Reason.ACCELERATION_LIMIT, sudden & ~fast & ~beyond),
            (Reason.JERK_LIMIT, changed & ~sudden & ~fast & ~beyond),
        ):
            if joints.any():
                names = ', '.join(self.names[joint] for joint in np.flatnonzero(joints))
                found.append(Finding(reason, names))
        return found

    def _brake(
        self, now_ns: int, steady_s: float, dt: float, findings: list[Finding]
    ) -> ArmDecision:
        self.follower.commit(self.follower.braked(dt))
        standing = self.follower.motion.resting
        moving = self.streams.measured_motion(now_ns, steady_s)
        if not self.latch.latched:
            level = Level.HOLD
        elif standing and (moving is False or not self._spoken):
            level = Level.STOPPED
        else:
            level = Level.STOPPING
        decision = self._decide(now_ns, level, findings, self._nothing)
        self.history.note(now_ns, self.plan.consumed, self.follower.motion.position)
        return decision

    def _decide(
        self,
        now_ns: int,
        level: Level,
        findings: list[Finding],
        proposed: Floats,
        before: Floats | None = None,
    ) -> ArmDecision:
        if self._jump is not None and self._jump not in findings and self.active:
            findings.append(self._jump)
        ordered = strongest_first(findings)
        self.counters.note(finding.reason for finding in ordered)
        motion = self.follower.motion
        command = None
        if self._spoken and self.active:
            command = JointCommandSample(
                now_ns, self.names, motion.position, motion.velocity, motion.acceleration
            )
        sent = motion.position if self._spoken else self._nothing
        scale = float('nan')
        if before is not None:
            scale = share_along(proposed - before, sent - before, self.follower.limits.velocity)
        return ArmDecision(
            stamp_ns=now_ns,
            command=command,
            level=self._ladder.move(level),
            findings=ordered,
            names=self.names,
            proposed=proposed,
            sent=sent,
            scale=scale,
            epoch=self.epoch,
            latched=self.latch.latched,
            counters=self.counters.snapshot(),
            input=self.inputs.chosen,
        )


def joint_limits(config: ArmSafetyConfig) -> JointLimits:
    """Limits of the joints, with their margins taken off."""
    given = config.limits.values()
    return JointLimits.of(
        config.names,
        lower=[joint.lower + joint.margin for joint in given],
        upper=[joint.upper - joint.margin for joint in given],
        velocity=[joint.velocity for joint in given],
        acceleration=[joint.acceleration for joint in given],
        jerk=[joint.jerk for joint in given],
    )
