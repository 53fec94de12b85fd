"""The page that tells how a run of legs over courses went."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from policy_nodes.evaluation.barkour_courses import course_of
from policy_nodes.evaluation.barkour_samples import filled
from policy_nodes.evaluation.barkour_score import score_track
from policy_nodes.evaluation.course_score import CourseScore
from policy_nodes.evaluation.leg_recording import LegRecord
from policy_nodes.evaluation.outcomes import SUCCEEDED
from policy_nodes.evaluation.report import picture, words
from policy_nodes.evaluation.report.checkpoint_section import checkpoint_section
from policy_nodes.evaluation.report.course_figure import course_figure
from policy_nodes.evaluation.report.course_score_figure import course_score_figure
from policy_nodes.evaluation.report.leg_section import leg_section
from policy_nodes.evaluation.report.page import Column, Html, cards, figure, page, table, tag
from policy_nodes.evaluation.report.safety_section import safety_section
from policy_nodes.evaluation.run_course import COURSE_ENDS, course_scores
from policy_nodes.evaluation.run_folder import Run, RunEpisode

Plain = dict[str, Any]

MOST_EPISODES = 30  # drawn
_COLUMNS = (
    Column('episode'),
    Column('outcome', 'text'),
    Column('score'),
    Column('by the paper'),
    Column('time s'),
    Column('gates'),
    Column('items that count', 'text wrap'),
    Column('way m'),
)


def course_run_page(
    run: Run,
    summary: Plain,
    animation: bytes | None,
    still: bytes | None,
    legs: Mapping[int, LegRecord] | None = None,
) -> str:
    """Write the page.

    Args:
        run: what happened.
        summary: its figures.
        animation: GIF to show; None without one.
        still: PNG for readers who asked for no motion.
        legs: of episodes, by index.
    """
    info = run.info
    title = f'{info.robot}, course {info.scenario or "unknown"}'
    told = [each for each in (info.note, *run.notes) if each]
    driver = f'policy {info.policy}' if info.policy else 'policy unknown'
    if info.checkpoint:
        driver += f' with checkpoint {info.checkpoint}'
    headline = ' · '.join(
        each for each in (driver, f'seed {info.seed}', info.started, info.runtime) if each
    )
    scores = {info.policy or 'this run': [each.score for each in course_scores(run)]}
    return page(
        f'Run report: {title}',
        tag('header', tag('h1', title), tag('p', headline, cls='quiet')),
        _cards(summary['totals']),
        tag('div', *(tag('p', each) for each in told), cls='notes', role='note')
        if told
        else Html(''),
        _animation(animation, still),
        tag(
            'section',
            tag('h2', 'Scores'),
            figure(
                course_score_figure(scores, 'scores'),
                'Each dot is an episode, the bar is their mean; official semantics.',
            ),
        ),
        tag(
            'section',
            tag('h2', 'Episodes'),
            table(_COLUMNS, [_row(each) for each in summary['episodes']]),
        ),
        *(
            _episode(each, info.robot, (legs or {}).get(each.index))
            for each in run.episodes[:MOST_EPISODES]
        ),
        safety_section(summary['totals']),
        checkpoint_section(summary['checkpoint'], info.checkpoint),
    )


def _cards(totals: Plain) -> Html:
    score, paper = totals['score'], totals['paper_score']
    count, time = totals['episodes'], totals['time_s']
    sure = words.interval(score and score['ci95'], places=3)
    return cards(
        [
            ('mean score', words.decimal(score and score['mean'], 3), sure),
            ('best score', words.decimal(totals['score_best'], 3), 'official semantics'),
            ('by the paper', words.decimal(paper and paper['mean'], 3), 'mean'),
            ('falls', f'{totals["falls"]} of {count}', f'time-outs {totals["timeout"]}'),
            (
                'on the end table',
                f'{totals["succeeded"]} of {count}',
                f'{words.interval(totals["success_ci95"], 100)} %',
            ),
            ('time', words.decimal(time and time['mean'], 2, 's'), 'where it arrived'),
            *_timing(totals),
            ('touched the jump', f'{totals["touched"]} of {count}', 'which fails it'),
        ]
    )


def _timing(totals: Plain) -> list[tuple[str, str, str]]:
    jitter, inference = totals.get('jitter_ms'), totals.get('inference_ms')
    if not jitter:
        return []
    spent = f'inference p99 {words.decimal(inference and inference["p99"], 1, "ms")}'
    return [('jitter of the loop, p99', words.decimal(jitter['p99'], 2, 'ms'), spent)]


def _animation(animation: bytes | None, still: bytes | None) -> Html:
    if animation is None or still is None:
        return Html('')
    described = (
        'The episodes one after another: the course from above with the gates passed, and the '
        'legs from the right.'
    )
    return tag(
        'section',
        tag('h2', 'What happened'),
        figure(picture.animation(animation, still, described)),
    )


def _row(episode: Plain) -> list[str | Html]:
    end = COURSE_ENDS.get(episode['outcome'], episode['outcome'])
    gates = f'{episode["gates_passed"]} / {episode["gates"]}' if 'gates' in episode else ''
    counted = ', '.join(each.replace('_', ' ') for each in episode.get('completed', ()))
    return [
        str(episode['index']),
        end if episode['outcome'] == SUCCEEDED else tag('span', end, cls='bad'),
        words.decimal(episode.get('score'), 3),
        words.decimal(episode.get('paper_score'), 2),
        words.decimal(episode.get('course_s')),
        gates or words.MISSING,
        counted or words.MISSING,
        words.decimal(episode.get('path_m')),
    ]


def _episode(episode: RunEpisode, robot: str, legs: LegRecord | None) -> Html:
    """The path of an episode that was recorded and ran over a course, and its legs."""
    data, score = episode.data, episode.score
    if data is None:
        return Html('')
    within = (data.motion.time >= 0) & (data.motion.time <= data.end)
    track = np.column_stack((data.motion.time[within], data.motion.pose[within, :2]))
    try:
        course = course_of(score.course if isinstance(score, CourseScore) else data.scenario)
    except ValueError:
        return Html('')
    if len(track) < 2:
        return Html('')
    rows = [(row[0], row[1], row[2]) for row in track.tolist()]
    dense = [rows[0], *(each for two in pairwise(rows) for each in filled(*two))]
    touched = isinstance(score, CourseScore) and bool(score.touched)
    result = score_track(dense, course=course, touched_jump=touched)
    drawn = course_figure(course, track, result, f'course-{episode.index}')
    end = COURSE_ENDS.get(episode.outcome, episode.outcome)
    told = leg_section(robot, data, legs) if legs is not None else Html('')
    return tag('section', tag('h2', f'Episode {episode.index}: {end}'), figure(drawn), told)
