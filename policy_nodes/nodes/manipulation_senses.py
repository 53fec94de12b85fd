"""What a manipulation policy is to know before it thinks: images, fingers, how old all that is."""

from __future__ import annotations

from typing import Any

import numpy as np
from rclpy.clock import Clock, ClockType
from sensor_msgs.msg import JointState

from policy_nodes.contract.staleness_monitor import StalenessMonitor
from policy_nodes.nodes import manipulation_topics as topics
from policy_nodes.nodes.interface import listen, sensor
from policy_nodes.nodes.motion_messages import measured
from policy_nodes.nodes.rgbd_cameras import RgbdCameras
from policy_nodes.nodes.translate import nanoseconds
from policy_nodes.policies.manipulation import LoadedManipulation
from policy_nodes.policies.manipulation_session import ManipulationSession
from policy_nodes.policies.sam2act import hand_of
from policy_nodes.policies.sam2act_contract import CAMERAS, FINGERS, WORLD
from policy_nodes.policies.sam2act_thinking import Observation


class ManipulationSenses:
    """Keeps the newest of each term.

    Attributes:
        missing: terms of the contract that were absent or stale at the last look.
    """

    def __init__(
        self,
        node: Any,
        loaded: LoadedManipulation,
        session: ManipulationSession,
        reliability: str,
    ) -> None:
        """Listen.

        Args:
            node: that listens and logs.
            loaded: whose contract says what may be how old.
            session: told of the joints.
            reliability: asked of sensors.
        """
        self._node, self._session = node, session
        self._fresh = StalenessMonitor(loaded.staleness)
        self._steady = Clock(clock_type=ClockType.STEADY_TIME)
        self._fingers = np.zeros(len(FINGERS))
        self.missing: list[str] = []
        contract = loaded.checkpoint.contract
        frames = {camera: contract.observation(f'{camera}_color').frame for camera in CAMERAS}
        self._cameras = RgbdCameras(node, WORLD, frames, reliability, self.arrived)
        listen(node, sensor(topics.JOINTS, reliability), self._take_joints)

    def forget(self) -> None:
        """Drop what was sensed."""
        self._cameras.forget()
        self._fresh.forget()
        self._session.rest.forget()

    def arrived(self, term: str, stamp_ns: int) -> None:
        """Note a fresh term."""
        self._fresh.arrived(term, stamp_ns, self._steady.now().nanoseconds * 1e-9)

    def look(self) -> Observation | None:
        """What was sensed since the arm stands; None while something is absent or stale."""
        session, now_ns = self._session, self._node.get_clock().now().nanoseconds
        stale = self._fresh.stale(now_ns, self._steady.now().nanoseconds * 1e-9)
        self.missing = [term.name for term in stale]
        after_ns = session.look_after()
        seen = None if after_ns is None or stale else self._cameras.views(after_ns)
        if seen is None:
            return None
        return Observation(
            stamp_ns=seen[0],
            views=seen[1],
            hand=hand_of(*map(float, self._fingers)),
            instruction=session.instruction,
            epoch=session.epoch,
            age_s=self._fresh.oldest_age_s(now_ns),
        )

    def _take_joints(self, message: JointState) -> None:
        fingers = measured(message, FINGERS)
        joints = measured(message, [name for name in message.name if name not in FINGERS])
        if fingers is None or joints is None:
            self._node.get_logger().error(
                f'a joint state lacks {", ".join(FINGERS)} or is not finite; not used',
                throttle_duration_sec=2.0,
            )
            return
        at, self._fingers = nanoseconds(message.header.stamp), fingers
        self._session.take_joints(at, joints, fingers)
        self.arrived('fingers', at)
