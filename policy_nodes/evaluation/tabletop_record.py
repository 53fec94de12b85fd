"""An episode on the table top as people want to see it: key step by key step.

Evaluations and launched runs both give this form; pages and films are made from it alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.evaluation.outcomes import SUCCEEDED
from policy_nodes.motion.outcome import OutcomeState
from policy_nodes.policies.key_picture import KeyPicture

FILMED = 'front'  # the camera of films; it stands


@dataclass(frozen=True)
class KeyStep:
    """What was seen, what the policy chose, and what became of it.

    Attributes:
        time: of the images, since the episode began [s].
        images: colours (height, width, 3) uint8 by camera.
        key_pose: that was chosen.
        state: how far it came; ACCEPTED where the episode ended on the way there.
        reason: code of a refusal, else empty.
        words: the same as a sentence.
        inference_ms: from images to key pose [ms]; NaN where it is not known.
        picture: what the network looked at; None for a policy that is none.
    """

    time: float
    images: Mapping[str, NDArray[np.uint8]]
    key_pose: KeyPose
    state: OutcomeState
    reason: str = ''
    words: str = ''
    inference_ms: float = math.nan
    picture: KeyPicture | None = None


@dataclass(frozen=True)
class Film:
    """What the camera `FILMED` saw over time.

    Attributes:
        times: (frames,) since the episode began [s].
        frames: (frames, height, width, 3) uint8.
    """

    times: NDArray[np.float64]
    frames: NDArray[np.uint8]


@dataclass(frozen=True)
class EpisodeRecord:
    """One episode: one instruction.

    Attributes:
        index: counts from 0 within the run.
        seed: of the episode or of its run.
        task: its name; empty where it is not known.
        variation: of the task; -1 where it is not known.
        instruction: in words.
        policy: its name.
        checkpoint: its name; empty without one.
        outcome: one of `outcomes.OUTCOMES`.
        why: a sentence where it did not succeed, if there is more to say than the outcome.
        time_s: that it took [s].
        steps: in the order of choosing.
        film: None without one.
        losses: one sentence for everything that could not be read.
    """

    index: int
    seed: int
    task: str
    variation: int
    instruction: str
    policy: str
    checkpoint: str
    outcome: str
    why: str
    time_s: float
    steps: tuple[KeyStep, ...]
    film: Film | None = None
    losses: tuple[str, ...] = field(default=())

    @property
    def succeeded(self) -> bool:
        """Whether the task was done."""
        return self.outcome == SUCCEEDED

    @property
    def refused(self) -> int:
        """Key poses that were refused or given up."""
        wrong = (OutcomeState.REFUSED, OutcomeState.ABORTED)
        return sum(step.state in wrong for step in self.steps)
