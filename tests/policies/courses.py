"""Small courses for whole drives, and a record of what a policy asked for on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from policy_nodes.policies.navigation import NavigationPolicy
from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.reward import RUNNING
from policy_nodes.simulation.crowd.scenario import SCENARIOS
from policy_nodes.simulation.crowd.world import CrowdWorld


@dataclass(frozen=True)
class Drive:
    """One drive of each robot.

    Attributes:
        outcome: (rows,) how it ended.
        asked: (steps, rows, 2).
        gap: (rows,) smallest free distance to a person [m].
        path: (steps, rows, 3).
    """

    outcome: torch.Tensor
    asked: torch.Tensor
    gap: torch.Tensor
    path: torch.Tensor


def scenario(name='rand', count=8, seed=900) -> Episodes:
    """Some episodes of a scenario."""
    return generate(SCENARIOS[name], episode_seeds(seed, 0, count, 'cpu'))


def course(start=(-2.5, 0.0, 0.0), goal=(2.5, 0.0), people=(), goals=None, boxes=()) -> Episodes:
    """One episode in an open place; people walk to their goals, or stand, and do not react."""
    plain = scenario(count=1)
    slots = plain.people
    where, aims = torch.zeros(1, slots, 2), torch.zeros(1, slots, 2)
    here = torch.arange(slots)[None] < len(people)
    if people:
        where[0, : len(people)] = torch.tensor(people)
        aims[0, : len(people)] = torch.tensor(goals if goals is not None else people)
    solid = torch.full((1, max(1, len(boxes)), 4), torch.nan)
    if boxes:
        solid[0] = torch.tensor(boxes)
    return replace(
        plain,
        start=torch.tensor([start]),
        goal=torch.tensor([goal]),
        boxes=solid,
        shunned=solid,
        present=here,
        walking=here & (goals is not None),
        reacts=torch.zeros_like(here),
        people_start=where,
        people_goals=aims[:, :, None],
        goal_count=torch.ones_like(plain.goal_count),
        roams=torch.tensor([False]),
    )


@torch.inference_mode()
def drive(policy: NavigationPolicy, episodes: Episodes, steps=500) -> Drive:
    """Drive all episodes at once, until all have ended or for so many steps."""
    world = CrowdWorld(episodes)
    rows = torch.arange(len(episodes))
    state = world.start(rows)
    policy.reset(torch.ones_like(rows, dtype=torch.bool))
    outcome = torch.full_like(rows, RUNNING)
    gap = torch.full((len(rows),), torch.inf)
    asked, path = [], []
    for _ in range(steps):
        asked.append(policy.act(world.observe(state)).clone())
        path.append(state.pose)
        state, feedback = world.step(state, asked[-1])
        runs = outcome == RUNNING
        gap = torch.where(runs, torch.minimum(gap, feedback.person_gap), gap)
        outcome = torch.where(runs, feedback.outcome, outcome)
        if (outcome != RUNNING).all():
            break
    return Drive(outcome, torch.stack(asked), gap, torch.stack(path))
