"""A policy of key poses in a replay: asked once for each recorded key pose.

Two kinds of bags are read. In the recording of a run a key pose bears the stamp of the images that
it answers. In a demonstration `reached` says where the arm was; those of key frames, which have a
confidence, are what the images of the key frame before lead to.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from policy_nodes.contract.errors import ContractError
from policy_nodes.evaluation.message_arrays import NANO, stamp_ns
from policy_nodes.evaluation.replay.action import Action, ActionSpace, Answer, Floats
from policy_nodes.evaluation.replay.bag import Bag, BagMessage
from policy_nodes.evaluation.replay.episode_log import EpisodeLog
from policy_nodes.evaluation.replay.rgbd_sets import RgbdSets
from policy_nodes.evaluation.replay.role_topics import CAMERAS, RoleTopics
from policy_nodes.evaluation.replay.tf_tree import TfTree
from policy_nodes.policies.manipulation import LoadedManipulation
from policy_nodes.policies.sam2act import hand_of
from policy_nodes.policies.sam2act_contract import FINGERS, WORLD
from policy_nodes.policies.sam2act_run import row_of


class ArmPolicy:
    """Plays a bag to a policy.

    Attributes:
        refused: messages that could not be used, by role.
    """

    def __init__(
        self,
        bag: Bag,
        topics: RoleTopics,
        loaded: LoadedManipulation,
        log: EpisodeLog,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Look whether the bag has what the map names.

        Args:
            bag: to play.
            topics: what is what in it.
            loaded: the policy.
            log: takes answers and recorded key poses.
            clock: that inference is measured with [s].

        Raises:
            RecordingError: a topic is not there, or of another type.
        """
        bag.require(topics.wanted())
        self.refused: Counter[str] = Counter()
        self._bag, self._topics, self._loaded, self._log = bag, topics, loaded, log
        self._clock = clock
        self._roles = topics.role_of()
        self._sets, self._tf = RgbdSets(), TfTree()
        self._instruction = ''
        self._fingers: list[tuple[int, Floats]] = []
        self._behind = False  # a key frame whose images are what the next one answers
        loaded.policy.reset()

    def play(self, on_progress: Callable[[float], None] = lambda seconds: None) -> None:
        """Play the whole bag."""
        start_ns = self._bag.span_ns[0]
        for message in self._bag.messages(set(self._roles)):
            at = max(message.time_ns - start_ns, 0) / NANO
            on_progress(at)
            try:
                self._meet(message, at)
            except ContractError:
                raise
            except (AttributeError, TypeError, ValueError, IndexError):
                self.refused[self._roles[message.topic]] += 1

    def _meet(self, message: BagMessage, at: float) -> None:
        role, fields = self._roles[message.topic], message.fields
        camera, _, kind = role.rpartition('_')
        if camera in CAMERAS:
            self._sets.take(camera, kind, fields, stamp_ns(fields))
        elif role in ('tf', 'tf_static'):
            self._tf.take(fields, static=role == 'tf_static')
        elif role == 'joints':
            self._take_joints(fields)
        elif role == 'goal':
            if fields.instruction != self._instruction:
                self._begin('', at)
            self._instruction = fields.instruction
        elif role == 'episode' and fields.episode != self._log.name:
            self._begin(fields.episode, at)
        elif role == 'key_pose':
            self._answer(stamp_ns(fields), values_of(fields), at)
        elif role == 'reached' and 'key_pose' not in self._topics.topics and fields.confidence > 0:
            self._reach(stamp_ns(fields), values_of(fields), at)

    def _begin(self, name: str, at: float) -> None:
        """Begin an episode without memory."""
        self._loaded.policy.reset()
        self._log.begin(name or self._log.name, at)
        self._sets.pinned_ns = None

    def _take_joints(self, fields: Any) -> None:
        known = dict(zip(fields.name, fields.position, strict=True))
        ways = np.array([float(known[name]) for name in FINGERS if name in known])
        if len(ways) == len(FINGERS) and np.isfinite(ways).all():
            self._fingers.append((stamp_ns(fields), ways))
            if len(self._fingers) > 4000:
                del self._fingers[:2000]

    def _reach(self, reached_ns: int, values: Floats, at: float) -> None:
        """Compare a reached key frame with what the images of the one before lead to."""
        seen_ns = (
            self._sets.pinned_ns if self._sets.pinned_ns is not None else self._sets.first_ns()
        )
        self._sets.pinned_ns = reached_ns
        if seen_ns is not None and seen_ns < reached_ns:
            self._answer(seen_ns, values, at)

    def _answer(self, seen_ns: int, values: Floats, at: float) -> None:
        """Ask the policy about the images of a time, and compare with what was recorded."""
        self._log.recorded(Action(seen_ns, values[None]), at)
        began, missing = self._clock(), ''
        answered = np.full(len(values), np.nan)
        views = self._sets.views(seen_ns, WORLD, self._tf)
        if views is None:
            missing = 'images'
        elif not self._instruction.strip():
            missing = 'instruction'
        elif not self._fingers:
            missing = 'fingers'
        else:
            fingers = min(self._fingers, key=lambda each: abs(each[0] - seen_ns))[1]
            words = self._loaded.encode(self._instruction)
            hand = hand_of(float(fingers[0]), float(fingers[1]))
            try:
                answered = row_of(self._loaded.policy.act(views, hand, words))
            except ContractError as error:  # nothing to be seen in the images
                missing = str(error)
        taken_ms = (self._clock() - began) * 1e3
        given = (missing,) if missing else ()
        self._log.answered(
            Answer(Action(seen_ns, answered[None]), not missing, taken_ms, given), at
        )


def space_of(loaded: LoadedManipulation) -> ActionSpace:
    """Say what a policy's answers are."""
    return ActionSpace.of(loaded.checkpoint.contract.actions[0])


def values_of(fields: Any) -> Floats:
    """Read policy_stack/KeyPose as the values (9,) of the contract's action."""
    spot, turn = fields.pose.position, fields.pose.orientation
    return np.array(
        [
            *(spot.x, spot.y, spot.z, turn.x, turn.y, turn.z, turn.w),
            *(fields.gripper, float(fields.ignore_collisions)),
        ]
    )
