"""Key poses and what became of them, as messages; measured joints as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sensor_msgs.msg import JointState

from policy_nodes.contract.key_pose import KeyPose as Target
from policy_nodes.motion.asked import AskedKeyPose
from policy_nodes.motion.outcome import Outcome
from policy_nodes.nodes.translate import header, nanoseconds, quaternion_array
from policy_stack.msg import KeyPose, KeyPoseResult

Floats = NDArray[np.float64]


def asked_key_pose(message: KeyPose) -> AskedKeyPose:
    """Read a key pose."""
    place = message.pose.position
    target = Target(
        np.array([place.x, place.y, place.z]),
        quaternion_array(message.pose.orientation),
        float(message.gripper),
        bool(message.ignore_collisions),
    )
    return AskedKeyPose(
        key_pose=target,
        stamp_ns=nanoseconds(message.header.stamp),
        frame=message.header.frame_id,
        epoch=message.epoch,
        sequence=message.sequence,
    )


def result_message(outcome: Outcome, now_ns: int) -> KeyPoseResult:
    """Write what became of a key pose."""
    asked, refusal = outcome.asked, outcome.refusal
    return KeyPoseResult(
        header=header(now_ns, asked.frame),
        epoch=asked.epoch,
        sequence=asked.sequence,
        state=int(outcome.state),
        reason='' if refusal is None else refusal.reason.value,
        words='' if refusal is None else refusal.words,
        way=outcome.way,
        duration=outcome.duration,
        planning_ms=1e3 * outcome.planning,
        position_error=outcome.error.position,
        rotation_error=outcome.error.rotation,
    )


def measured(message: JointState, names: Sequence[str]) -> Floats | None:
    """Positions (n,) of these joints; None if one is missing or not finite."""
    found = dict(zip(message.name, message.position, strict=False))
    positions = np.array([found.get(name, np.nan) for name in names], dtype=np.float64)
    return positions if np.isfinite(positions).all() else None
