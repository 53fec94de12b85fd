"""What became of a key pose."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.motion.asked import AskedKeyPose
from policy_nodes.motion.poses import PoseError
from policy_nodes.motion.refusals import Refusal

Floats = NDArray[np.float64]

UNKNOWN = PoseError(float('nan'), float('nan'))


class OutcomeState(IntEnum):
    """How far it came; numbers as in the message KeyPoseResult."""

    ACCEPTED = 0
    REACHED = 1
    REFUSED = 2
    ABORTED = 3


class Outcome(NamedTuple):
    """News of a key pose.

    Attributes:
        asked: the key pose.
        state: how far it came.
        refusal: why it was refused or given up.
        way: kind of the planned way; empty without one.
        duration: of the planned way [s].
        planning: time that planning took [s].
        error: of the measured tip, once the arm was sent there.
    """

    asked: AskedKeyPose
    state: OutcomeState
    refusal: Refusal | None = None
    way: str = ''
    duration: float = 0.0
    planning: float = 0.0
    error: PoseError = UNKNOWN


class Answer(NamedTuple):
    """What an arm is to do after a measurement.

    Attributes:
        rows: (rows, n) positions, the first for the time of the measurement [rad].
        gripper: 0 closed to 1 open, when the gripper is to go there; else None.
        outcome: news of the key pose; else None.
        begins: a way begins here; rows that came late would find the arm behind.
    """

    rows: Floats
    gripper: float | None = None
    outcome: Outcome | None = None
    begins: bool = False
