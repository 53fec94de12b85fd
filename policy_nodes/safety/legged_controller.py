"""The safety controller of a legged robot, without a middleware.

Samples are taken as they come; one tick gives one decision and one command. Only fresh proposals
raise the legs. A stop has three steps, since legs must not freeze: hold, sit down by a profile,
damp. A sit-down that has begun ends in damping and needs a reset.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import (
    BodyHeightSample,
    FootContactsSample,
    ImuSample,
    LegCommandSample,
    LegJointsSample,
    LegTemperaturesSample,
)
from policy_nodes.safety.arbitration_gate import InputGate
from policy_nodes.safety.clock_monitor import ClockMonitor
from policy_nodes.safety.decision import share_along
from policy_nodes.safety.finding import Finding, strongest_first
from policy_nodes.safety.freshness import NANO
from policy_nodes.safety.intervention_counters import InterventionCounters
from policy_nodes.safety.ladder import Ladder, Level
from policy_nodes.safety.legged_admission import MOST_ANGLE
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.legged_decision import LeggedDecision
from policy_nodes.safety.legged_guards import LegGuards
from policy_nodes.safety.legged_limits import LegLimiter, LegTargets
from policy_nodes.safety.legged_motion import Demand, LegMode, LegMotion
from policy_nodes.safety.legged_proposals import LegProposals
from policy_nodes.safety.reasons import Reason
from policy_nodes.safety.reset_reply import ResetReply
from policy_nodes.safety.rivals import Rivals
from policy_nodes.safety.stop_latch import StopLatch
from policy_nodes.safety.stop_signals import StopSignals

Floats = NDArray[np.float64]

# sitting down would be fighting the ground, or would do what the fault does
DAMPING_REASONS = frozenset(
    {Reason.INTERNAL_ERROR, Reason.LEG_FALLEN, Reason.LEG_RUNAWAY, Reason.LEG_AIRBORNE}
)
ESTOP_REASONS = frozenset({Reason.ESTOP_PRESSED, Reason.ESTOP_SILENT})
# a sit-down that meets one of these is given up: joints damp at once
ENDS_SIT_DOWN = frozenset({Reason.LEG_TORQUE, Reason.LEG_TRACKING})


class LeggedSafetyController:
    """Turns proposed joint targets into commands that keep every limit.

    Times are arguments: `now_ns` of the node clock, which stamps are compared with, and
    `steady_s` [s] of a clock that nobody can set. Calls must not overlap.
    """

    def __init__(self, config: LeggedSafetyConfig) -> None:
        """Load limits and poses; it comes up inactive and latched."""
        self.config = config
        self.epoch = 0
        self.active = False
        self.latch = StopLatch()
        self.inputs = InputGate(config.arbitration, self.latch)
        self.guards = LegGuards(config)
        self.streams = self.guards.streams
        self.proposals = LegProposals(config)
        self.motion = LegMotion(config)
        self.counters = InterventionCounters()
        self._limiter = LegLimiter(config.joints)
        self._signals = StopSignals(
            self.latch, monitored=config.stop.monitored, timeout=config.stop.timeout
        )
        self._clock = ClockMonitor(
            forward=config.clock.forward_jump, backward=config.clock.backward_jump
        )
        self._nothing = np.full(len(config.joints.names), np.nan)
        self._damping_reasons = DAMPING_REASONS
        if config.stop.on_estop == 'damp':
            self._damping_reasons = DAMPING_REASONS | ESTOP_REASONS
        self._jump: Finding | None = None
        self._ladder = Ladder()
        self._rivals = Rivals(self.latch)
        self._sent: LegTargets | None = None
        self._give_up = False
        self._ticked: tuple[int, float] | None = None

    @property
    def level(self) -> Level:
        """Rung of the ladder."""
        return self._ladder.level

    @property
    def resting(self) -> bool:
        """Whether the joints only damp by what was commanded last."""
        return self.mode is LegMode.DAMPING

    @property
    def mode(self) -> LegMode:
        """What the legs do."""
        return self.motion.mode

    def activate(self, now_ns: int, steady_s: float) -> LeggedDecision:
        """Begin to decide, latched; returns the state to publish, without a command."""
        self.active = True
        self.latch.set(Finding(Reason.AWAITING_RESET, 'safety_controller'))
        self._ladder = Ladder()
        self._clock.look(now_ns, steady_s)
        self._signals.begin(steady_s)
        self.motion.damp()
        self.proposals.forget()
        self._sent = None
        self._ticked = None
        return self._decide(now_ns, None, Level.STOPPED, list(self.latch.causes))

    def final_command(self, now_ns: int, reason: Reason = Reason.DEACTIVATED) -> LeggedDecision:
        """Give the last command before deactivation, shutdown or after an exception: damping.

        Nothing is sent after it until the next activation, which comes up latched.
        """
        finding = Finding(reason, 'safety_controller')
        self.latch.set(finding)
        self.active = False
        self.motion.damp()
        spoken = self._sent is not None
        self._sent = self.motion.targets(None, self._limiter.position)
        command = self._command(now_ns) if spoken else None
        self.guards.forget()
        self.proposals.forget()
        self.inputs.forget()
        self._ladder = Ladder()
        return self._decide(now_ns, command, Level.STOPPED, [finding])

    def take_imu(self, imu: ImuSample, now_ns: int, steady_s: float) -> bool:
        """Take attitude and acceleration; returns whether they were usable."""
        self._watch_clock(now_ns, steady_s)
        return self._trip(self.guards.take_imu(imu, now_ns, steady_s))

    def take_joints(self, joints: LegJointsSample, now_ns: int, steady_s: float) -> bool:
        """Take measured joints, named in any order; returns whether they were usable."""
        self._watch_clock(now_ns, steady_s)
        return self._trip(self.guards.take_joints(joints, self._sent, now_ns, steady_s))

    def take_temperatures(
        self, temperatures: LegTemperaturesSample, now_ns: int, steady_s: float
    ) -> bool:
        """Take temperatures, named in any order; returns whether they were usable."""
        self._watch_clock(now_ns, steady_s)
        return self._trip(self.guards.take_temperatures(temperatures, now_ns, steady_s))

    def take_contacts(self, contacts: FootContactsSample, now_ns: int, steady_s: float) -> bool:
        """Take contacts of the feet, named in any order; returns whether they were usable."""
        self._watch_clock(now_ns, steady_s)
        risen = self.motion.risen
        return self._trip(self.guards.take_contacts(contacts, risen, now_ns, steady_s))

    def take_height(self, height: BodyHeightSample, now_ns: int, steady_s: float) -> bool:
        """Take the height of the body; returns whether it was usable."""
        self._watch_clock(now_ns, steady_s)
        return self._trip(self.guards.take_height(height, self.motion.risen, now_ns, steady_s))

    def take_heartbeat(self, node: str, sequence: int, epoch: int, steady_s: float) -> None:
        """Take a heartbeat; nodes that are not required are ignored."""
        self.streams.heartbeats.beat(node, sequence, epoch, steady_s)

    def take_heartbeat_gone(self, node: str) -> None:
        """Take word of the middleware that a node is gone: silent at once, until its next beat."""
        self.streams.heartbeats.gone(node)

    def take_lock(self, lock: str, is_set: bool, steady_s: float) -> None:
        """Take a report of a lock; the inputs below it are held back from the next tick on."""
        self.inputs.report(lock, is_set, steady_s)

    def take_proposal(
        self, proposal: LegCommandSample, now_ns: int, steady_s: float, source: str = ''
    ) -> Finding | None:
        """Take a proposal for the next tick.

        Args:
            proposal: as it came.
            now_ns: now on the node clock.
            steady_s: now on the steady clock [s].
            source: name of its input; empty for the first.

        Returns:
            Why it does not count; None if it does, or if another input counts.
        """
        if not self.active:
            return Finding(Reason.NOT_ACTIVE, 'safety_controller')
        self._watch_clock(now_ns, steady_s)
        if self.inputs.arrive(source, steady_s):
            self.proposals.forget()
        if not self.inputs.counts(source):
            return None
        refusal = self.proposals.take(proposal, now_ns, steady_s)
        if refusal is not None and refusal.reason is Reason.ARMING:
            # the clock is trusted again from here on, where a jump does not latch
            self._jump = None
        return refusal

    def take_rivals(
        self, names: Collection[str], now_ns: int, steady_s: float
    ) -> LeggedDecision | None:
        """Take who else publishes to the actuators; each of them holds the stop while there.

        A controller that has not commanded yet does not begin to beside them.
        """
        news = self._rivals.take(names)
        return self.tick(now_ns, steady_s) if news and self.active else None

    def take_stop_signal(
        self, source: str, pressed: bool, now_ns: int, steady_s: float
    ) -> LeggedDecision | None:
        """Take a report of an emergency stop source; the stop begins in this very call."""
        self._signals.take(source, pressed, steady_s)
        return self.tick(now_ns, steady_s) if pressed and self.active else None

    def behind(self, stamp_ns: int) -> tuple[str, ...]:
        """Required sensors that have not delivered up to a stamp yet, by name."""
        return self.streams.behind(stamp_ns)

    def tick(self, now_ns: int, steady_s: float) -> LeggedDecision:
        """Decide what the joints do until the next tick.

        Time goes on by the node clock, so that a simulation in lockstep gives the same commands
        every time; where that clock stands, the steady one lets a stop proceed.
        """
        if not self.active:
            finding = Finding(Reason.NOT_ACTIVE, 'safety_controller')
            return self._decide(now_ns, None, Level.STOPPED, [finding])
        self._watch_clock(now_ns, steady_s)
        self._signals.watch(steady_s)
        dt = self._time_step(now_ns, steady_s)
        if self.inputs.look(steady_s):
            self.proposals.forget()
        findings = self._faults(now_ns, steady_s)
        overdue = self.motion.overdue(dt)
        if overdue is not None and not self.latch.latched:
            if findings:
                words = f'{overdue.detail} {findings[0].reason.code} ({findings[0].source}).'
                overdue = Finding(overdue.reason, overdue.source, words)
            self.latch.set(overdue)
            findings.append(overdue)
        if self._must_not_speak(now_ns, steady_s):
            return self._decide(now_ns, None, self._rung(now_ns, steady_s), findings)
        return self._move(findings, now_ns, steady_s, dt)

    def reset(self, operator: str, now_ns: int, steady_s: float) -> ResetReply:
        """Permit motion again; it starts only with proposals stamped later than this.

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
        self.latch.clear()
        self._ladder.permit()
        self.epoch += 1
        self._jump = None
        self._give_up = False
        self.proposals.refuse_until(now_ns)
        words = f'{operator or "Somebody"} permitted motion; the next proposals let it stand up.'
        return ResetReply(True, words, self.epoch)

    def status(self, now_ns: int) -> LeggedDecision:
        """Say how things stand, for a state message between two decisions; commands nothing."""
        return self._decide(now_ns, None, self._ladder.level, list(self.latch.causes))

    def _move(
        self, findings: list[Finding], now_ns: int, steady_s: float, dt: float
    ) -> LeggedDecision:
        state = self.streams.state(now_ns, steady_s)
        measured = None if state is None else state[0]
        if self.mode is LegMode.DAMPING and measured is not None:
            # a hand may have moved the legs: whatever comes next begins where they are
            self._limiter.seed(measured)
        before = self._limiter.position
        self.motion.go(self._demand(findings), before, measured, dt)
        proposal = self.proposals.targets
        step = self._limiter.step(self.motion.targets(proposal, before), dt, state)
        self._sent = step.targets
        mode = self.mode
        if mode is LegMode.STAND_UP:
            findings.append(Finding(Reason.LEG_STANDING_UP, 'legs'))
        elif mode is LegMode.BLEND_IN:
            findings.append(Finding(Reason.LEG_BLENDING_IN, 'legs'))
        findings += step.findings
        if mode in (LegMode.FOLLOW, LegMode.BLEND_IN) and proposal is not None:
            stamp_ns = self.proposals.stream.stamp_ns or now_ns
            wish = proposal.position
            full = np.maximum(self._limiter.speed * dt, 1e-9)
            way = np.clip(wish, -MOST_ANGLE, MOST_ANGLE) - before
            scale = share_along(way, step.targets.position - before, full)
        else:
            stamp_ns, wish, scale = now_ns, self._nothing, float('nan')
        level = self._rung(now_ns, steady_s, limited=bool(findings))
        return self._decide(stamp_ns, self._command(stamp_ns), level, findings, wish, scale)

    def _demand(self, findings: list[Finding]) -> Demand:
        if not self.latch.latched:
            return Demand.HOLD if findings else Demand.NONE
        damps = any(cause.reason in self._damping_reasons for cause in self.latch.causes)
        return Demand.DAMP if damps or self._give_up else Demand.SIT

    def _rung(self, now_ns: int, steady_s: float, *, limited: bool = True) -> Level:
        if self.latch.latched:
            rests = self._sent is None or self.guards.moving(now_ns, steady_s) is False
            limp = self.mode is LegMode.DAMPING
            return Level.STOPPED if limp and rests else Level.STOPPING
        if self.mode in (LegMode.DAMPING, LegMode.HOLD):
            return Level.HOLD
        return Level.LIMITED if limited else Level.NORMAL

    def _must_not_speak(self, now_ns: int, steady_s: float) -> bool:
        """Whether a controller that has sent nothing yet has to stay silent still."""
        if self._sent is not None:
            return False
        return bool(self._rivals or self.streams.sources.lost(now_ns, steady_s))

    def _refuse_reset(self, now_ns: int, steady_s: float) -> str:
        if not self.active:
            return 'The controller is not active; activate it first.'
        if self.latch.pressed:
            return f'Still held by {", ".join(self.latch.pressed)}. Release it, then reset again.'
        if not self.latch.latched:
            return ''
        if self._ladder.level is not Level.STOPPED:
            return 'The robot is still stopping. Wait until it damps and rests, then reset again.'
        if self.guards.moving(now_ns, steady_s):
            return 'Joints still move by their measurement. Hold them still, then reset again.'
        # legs that damp because a sensor fell silent are not let up before it speaks again
        lost = self.streams.sources.lost(now_ns, steady_s)
        present = self.guards.present() or next(iter(lost), None)
        return '' if present is None else f'The cause is still there. {present}'

    def _trip(self, findings: Iterable[Finding] | None) -> bool:
        """Latch for what guards found in a sample; returns whether the sample was usable."""
        if findings is None:
            return False
        if self.active:
            for finding in findings:
                self.latch.set(finding)
                if self.mode is LegMode.SIT_DOWN and finding.reason in ENDS_SIT_DOWN:
                    self._give_up = True
        return True

    def _watch_clock(self, now_ns: int, steady_s: float) -> None:
        jump = self._clock.look(now_ns, steady_s)
        if jump is None:
            return
        self._jump = Finding(Reason.CLOCK_JUMP, 'clock', f'It went {jump:+.2f} s at once.')
        self.proposals.refuse_until(now_ns)
        self.guards.forget()
        if self.active and self.config.clock.latch_on_jump:
            self.latch.set(self._jump)

    def _faults(self, now_ns: int, steady_s: float) -> list[Finding]:
        """Everything that forbids following proposals just now."""
        findings = list(self.latch.causes)
        if self._jump is not None and self._jump not in findings:
            findings.append(self._jump)
        findings += self.inputs.held(steady_s)
        if self.inputs.needs_heartbeats:
            findings += self.streams.heartbeats.lost(self.epoch, steady_s)
        findings += self.streams.sources.lost(now_ns, steady_s)
        findings += self.proposals.lost(now_ns, steady_s)
        return list(strongest_first(findings))

    def _time_step(self, now_ns: int, steady_s: float) -> float:
        """Time since the tick before [s], bounded so that one step never is a jump."""
        before, self._ticked = self._ticked, (now_ns, steady_s)
        if before is None:
            return 0.0
        went = (now_ns - before[0]) / NANO
        if went <= 0:
            went = steady_s - before[1]
        return min(max(went, 0.0), self.config.stop.max_step)

    def _command(self, stamp_ns: int) -> LegCommandSample | None:
        if self._sent is None:
            return None
        return LegCommandSample(stamp_ns, self.config.joints.names, *self._sent)

    def _decide(
        self,
        stamp_ns: int,
        command: LegCommandSample | None,
        level: Level,
        findings: list[Finding],
        proposed: Floats | None = None,
        scale: float = float('nan'),
    ) -> LeggedDecision:
        ordered = strongest_first(findings)
        self.counters.note(finding.reason for finding in ordered)
        limp = self._sent is None or self.mode is LegMode.DAMPING
        return LeggedDecision(
            stamp_ns=stamp_ns,
            command=command,
            level=self._ladder.move(level),
            mode=self.mode,
            findings=ordered,
            names=self.config.joints.names,
            proposed=self._nothing if proposed is None else proposed,
            sent=self._nothing if limp or self._sent is None else self._sent.position,
            scale=scale,
            epoch=self.epoch,
            latched=self.latch.latched,
            counters=self.counters.snapshot(),
            input=self.inputs.chosen,
        )
