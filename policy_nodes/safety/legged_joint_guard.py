"""Measured joints and motors: torque, tracking, range, speed and temperature."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.legged_limits import LegTargets, torque_of
from policy_nodes.safety.legged_persistence import Persistence
from policy_nodes.safety.parameters.legged_joints import (
    LegJointsParameters,
    LegTemperatureParameters,
)
from policy_nodes.safety.reasons import Reason

Floats = NDArray[np.float64]


class JointGuard:
    """Judges every measurement of the joints, in the order of commands."""

    def __init__(self, joints: LegJointsParameters, temperature: LegTemperatureParameters) -> None:
        self.joints = joints
        self.hottest = temperature.maximum
        self._lasting = np.array(joints.lasting_torque)
        self._lower = np.array(joints.position_min) - joints.position_tolerance
        self._upper = np.array(joints.position_max) + joints.position_tolerance
        count = len(joints.names)
        self._torque = Persistence(count, joints.torque_time)
        self._tracking = Persistence(count, joints.tracking_time)
        self._range = Persistence(count, joints.position_time)
        self._runaway = Persistence(count, joints.runaway_time)
        self._hot = Persistence(count, temperature.time)
        self._celsius = np.zeros(count)

    def look(
        self,
        position: Floats,
        velocity: Floats,
        effort: Floats | None,
        sent: LegTargets | None,
        stamp_ns: int,
    ) -> list[Finding]:
        """Take a measurement.

        Args:
            position: (joints,) [rad].
            velocity: (joints,) [rad/s].
            effort: (joints,) [Nm], or None where none is measured.
            sent: what the joints hold to; None if nothing was sent.
            stamp_ns: of the measurement.

        Returns:
            What the robot must be stopped for now.
        """
        findings: list[Finding] = []
        speed = np.abs(velocity)
        fast = self._runaway.look(speed > self.joints.runaway_velocity, stamp_ns)
        self._tell(findings, Reason.LEG_RUNAWAY, fast, speed, 'rad/s')
        outside = (position < self._lower) | (position > self._upper)
        astray = self._range.look(outside, stamp_ns)
        self._tell(findings, Reason.LEG_POSITION, astray, position, 'rad')
        load = np.zeros_like(position) if effort is None else np.abs(effort)
        if sent is not None and sent.kp.any():
            load = np.maximum(load, np.abs(torque_of(sent, position, velocity)))
            error = np.abs(sent.position - position) * (sent.kp > 0)
            blocked = self._tracking.look(error > self.joints.tracking_error, stamp_ns)
            self._tell(findings, Reason.LEG_TRACKING, blocked, error, 'rad')
        else:
            self._tracking.forget()
        loaded = self._torque.look(load > self._lasting, stamp_ns)
        self._tell(findings, Reason.LEG_TORQUE, loaded, load, 'Nm')
        return findings

    def look_at_temperatures(self, celsius: Floats, stamp_ns: int) -> list[Finding]:
        """Take temperatures (joints,); returns what the robot must be stopped for now."""
        findings: list[Finding] = []
        self._celsius = celsius
        hot = self._hot.look(celsius > self.hottest, stamp_ns)
        self._tell(findings, Reason.LEG_TEMPERATURE, hot, celsius, 'degC')
        return findings

    @property
    def present(self) -> Finding | None:
        """What stands against standing up by the newest measurements; None if nothing does."""
        findings: list[Finding] = []
        hot = np.flatnonzero(self._hot.beyond)
        self._tell(findings, Reason.LEG_TEMPERATURE, hot, self._celsius, 'degC')
        names = self.joints.names
        astray = np.flatnonzero(self._range.beyond)
        findings += [Finding(Reason.LEG_POSITION, names[joint]) for joint in astray]
        return findings[0] if findings else None

    def forget(self) -> None:
        """Rely on no measurement received so far."""
        for watch in (self._torque, self._tracking, self._range, self._runaway, self._hot):
            watch.forget()

    def _tell(
        self,
        findings: list[Finding],
        reason: Reason,
        over: NDArray[np.intp],
        values: Floats,
        unit: str,
    ) -> None:
        for joint in over:
            words = f'{values[joint]:.3g} {unit}.'
            findings.append(Finding(reason, self.joints.names[joint], words))
