"""How a manipulation policy speaks: key poses, how it is doing, and pictures for people."""

from __future__ import annotations

import math
from concurrent.futures import Future
from typing import Any

import numpy as np
from geometry_msgs.msg import Pose
from numpy.typing import NDArray
from rclpy.lifecycle import LifecycleNode

from policy_nodes.nodes import manipulation_topics as topics
from policy_nodes.nodes.interface import speak
from policy_nodes.nodes.translate import header, point_message, quaternion_message, tensor_message
from policy_nodes.policies.key_pose_turns import Turn
from policy_nodes.policies.manipulation import LoadedManipulation
from policy_nodes.policies.sam2act_contract import WORLD
from policy_nodes.policies.sam2act_thinking import Thought
from policy_stack.msg import KeyPose, PolicyStatus


class ManipulationVoice:
    """The publishers of the node."""

    def __init__(self, node: LifecycleNode, loaded: LoadedManipulation) -> None:
        """Advertise.

        Args:
            node: that publishes.
            loaded: named in each status.
        """
        self._loaded = loaded
        self._key_poses = speak(node, topics.KEY_POSE)
        self._statuses = speak(node, topics.STATUS)
        self._heatmaps = speak(node, topics.HEATMAPS)
        self._views = speak(node, topics.VIEWS)
        self._attention = speak(node, topics.ATTENTION)
        self._drawn: tuple[int, Future[NDArray[np.uint8]]] | None = None

    @property
    def wants_views(self) -> bool:
        """Whether somebody listens to the drawn views."""
        return bool(self._views.get_subscription_count())

    def say(self, thought: Thought, turn: Turn) -> None:
        """Ask for a key pose, then show what it came of."""
        seen, chosen = thought.observation, thought.key_pose
        at = seen.stamp_ns
        self._key_poses.publish(
            KeyPose(
                header=header(at, WORLD),
                epoch=seen.epoch,
                sequence=turn.sequence,
                pose=Pose(
                    position=point_message(chosen.position),
                    orientation=quaternion_message(chosen.quaternion),
                ),
                gripper=float(chosen.gripper),
                ignore_collisions=bool(chosen.ignore_collisions),
                confidence=thought.confidence,
            )
        )
        status = self._status(at, seen.epoch, turn.sequence)
        status.inference_ms = thought.inference_ms
        status.observation_age_ms = 1e3 * seen.age_s
        self._statuses.publish(status)
        if thought.heatmaps.size:
            maps = tensor_message('coarse_heatmaps', thought.heatmaps, at, WORLD)
            self._heatmaps.publish(maps)
        if thought.attention is not None and thought.attention.size:
            attention = tensor_message('memory_attention', thought.attention, at, WORLD)
            self._attention.publish(attention)

    def draws(self, thought: Thought, drawn: Future[NDArray[np.uint8]]) -> None:
        """Await the views of a key pose."""
        self._drawn = thought.observation.stamp_ns, drawn

    def show(self) -> None:
        """Publish the views that are drawn by now."""
        if self._drawn is None or not self._drawn[1].done():
            return
        (at, drawn), self._drawn = self._drawn, None
        if not drawn.cancelled() and drawn.exception() is None:
            self._views.publish(tensor_message('views', drawn.result(), at, WORLD))

    def wait(self, at_ns: int, epoch: int, sequence: int, words: str, missing: list[str]) -> None:
        """Say why nothing is asked for.

        Args:
            at_ns: now.
            epoch: of the safety controller.
            sequence: of the last key pose.
            words: why; empty where only terms are missing.
            missing: absent or stale terms.
        """
        status = self._status(at_ns, epoch, sequence)
        status.inference_ms, status.words, status.missing = math.nan, words, missing
        self._statuses.publish(status)

    def _status(self, at_ns: int, epoch: int, sequence: int) -> Any:
        return PolicyStatus(
            header=header(at_ns, ''),
            policy=self._loaded.name,
            checkpoint=self._loaded.checkpoint_name,
            epoch=epoch,
            sequence=sequence,
        )
