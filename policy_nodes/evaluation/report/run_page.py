"""The page that tells how a run went."""

from __future__ import annotations

from typing import Any

from policy_nodes.evaluation.outcomes import SUCCEEDED, WORDS
from policy_nodes.evaluation.report import picture, words
from policy_nodes.evaluation.report.checkpoint_section import checkpoint_section
from policy_nodes.evaluation.report.latency_figure import latency_figure
from policy_nodes.evaluation.report.page import (
    Column,
    Html,
    cards,
    figure,
    legend,
    page,
    table,
    tag,
)
from policy_nodes.evaluation.report.path_figure import path_figure
from policy_nodes.evaluation.report.safety_section import safety_section
from policy_nodes.evaluation.report.time_figure import time_figure
from policy_nodes.evaluation.run_folder import Run, RunEpisode
from policy_nodes.evaluation.run_summary import inference_ms, latency_ms

_MOST_EPISODES = 30  # drawn; a page of hundreds of pictures helps nobody

_COLUMNS = (
    Column('episode'),
    Column('outcome', 'text'),
    Column('time s'),
    Column('path m'),
    Column('person gap m'),
    Column('obstacle gap m'),
    Column('intrusion'),
    Column('jerk m/s³'),
    Column('command ms'),
    Column('missed steps'),
    Column('interventions'),
)


def run_page(
    run: Run, summary: dict[str, Any], animation: bytes | None, still: bytes | None
) -> str:
    """Write the page.

    Args:
        run: what happened.
        summary: its figures.
        animation: GIF to show; None without one.
        still: PNG for readers who asked for no motion.
    """
    title = f'{run.info.robot or "A robot"}, scenario {run.info.scenario or "unknown"}'
    return page(
        f'Run report: {title}',
        tag('header', tag('h1', title), tag('p', _headline(run), cls='quiet')),
        _cards(summary['totals']),
        _notes(run),
        tag('div', _animation(animation, still), _latency(run), cls='pair'),
        tag('section', tag('h2', 'Episodes'), _table(summary['episodes'])),
        safety_section(summary['totals']),
        checkpoint_section(summary['checkpoint'], run.info.checkpoint),
        *(_episode(each, run.info.robot_radius_m) for each in _drawn(run)),
        _reading(),
    )


def _headline(run: Run) -> str:
    info = run.info
    driver = f'policy {info.policy}' if info.policy else 'policy unknown'
    if info.checkpoint:
        driver += f' with checkpoint {info.checkpoint}'
    parts = [driver, f'seed {info.seed}', info.started, info.runtime]
    return ' · '.join(part for part in parts if part)


def _cards(totals: dict[str, Any]) -> Html:
    time, path = totals['time_s'], totals['path_m']
    hits = totals['collision_human'] + totals['collision_obstacle']
    count = totals['episodes']
    held = sum(share for name, share in totals['levels'].items() if name != 'Normal')
    sure = words.interval(totals['success_ci95'], 100)
    return cards(
        [
            ('reached the goal', f'{totals["succeeded"]} of {count}', f'{sure} %'),
            (
                'collisions',
                str(hits),
                f'people {totals["collision_human"]}, obstacles and walls '
                f'{totals["collision_obstacle"]}, time-outs {totals["timeout"]}',
            ),
            (
                'time to the goal',
                words.decimal(time and time['mean'], 1, 's'),
                words.interval(time and time['ci95'], places=1)
                or f'path {words.decimal(path and path["mean"], 2, "m")}',
            ),
            (
                'nearest person',
                words.decimal(totals['person_gap_m'], 2, 'm'),
                f'nearest obstacle {words.decimal(totals["obstacle_gap_m"], 2, "m")}',
            ),
            (
                'safety interventions',
                str(sum(each['onsets'] for each in totals['interventions'].values())),
                f'{words.percent(held)} of the time not at level Normal',
            ),
            (
                'missed steps',
                str(totals['missed_steps']),
                f'of {totals["steps"]} control steps',
            ),
        ]
    )


