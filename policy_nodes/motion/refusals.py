"""Why a key pose is not gone to."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class MotionReason(str, Enum):
    """Code of a refusal; policies and reports see it."""

    NOT_FINITE = 'not_finite'
    NO_ROTATION = 'no_rotation'
    GRIPPER = 'gripper'
    FRAME = 'frame'
    STALE = 'stale'
    FUTURE = 'future'
    REPEATED = 'repeated'
    EPOCH = 'epoch'
    LATCHED = 'latched'
    BUSY = 'busy'
    NO_JOINTS = 'no_joints'
    UNREACHABLE = 'unreachable'
    JOINT_LIMITS = 'joint_limits'
    SINGULAR = 'singular'
    COLLISION = 'collision'
    NOT_PERMITTED = 'not_permitted'
    NO_WAY = 'no_way'
    STOPPED = 'stopped'
    HELD = 'held'
    NOT_REACHED = 'not_reached'
    PLANNER = 'planner'


class Refusal(NamedTuple):
    """A code and a sentence.

    Attributes:
        reason: code.
        words: what was wrong, where, and what to do.
    """

    reason: MotionReason
    words: str
