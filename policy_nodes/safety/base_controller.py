"""The safety controller of a mobile base, without a middleware.

Only a fresh proposal can raise the command; the watchdog can only lower it. What is decided on a
proposal depends on stamps and data alone, so a simulation in lockstep gives the same commands
every time; wall time enters only through the checks of staleness and the budget of the barrier
filter.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import (
    BaseSample,
    CloudSample,
    LaserSample,
    PeopleSample,
    TwistSample,
)
from policy_nodes.safety.admission import refuse_twist
from policy_nodes.safety.arbitration_gate import InputGate
from policy_nodes.safety.base_config import AXES, BaseSafetyConfig
from policy_nodes.safety.base_cores import (
    axis_limits,
    barrier_filter,
    cloud_projector,
    obstacle_sources,
    people_guard,
    scan_projector,
)
from policy_nodes.safety.base_driving import BaseDriving
from policy_nodes.safety.base_streams import BaseStreams
from policy_nodes.safety.base_tracking import BaseTracking
from policy_nodes.safety.clock_monitor import ClockMonitor
from policy_nodes.safety.decision import Decision, share_along
from policy_nodes.safety.finding import Finding, strongest_first
from policy_nodes.safety.freshness import NANO
from policy_nodes.safety.intervention_counters import InterventionCounters
from policy_nodes.safety.ladder import Ladder, Level
from policy_nodes.safety.limits import RateLimiter
from policy_nodes.safety.mount import AT_BASE, Mount
from policy_nodes.safety.proposal_stamps import admit_stamp
from policy_nodes.safety.reasons import Reason
from policy_nodes.safety.reset_reply import ResetReply
from policy_nodes.safety.rivals import Rivals
from policy_nodes.safety.stop_latch import StopLatch
from policy_nodes.safety.stop_profile import StopProfile
from policy_nodes.safety.stop_signals import StopSignals

Floats = NDArray[np.float64]

NOTHING = np.full(len(AXES), np.nan)
LATE_PERIODS = 1.5  # after so many periods without a proposal the watchdog looks at the zones


class BaseSafetyController:
    """Turns proposed twists into commands that keep every limit.

    Times are arguments: `now_ns` of the node clock, which stamps are compared with, and
    `steady_s` [s] of a clock that nobody can set. Calls must not overlap.
    """

    def __init__(self, config: BaseSafetyConfig) -> None:
        """Load limits and zones; it comes up inactive and latched.

        Raises:
            ConfigError: a parameter that makes no sense together with the others.
        """
        self.config = config
        self.epoch = 0
        self.active = False
        self.latch = StopLatch()
        self.streams = BaseStreams(config)
        self.guard = obstacle_sources(config)
        self.people = people_guard(config)
        self.inputs = InputGate(config.arbitration, self.latch)
        self.counters = InterventionCounters()
        self._limiter = RateLimiter(axis_limits(config))
        self._stop = StopProfile(self._limiter.limits.deceleration)
        self.driving = BaseDriving(
            self.streams,
            self._limiter,
            self._stop,
            self.guard,
            self.people,
            barrier_filter(config),
        )
        self._full = np.maximum(-self._limiter.limits.lower, self._limiter.limits.upper)
        self._projector = scan_projector(config)
        self._clouds = cloud_projector(config)
        self._signals = StopSignals(
            self.latch, monitored=config.stop.monitored, timeout=config.stop.timeout
        )
        self._clock = ClockMonitor(
            forward=config.clock.forward_jump, backward=config.clock.backward_jump
        )
        self._tracking = BaseTracking(config.tracking)
        self._jump: Finding | None = None
        self._ladder = Ladder()
        self._rivals = Rivals(self.latch)
        self._not_before_ns = -1
        self._spoken = False
        self._sent_s = 0.0
        self._proposed_s = 0.0
        self._lowered_ns = -1
        self._motion_wanted_s = -np.inf
        self._last: Decision | None = None

    @property
    def level(self) -> Level:
        """Rung of the ladder."""
        return self._ladder.level

    @property
    def resting(self) -> bool:
        """Whether the base stands by what was commanded last."""
        return not self._limiter.values.any()

    @property
    def last(self) -> Decision | None:
        """The newest decision."""
        return self._last

    def activate(self, now_ns: int, steady_s: float) -> Decision:
        """Begin to decide, latched; returns the state to publish, without a command."""
        self.active = True
        self.latch.set(Finding(Reason.AWAITING_RESET, 'safety_controller'))
        self._ladder = Ladder()
        self._clock.look(now_ns, steady_s)
        self._signals.begin(steady_s)
        self._sent_s = steady_s
        self._spoken = False
        return self._decide(now_ns, None, Level.STOPPED, list(self.latch.causes), NOTHING)

    def final_command(self, now_ns: int, reason: Reason = Reason.DEACTIVATED) -> Decision:
        """Give the last command before deactivation, shutdown or after an exception: rest.

        Nothing is sent after it until the next activation, which comes up latched.
        """
        finding = Finding(reason, 'safety_controller')
        self.latch.set(finding)
        self.active = False
        self._limiter.rest()
        self.streams.forget()
        self.guard.forget()
        self.inputs.forget()
        command = self._twist(now_ns) if self._spoken else None
        self._ladder = Ladder()
        return self._decide(now_ns, command, Level.STOPPED, [finding], NOTHING)

    def take_scan(
        self, scan: LaserSample, now_ns: int, steady_s: float, mount: Mount | None = None
    ) -> bool:
        """Take a scan, with its mount where tf gives it; returns whether it was usable."""
        self._watch_clock(now_ns, steady_s)
        if not self.streams.take_scan(scan, mount, now_ns, steady_s):
            return False
        if 'scan' in self.guard.guards:
            self.guard.observe('scan', self._projector.project(scan, mount))
        return True

    def take_cloud(
        self, cloud: CloudSample, now_ns: int, steady_s: float, mount: Mount | None = None
    ) -> bool:
        """Take a point cloud, with its mount where tf gives it; returns whether it was usable."""
        self._watch_clock(now_ns, steady_s)
        if not self.streams.take_cloud(cloud, mount, now_ns, steady_s):
            return False
        if 'points' in self.guard.guards:
            self.guard.observe('points', self._clouds.project(cloud, mount or AT_BASE))
        return True

    def take_odometry(self, base: BaseSample, now_ns: int, steady_s: float) -> bool:
        """Take measured motion; returns whether it was usable."""
        self._watch_clock(now_ns, steady_s)
        if not self.streams.take_odometry(base, now_ns, steady_s):
            return False
        # a latched base that stands may be pushed by hand
        lost = None if self.level is Level.STOPPED else self._tracking.look(base)
        if lost is not None:
            self.latch.set(lost)
        return True

    def take_people(self, people: PeopleSample, now_ns: int, steady_s: float) -> bool:
        """Take tracked people; returns whether the list was usable."""
        self._watch_clock(now_ns, steady_s)
        return self.streams.take_people(people, now_ns, steady_s)

    def take_heartbeat(self, node: str, sequence: int, epoch: int, steady_s: float) -> None:
        """Take a heartbeat; nodes that are not required are ignored."""
        self.streams.heartbeats.beat(node, sequence, epoch, steady_s)

    def take_heartbeat_gone(self, node: str) -> None:
        """Take word of the middleware that a node is gone: silent at once, until its next beat."""
        self.streams.heartbeats.gone(node)

    def take_rivals(self, names: Collection[str], now_ns: int, steady_s: float) -> Decision | None:
        """Take who else publishes to the actuators; each of them holds the stop while there."""
        news = self._rivals.take(names)
        return self.tick(now_ns, steady_s) if news else None

    def take_stop_signal(
        self, source: str, pressed: bool, now_ns: int, steady_s: float
    ) -> Decision | None:
        """Take a report of an emergency stop source; the stop begins in this very call."""
        self._signals.take(source, pressed, steady_s)
        return self.tick(now_ns, steady_s) if pressed else None

    def take_lock(self, lock: str, is_set: bool, now_ns: int, steady_s: float) -> Decision | None:
        """Take a report of a lock; the inputs below it are held back in this very call."""
        self.inputs.report(lock, is_set, steady_s)
        return self.tick(now_ns, steady_s) if is_set else None

    def behind(self, stamp_ns: int) -> tuple[str, ...]:
        """Sensors in use that have not delivered up to a stamp yet, by name.

        In lockstep a node keeps a proposal back until this is empty, so that the order of
        arrival does not matter.
        """
        return self.streams.behind(stamp_ns)

    def take_proposal(
        self, proposal: TwistSample, now_ns: int, steady_s: float, source: str = ''
    ) -> Decision | None:
        """Decide on a proposal: one proposal gives one decision.

        Args:
            proposal: as it came.
            now_ns: now on the node clock.
            steady_s: now on the steady clock [s].
            source: name of its input; empty for the first.

        Returns:
            None if another input counts.
        """
        if not self.active:
            finding = Finding(Reason.NOT_ACTIVE, 'safety_controller')
            return self._decide(now_ns, None, Level.STOPPED, [finding], NOTHING)
        self._watch_clock(now_ns, steady_s)
        self._signals.watch(steady_s)
        if self.inputs.arrive(source, steady_s):
            self.streams.proposal.forget()
        damage = refuse_twist(proposal, self.config.frames.base_frame, 'proposal')
        counts = self.inputs.counts(source)
        if damage is not None and counts:
            findings = [damage, *self._faults(now_ns, steady_s)]
            return self._brake(findings, now_ns, now_ns, steady_s, NOTHING, None)
        proposed = NOTHING
        if damage is None:
            proposed = np.array([proposal.linear[0], proposal.angular[2]], dtype=np.float64)
            if proposed.any():
                self._motion_wanted_s = steady_s
        if not counts:
            return None
        findings, dt = self._admit_stamp(proposal.stamp_ns, now_ns, steady_s)
        believed = self.streams.proposal.stamp_ns == proposal.stamp_ns
        stamp_ns = proposal.stamp_ns if believed else now_ns
        findings += self._faults(now_ns, steady_s)
        if findings or dt is None:
            return self._brake(findings, stamp_ns, now_ns, steady_s, proposed, dt)
        return self._drive(proposed, stamp_ns, now_ns, steady_s, dt)

    def tick(self, now_ns: int, steady_s: float) -> Decision | None:
        """Look after the command at a fixed rate; it can only become slower here.

        Returns:
            None if nothing needs doing.
        """
        if not self.active:
            return None
        self._watch_clock(now_ns, steady_s)
        self._signals.watch(steady_s)
        if self.inputs.look(steady_s):
            self.streams.proposal.forget()
        findings = self._faults(now_ns, steady_s)
        lost = self.streams.proposal.lost(now_ns, steady_s)
        if lost is not None:
            findings.append(lost)
        if findings:
            return self._keep_braking(findings, now_ns, steady_s)
        return self._look_again(now_ns, steady_s)

    def reset(self, operator: str, now_ns: int, steady_s: float) -> ResetReply:
        """Permit motion again; it starts only with a proposal stamped later than this.

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
        self._not_before_ns = now_ns
        self._jump = None
        self._limiter.rest()
        self._tracking.forget()
        self.streams.proposal.forget()
        words = f'{operator or "Somebody"} permitted motion; it starts with the next proposals.'
        return ResetReply(True, words, self.epoch)

    def status(self, now_ns: int) -> Decision:
        """Say how things stand, for a state message between two decisions; commands nothing."""
        return self._decide(now_ns, None, self._ladder.level, list(self.latch.causes), NOTHING)

    def _refuse_reset(self, now_ns: int, steady_s: float) -> str:
        if not self.active:
            return 'The controller is not active; activate it first.'
        if self.latch.pressed:
            return f'Still held by {", ".join(self.latch.pressed)}. Release it, then reset again.'
        if self.latch.latched and self._ladder.level is not Level.STOPPED:
            return 'The robot is still stopping. Wait until it stands, then reset again.'
        if self.streams.measured_motion(now_ns, steady_s):
            return 'The robot still moves by its odometry. Hold it still, then reset again.'
        wanted = steady_s - self._motion_wanted_s
        if self.config.stop.require_neutral and wanted < self.config.stop.neutral_window:
            return (
                f'A proposal asked for motion {wanted:.2f} s ago. Let the policy propose zero or '
                'nothing while the stop is latched, then reset again.'
            )
        return ''

    def _watch_clock(self, now_ns: int, steady_s: float) -> None:
        jump = self._clock.look(now_ns, steady_s)
        if jump is None:
            return
        self._jump = Finding(Reason.CLOCK_JUMP, 'clock', f'It went {jump:+.2f} s at once.')
        self._not_before_ns = now_ns
        self._lowered_ns = -1
        self.streams.forget()
        self.guard.forget()
        self._tracking.forget()
        if self.active and self.config.clock.latch_on_jump:
            self.latch.set(self._jump)

    def _faults(self, now_ns: int, steady_s: float) -> list[Finding]:
        """Everything but the proposal that forbids motion just now."""
        findings = list(self.latch.causes)
        if self._jump is not None and self._jump not in findings:
            findings.append(self._jump)
        findings += self.inputs.held(steady_s)
        if self.inputs.needs_heartbeats:
            findings += self.streams.heartbeats.lost(self.epoch, steady_s)
        findings += self.streams.lost(now_ns, steady_s)
        return findings

    def _admit_stamp(
        self, stamp_ns: int, now_ns: int, steady_s: float
    ) -> tuple[list[Finding], float | None]:
        """Judge the stamp of a proposal; the time since the one before it [s], if it counts."""
        stream = self.streams.proposal
        before = stream.stamp_ns
        finding, dt = admit_stamp(
            stream,
            stamp_ns,
            now_ns,
            steady_s,
            not_before_ns=self._not_before_ns,
            max_period=self.config.proposal.max_period,
        )
        if stream.stamp_ns != before:
            self._proposed_s = steady_s
        if finding is None:
            return [], dt
        if finding.reason is Reason.ARMING:
            # the clock is trusted again from here on, where a jump does not latch
            self._jump = None
        return [finding], None

    def _drive(
        self, proposed: Floats, stamp_ns: int, now_ns: int, steady_s: float, dt: float
    ) -> Decision:
        dt = self._step_time(dt, stamp_ns)
        course = self.driving.follow(proposed, stamp_ns, now_ns, steady_s, dt)
        level = Level.LIMITED if course.findings else Level.NORMAL
        if course.holds:
            level = Level.HOLD
        self._send(course.values, dt, steady_s)
        return self._decide(stamp_ns, self._twist(stamp_ns), level, course.findings, proposed)

    def _brake(
        self,
        findings: list[Finding],
        stamp_ns: int,
        now_ns: int,
        steady_s: float,
        proposed: Floats,
        dt: float | None,
    ) -> Decision:
        """Brake for one step and hold; dt [s] by stamps where it is known."""
        elapsed = self._elapsed(steady_s) if dt is None else self._step_time(dt, stamp_ns)
        if dt is None and self._limiter.values.any():
            self._lowered_ns = now_ns
        self._send(self._stop.step(self._limiter.values, elapsed), elapsed, steady_s)
        at_rest = not self._limiter.values.any()
        moving = self.streams.measured_motion(now_ns, steady_s)
        if not self.latch.latched:
            level = Level.HOLD
        elif at_rest and (moving is False or not self._spoken):
            level = Level.STOPPED
        else:
            level = Level.STOPPING
        # fail-closed start: nothing is sent before every required sensor has been fresh once
        knows = self._spoken or not self.streams.lost(now_ns, steady_s)
        command = self._twist(stamp_ns) if knows else None
        return self._decide(stamp_ns, command, level, findings, proposed)

    def _keep_braking(
        self, findings: list[Finding], now_ns: int, steady_s: float
    ) -> Decision | None:
        codes = tuple(f.reason.code for f in strongest_first(findings))
        news = self._last is None or self._last.reasons != tuple(dict.fromkeys(codes))
        resting = not self._limiter.values.any()
        if resting and not news and not self._must_resend(now_ns, steady_s):
            return None
        return self._brake(findings, now_ns, now_ns, steady_s, NOTHING, None)

    def _must_resend(self, now_ns: int, steady_s: float) -> bool:
        """Whether rest has to be repeated: a stop may be lost on the way."""
        if not self._spoken:
            return False
        # only odometry can confirm a stop; silence of it does not
        rests = self.streams.measured_motion(now_ns, steady_s) is False
        return not rests or (self.latch.latched and self.level is not Level.STOPPED)

    def _look_again(self, now_ns: int, steady_s: float) -> Decision | None:
        """Judge the standing command by newer scans where the next proposal is late."""
        late = steady_s - self._proposed_s > LATE_PERIODS * self.config.proposal.period
        if not late or not self._limiter.values.any():
            return None
        elapsed = self._elapsed(steady_s)
        course = self.driving.look_again(now_ns, steady_s, elapsed)
        if course is None:
            return None
        self._send(course.values, elapsed, steady_s)
        self._lowered_ns = now_ns
        level = Level.HOLD if course.holds else Level.LIMITED
        return self._decide(now_ns, self._twist(now_ns), level, course.findings, NOTHING)

    def _step_time(self, dt: float, stamp_ns: int) -> float:
        """Time [s] since the last proposal, dt, or since the command was lowered after it."""
        return min(dt, max((stamp_ns - self._lowered_ns) / NANO, 1e-9))

    def _elapsed(self, steady_s: float) -> float:
        """Time since the last command [s], bounded so that one step never is a jump."""
        return min(max(steady_s - self._sent_s, 0.0), 2.0 * self.config.stop.watchdog_period)

    def _send(self, values: Floats, dt: float, steady_s: float) -> None:
        if dt > 0:
            self._limiter.commit(values, dt)
            self._sent_s = steady_s

    def _twist(self, stamp_ns: int) -> TwistSample:
        self._spoken = True
        self._tracking.note(stamp_ns, self._limiter.values)
        v, w = (float(value) for value in self._limiter.values)
        return TwistSample.planar(stamp_ns, self.config.frames.base_frame, v, w)

    def _decide(
        self,
        stamp_ns: int,
        command: TwistSample | None,
        level: Level,
        findings: list[Finding],
        proposed: Floats,
    ) -> Decision:
        ordered = strongest_first(findings)
        self.counters.note(finding.reason for finding in ordered)
        sent = self._limiter.values.copy() if self._spoken else NOTHING
        self._last = Decision(
            stamp_ns=stamp_ns,
            command=command,
            level=self._ladder.move(level),
            findings=ordered,
            names=AXES,
            proposed=proposed,
            sent=sent,
            scale=share_along(proposed, sent, self._full),
            epoch=self.epoch,
            latched=self.latch.latched,
            counters=self.counters.snapshot(),
            input=self.inputs.chosen,
        )
        return self._last
