"""The figures of a run over courses, as they go into summary.json and onto the terminal."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from policy_nodes.evaluation.barkour_gates import SIZES
from policy_nodes.evaluation.course_score import CourseScore
from policy_nodes.evaluation.intervals import wilson
from policy_nodes.evaluation.leg_recording import read_loop
from policy_nodes.evaluation.outcomes import ABORTED, FALLEN, SUCCEEDED, TIMEOUT
from policy_nodes.evaluation.report import words
from policy_nodes.evaluation.run_folder import Run
from policy_nodes.evaluation.spread import spread

Plain = dict[str, Any]
COURSE_ROBOT = 'barkour'
PERIOD_MS = 20.0  # of policies of legs
COURSE_ENDS = {
    SUCCEEDED: 'on the end table',
    FALLEN: 'fell',
    TIMEOUT: 'ran out of time',
    ABORTED: 'was aborted',
}


def course_totals(run: Run) -> Plain:
    """Count over the episodes of a run; what recordings tell of safety is not among it."""
    episodes = run.episodes
    outcomes = Counter(each.outcome for each in episodes)
    scores = course_scores(run)
    values = [each.score for each in scores]
    arrived = outcomes[SUCCEEDED]
    return {
        'episodes': len(episodes),
        'succeeded': arrived,
        'success': arrived / len(episodes) if episodes else 0.0,
        'success_ci95': list(wilson(arrived, len(episodes))),
        'falls': outcomes[FALLEN],
        'timeout': outcomes[TIMEOUT],
        'aborted': outcomes[ABORTED],
        'score_best': max(values, default=None),
        'paper_score_best': max((each.paper_score for each in scores), default=None),
        **loop_timing(run),
        'completed': {kind: sum(kind in each.completed for each in scores) for kind in SIZES},
        'touched': sum(bool(each.touched) for each in scores),
    }


def loop_timing(run: Run) -> Plain:
    """Periods of the policy's loop by its own steady clock, and how far they are from 20 ms."""
    parts = [1e3 * np.diff(read_loop(each.data.path)) for each in run.episodes if each.data]
    periods = np.concatenate(parts) if parts else np.zeros(0)
    return {'period_ms': spread(periods), 'jitter_ms': spread(np.abs(periods - PERIOD_MS))}


def course_scores(run: Run) -> list[CourseScore]:
    """Scores of the episodes that have one."""
    return [each.score for each in run.episodes if isinstance(each.score, CourseScore)]


def course_table(summary: Plain) -> Table:
    """Lay the episodes of a summary out for the terminal."""
    totals = summary['totals']
    mean = totals['score']['mean'] if totals['score'] else None
    jitter = totals.get('jitter_ms')
    beat = f'; jitter of the loop p99 {jitter["p99"]:.1f} ms' if jitter else ''
    title = (
        f'mean score {words.decimal(mean, 3)}, best {words.decimal(totals["score_best"], 3)}; '
        f'{totals["falls"]} of {totals["episodes"]} fell{beat}'
    )
    table = Table(title=title, title_justify='left', box=SIMPLE_HEAD, padding=0, pad_edge=False)
    table.add_column('episode', justify='right', vertical='bottom')
    table.add_column(' outcome', vertical='bottom', no_wrap=True)
    for heading in ('score', ' by the\npaper', ' time\ns', ' gates', ' items', ' way\nm'):
        table.add_column(heading, justify='right', vertical='bottom', no_wrap=True)
    for each in summary['episodes']:
        outcome = each['outcome']
        gates = f'{each["gates_passed"]} / {each["gates"]}' if 'gates' in each else words.MISSING
        table.add_row(
            str(each['index']),
            Text(f' {COURSE_ENDS.get(outcome, outcome)}'),
            words.decimal(each.get('score'), 3),
            words.decimal(each.get('paper_score'), 2),
            words.decimal(each.get('course_s'), 2),
            gates,
            str(len(each['completed'])) if 'completed' in each else words.MISSING,
            words.decimal(each.get('path_m'), 2),
        )
    return table
