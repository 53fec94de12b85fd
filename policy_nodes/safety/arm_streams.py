"""The streams that the controller of an arm relies on, and what is wrong with each just now."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import DistanceSample, JointStateSample
from policy_nodes.safety.arm_admission import damage_of_joint_state
from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.freshness import OF_PROPOSALS, Freshness
from policy_nodes.safety.heartbeats import Heartbeats
from policy_nodes.safety.sources import Sources

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MeasuredJoints:
    """The newest joint state, in the order of the robot.

    Attributes:
        stamp_ns: time the values hold at.
        position: (n,) [rad].
        velocity: (n,) [rad/s].
    """

    stamp_ns: int
    position: Floats
    velocity: Floats


class ArmStreams:
    """Holds the newest sample of each source and judges whether it still counts."""

    def __init__(self, config: ArmSafetyConfig) -> None:
        self.config = config
        future = config.clock.future_tolerance
        self.proposal = Freshness(
            'proposal',
            max_age=config.chunk.max_age,
            timeout=config.chunk.timeout,
            future_tolerance=future,
            reasons=OF_PROPOSALS,
        )
        self.sources = Sources(
            {'joint_state': config.joint_state, 'distance': config.distance}, future
        )
        self.heartbeats = Heartbeats(config.heartbeat)
        self.sources.required = ['joint_state']
        if config.distance.enabled:
            self.sources.required.append('distance')
        self.joints: MeasuredJoints | None = None
        self._distance = math.inf
        self._order: tuple[tuple[str, ...], NDArray[np.intp]] | None = None

    def take_state(self, state: JointStateSample, now_ns: int, steady_s: float) -> bool:
        """Take measured joints if they are sound and news; joints are found by their names."""
        damage = damage_of_joint_state(state, self.config.names)
        if not self.sources.offer('joint_state', state.stamp_ns, damage, now_ns, steady_s):
            return False
        names = tuple(state.names)
        if self._order is None or self._order[0] != names:
            self._order = names, np.array([names.index(name) for name in self.config.names])
        places = self._order[1]
        self.joints = MeasuredJoints(
            state.stamp_ns,
            state.position[places].astype(np.float64),
            state.velocity[places].astype(np.float64),
        )
        return True

    def take_distance(self, sample: DistanceSample, now_ns: int, steady_s: float) -> bool:
        """Take a measured distance if it is sound and news."""
        value = sample.distance
        damage = '' if value >= 0 else f'distance {value:g} m'
        if not self.sources.offer('distance', sample.stamp_ns, damage, now_ns, steady_s):
            return False
        self._distance = float(value)
        return True

    def usable_joints(self, now_ns: int, steady_s: float) -> MeasuredJoints | None:
        """The newest joint state, if it is fresh."""
        lost = self.sources['joint_state'].lost(now_ns, steady_s)
        return None if lost is not None else self.joints

    def measured_motion(self, now_ns: int, steady_s: float) -> bool | None:
        """Whether a joint moves by a fresh state; None if that is not known."""
        joints = self.usable_joints(now_ns, steady_s)
        if joints is None:
            return None
        return bool((np.abs(joints.velocity) > self.config.joint_state.still_velocity).any())

    @property
    def measured_distance(self) -> float:
        """Newest measured distance [m]; infinite where none is asked for.

        Whether it is fresh is judged by `sources.lost`.
        """
        return self._distance if self.config.distance.enabled else math.inf

    def forget(self) -> None:
        """Rely on no stamp received so far."""
        self.proposal.forget()
        self.sources.forget()
        self.joints = None
