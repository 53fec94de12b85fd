"""The figures of a run of key poses, as they go into summary.json and onto the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from policy_nodes.evaluation.intervals import wilson
from policy_nodes.evaluation.manipulation_score import COUNTS, ManipulationScore
from policy_nodes.evaluation.outcomes import ABORTED, SUCCEEDED, TASK_WORDS, TIMEOUT
from policy_nodes.evaluation.report import words
from policy_nodes.evaluation.run_folder import Run, RunEpisode

Plain = dict[str, Any]
ROBOT = 'panda'


def manipulation_totals(run: Run) -> Plain:
    """Count over the episodes of a run; what recordings tell of safety is not among it."""
    episodes = run.episodes
    outcomes = Counter(each.outcome for each in episodes)
    scores = _scores(episodes)
    won = outcomes[SUCCEEDED]
    reasons = Counter[str]()
    for score in scores:
        reasons.update(score.reasons)
    return {
        'episodes': len(episodes),
        'succeeded': won,
        'success': won / len(episodes) if episodes else 0.0,
        'success_ci95': list(wilson(won, len(episodes))),
        'timeout': outcomes[TIMEOUT],
        'aborted': outcomes[ABORTED],
        'given_up': sum(bool(score.why) for score in scores),
        **{name: sum(getattr(score, name) for score in scores) for name in COUNTS[:3]},
        'left_on_the_way': sum(score.aborted for score in scores),
        'reasons': dict(reasons.most_common()),
    }


def times_of_success(run: Run) -> list[float]:
    """Times of the episodes that succeeded [s]."""
    scores = _scores(run.episodes)
    return [score.time_s for score in scores if score.outcome == SUCCEEDED]


def manipulation_table(summary: Plain) -> Table:
    """Lay the episodes of a summary out for the terminal."""
    totals = summary['totals']
    low, high = totals['success_ci95']
    title = (
        f'{totals["succeeded"]} of {totals["episodes"]} did the task '
        f'(95 %: {100 * low:.0f} to {100 * high:.0f} %)'
    )
    table = Table(title=title, title_justify='left', box=SIMPLE_HEAD, padding=0, pad_edge=False)
    table.add_column('epi-\nsode', justify='right', vertical='bottom', no_wrap=True)
    table.add_column(' task', vertical='bottom', no_wrap=True)
    table.add_column(' outcome', vertical='bottom', no_wrap=True)
    for heading in ('time\ns', 'key\nposes', 're-\nfused', 'on the\nway', 'thinking\nms'):
        table.add_column(heading, justify='right', vertical='bottom', no_wrap=True)
    for episode in summary['episodes']:
        outcome = episode['outcome']
        table.add_row(
            str(episode['index']),
            Text(f' {episode.get("task", "")}'),
            Text(f' {TASK_WORDS.get(outcome, outcome)}'),
            words.decimal(episode.get('time_s', episode.get('recorded_s')), 1),
            *(
                str(episode.get(name, words.MISSING))
                for name in ('key_poses', 'refused', 'aborted')
            ),
            words.spread(episode.get('inference_ms')),
        )
    return table


def _scores(episodes: Sequence[RunEpisode]) -> list[ManipulationScore]:
    return [each.score for each in episodes if isinstance(each.score, ManipulationScore)]
