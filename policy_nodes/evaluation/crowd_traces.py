"""Drives a few crowd episodes and keeps every step, for pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from policy_nodes.policies.navigation import NavigationPolicy
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.reward import RUNNING
from policy_nodes.simulation.crowd.world import CrowdWorld

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CrowdTrace:
    """One episode, step by step, in the frame of the world.

    Attributes:
        outcome: code of simulation.crowd.reward.
        pose: (steps, 3) of the robot x, y [m], yaw [rad].
        people: (steps, people, 2) [m]; NaN where nobody is.
        goal: (2,) [m].
        boxes: (boxes, 4) x_low, y_low, x_high, y_high [m].
        discs: (discs, 3) x, y, radius [m].
        segments: (segments, 4) x1, y1, x2, y2 [m].
        wall: half size of the walled arena [m]; infinite without walls.
    """

    outcome: int
    pose: Floats
    people: Floats
    goal: Floats
    boxes: Floats
    discs: Floats
    segments: Floats
    wall: float


@torch.inference_mode()
def trace_episodes(policy: NavigationPolicy, episodes: Episodes) -> list[CrowdTrace]:
    """Drive all episodes at once and keep what happened; meant for a handful.

    Args:
        policy: drives.
        episodes: what to drive.
    """
    world = CrowdWorld(episodes)
    rows = torch.arange(len(episodes), device=episodes.seed.device)
    state = world.start(rows)
    policy.reset(torch.ones_like(rows, dtype=torch.bool))
    outcome = torch.full_like(rows, RUNNING)
    poses, people = [], []
    lengths = torch.zeros_like(rows)
    while bool((outcome == RUNNING).any()):
        here = torch.where(world.present(state)[..., None], state.people, torch.nan)
        poses.append(state.pose.cpu().numpy())
        people.append(here.cpu().numpy())
        lengths += (outcome == RUNNING).long()
        state, feedback = world.step(state, policy.act(world.observe(state)))
        outcome = torch.where(outcome == RUNNING, feedback.outcome, outcome)
    pose, walkers = np.stack(poses).astype(np.float64), np.stack(people).astype(np.float64)
    return [
        still_world(
            episodes,
            row,
            int(outcome[row]),
            pose[: int(lengths[row]), row],
            walkers[: int(lengths[row]), row],
        )
        for row in range(len(episodes))
    ]


def still_world(
    episodes: Episodes, row: int, outcome: int, pose: Floats, people: Floats
) -> CrowdTrace:
    """Put what moved in an episode into the world where it did.

    Args:
        episodes: the batch.
        row: of the episode.
        outcome: code of simulation.crowd.reward.
        pose: (steps, 3) of the robot x, y [m], yaw [rad].
        people: (steps, people, 2) [m].
    """
    return CrowdTrace(
        outcome,
        pose,
        people,
        _rows(episodes.goal[row][None])[0],
        _rows(episodes.boxes[row]),
        _rows(episodes.discs[row]),
        _rows(episodes.segments[row]),
        float(episodes.wall[row]),
    )


def _rows(value: torch.Tensor) -> Floats:
    """Rows of a padded table that are in use."""
    table = value.cpu().numpy().astype(np.float64)
    return table[np.isfinite(table).all(axis=1)]
