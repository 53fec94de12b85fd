"""Injects faults at random times, one after another, and judges each."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from functools import partial

from policy_nodes.evaluation.faults.bench import Bench, BenchError
from policy_nodes.evaluation.faults.fault import Fault, Onset
from policy_nodes.evaluation.faults.outcome import Outcome
from policy_nodes.evaluation.faults.quiet import Quiet
from policy_nodes.evaluation.faults.tampers import drop
from policy_nodes.evaluation.faults.watch import Said

STEADY = 0.5  # [s] of driving without a stop before a fault
PAUSE = (0.1, 1.5)  # [s] of driving before a fault, besides
PATIENCE = 2.0  # [s] for a stop beyond its bound, before it is said not to come
STAND = 4.0  # [s] for coming to stand
AFTER_RESET = 0.6  # [s] in which nothing may move
RESETS = 60  # tries of a reset that is refused
LATCHED_TOO = 0.5  # share of faults of the healing kind that a latched stop joins
SILENCE = 10.0  # [s] without a word of the safety controller that end a drive
START = 90.0  # [s] until the robot drives for the first time, and after a node was killed


class Campaign:
    """One run over a list of faults."""

    def __init__(self, bench: Bench, seed: int) -> None:
        """Begin to count.

        Args:
            bench: between the graph and its safety controller.
            seed: of times and choices.
        """
        self.bench = bench
        self.watch = bench.watch
        self.voids = 0
        self._random = random.Random(seed)
        self._free_since = self._stood_s = time.monotonic()
        self._patience = START

    def run(self, faults: Sequence[Fault]) -> Iterator[Outcome]:
        """Inject each fault once, in the order given.

        A fault into whose midst an episode ends, or before whose stop the world itself calls for
        one, tells nothing: it is injected again.

        Raises:
            BenchError: the graph no longer drives.
        """
        for fault in faults:
            while (outcome := self._inject(fault)) is None:
                self.voids += 1
            self._patience = fault.heals
            yield outcome

    def drive(self, seconds: float) -> Iterator[Quiet]:
        """Drive without faults; gives what was counted so far, about once a second."""
        self._recover(None)
        self._await_motion()
        began = counted = time.monotonic()
        quiet = Quiet()
        environment = self.bench.robot.environment
        while quiet.seconds < seconds:
            self._sleep_until(counted + 1.0)
            states = self.watch.until(partial(self.watch.states_since, counted), SILENCE)
            if not states:
                raise BenchError(f'the safety controller said nothing for {SILENCE:g} s')
            now = time.monotonic()
            ends = [said.at for said in states[1:]] + [now]
            for said, end in zip(states, ends, strict=True):
                quiet.count(said, end, environment)
            if states[-1].latched:
                self._recover(None)
            counted, quiet.seconds = now, now - began
            yield quiet

    def _inject(self, fault: Fault) -> Outcome | None:
        self._recover(None)
        self._await_motion(in_full=not fault.stops)
        outcome = Outcome(fault)
        outcome.false_stops = self._false_stops()
        began = time.monotonic()
        end = fault.begin(self.bench, self._random)
        try:
            meant = self._observe(fault, outcome, began)
            self._sleep_until(began + fault.lasts)
            if meant and outcome.to_stand_s is not None:
                self._look_for_motion(fault, outcome)
        finally:
            end()
        outcome.excess = max(
            (sent.excess for sent in self.watch.commands_since(began)), default=0.0
        )
        if meant and fault.stops and not fault.latches and self._random.random() < LATCHED_TOO:
            self.bench.stop()
        self._recover(outcome)
        return outcome if meant else None

    def _observe(self, fault: Fault, outcome: Outcome, began: float) -> bool:
        """Wait for what the fault is to lead to; says whether the injection tells anything."""
        onset = self._onset(fault, began)
        if not fault.stops:
            self._sleep_until(began + fault.lasts)
            given = [code for said in self.watch.states_since(onset) for code in said.reasons]
            outcome.reasons = tuple(dict.fromkeys(given))
            outcome.right_reason = not fault.reasons or bool(fault.reasons & set(given))
            return outcome.right_reason or not self._disturbed(began)
        limit = fault.timeout + self.bench.robot.period + PATIENCE
        stop = self.watch.until(lambda: self._stop_since(began, fault), limit)
        if self._disturbed(began, stop):
            return False
        if not stop:
            return True
        outcome.to_stop_s = max(0.0, stop.at - onset)
        outcome.reasons = stop.reasons
        outcome.right_reason = bool(fault.reasons & set(stop.reasons))
        if fault.stands and self.watch.until(self.watch.rests, STAND):
            last = self.watch.commands[-1].at if self.watch.commands else began
            self._stood_s = max(stop.at, last)
            outcome.to_stand_s = max(0.0, self._stood_s - onset)
        return True

    def _onset(self, fault: Fault, began: float) -> float:
        if fault.onset is Onset.BEGUN:
            return began
        relay = self.bench.relays[fault.stream]
        if fault.onset is Onset.SILENT:
            return relay.good_s
        if not self.watch.until(lambda: relay.bad_s, PATIENCE):
            return began
        return relay.bad_s or began

    def _stop_since(self, at: float, fault: Fault) -> Said | None:
        environment = self.bench.robot.environment - fault.reasons
        for said in self.watch.states_since(at):
            if said.stopped and set(said.reasons) - environment:
                return said
        return None

    def _disturbed(self, began: float, stop: Said | None = None) -> bool:
        """Whether the world stopped the robot, or an episode ended, before the fault did."""
        end = stop.at if stop else time.monotonic()
        if began - STEADY < self.bench.episode_changed_s <= end:
            return True
        return any(said.stopped and said.at < end for said in self.watch.states_since(began))

    def _look_for_motion(self, fault: Fault, outcome: Outcome) -> None:
        if self.bench.robot.sits:
            since = self.watch.states_since(self._stood_s)
            outcome.moved_while_faulty = not all(said.stopped for said in since)
        else:
            outcome.moved_while_faulty = self.watch.moved_since(self._stood_s)
        if fault.holds:
            outcome.reset_while_faulty = self.bench.reset()[0]

    def _recover(self, outcome: Outcome | None) -> None:
        """Lead out of a latched stop; nothing may move before proposals come again."""
        state = self.watch.state
        if state is None or not state.latched:
            return
        robot = self.bench.robot
        proposals = self.bench.relays[robot.proposal]
        proposals.tamper(drop(proposals, self._random))
        try:
            words = ''
            for _ in range(RESETS):
                self._sleep_until(time.monotonic() + robot.neutral)
                done, words = self.bench.reset()
                if done:
                    break
            else:
                raise BenchError(f'no reset leads out of the stop: {words}')
            at = time.monotonic()
            self._sleep_until(at + AFTER_RESET)
            if outcome is not None:
                outcome.resets += 1
                outcome.moved_after_reset += self.watch.moved_since(at)
        finally:
            proposals.restore()

    def _await_motion(self, *, in_full: bool = False) -> None:
        """Wait until the robot has driven for a while, and then for a random while more.

        Args:
            in_full: proposals reach the robot as they are, too.
        """
        give_up = time.monotonic() + self._patience
        first = True
        while True:
            if self.watch.until(lambda: self._drives(in_full), 1.0):
                if first:
                    self._free_since, first = time.monotonic(), False
                self._sleep_until(time.monotonic() + self._random.uniform(*PAUSE))
                if self._drives(in_full):
                    return
            if self.bench.ended():
                raise BenchError('the graph has ended: see launch.log')
            self._recover(None)
            if time.monotonic() > give_up:
                said = self.watch.state
                why = ', '.join(said.reasons) if said else 'nothing is heard of it'
                raise BenchError(
                    f'the robot did not drive for {self._patience:g} s ({why}): see launch.log'
                )

    def _drives(self, in_full: bool) -> bool:
        now = time.monotonic()
        recent = self.watch.states_since(now - STEADY)
        if not recent or any(said.stopped or said.latched for said in recent):
            return False
        starting = self.bench.robot.starting
        if in_full and any(starting & set(said.reasons) for said in recent):
            return False
        return self.watch.moved_since(now - STEADY / 2)

    def _false_stops(self) -> list[tuple[str, ...]]:
        """Stops since the last fault was over that neither the world nor an episode called for."""
        found: list[tuple[str, ...]] = []
        before = False
        environment = self.bench.robot.environment
        for said in self.watch.states_since(self._free_since):
            false = said.stopped and said.asked and bool(set(said.reasons) - environment)
            if false and not before:
                found.append(said.reasons)
            before = false
        return found

    def _sleep_until(self, end: float) -> None:
        time.sleep(max(0.0, end - time.monotonic()))


def shuffled(faults: Sequence[Fault], injections: int, seed: int) -> list[Fault]:
    """Draw a list of injections: every fault about as often as any other, in random order."""
    chance = random.Random(seed)
    drawn: list[Fault] = []
    while len(drawn) < injections:
        drawn += chance.sample(faults, min(len(faults), injections - len(drawn)))
    return drawn
