"""Position, speed, torque and gain limits of joints that follow targets by kp and kd.

What goes out keeps all of them at once: a target moves within its speed and its range; where it
would ask for too much torque by the newest measurement it moves no farther than the torque
allows, and what is left over is taken off the stiffness and, last, off the damping.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.parameters.legged_joints import LegJointsParameters
from policy_nodes.safety.reasons import Reason

Floats = NDArray[np.float64]

NO_STIFFNESS = 1e-6  # [Nm/rad]; below, moving the target changes no torque


class LegTargets(NamedTuple):
    """What joints are told.

    Attributes:
        position: (joints,) [rad].
        kp: (joints,) [Nm/rad].
        kd: (joints,) [Nm s/rad].
    """

    position: Floats
    kp: Floats
    kd: Floats


class LimitedTargets(NamedTuple):
    """The outcome of one step.

    Attributes:
        targets: within all limits.
        findings: which limits bound, and on which joints.
    """

    targets: LegTargets
    findings: list[Finding]


def torque_of(targets: LegTargets, position: Floats, velocity: Floats) -> Floats:
    """Torque (joints,) that targets ask for at a measured state [Nm]."""
    return targets.kp * (targets.position - position) - targets.kd * velocity


class LegLimiter:
    """Follows targets without breaking a limit."""

    def __init__(self, joints: LegJointsParameters) -> None:
        self.names = joints.names
        self.lower = np.array(joints.position_min)
        self.upper = np.array(joints.position_max)
        self.speed = np.array(joints.max_velocity)
        self.torque = np.array(joints.max_torque)
        self.max_kp = np.array(joints.max_kp)
        self.max_kd = np.array(joints.max_kd)
        self.min_kd = joints.min_kd
        self.braking = joints.braking
        # a little inside, so that rounding never carries a command past its limit
        self._within = self.torque * (1.0 - 1e-9)
        self.position = np.clip(np.zeros(len(self.names)), self.lower, self.upper)

    def seed(self, position: Floats) -> None:
        """Start again from a measured pose (joints,), brought into the limits."""
        self.position = np.clip(position, self.lower, self.upper)

    def step(
        self, wanted: LegTargets, dt: float, state: tuple[Floats, Floats] | None
    ) -> LimitedTargets:
        """Come as near to finite targets as all limits allow after dt [s] >= 0.

        Args:
            wanted: any finite targets and gains.
            dt: time since the command before.
            state: measured position (joints,) and velocity (joints,); None if not known, and
                then torque is not limited.
        """
        findings: list[Finding] = []
        inside = np.clip(wanted.position, self.lower, self.upper)
        self._note(findings, Reason.LEG_POSITION_LIMIT, inside != wanted.position)
        low = np.maximum(self.position - self._reach(self.position - self.lower, dt), self.lower)
        high = np.minimum(self.position + self._reach(self.upper - self.position, dt), self.upper)
        position = np.clip(inside, low, high)
        self._note(findings, Reason.LEG_VELOCITY_LIMIT, position != inside)
        kp = np.clip(wanted.kp, 0.0, self.max_kp)
        kd = np.clip(wanted.kd, self.min_kd, self.max_kd)
        self._note(findings, Reason.LEG_GAIN_LIMIT, (kp != wanted.kp) | (kd != wanted.kd))
        targets = LegTargets(position, kp, kd)
        if state is not None:
            over = np.abs(torque_of(targets, *state)) > self._within
            if over.any():
                self._note(findings, Reason.LEG_TORQUE_LIMIT, over)
                targets = self._spare(targets, *state, low, high)
        self.position = targets.position
        return LimitedTargets(targets, findings)

    def _reach(self, room: Floats, dt: float) -> Floats:
        """How far targets may go in dt [s] towards bounds that are room (joints,) >= 0 away.

        What they go in dt and what they need to brake afterwards fit into the room.
        """
        can_stop = self.braking * (np.sqrt(dt * dt + 2.0 * room / self.braking) - dt)
        reach: Floats = np.minimum(self.speed, can_stop) * dt
        return reach

    def _spare(
        self, targets: LegTargets, angle: Floats, speed: Floats, low: Floats, high: Floats
    ) -> LegTargets:
        """Lower the torque: by the target, then by the stiffness, then by the damping."""
        position, kp, kd = targets
        most = self._within
        size = np.abs(speed)
        kd = np.where(kd * size > most, most / np.maximum(size, 1e-9), kd)
        brake = kd * speed
        stiff = kp > NO_STIFFNESS
        share = 1.0 / np.where(stiff, kp, 1.0)
        aim = np.clip(position, angle + (brake - most) * share, angle + (brake + most) * share)
        position = np.where(stiff, np.clip(aim, low, high), position)
        away = position - angle
        # pulling to the target may use what damping leaves on that side
        room = np.where(away > 0, most + brake, most - brake)
        distance = np.maximum(np.abs(away), 1e-12)
        kp = np.minimum(kp, np.maximum(room, 0.0) / distance)
        return LegTargets(position, kp, kd)

    def _note(self, findings: list[Finding], reason: Reason, bound: NDArray[np.bool_]) -> None:
        if bound.any():
            listed = ', '.join(self.names[i] for i in np.flatnonzero(bound))
            findings.append(Finding(reason, listed))
