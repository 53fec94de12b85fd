"""Who chooses key poses in an episode on the table top: a policy with weights, or the expert."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.motion.outcome import Outcome, OutcomeState
from policy_nodes.policies.key_picture import KeyPicture
from policy_nodes.policies.manipulation import LoadedManipulation
from policy_nodes.policies.sam2act import hand_of
from policy_nodes.policies.sam2act_contract import CAMERAS
from policy_nodes.policies.sam2act_picture import picture_of
from policy_nodes.simulation.tabletop.tasks.task import Waypoint
from policy_nodes.simulation.tabletop.view import View
from policy_nodes.simulation.tabletop.world import TabletopWorld

EXPERT = 'expert'
"""Its name beside those of policies: it knows the scene, so it is what moves can reach at most."""

Views = Mapping[str, View]


class Chosen(NamedTuple):
    """A key pose, and how it was found.

    Attributes:
        key_pose: to go to.
        inference_ms: from images to key pose [ms]; None for the expert.
        picture: what the network looked at, where it was asked for.
    """

    key_pose: KeyPose
    inference_ms: float | None = None
    picture: KeyPicture | None = None


class Player(Protocol):
    """Chooses key poses; one episode at a time.

    Attributes:
        looks: it needs images.
        checkpoint: name of it; empty without one.
    """

    looks: bool
    checkpoint: str

    def begin(self, world: TabletopWorld, instruction: str) -> None:
        """Begin an episode."""

    def choose(self, world: TabletopWorld, views: Views, *, pictured: bool) -> Chosen | None:
        """Choose a key pose from images at rest; None if there is nothing more to do."""

    def told(self, outcome: Outcome) -> None:
        """Hear what became of it."""


class PolicyPlayer:
    """A policy with weights; it keeps its memory itself."""

    looks = True

    def __init__(self, loaded: LoadedManipulation) -> None:
        """Hold a policy that is ready to act."""
        self._loaded = loaded
        self.checkpoint = loaded.checkpoint_name
        self._encoded: dict[str, NDArray[np.float32]] = {}
        self._warm = False

    def begin(self, world: TabletopWorld, instruction: str) -> None:
        """Forget the episode before."""
        if instruction not in self._encoded:
            self._encoded[instruction] = self._loaded.encode(instruction)
        self._language = self._encoded[instruction]
        self._loaded.policy.reset()

    def choose(self, world: TabletopWorld, views: Views, *, pictured: bool) -> Chosen:
        """Ask the policy, and take the time."""
        policy = self._loaded.policy
        seen, hand = [views[camera] for camera in CAMERAS], hand_of(*map(float, world.fingers()))
        if not self._warm:  # the first time of a process says nothing about the others
            policy.act(seen, hand, self._language)
            policy.reset()
            self._warm = True
        began = time.perf_counter()
        key_pose = policy.act(seen, hand, self._language, with_attention=pictured)
        spent = 1e3 * (time.perf_counter() - began)
        return Chosen(key_pose, spent, picture_of(policy) if pictured else None)

    def told(self, outcome: Outcome) -> None:
        """Nothing: the policy looks again."""


class ExpertPlayer:
    """The key poses of a task's script, one after the other; one that failed is tried again."""

    looks = False
    checkpoint = ''

    def __init__(self) -> None:
        """Wait for an episode."""
        self._script: list[Waypoint] = []

    def begin(self, world: TabletopWorld, instruction: str) -> None:
        """Read the script of the scene."""
        self._script = list(world.task.waypoints(world))

    def choose(self, world: TabletopWorld, views: Views, *, pictured: bool) -> Chosen | None:
        """Give the next one."""
        return Chosen(self._script[0].pose) if self._script else None

    def told(self, outcome: Outcome) -> None:
        """Go on if it was reached."""
        if outcome.state is OutcomeState.REACHED:
            del self._script[0]
