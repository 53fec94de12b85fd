"""Scene, variation and wording of each episode of a run, alike in evaluation and simulator."""

from __future__ import annotations

from typing import NamedTuple

from policy_nodes.simulation.tabletop.tasks.task import Task


class EpisodeDraw(NamedTuple):
    """One episode.

    Attributes:
        seed: of its scene.
        variation: of the task.
        wording: of the instruction.
    """

    seed: int
    variation: int
    wording: int


def draw_episode(task: Task, seed: int, index: int, variation: int | None = None) -> EpisodeDraw:
    """Draw an episode of a run.

    Variations come in turn, so that no answer of a memory task is right more often than another,
    and a wording tells nothing about the variation: each goes through all wordings.

    Args:
        task: that is done.
        seed: of the run, below 2^32.
        index: of the episode, below 2^32; no two episodes share a scene.
        variation: instead of the one whose turn it is.
    """
    turn, wording = divmod(seed + index, task.wordings)
    if variation is None:
        variation = turn % task.variations
    return EpisodeDraw((seed << 32) | index, variation, wording)
