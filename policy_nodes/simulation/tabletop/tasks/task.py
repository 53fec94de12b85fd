"""What a task is to the world and the world to a task."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import mujoco
import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.key_pose import KeyPose

Floats = NDArray[np.float64]


class Draw(NamedTuple):
    """What one episode is drawn from; the same draw builds the same scene.

    Attributes:
        variation: which of the task's variations.
        random: everything else is drawn from it. It must not depend on the variation: then the
            same seed gives the same scene but for the answer.
    """

    variation: int
    random: np.random.Generator


class Waypoint(NamedTuple):
    """One step of a scripted expert.

    Attributes:
        pose: to be reached; a change of its gripper happens once the tip is there.
        straight: the tip goes there on a straight line.
    """

    pose: KeyPose
    straight: bool


class World(Protocol):
    """What a task reads of the world."""

    def tip(self) -> tuple[Floats, Floats]:
        """Position (3,) [m] and quaternion (4,) xyzw of the tip in the world."""

    def body(self, name: str) -> tuple[Floats, Floats]:
        """Position (3,) [m] and quaternion (4,) xyzw of a body in the world."""

    def joint(self, name: str) -> float:
        """Value of a slide [m] or hinge [rad]."""

    def in_contact(self, a: str, b: str) -> bool:
        """Whether two bodies touch."""


class Task(Protocol):
    """One task; an object of it holds one episode at a time.

    Attributes:
        name: in the registry.
        variations: how many there are.
        wordings: in how many ways each is worded.
        succeeded: the task is done; False until `watch` has seen it.
    """

    name: str
    variations: int
    wordings: int

    @property
    def succeeded(self) -> bool:
        """The task is done."""

    def instruction(self, variation: int, wording: int = 0) -> str:
        """Say what is asked."""

    def build(self, spec: mujoco.MjSpec, draw: Draw) -> None:
        """Put the scene of an episode on the table and forget the episode before."""

    def begin(self, world: World) -> None:
        """Note how things stand, once they have settled."""

    def watch(self, world: World) -> None:
        """Look at the world after a control period."""

    def waypoints(self, world: World) -> list[Waypoint]:
        """Say how to do it, from how things stand at the beginning."""
