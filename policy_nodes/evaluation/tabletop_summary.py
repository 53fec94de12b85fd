"""Turns episodes on the table top into the rows that `eval panda` prints and writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from policy_nodes.evaluation.intervals import bootstrap_mean, interval_of_mean, wilson
from policy_nodes.evaluation.outcomes import ABORTED, SUCCEEDED, TIMEOUT
from policy_nodes.evaluation.tabletop_blocks import TabletopEntry, TabletopResult
from policy_nodes.evaluation.tabletop_choice import chance_of
from policy_nodes.evaluation.tabletop_conditions import USUAL
from policy_nodes.simulation.tabletop.tasks.registry import MEMORY_TASKS, TASKS

Row = dict[str, Any]
Episode = tuple[int, int]  # seed and index
Results = Mapping[Episode, TabletopResult]

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        'eight': tuple(name for name in TASKS if name not in MEMORY_TASKS),
        'memory': tuple(MEMORY_TASKS),
    }
)
"""Tasks whose mean is a row of its own."""


def rows_of(results: Mapping[TabletopEntry, Results]) -> list[Row]:
    """Summarise each policy at each task, and the groups of which every task is there.

    The keys are described in docs/reference/run_files.md.

    Args:
        results: episodes of each entry by seed and index, in the order of the rows.
    """
    rows = [_row(entry, list(found.values())) for entry, found in results.items()]
    for row, (entry, found) in zip(rows, results.items(), strict=True):
        usual = _usual(results, entry)
        row |= _drop([(found, usual)]) if usual is not None else {}
    for condition in dict.fromkeys(entry.condition for entry in results):
        for name in GROUPS:
            for policy in dict.fromkeys(entry.policy for entry in results):
                rows += _group(results, rows, name, policy, condition)
    return rows


def _row(entry: TabletopEntry, episodes: Sequence[TabletopResult]) -> Row:
    return {
        'policy': entry.policy,
        'task': entry.task,
        'condition': entry.condition,
        **_measures(episodes),
        **_choices(episodes),
        'chance': chance_of(entry.task),
    }


def _measures(episodes: Sequence[TabletopResult]) -> Row:
    count = len(episodes)
    won = sum(each.outcome == SUCCEEDED for each in episodes)
    steps = sum(each.steps for each in episodes)
    times = [spent for each in episodes for spent in each.inference_ms]
    refusals = Counter(code for each in episodes for code in each.refusals)
    return {
        'episodes': count,
        'success': won / count if count else 0.0,
        'ci95': list(wilson(won, count)),
        'steps': steps / count if count else None,
        'infer_ms_p50': _quantile(times, 0.5),
        'infer_ms_p99': _quantile(times, 0.99),
        'timeout': _share(episodes, TIMEOUT),
        'aborted': _share(episodes, ABORTED),
        'time_s': _mean(each.time_s for each in episodes if each.outcome == SUCCEEDED),
        'steps_succeeded': _mean(each.steps for each in episodes if each.outcome == SUCCEEDED),
        'refused': refusals.total() / steps if steps else 0.0,
        'refusals': dict(refusals.most_common()),
    }


def _choices(episodes: Sequence[TabletopResult]) -> Row:
    """First choices; every answer counts the same, however often it was drawn.

    So whatever is chosen without memory, even the same ever, is right by chance alone.
    """
    counts: dict[int, tuple[int, int]] = {}
    for each in sorted(episodes, key=lambda each: each.variation):
        if each.first_choice is not None:
            right, made = counts.get(each.variation, (0, 0))
            counts[each.variation] = right + each.first_choice, made + 1
    each_way = [(right / made, wilson(right, made)) for right, made in counts.values()]
    return _choice_mean(each_way) | {
        'choices': {str(answer): list(count) for answer, count in counts.items()}
    }


def _choice_mean(each_way: Sequence[tuple[float, Sequence[float]]]) -> Row:
    """Mean of shares with its interval; None of none."""
    if not each_way:
        return {'first_choice': None, 'first_choice_ci95': None}
    shares, intervals = zip(*each_way, strict=True)
    interval = interval_of_mean(shares, intervals)
    return {'first_choice': float(np.mean(shares)), 'first_choice_ci95': list(interval)}


def _group(
    results: Mapping[TabletopEntry, Results],
    rows: Sequence[Row],
    name: str,
    policy: str,
    condition: str,
) -> list[Row]:
    """The row of a group's mean; none where a task of it is missing."""
    tasks = GROUPS[name]
    own = {
        entry.task: found
        for entry, found in results.items()
        if entry.policy == policy and entry.condition == condition and entry.task in tasks
    }
    if set(own) != set(tasks):
        return []
    parts = [
        row
        for row in rows
        if row['policy'] == policy and row['condition'] == condition and row['task'] in tasks
    ]
    lowest = min(parts, key=lambda row: row['success'])
    pooled = _measures([each for found in own.values() for each in found.values()])
    chances = [row['chance'] for row in parts if row['chance'] is not None]
    choices = [
        (row['first_choice'], row['first_choice_ci95'])
        for row in parts
        if row['first_choice'] is not None
    ]
    made = {
        'policy': policy,
        'task': name,
        'condition': condition,
        **pooled,
        # as many episodes of each task, unless it ended early
        'success': float(np.mean([row['success'] for row in parts])),
        **_choice_mean(choices if len(choices) == len(parts) else []),
        'chance': float(np.mean(chances)) if chances else None,
        'tasks': list(tasks),
        'lowest_task': lowest['task'],
        'lowest_success': lowest['success'],
    }
    pairs = [
        (found, usual)
        for entry, found in results.items()
        if entry.policy == policy and entry.condition == condition and entry.task in tasks
        if (usual := _usual(results, entry)) is not None
    ]
    return [made | (_drop(pairs) if len(pairs) == len(tasks) else {})]


def _usual(results: Mapping[TabletopEntry, Results], entry: TabletopEntry) -> Results | None:
    """Episodes of the same policy and task as usual; None for the usual condition itself."""
    if entry.condition == USUAL:
        return None
    for other, found in results.items():
        if (other.policy, other.task, other.condition) == (entry.policy, entry.task, USUAL):
            return found
    return None


def _drop(pairs: Sequence[tuple[Results, Results]]) -> Row:
    """What success loses against the usual, over the episodes that were driven under both."""
    lost = [
        (usual[episode].outcome == SUCCEEDED) - (changed[episode].outcome == SUCCEEDED)
        for changed, usual in pairs
        for episode in changed
        if episode in usual
    ]
    if len(lost) < 2:
        return {'drop': float(lost[0]) if lost else None, 'drop_ci95': None}
    return {'drop': float(np.mean(lost)), 'drop_ci95': list(bootstrap_mean(lost))}


def _share(episodes: Sequence[TabletopResult], outcome: str) -> float:
    return sum(each.outcome == outcome for each in episodes) / max(len(episodes), 1)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return float(np.mean(found)) if found else None


def _quantile(values: Sequence[float], share: float) -> float | None:
    return float(np.quantile(values, share)) if values else None
