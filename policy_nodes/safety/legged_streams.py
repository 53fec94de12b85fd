"""The sensors that a controller of legs relies on, and what is wrong with each just now."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import (
    BodyHeightSample,
    FootContactsSample,
    ImuSample,
    LegJointsSample,
    LegTemperaturesSample,
)
from policy_nodes.safety.heartbeats import Heartbeats
from policy_nodes.safety.legged_admission import (
    MOST_ANGLE,
    MOST_EFFORT,
    MOST_SPEED,
    NamedOrder,
    damage_of_contacts,
    damage_of_height,
    damage_of_imu,
    damage_of_vector,
)
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.sources import Bounds, Sources

Floats = NDArray[np.float64]

COLDEST, HOTTEST = -100.0, 1000.0  # [degC] beyond them a sensor is broken


class LegStreams:
    """Holds the newest measurement of each sensor, in the order of the robot."""

    def __init__(self, config: LeggedSafetyConfig) -> None:
        self.config = config
        bounds: dict[str, Bounds] = {
            'imu': config.imu,
            'joints': config.joints,
            'contacts': config.contacts,
            'height': config.height,
            'temperature': config.temperature,
        }
        self.sources = Sources(bounds, config.clock.future_tolerance)
        self.sources.required = ['imu', 'joints']
        for name in ('contacts', 'height', 'temperature'):
            if getattr(config, name).required:
                self.sources.required.append(name)
        self.heartbeats = Heartbeats(config.heartbeat)
        self.imu: ImuSample | None = None
        self.position: Floats | None = None
        self.velocity: Floats | None = None
        self._joints = NamedOrder(config.joints.names)
        self._motors = NamedOrder(config.joints.names)
        self._feet = NamedOrder(config.contacts.feet)

    def take_imu(self, imu: ImuSample, now_ns: int, steady_s: float) -> bool:
        """Take an IMU sample if it is sound and news."""
        damage = damage_of_imu(imu, self.config.imu.frame)
        if not self.sources.offer('imu', imu.stamp_ns, damage, now_ns, steady_s):
            return False
        self.imu = imu
        return True

    def take_joints(
        self, joints: LegJointsSample, now_ns: int, steady_s: float
    ) -> tuple[Floats, Floats, Floats | None] | None:
        """Take a measurement of the joints if it is sound and news.

        Returns:
            Position, velocity and effort (joints,) in the order of the robot, the last one None
            where it is not measured; None if the sample was not taken.
        """
        places, damage = self._joints.places(joints.names)
        count = len(joints.names)
        measures_effort = np.size(joints.effort) > 0
        if not damage:
            damage = damage_of_vector(joints.position, count, MOST_ANGLE, 'position')
        if not damage:
            damage = damage_of_vector(joints.velocity, count, MOST_SPEED, 'velocity')
        if not damage and measures_effort:
            damage = damage_of_vector(joints.effort, count, MOST_EFFORT, 'effort')
        if not self.sources.offer('joints', joints.stamp_ns, damage, now_ns, steady_s):
            return None
        self.position = joints.position[places].astype(np.float64)
        self.velocity = joints.velocity[places].astype(np.float64)
        effort = joints.effort[places].astype(np.float64) if measures_effort else None
        return self.position, self.velocity, effort

    def take_temperatures(
        self, temperatures: LegTemperaturesSample, now_ns: int, steady_s: float
    ) -> Floats | None:
        """Take temperatures if they are sound and news; returns them in the robot's order."""
        places, damage = self._motors.places(temperatures.names)
        if not damage:
            count = len(temperatures.names)
            damage = damage_of_vector(temperatures.celsius, count, HOTTEST, 'temperature')
        if not damage and temperatures.celsius.min() < COLDEST:
            damage = f'a temperature below {COLDEST:g} degC'
        if not self.sources.offer('temperature', temperatures.stamp_ns, damage, now_ns, steady_s):
            return None
        return temperatures.celsius[places].astype(np.float64)

    def take_contacts(
        self, contacts: FootContactsSample, now_ns: int, steady_s: float
    ) -> NDArray[np.bool_] | None:
        """Take contacts if they are sound and news; returns them in the robot's order."""
        places, damage = self._feet.places(contacts.names)
        damage = damage or damage_of_contacts(contacts)
        if not self.sources.offer('contacts', contacts.stamp_ns, damage, now_ns, steady_s):
            return None
        return contacts.touching[places]

    def take_height(self, height: BodyHeightSample, now_ns: int, steady_s: float) -> bool:
        """Take a height if it is sound and news."""
        damage = damage_of_height(height)
        return self.sources.offer('height', height.stamp_ns, damage, now_ns, steady_s)

    def state(self, now_ns: int, steady_s: float) -> tuple[Floats, Floats] | None:
        """Position and velocity (joints,) by a fresh measurement; None if there is none."""
        if self.position is None or self.velocity is None:
            return None
        if self.sources['joints'].lost(now_ns, steady_s) is not None:
            return None
        return self.position, self.velocity

    def force(self, now_ns: int, steady_s: float) -> float | None:
        """Size of the specific force [m/s^2] by a fresh IMU sample; None if there is none."""
        if self.imu is None or self.sources['imu'].lost(now_ns, steady_s) is not None:
            return None
        return float(np.sqrt(self.imu.acceleration @ self.imu.acceleration))

    def behind(self, stamp_ns: int) -> tuple[str, ...]:
        """Required sensors whose newest measurement is older than a stamp, by name."""
        newest = {name: self.sources[name].stamp_ns for name in self.sources.required}
        return tuple(name for name, at in newest.items() if at is None or at < stamp_ns)

    def forget(self) -> None:
        """Rely on nothing received so far."""
        self.sources.forget()
        self.imu = None
        self.position = self.velocity = None
