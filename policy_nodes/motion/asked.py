"""A key pose as it was asked for, and whether it can be looked at at all."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.motion.refusals import MotionReason, Refusal

NANO = 1_000_000_000
UNIT = 0.01  # off one the length of a quaternion may be


class AskedKeyPose(NamedTuple):
    """A key pose with what came along with it.

    Attributes:
        key_pose: where to go.
        stamp_ns: of the observation that it answers.
        frame: that it is stated in.
        epoch: of the safety controller that the policy was armed with.
        sequence: number that the policy gave it.
    """

    key_pose: KeyPose
    stamp_ns: int
    frame: str
    epoch: int
    sequence: int


class Admission(NamedTuple):
    """What a key pose is held against.

    Attributes:
        frame: that key poses are to be stated in.
        epoch: present one of the safety controller.
        epoch_ns: observations have to be later than this.
        last_ns: stamp of the key pose before; -1 for none.
        now_ns: now on the node clock.
        max_age: of the observation [s].
    """

    frame: str
    epoch: int
    epoch_ns: int
    last_ns: int
    now_ns: int
    max_age: float


def refuse_key_pose(asked: AskedKeyPose, given: Admission) -> Refusal | None:
    """Say why a key pose is refused before anything is planned; None if it is sound."""
    return _refuse_content(asked, given.frame) or _refuse_order(asked, given)


def _refuse_content(asked: AskedKeyPose, frame: str) -> Refusal | None:
    pose = asked.key_pose
    numbers = np.array([*pose.position, *pose.quaternion, pose.gripper])
    if not np.isfinite(numbers).all():
        words = 'Position, rotation and gripper have to be finite numbers.'
        return Refusal(MotionReason.NOT_FINITE, words)
    length = float(np.linalg.norm(pose.quaternion))
    if abs(length - 1.0) > UNIT:
        words = f'The quaternion has length {length:.3g}; give a rotation, length 1.'
        return Refusal(MotionReason.NO_ROTATION, words)
    if not 0.0 <= pose.gripper <= 1.0:
        words = f'The gripper is to go to {pose.gripper:.3g}; give 0 closed to 1 open.'
        return Refusal(MotionReason.GRIPPER, words)
    if asked.frame != frame:
        words = f'The pose is stated in {asked.frame!r}; state it in {frame!r}.'
        return Refusal(MotionReason.FRAME, words)
    return None


def _refuse_order(asked: AskedKeyPose, given: Admission) -> Refusal | None:
    if asked.epoch != given.epoch:
        words = f'It names epoch {asked.epoch}, now is {given.epoch}; look again, then ask again.'
        return Refusal(MotionReason.EPOCH, words)
    age = (given.now_ns - asked.stamp_ns) / NANO
    if age < -0.5 * given.max_age:
        return Refusal(MotionReason.FUTURE, f'It answers an observation {-age:.2f} s ahead.')
    if age > given.max_age:
        words = f'It answers an observation {age:.2f} s old, allowed {given.max_age:g} s.'
        return Refusal(MotionReason.STALE, words)
    if asked.stamp_ns <= given.epoch_ns:
        words = 'It answers an observation from before the last reset; look again.'
        return Refusal(MotionReason.STALE, words)
    if asked.stamp_ns <= given.last_ns:
        words = 'It answers an observation no newer than that of the key pose before.'
        return Refusal(MotionReason.REPEATED, words)
    return None