def _notes(run: Run) -> Html:
    told = [run.info.note, *run.notes] if run.info.note else list(run.notes)
    if not told:
        return Html('')
    return tag('div', *(tag('p', each) for each in told), cls='notes', role='note')


def _animation(animation: bytes | None, still: bytes | None) -> Html:
    if animation is None or still is None:
        return Html('')
    described = 'The episodes from above, one after another: robot, people, laser and goal.'
    keys = (
        ('robot', 'robot and its path'),
        ('person', 'person'),
        ('tracked', 'where the tracker believes a person; thin while unseen'),
        ('quiet', 'laser'),
        ('solid', 'obstacle'),
        ('goal', 'goal'),
    )
    return tag(
        'section',
        tag('h2', 'What happened'),
        figure(picture.animation(animation, still, described), legend(keys)),
    )


def _table(episodes: list[dict[str, Any]]) -> Html:
    caption = 'Command: from observation to command, median / 99 %.'
    return table(_COLUMNS, [_row(each) for each in episodes], caption)


def _row(episode: dict[str, Any]) -> list[str | Html]:
    good = episode['outcome'] == SUCCEEDED
    told = WORDS[episode['outcome']]
    number = str(episode['index'])
    linked = tag('a', number, href=f'#episode-{number}') if episode['recording'] else number
    return [
        linked,
        told if good else tag('span', told, cls='bad'),
        words.decimal(episode.get('time_s', episode.get('recorded_s')), 1),
        words.decimal(episode.get('path_m')),
        words.decimal(episode.get('person_gap_m', episode.get('recorded_person_gap_m'))),
        words.decimal(episode.get('obstacle_gap_m', episode.get('recorded_obstacle_gap_m'))),
        words.percent(episode.get('intrusion')),
        words.decimal(episode.get('jerk')),
        words.spread(episode.get('command_latency_ms')),
        str(episode.get('missed_steps', words.MISSING)),
        str(sum(episode.get('interventions', {}).values())),
    ]


def _latency(run: Run) -> Html:
    thought, answered = inference_ms(run.episodes), latency_ms(run.episodes)
    if not len(thought) and not len(answered):
        return Html('')
    caption = (
        'Above: how long the policy thought about each action. Below: from the receipt of an '
        'observation to the receipt of the command that answers it, by the clock of the recorder.'
    )
    picture = latency_figure(thought, answered, 'latency')
    return tag('section', tag('h2', 'Latency'), figure(picture, caption))


def _drawn(run: Run) -> list[RunEpisode]:
    return [each for each in run.episodes if each.data is not None][:_MOST_EPISODES]


def _episode(episode: RunEpisode, radius: float) -> Html:
    data = episode.data
    if data is None:
        return Html('')
    number = str(episode.index)
    return tag(
        'section',
        tag('h2', f'Episode {number}: {WORDS[episode.outcome]}', id=f'episode-{number}'),
        tag(
            'div',
            figure(path_figure(data, f'path-{number}')),
            figure(time_figure(data, radius, f'time-{number}')),
            cls='episode',
        ),
    )


def _reading() -> Html:
    return tag(
        'section',
        tag('h2', 'How to read this'),
        tag(
            'p',
            'Seen from above: the robot starts at the ring and passes a dot every 5 s; a cross '
            'marks where it failed, a star the goal. People are drawn where they were at the '
            'end, with the way they walked. Where its path is highlighted, the safety '
            'controller changed or withheld the command.',
        ),
        tag(
            'p',
            'Over time: grey is what the policy proposed, blue what was sent, dotted what the '
            'robot measured. Clearances are free distances from the body of the robot, cut at '
            '3 m. The lowest panel shows the level of the safety controller and each reason '
            'while it stood; the band under the forward speed is the same level.',
        ),
        tag(
            'p',
            'Outcome, time, path, gaps, intrusion and jerk come from the scorer, who knows the '
            'truth of the world; everything else is computed from the recordings. Shares have '
            'Wilson intervals, means bootstrap intervals over episodes. Time and path are means '
            'over the episodes that reached the goal.',
        ),
    )
