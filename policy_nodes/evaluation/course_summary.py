"""Turns runs over courses into the rows that `eval barkour` prints and writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from policy_nodes.evaluation.barkour_gates import SIZES
from policy_nodes.evaluation.course_blocks import CourseEntry, CourseResult
from policy_nodes.evaluation.course_score import CourseScore
from policy_nodes.evaluation.intervals import bootstrap_mean
from policy_nodes.evaluation.outcomes import FALLEN, SUCCEEDED, TIMEOUT

Row = dict[str, Any]
Results = Mapping[int, CourseResult]
# hardware runs of the paper, arXiv 2305.14654; of 71 runs of its specialists 6 fell
PAPER = {'specialists': {'runs': 71, 'score_mean': 0.77, 'score_best': 0.91, 'falls': 6}}


def rows_of(results: Mapping[CourseEntry, Results]) -> list[Row]:
    """Summarise each policy on each course under each solver.

    The keys are described in docs/reference/run_files.md.

    Args:
        results: runs of each entry by index, in the order of the rows.
    """
    return [
        _row(entry, list(found.values())) | _lost(results, entry, found)
        for entry, found in results.items()
    ]


def _row(entry: CourseEntry, runs: Sequence[CourseResult]) -> Row:
    scores = [each.score for each in runs]
    values = [each.score for each in scores]
    times = [each.course_s for each in scores if each.outcome == SUCCEEDED]
    spent = np.concatenate([each.inference_ms for each in runs]) if runs else np.zeros(0)
    reasons: Counter[str] = Counter()
    for each in runs:
        reasons.update(each.reasons)
    return {
        'policy': entry.policy,
        'runs': len(runs),
        'score_mean': _mean(values),
        'score_best': max(values, default=None),
        'falls': _count(scores, FALLEN),
        'time_s': _mean(times),
        'ci95': _interval(values),
        'course': entry.course,
        'solver': entry.solver,
        'score_worst': min(values, default=None),
        'paper_score_mean': _mean([each.paper_score for each in scores]),
        'arrived': _count(scores, SUCCEEDED),
        'timeout': _count(scores, TIMEOUT),
        'completed': {kind: sum(kind in each.completed for each in scores) for kind in SIZES},
        'touched': sum(bool(each.touched) for each in scores),
        'infer_ms_p50': float(np.percentile(spent, 50)) if len(spent) else None,
        'infer_ms_p99': float(np.percentile(spent, 99)) if len(spent) else None,
        'interventions': dict(reasons.most_common()),
        'scores': [round(each, 4) for each in values],
    }


def _lost(results: Mapping[CourseEntry, Results], entry: CourseEntry, found: Results) -> Row:
    """What the score loses against the first course and solver, over the runs driven on both."""
    usual = next((each for each in results if each.policy == entry.policy), entry)
    pairs = [
        results[usual][index].score.score - each.score.score
        for index, each in found.items()
        if index in results[usual]
    ]
    if usual == entry or not pairs:
        return {'lost': None, 'lost_ci95': None}
    return {'lost': float(np.mean(pairs)), 'lost_ci95': _interval(pairs)}


def _count(scores: Sequence[CourseScore], outcome: str) -> int:
    return sum(each.outcome == outcome for each in scores)


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _interval(values: Sequence[float]) -> list[float] | None:
    return list(bootstrap_mean(values)) if len(values) > 1 else None
