"""Plays a bag to the very safety controller of the robot, in bag time.

What the node does is done here: messages go to the core when they were received, a proposal waits
a little for the sensors of its own time, the watchdog looks at its own rate. The steady clock of
the controller is the time of receipt, and so is its node clock unless the bag holds a simulated
one; a replay gives the same decisions every time.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Protocol, TypeAlias

import numpy as np

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.samples import (
    BaseSample,
    GoalSample,
    LaserSample,
    PeopleSample,
    TwistSample,
)
from policy_nodes.evaluation.replay.bag import Bag, BagMessage
from policy_nodes.evaluation.replay.bag_samples import (
    BagSamples,
    ClockSample,
    EpisodeName,
    Sample,
    Word,
)
from policy_nodes.evaluation.replay.topic_map import AssumedProposal, TopicMap
from policy_nodes.evaluation.replay.trace import Trace
from policy_nodes.evaluation.replay.trace_recorder import TraceRecorder
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.base_controller import BaseSafetyController

Event: TypeAlias = BagMessage | Sample
NANO = 1_000_000_000
WAIT = 0.05  # for the sensors of the time of a proposal [s], the node's default
STANDING_NS = 50_000_000  # period of odometry that is assumed
_KINDS: dict[type, str] = {
    LaserSample: 'scan',
    BaseSample: 'odometry',
    PeopleSample: 'people',
    TwistSample: 'proposal',
}


class AskedPolicy(Protocol):
    """Proposes in the place of what was recorded; times as those of the controller."""

    @property
    def people_memory(self) -> float:
        """For how long people who are unseen count [s]."""

    def take(
        self, sample: LaserSample | BaseSample | PeopleSample, now_ns: int, steady_s: float
    ) -> Iterable[TwistSample]:
        """Take a sensor."""

    def hear(
        self, said: GoalSample | Word | EpisodeName, now_ns: int, steady_s: float
    ) -> Iterable[TwistSample]:
        """Take a goal, word of the recorded controller, or of the episode."""

    def serve(self, now_ns: int, steady_s: float) -> Iterable[TwistSample]:
        """Propose what is due."""

    def recorded(self, proposal: TwistSample, steady_s: float) -> None:
        """Take what was proposed when the bag was recorded."""


def check_mounts(topics: TopicMap, config: BaseSafetyConfig) -> None:
    """Refuse mounts in the map together with a mount in the parameters of the controller.

    Raises:
        ContractError: both say where a scanner sits.
    """
    if all(laser.mount is None for laser in topics.lasers.values()):
        return
    scan, base = config.scan, config.frames.base_frame
    if scan.x or scan.y or scan.yaw or scan.frame != base or scan.ignored_angles:
        raise ContractError(
            'the map mounts the scanners on the base, and the parameters scan.* mount them again',
            remedy=f'set scan.frame to {base} and leave scan.x, y, yaw and ignored_angles out '
            'for this replay',
            path='scans',
        )


def check_sources(config: BaseSafetyConfig) -> None:
    """Refuse parameters that ask for what a replay does not play: tf of sensors, point clouds.

    Raises:
        ContractError: the controller would only hold, for want of them.
    """
    if config.points.enabled:
        raise ContractError(
            'the parameters require point clouds, and a replay plays scans only',
            remedy='set points.enabled to false for this replay',
            path='points.enabled',
        )
    if config.frames_by_tf:
        raise ContractError(
            f'tf has to place {config.scan.frame}, and a replay plays no tf of sensors',
            remedy='set scan.mount to parameters and give scan.x, y and yaw, or state scan.frame '
            'as the base frame and mount the scanner in the map',
            path='scan.mount',
        )


class Player:
    """One replay."""

    def __init__(
        self,
        bag: Bag,
        topics: TopicMap,
        config: BaseSafetyConfig,
        asked: AskedPolicy | None = None,
    ) -> None:
        """Look whether the bag has what the map names.

        Args:
            bag: to play.
            topics: what is what in it.
            config: parameters of the controller.
            asked: a policy that proposes; the recorded proposals if None.

        Raises:
            RecordingError: a topic is not there, or of another type.
            ContractError: the map contradicts the parameters.
        """
        self._wanted = topics.wanted(policy=asked is not None)
        bag.require(self._wanted)
        self._asked = asked
        check_mounts(topics, config)
        check_sources(config)
        self._bag, self._topics, self._config = bag, topics, config
        # the recorded robot follows its own commands, not those of this controller
        untracked = replace(config.tracking, enabled=False)
        self._controller = BaseSafetyController(replace(config, tracking=untracked))
        self._start_ns, self._end_ns = bag.span_ns
        self._trace = TraceRecorder(self._controller)
        self._clock_ns = 0
        self._held: tuple[TwistSample, float] | None = None
        self._beats = 0
        self._taken: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._samples = BagSamples(
            topics, scan_frame=config.scan.frame, base_frame=config.frames.base_frame
        )

    def play(self, on_progress: Callable[[float], None] = lambda seconds: None) -> Trace:
        """Play the whole bag.

        Args:
            on_progress: is told the bag time that has been played [s].
        """
        [trace] = self.play_parts(math.inf, on_progress)
        return trace

    def play_parts(
        self, length: float, on_progress: Callable[[float], None] = lambda seconds: None
    ) -> Iterator[Trace]:
        """Play the whole bag and give its trace in parts, of which none is kept.

        Args:
            length: of a part [s].
            on_progress: is told the bag time that has been played [s].
        """
        period_ns = round(self._config.stop.watchdog_period * NANO)
        self._arm(self._start_ns - period_ns)
        watch_ns = self._start_ns
        for time_ns, event in self._in_order():
            while watch_ns <= time_ns:
                self._watch(watch_ns)
                watch_ns += period_ns
                on_progress((watch_ns - self._start_ns) / NANO)
                if self._steady(watch_ns) - self._trace.begin >= length:
                    yield self._part(self._steady(watch_ns))
            self._meet(event, time_ns)
        while watch_ns <= self._end_ns:
            self._watch(watch_ns)
            watch_ns += period_ns
        yield self._part(self._steady(self._end_ns))

    def _part(self, end: float) -> Trace:
        """Finish the trace under way, at an end [s], and begin the next."""
        before = self._trace
        self._trace = before.follow(end)
        taken, self._taken = dict(self._taken), Counter()
        refused, self._refused = dict(self._refused), Counter()
        return before.finish(max(end - before.begin, 0.0), taken, refused)

    def _arm(self, time_ns: int) -> None:
        """Activate the controller and permit motion, as an operator does before the drive."""
        steady, now_ns = self._steady(time_ns), self._node_ns(time_ns)
        self._controller.activate(now_ns, steady)
        self._controller.reset('replay', now_ns, steady)
        for _ in range(self._config.heartbeat.proving_beats + 1):
            self._beat(steady)

    def _beat(self, steady: float) -> None:
        """Give the heartbeat of every node that the controller requires one."""
        self._beats += 1
        for node in self._config.heartbeat.nodes:
            self._controller.take_heartbeat(node, self._beats, self._controller.epoch, steady)

    def _steady(self, time_ns: int) -> float:
        return (time_ns - self._start_ns) / NANO

    def _in_order(self) -> Iterator[tuple[int, Event]]:
        """Messages of the bag and samples that are assumed, in order of receipt."""
        streams = (self._assumed_odometry(), self._recorded(), self._assumed_proposals())
        return heapq.merge(*streams, key=lambda each: each[0])

    def _recorded(self) -> Iterator[tuple[int, Event]]:
        now_ns = self._start_ns
        for message in self._bag.messages(set(self._wanted)):
            # what comes after its turn is received now
            now_ns = min(max(message.time_ns, now_ns), self._end_ns)
            yield now_ns, message

    def _meet(self, event: Event, time_ns: int) -> None:
        """Take what was received."""
        now_ns = self._node_ns(time_ns)
        if not isinstance(event, BagMessage):
            self._take(replace(event, stamp_ns=now_ns), time_ns)
            return
        try:
            sample = self._samples.read(event, now_ns)
        except (AttributeError, TypeError, ValueError):
            self._refused['damaged'] += 1
            return
        if isinstance(sample, ClockSample):
            self._clock_ns = sample.time_ns
        elif isinstance(sample, GoalSample | Word | EpisodeName):
            if self._asked is not None:
                self._propose(self._asked.hear(sample, now_ns, self._steady(time_ns)), time_ns)
        elif sample is not None:
            self._take(sample, time_ns)
            if self._asked is not None and isinstance(sample, PeopleSample):
                sample = self._samples.recent(event, self._asked.people_memory)
                self._ask(sample, time_ns)

    def _ask(self, sample: LaserSample | BaseSample | PeopleSample, time_ns: int) -> None:
        """Hand a sample to the policy, and what it answers to the controller."""
        if self._asked is not None:
            now_ns, steady = self._node_ns(time_ns), self._steady(time_ns)
            self._propose(self._asked.take(sample, now_ns, steady), time_ns)

    def _propose(self, proposals: Iterable[TwistSample], time_ns: int) -> None:
        for each in proposals:
            self._hold(each, time_ns)
            self._serve(time_ns)

    def _node_ns(self, time_ns: int) -> int:
        """The node clock, which stamps are compared with, at a time of receipt."""
        return self._clock_ns if self._topics.clock else time_ns

    def _assumed_odometry(self) -> Iterator[tuple[int, Event]]:
        if not self._topics.standing:
            return
        frames, upright = self._config.frames, np.array([0.0, 0.0, 0.0, 1.0])
        for at in range(self._start_ns, self._end_ns + 1, STANDING_NS):
            yield (
                at,
                BaseSample(
                    stamp_ns=at,
                    frame=frames.odometry_frame,
                    child_frame=frames.base_frame,
                    position=np.zeros(3),
                    quaternion=upright,
                    v=0.0,
                    w=0.0,
                ),
            )

    def _assumed_proposals(self) -> Iterator[tuple[int, Event]]:
        given = self._topics.proposal
        if not isinstance(given, AssumedProposal):
            return
        frame = self._config.frames.base_frame
        for at in range(self._start_ns, self._end_ns + 1, round(given.period * NANO)):
            yield at, TwistSample.planar(at, frame, given.v, given.w)

    def _take(self, sample: Sample, time_ns: int) -> None:
        """Hand a sample to the controller, as the node does."""
        steady = self._steady(time_ns)
        if isinstance(sample, TwistSample):
            self._trace.intend(sample)
            if self._asked is None:
                self._hold(sample, time_ns)
            else:
                self._asked.recorded(sample, steady)
        else:
            usable = self._give(sample, self._node_ns(time_ns), steady)
            (self._taken if usable else self._refused)[_KINDS[type(sample)]] += 1
            if usable:
                self._trace.see(steady, sample)
            if not isinstance(sample, PeopleSample):
                self._ask(sample, time_ns)
        self._serve(time_ns)

    def _hold(self, sample: TwistSample, time_ns: int) -> None:
        """Take a proposal; it waits a little for its sensors."""
        self._taken['proposal'] += 1
        self._decide(time_ns)
        self._trace.propose(self._steady(time_ns), sample)
        self._held = sample, self._steady(time_ns)

    def _give(self, sample: Sample, now_ns: int, steady: float) -> bool:
        if isinstance(sample, LaserSample):
            return self._controller.take_scan(sample, now_ns, steady)
        if isinstance(sample, BaseSample):
            return self._controller.take_odometry(sample, now_ns, steady)
        assert isinstance(sample, PeopleSample)
        return self._controller.take_people(sample, now_ns, steady)

    def _serve(self, time_ns: int) -> None:
        """Decide on the held proposal if nothing is to be waited for any more."""
        if self._held is None:
            return
        sample, arrived = self._held
        waited = self._steady(time_ns) - arrived
        if waited >= WAIT or not self._controller.behind(sample.stamp_ns):
            self._decide(time_ns)

    def _decide(self, time_ns: int) -> None:
        if self._held is None:
            return
        sample, arrived = self._held
        self._held = None
        decision = self._controller.take_proposal(sample, self._node_ns(time_ns), arrived)
        if decision is not None:
            self._trace.decide(self._steady(time_ns), decision)

    def _watch(self, time_ns: int) -> None:
        steady = self._steady(time_ns)
        self._beat(steady)
        if self._asked is not None:
            self._propose(self._asked.serve(self._node_ns(time_ns), steady), time_ns)
        self._serve(time_ns)
        decision = self._controller.tick(self._node_ns(time_ns), steady)
        if decision is not None:
            self._trace.decide(steady, decision)
