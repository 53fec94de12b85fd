"""Turns tables of navigation episodes into the rows that `policy-stack eval` prints and writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.evaluation.intervals import wilson
from policy_nodes.evaluation.outcomes import (
    COLLISION_HUMAN,
    COLLISION_OBSTACLE,
    COLLISION_WALL,
    OUTCOMES,
    SUCCEEDED,
    TIMEOUT,
)

if TYPE_CHECKING:  # the tables come from torch worlds; the rows need none of it
    from policy_nodes.evaluation.crowd_episodes import EpisodeTable

Row = dict[str, Any]
_CODES = {name: code for code, name in OUTCOMES.items()}


def rows_of(
    tables: Mapping[tuple[str, str], EpisodeTable],
    *,
    seed: int | None = None,
    checkpoints: Mapping[tuple[str, str], str] | None = None,
) -> list[Row]:
    """Summarise each policy in each scenario by one row of plain values.

    Keys of a row:
        policy, scenario: names.
        episodes: how many were driven.
        success, collision_human, collision_obstacle, timeout: shares of the episodes, which add
            up to one. A wall counts as an obstacle.
        collision_wall: share that ended at a wall; part of collision_obstacle.
        time_s, path_m: mean duration [s] and driven distance [m] of the successful episodes,
            as the field reports them; None without one.
        ci95: [low, high] of success, by Wilson.
        person_gap_m, obstacle_gap_m: mean over episodes of the smallest free distance [m];
            None where there was nobody or nothing.
        intrusion: mean share of steps uncomfortably near a person.
        jerk: mean absolute jerk along the path [m/s^3].
        seed, checkpoint: as given.

    Args:
        tables: by policy and scenario.
        seed: that the episodes were drawn with.
        checkpoints: name of the checkpoint by policy and scenario; policies without weights have
            none.
    """
    named = checkpoints or {}
    return [
        _row(policy, scenario, table) | {'seed': seed, 'checkpoint': named.get((policy, scenario))}
        for (policy, scenario), table in tables.items()
    ]


def _row(policy: str, scenario: str, table: EpisodeTable) -> Row:
    episodes = len(table.outcome)
    won = table.outcome == _CODES[SUCCEEDED]

    def share(*outcomes: str) -> float:
        codes = [_CODES[outcome] for outcome in outcomes]
        return float(np.isin(table.outcome, codes).mean()) if episodes else 0.0

    return {
        'policy': policy,
        'scenario': scenario,
        'episodes': episodes,
        'success': share(SUCCEEDED),
        'collision_human': share(COLLISION_HUMAN),
        'collision_obstacle': share(COLLISION_OBSTACLE, COLLISION_WALL),
        'timeout': share(TIMEOUT),
        'time_s': _mean(table.time[won]),
        'path_m': _mean(table.path[won]),
        'ci95': list(wilson(int(won.sum()), episodes)),
        'collision_wall': share(COLLISION_WALL),
        'person_gap_m': _mean(table.person_gap),
        'obstacle_gap_m': _mean(table.obstacle_gap),
        'intrusion': _mean(table.intrusion),
        'jerk': _mean(table.jerk),
    }


def _mean(values: NDArray[np.float64]) -> float | None:
    """Mean of what is finite: a gap is infinite where nobody was near."""
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else None
