"""Run a navigation policy through many crowd episodes in one process, batched."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from policy_nodes.policies.navigation import NavigationPolicy
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.obstacle_contact import ROBOT_BODY
from policy_nodes.simulation.crowd.reward import RUNNING
from policy_nodes.simulation.crowd.world import CrowdWorld, Feedback, State

TIME_STEP = 0.1


@dataclass(frozen=True)
class EpisodeTable:
    """One row an episode.

    Attributes:
        outcome: (episodes,) codes of simulation.crowd.reward.
        time: (episodes,) from start to end [s].
        path: (episodes,) distance driven [m].
        person_gap: (episodes,) smallest free distance to a person [m].
        obstacle_gap: (episodes,) smallest free distance to an obstacle or wall [m].
        intrusion: (episodes,) share of steps uncomfortably near a person.
        jerk: (episodes,) mean absolute jerk along the path [m/s^3].
        reward: (episodes,) sum over the episode.
    """

    outcome: NDArray[np.int64]
    time: NDArray[np.float64]
    path: NDArray[np.float64]
    person_gap: NDArray[np.float64]
    obstacle_gap: NDArray[np.float64]
    intrusion: NDArray[np.float64]
    jerk: NDArray[np.float64]
    reward: NDArray[np.float64]


class _Tally:
    """Running sums of the episodes under way; one row a world."""

    def __init__(self, worlds: int, device: torch.device) -> None:
        self.sums = {
            name: torch.zeros(worlds, device=device)
            for name in ('path', 'intrusion', 'jerk', 'reward', 'steps')
        }
        self.person_gap = torch.full((worlds,), torch.inf, device=device)
        self.obstacle_gap = torch.full((worlds,), torch.inf, device=device)
        self.v = torch.zeros((worlds, 2), device=device)

    def add(self, before: State, after: State, feedback: Feedback, nearest: Tensor) -> None:
        """Count one step."""
        v = after.next_twist[:, 0]
        # jerk needs three speeds; the first two steps of an episode stand still by design
        jerk = (v - 2 * self.v[:, 0] + self.v[:, 1]).abs() / TIME_STEP**2
        travel = (after.pose[:, :2] - before.pose[:, :2]).norm(dim=1)
        self.v = torch.stack((v, self.v[:, 0]), dim=1)
        running = (feedback.outcome == RUNNING).to(v.dtype)
        self.sums['path'] += travel * running
        self.sums['jerk'] += jerk * running
        self.sums['steps'] += running
        self.sums['intrusion'] += feedback.intrusion
        self.sums['reward'] += feedback.reward
        self.person_gap = torch.minimum(self.person_gap, feedback.person_gap)
        self.obstacle_gap = torch.minimum(self.obstacle_gap, nearest)

    def columns(self, outcome: Tensor, done: Tensor) -> dict[str, Tensor]:
        """Columns of `EpisodeTable` for the worlds that are done (worlds,)."""
        steps = self.sums['steps']
        made = {
            'outcome': outcome,
            'time': steps * TIME_STEP,
            'path': self.sums['path'],
            'person_gap': self.person_gap,
            'obstacle_gap': self.obstacle_gap - ROBOT_BODY,
            'intrusion': self.sums['intrusion'] / steps.clamp_min(1),
            'jerk': self.sums['jerk'] / steps.clamp_min(1),
            'reward': self.sums['reward'],
        }
        return {name: value[done] for name, value in made.items()}

    def select(self, rows: Tensor) -> None:
        """Go on with some worlds only, by index (n,)."""
        self.sums = {name: value[rows] for name, value in self.sums.items()}
        self.person_gap, self.obstacle_gap = self.person_gap[rows], self.obstacle_gap[rows]
        self.v = self.v[rows]

    def clear(self, done: Tensor) -> None:
        """Start anew where done (worlds,)."""
        for value in self.sums.values():
            value[done] = 0
        self.person_gap[done] = torch.inf
        self.obstacle_gap[done] = torch.inf
        self.v[done] = 0


@torch.inference_mode()
def run_episodes(
    policy: NavigationPolicy,
    episodes: Episodes,
    *,
    batch: int = 256,
    on_done: Callable[[Tensor], None] | None = None,
) -> EpisodeTable:
    """Drive every episode to its end.

    Args:
        policy: acts on a batch of worlds; a world that ends takes up the next episode.
        episodes: what to run.
        batch: worlds at a time.
        on_done: told the outcomes (n,) of the episodes that ended just now, for a progress bar.

    Returns:
        The table in the order of the episodes.
    """
    total, device = len(episodes), episodes.seed.device
    world = CrowdWorld(episodes)
    rows = torch.arange(min(batch, total), device=device)
    upcoming = len(rows)
    state, tally = world.start(rows), _Tally(len(rows), device)
    columns = {name: np.zeros(total) for name in EpisodeTable.__annotations__}
    policy.reset(torch.ones_like(rows, dtype=torch.bool))
    while len(rows):
        view = world.observe(state)
        moved, feedback = world.step(state, policy.act(view))
        tally.add(state, moved, feedback, view.ranges.amin(1))
        state = moved
        done = feedback.outcome != RUNNING
        if not done.any():
            continue
        for name, value in tally.columns(feedback.outcome, done).items():
            columns[name][rows[done].cpu().numpy()] = value.cpu().numpy()
        finished = done.nonzero()[:, 0]
        if on_done is not None:
            on_done(feedback.outcome[done])
        fresh = finished[: total - upcoming]
        rows[fresh] = torch.arange(upcoming, upcoming + len(fresh), device=device)
        upcoming += len(fresh)
        state = state.where(done, world.start(rows))
        tally.clear(done)
        policy.reset(done)
        if len(fresh) < len(finished):
            # fewer episodes are left than worlds: go on with those that still run
            keep = torch.ones_like(done)
            keep[finished[len(fresh) :]] = False
            kept = keep.nonzero()[:, 0]
            rows, state = rows[kept], state.select(kept)
            tally.select(kept)
            policy.select(kept)
    outcome = columns.pop('outcome').astype(np.int64)
    return EpisodeTable(outcome=outcome, **columns)
