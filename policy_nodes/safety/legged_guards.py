"""Everything that watches the body and the joints of a legged robot, fed by its streams."""

from __future__ import annotations

from policy_nodes.contract.samples import (
    BodyHeightSample,
    FootContactsSample,
    ImuSample,
    LegJointsSample,
    LegTemperaturesSample,
)
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.legged_attitude import AttitudeGuard
from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.legged_contact_guard import ContactGuard
from policy_nodes.safety.legged_height_guard import HeightGuard
from policy_nodes.safety.legged_joint_guard import JointGuard
from policy_nodes.safety.legged_limits import LegTargets
from policy_nodes.safety.legged_streams import LegStreams


class LegGuards:
    """Takes samples; each one may give reasons to stop, and None says that it was unusable."""

    def __init__(self, config: LeggedSafetyConfig) -> None:
        self.streams = LegStreams(config)
        self.attitude = AttitudeGuard(config.imu)
        self.joints = JointGuard(config.joints, config.temperature)
        self.contacts = ContactGuard(config.contacts)
        self.height = HeightGuard(config.height)

    def take_imu(self, imu: ImuSample, now_ns: int, steady_s: float) -> list[Finding] | None:
        """Judge attitude."""
        if not self.streams.take_imu(imu, now_ns, steady_s):
            return None
        return self.attitude.look(imu)

    def take_joints(
        self, joints: LegJointsSample, sent: LegTargets | None, now_ns: int, steady_s: float
    ) -> list[Finding] | None:
        """Judge torque, tracking, range and speed of joints that hold to what was sent."""
        measured = self.streams.take_joints(joints, now_ns, steady_s)
        if measured is None:
            return None
        return self.joints.look(*measured, sent, joints.stamp_ns)

    def take_temperatures(
        self, temperatures: LegTemperaturesSample, now_ns: int, steady_s: float
    ) -> list[Finding] | None:
        """Judge temperatures."""
        celsius = self.streams.take_temperatures(temperatures, now_ns, steady_s)
        if celsius is None:
            return None
        return self.joints.look_at_temperatures(celsius, temperatures.stamp_ns)

    def take_contacts(
        self, contacts: FootContactsSample, risen: bool, now_ns: int, steady_s: float
    ) -> list[Finding] | None:
        """Judge contacts; only of a robot that has risen."""
        touching = self.streams.take_contacts(contacts, now_ns, steady_s)
        if touching is None:
            return None
        if not risen:
            self.contacts.forget()
            return []
        force = self.streams.force(now_ns, steady_s)
        return self.contacts.look(touching, force, contacts.stamp_ns)

    def take_height(
        self, height: BodyHeightSample, risen: bool, now_ns: int, steady_s: float
    ) -> list[Finding] | None:
        """Judge the height; only of a robot that has risen."""
        if not self.streams.take_height(height, now_ns, steady_s):
            return None
        if not risen:
            self.height.forget()
            return []
        return self.height.look(float(height.height), height.stamp_ns)

    def present(self) -> Finding | None:
        """What stands against standing up by the newest measurements; None if nothing does."""
        return self.attitude.present or self.joints.present

    def moving(self, now_ns: int, steady_s: float) -> bool | None:
        """Whether a joint moves by a fresh measurement; None if that is not known."""
        state = self.streams.state(now_ns, steady_s)
        if state is None:
            return None
        return bool((abs(state[1]) > self.streams.config.joints.still_velocity).any())

    def forget(self) -> None:
        """Rely on nothing received so far."""
        self.streams.forget()
        for guard in (self.attitude, self.joints, self.contacts, self.height):
            guard.forget()
