"""Puts scored bags together: policies side by side, with intervals, and against a baseline."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from policy_nodes.evaluation.intervals import bootstrap_mean
from policy_nodes.evaluation.replay.policy_choice import RECORDED
from policy_nodes.evaluation.replay.score_values import episode_values, measured_of, safety_of

# of these more is better; of all others less
MORE = ('asked_share', 'held_share')
NEITHER = ('recorded_jerk',)
_ROUNDING = 1e-12

Result = Mapping[str, Any]


def scores(results: Sequence[Result], baseline: str | None, seed: int) -> dict[str, Any]:
    """Summarise scored bags.

    Args:
        results: of `score_bag`, of every bag with every policy.
        baseline: policy that the others are compared with; None compares nothing.
        seed: of the bootstrap.

    Returns:
        Plain values as they are written to summary.json.
    """
    policies = list(dict.fromkeys(each['policy'] for each in results))
    by_policy = {name: [each for each in results if each['policy'] == name] for name in policies}
    entries = [_entry(name, by_policy[name], seed) for name in policies]
    differences = []
    if baseline is not None:
        differences = [
            _difference(name, by_policy[name], by_policy[baseline], seed)
            for name in policies
            if name not in (baseline, RECORDED)
        ]
    return {
        'policies': entries,
        'baseline': baseline,
        'differences': differences,
        'runs': [_run(each) for each in results if 'problem' not in each],
        'problems': [dict(each) for each in results if 'problem' in each],
        'seed': seed,
        'version': _version(),
    }


def _entry(name: str, results: Sequence[Result], seed: int) -> dict[str, Any]:
    scored = [each for each in results if 'problem' not in each]
    values = _by_figure([row for each in scored for row in _episodes(each)])
    return {
        'policy': name,
        'robot': scored[0]['robot'] if scored else None,
        'checkpoints': scored[0]['policy_facts']['checkpoints'] if scored else [],
        'sha256': scored[0]['policy_facts']['sha256'] if scored else [],
        'bags': len(scored),
        'unscored': len(results) - len(scored),
        'episodes': sum(len(each['episodes']) for each in scored),
        'action': scored[0]['action'] if scored else None,
        'figures': {figure: _mean(them, seed) for figure, them in values.items()},
        'safety': safety_of(scored),
        'measured': measured_of(scored) if scored else None,
    }


def _difference(
    name: str, results: Sequence[Result], base: Sequence[Result], seed: int
) -> dict[str, Any]:
    """Compare the same episodes of the same bags."""
    known = {each['path']: _episodes(each) for each in base if 'problem' not in each}
    apart: list[dict[str, float]] = []
    for each in results:
        if 'problem' in each:
            continue
        for mine, theirs in zip(_episodes(each), known.get(each['path'], []), strict=False):
            apart.append({key: mine[key] - theirs[key] for key in mine if key in theirs})
    figures = {}
    for figure, values in _by_figure(apart).items():
        if figure.partition('.')[0] in NEITHER:
            continue
        mean = _mean(values, seed)
        figures[figure] = mean | {'verdict': _verdict(figure, mean['ci95'])}
    return {'policy': name, 'figures': figures}


def _verdict(figure: str, interval: Sequence[float] | None) -> str:
    """`better` or `worse` where the interval leaves no doubt; else empty."""
    if interval is None:
        return ''
    low, high = interval
    if figure.partition('.')[0] in MORE:
        low, high = -high, -low
    return 'better' if high < -_ROUNDING else 'worse' if low > _ROUNDING else ''


def _episodes(result: Result) -> list[dict[str, float]]:
    return [episode_values(result, each) for each in result['episodes']]


def _by_figure(rows: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row[name] for row in rows if name in row] for name in names}


def _mean(values: Sequence[float], seed: int) -> dict[str, Any]:
    low, high = bootstrap_mean(values, seed=seed)
    return {
        'mean': math.fsum(values) / len(values),
        'ci95': None if math.isnan(low) else [low, high],
        'episodes': len(values),
    }


def _run(result: Result) -> dict[str, Any]:
    """One bag with one policy, without what only pictures need."""
    found = {key: value for key, value in result.items() if key not in ('curves', 'policy_facts')}
    measured = dict(found['measured'])
    if measured['latency_ms'] is not None:
        measured['latency_ms'] = {
            key: value for key, value in measured['latency_ms'].items() if key != 'bins'
        }
    return found | {'measured': measured}


def _version() -> str:
    try:
        return version('policy-stack')
    except PackageNotFoundError:
        return ''
