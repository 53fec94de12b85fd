"""Turns messages of a bag into the samples that the safety controller is told."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from policy_nodes.contract.samples import (
    BaseSample,
    GoalSample,
    LaserSample,
    PeopleSample,
    TwistSample,
)
from policy_nodes.evaluation.message_arrays import NANO, stamp_ns
from policy_nodes.evaluation.replay.bag import BagMessage
from policy_nodes.evaluation.replay.laser_merger import LaserMerger
from policy_nodes.evaluation.replay.topic_map import POSE_STAMPED, TWIST, FramedTopic, TopicMap


@dataclass(frozen=True)
class ClockSample:
    """What a simulated clock shows [ns]."""

    time_ns: int


@dataclass(frozen=True)
class Word:
    """What the recorded safety controller said.

    Attributes:
        stamp_ns: of it.
        epoch: counts resets.
        latched: only a reset leads out.
        mode: what legs do; empty for other robots.
    """

    stamp_ns: int
    epoch: int
    latched: bool
    mode: str

    @classmethod
    def of(cls, fields: Any) -> Word:
        """Read policy_stack/SafetyState."""
        return cls(stamp_ns(fields), fields.epoch, bool(fields.latched), fields.mode)


@dataclass(frozen=True)
class EpisodeName:
    """Which episode runs."""

    name: str


Sample: TypeAlias = LaserSample | BaseSample | PeopleSample | TwistSample
Aside: TypeAlias = ClockSample | GoalSample | Word | EpisodeName
GOAL_TOLERANCE = 0.3  # of a goal that says none [m]
_TENTATIVE = 0  # policy_stack/TrackedPerson


class BagSamples:
    """Knows which topic is what."""

    def __init__(self, topics: TopicMap, *, scan_frame: str, base_frame: str) -> None:
        """Set it up.

        Args:
            topics: what is what.
            scan_frame: that the controller expects scans in.
            base_frame: that the controller expects commands in.
        """
        self._map = topics
        self._base_frame = base_frame
        self._now_ns = 0
        self._lasers = {each.topic: name for name, each in topics.lasers.items()}
        mounts = {name: each.mount for name, each in topics.lasers.items()}
        given = {name: mount for name, mount in mounts.items() if mount is not None}
        self._merger = LaserMerger(given, frame=scan_frame) if given else None

    def read(self, message: BagMessage, now_ns: int) -> Sample | Aside | None:
        """Return the sample; None where scans still wait for those of other scanners.

        Args:
            message: of a topic that is mapped.
            now_ns: now on the node clock, for what has no stamp.

        Raises:
            AttributeError, TypeError, ValueError: fields that the message should have are amiss.
        """
        self._now_ns = now_ns
        if message.topic == self._map.clock:
            shown = message.fields.clock
            return ClockSample(shown.sec * NANO + shown.nanosec)
        name = self._lasers.get(message.topic)
        if name is not None:
            scan = self._scan(message, self._map.lasers[name].frame)
            return scan if self._merger is None else self._merger.take(name, scan)
        if _is(self._map.odometry, message):
            return self._odometry(message)
        if _is(self._map.people, message):
            return self._people(message)
        if _is(self._map.goal, message):
            return self._goal(message)
        if message.topic == self._map.state:
            return Word.of(message.fields)
        if message.topic == self._map.episode:
            return EpisodeName(message.fields.episode)
        return self._proposal(message)

    def recent(self, message: BagMessage, unseen: float) -> PeopleSample:
        """Read tracked people as a policy is told them.

        Args:
            message: of the topic that `read` gave people of.
            unseen: who was seen longer ago is left out [s].
        """
        return self._people(message, unseen)

    def _stamp(self, message: BagMessage) -> int:
        return self._now_ns if self._map.stamps == 'arrival' else stamp_ns(message.fields)

    def _scan(self, message: BagMessage, frame: str) -> LaserSample:
        fields = message.fields
        return LaserSample(
            stamp_ns=self._stamp(message),
            frame=frame or fields.header.frame_id,
            angle_min=fields.angle_min,
            angle_increment=fields.angle_increment,
            range_min=fields.range_min,
            range_max=fields.range_max,
            ranges=np.asarray(fields.ranges, dtype=np.float32),
        )

    def _odometry(self, message: BagMessage) -> BaseSample:
        assert self._map.odometry is not None
        fields, given = message.fields, self._map.odometry
        pose, twist = fields.pose.pose, fields.twist.twist
        turn = pose.orientation
        return BaseSample(
            stamp_ns=self._stamp(message),
            frame=given.frame or fields.header.frame_id,
            child_frame=given.child_frame or fields.child_frame_id,
            position=np.array([pose.position.x, pose.position.y, pose.position.z]),
            quaternion=np.array([turn.x, turn.y, turn.z, turn.w]),
            v=twist.linear.x,
            w=twist.angular.z,
        )

    def _people(self, message: BagMessage, unseen: float = math.inf) -> PeopleSample:
        assert self._map.people is not None
        fields = message.fields
        known = [
            each
            for each in fields.persons
            if each.state != _TENTATIVE and not each.unseen > unseen
        ]
        return PeopleSample(
            stamp_ns=self._stamp(message),
            frame=self._map.people.frame or fields.header.frame_id,
            ids=np.array([each.id for each in known], dtype=np.int64),
            positions=np.array([(p.position.x, p.position.y) for p in known]).reshape(-1, 2),
            velocities=np.array([(p.velocity.x, p.velocity.y) for p in known]).reshape(-1, 2),
            radii=np.array([each.radius for each in known], dtype=np.float64),
        )

    def _goal(self, message: BagMessage) -> GoalSample:
        assert self._map.goal is not None
        fields = message.fields
        posed = message.type_name == POSE_STAMPED
        spot = fields.pose.position
        return GoalSample(
            stamp_ns=self._stamp(message),
            frame=self._map.goal.frame or fields.header.frame_id,
            position=np.array([spot.x, spot.y]),
            tolerance=GOAL_TOLERANCE if posed else fields.tolerance,
        )

    def _proposal(self, message: BagMessage) -> TwistSample:
        assert isinstance(self._map.proposal, FramedTopic)
        fields, frame = message.fields, self._map.proposal.frame
        if message.type_name == TWIST:  # without a header: meant for the base, now
            return _twist(fields, self._now_ns, frame or self._base_frame)
        sample = _twist(fields.twist, self._stamp(message), fields.header.frame_id)
        return replace(sample, frame=frame) if frame else sample


def _is(topic: FramedTopic | None, message: BagMessage) -> bool:
    return topic is not None and topic.topic == message.topic


def _twist(twist: Any, stamp: int, frame: str) -> TwistSample:
    linear, angular = twist.linear, twist.angular
    return TwistSample(
        stamp_ns=stamp,
        frame=frame,
        linear=np.array([linear.x, linear.y, linear.z]),
        angular=np.array([angular.x, angular.y, angular.z]),
    )
