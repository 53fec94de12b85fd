"""Which frames of a demonstration a keyframe policy learns to reach, and from where.

The rule is that of PerAct's and SAM2Act's data: the frames where the arm stands or the gripper
has just opened or closed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

STANDING = 0.1
"""Joints slower than this stand [rad/s]."""

REFRACTORY = 4
"""Frames after a stop in which no other stop counts."""

START_EVERY = 10
"""Every so many frames a sample may start in mid-motion."""


class Sample(NamedTuple):
    """One step of a keyframe policy.

    Attributes:
        seen: frame that is looked at.
        reached: key frame whose pose is the answer.
        step: number of key frames of the episode that lie behind, from 0.
    """

    seen: int
    reached: int
    step: int


def key_frames(gripper_open: NDArray[np.bool_], velocities: NDArray[np.floating]) -> list[int]:
    """Find the key frames of a demonstration.

    A frame behind the first is one if the gripper is not as in the frame before, if it is the
    last, or if the arm stands there: every joint within STANDING, the gripper the same from two
    frames before to one behind, not the last frame but one, and no stop in the REFRACTORY frames
    before. Of two neighbouring ones at the end only the later stays. What lies before the first
    frame counts as the first frame; the published rule reads the end of the list there.

    Args:
        gripper_open: (frames,) whether it is open.
        velocities: (frames, joints) of the arm [rad/s].

    Returns:
        Ascending indices; the last frame is always the last of them.

    Raises:
        ValueError: fewer than two frames, or lengths that differ.
    """
    frames = len(gripper_open)
    if frames < 2 or len(velocities) != frames:
        raise ValueError(
            f'{frames} states of the gripper and {len(velocities)} velocities hold no key frame; '
            'give at least two frames, and one of each a frame'
        )
    grip = np.asarray(gripper_open, bool)
    slow = (np.abs(velocities) <= STANDING).all(axis=1)
    found: list[int] = []
    waiting = 0
    for i in range(frames):
        stopped = False
        if waiting <= 0 and slow[i] and i < frames - 2:
            around = grip[[max(i - 2, 0), max(i - 1, 0), i, i + 1]]
            stopped = bool(around.all() or not around.any())
        waiting = REFRACTORY if stopped else waiting - 1
        changed = i > 0 and grip[i] != grip[i - 1]
        if i > 0 and (changed or stopped or i == frames - 1):
            found.append(i)
    if len(found) > 1 and found[-1] - 1 == found[-2]:
        del found[-2]
    return found


def start_frames(keys: list[int], every: int | None = START_EVERY) -> list[int]:
    """Frames from which the key frames behind them are learnt.

    Args:
        keys: key frames, ascending.
        every: distance of the starts; None for the first frame alone.
    """
    return [0] if every is None else list(range(0, keys[-1], every))


def samples(keys: list[int], every: int | None = START_EVERY) -> list[Sample]:
    """Chain the remaining key frames from every start.

    Pairs of neighbouring key frames come once for every start before them, as in the published
    data: what comes late in an episode is seen more often.

    Args:
        keys: key frames, ascending.
        every: distance of the starts; None for the first frame alone.
    """
    chained: list[Sample] = []
    for start in start_frames(keys, every):
        seen = start
        for step, reached in enumerate(keys):
            if reached > start:
                chained.append(Sample(seen, reached, step))
                seen = reached
    return chained


def frames_to_keep(keys: list[int], every: int | None = START_EVERY) -> list[int]:
    """Frames that samples look at or reach, ascending."""
    return sorted({*start_frames(keys, every), *keys})
