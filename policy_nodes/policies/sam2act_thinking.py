"""Runs a manipulation policy in a thread of its own, one thing after the other."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.policies.manipulation import LoadedManipulation
from policy_nodes.policies.sam2act import Hand
from policy_nodes.policies.sam2act_cloud import RgbdView
from policy_nodes.policies.sam2act_picture import picture_of

Singles = NDArray[np.float32]


class Observation(NamedTuple):
    """What a key pose answers.

    Attributes:
        stamp_ns: of the oldest image.
        views: of the cameras, in the order of the contract.
        hand: state of the gripper.
        instruction: in words.
        epoch: of the safety controller.
        age_s: of the oldest term, when it was looked at [s].
    """

    stamp_ns: int
    views: Sequence[RgbdView]
    hand: Hand
    instruction: str
    epoch: int
    age_s: float


class Thought(NamedTuple):
    """What came of it.

    Attributes:
        observation: that was looked at.
        key_pose: that was chosen.
        memory: what it left for a memory bank; None for a policy without memory.
        heatmaps: (3, size, size) logits of the coarse stage.
        attention: (3, steps) share of each remembered step, newest first; None without any.
        confidence: mean of the highest likelihoods in the fine stage's views, 0 to 1.
        inference_ms: from images to key pose [ms].
    """

    observation: Observation
    key_pose: KeyPose
    memory: Singles | None
    heatmaps: Singles
    attention: Singles | None
    confidence: float
    inference_ms: float


class Thinking:
    """Nobody else touches the policy."""

    def __init__(self, loaded: LoadedManipulation) -> None:
        """Hold the policy.

        Args:
            loaded: policy and language.
        """
        self._loaded = loaded
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix='thinking')

    def close(self) -> None:
        """Think nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def reset(self) -> Future[None]:
        """Begin an episode."""
        return self._thread.submit(self._loaded.policy.reset)

    def recall(self, memories: Sequence[Singles], step: int) -> Future[None]:
        """Go on with an episode, as `Sam2ActPolicy.recall`."""
        return self._thread.submit(self._loaded.policy.recall, memories, step)

    def think(self, observation: Observation) -> Future[Thought]:
        """Choose a key pose; the future raises what the policy and the encoder raise."""
        return self._thread.submit(self._think, observation)

    def draw(self) -> Future[NDArray[np.uint8]]:
        """Draw the views (3, size, size, 3) that the last key pose was chosen from."""
        return self._thread.submit(lambda: picture_of(self._loaded.policy).views)

    def _think(self, observation: Observation) -> Thought:
        began = time.perf_counter()
        policy = self._loaded.policy
        words = self._loaded.encode(observation.instruction)
        key_pose = policy.act(observation.views, observation.hand, words, with_attention=True)
        took = time.perf_counter() - began
        output = policy.output
        assert output is not None
        attention = output.attention
        likely = output.fine_heatmaps[0].float().flatten(1).softmax(-1).amax(-1).mean()
        return Thought(
            observation=observation,
            key_pose=key_pose,
            memory=policy.newest,
            heatmaps=output.coarse_heatmaps[0].float().cpu().numpy(),
            attention=None if attention is None else attention[0].float().cpu().numpy(),
            confidence=float(likely),
            inference_ms=1e3 * took,
        )
