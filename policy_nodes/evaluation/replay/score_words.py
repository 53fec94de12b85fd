"""Figures of scored bags as words and cells, the same in terminal, Markdown and page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from policy_nodes.evaluation.report import words

TITLES = {
    'error': 'error',
    'rms_error': 'error, root mean square',
    'largest_error': 'largest error',
    'seam': 'seam',
    'largest_seam': 'largest seam',
    'jerk': 'jerk',
    'recorded_jerk': 'jerk as recorded',
    'position_error': 'key pose: position',
    'rotation_error': 'key pose: rotation',
    'wrong_gripper': 'key pose: wrong gripper',
    'wrong_ignore_collisions': 'key pose: wrong collision flag',
    'asked_share': 'answered by the policy',
}
POSE_UNITS = {'position_error': 'm', 'rotation_error': 'rad'}
SHARES = ('wrong_gripper', 'wrong_ignore_collisions', 'asked_share')
FEW = ('error', 'seam', 'jerk', *POSE_UNITS, 'wrong_gripper', 'asked_share')
SHORT = 7  # values of an action up to which each is told in the first table


def title_of(figure: str) -> str:
    """Name a figure for people."""
    name, _, value = figure.partition('.')
    title = TITLES.get(name, name)
    value, _, row = value.partition('@')
    later = f', row {row}' if row else ''
    return f'{title} of {value}{later}' if value else title


def unit_of(figure: str, action: Mapping[str, Any]) -> str:
    """Unit of a figure; empty for shares."""
    name, _, value = figure.partition('.')
    if name in POSE_UNITS:
        return POSE_UNITS[name]
    if name in SHARES:
        return ''
    at = value.partition('@')[0]
    names, units = action['names'], action['units']
    unit = units[names.index(at)] if at in names else units[0]
    if not name.endswith('jerk') or unit == '1':
        return unit
    return f'{unit.partition("/")[0]}/s^3'  # of positions and of velocities alike


def cell(figure: Mapping[str, Any] | None, share: bool = False) -> str:
    """Write a mean with its interval."""
    if figure is None:
        return words.MISSING
    scale, unit = (100.0, ' %') if share else (1.0, '')
    told = f'{significant(scale * figure["mean"])}{unit}'
    if figure['ci95'] is None:
        return told
    low, high = (significant(scale * each) for each in figure['ci95'])
    return f'{told} ({low} to {high})'


def significant(value: float) -> str:
    """Write a number with three digits that count; no figure here is as small as 1e-6."""
    return '0' if abs(value) < 1e-6 else f'{value:.3g}'


def shown_figures(summary: Mapping[str, Any], *, every: bool = False) -> list[str]:
    """Names of the figures that are worth a row, in the order of `TITLES`.

    Args:
        summary: of all policies.
        every: of an action with many values each of them too.
    """
    found: dict[str, None] = {}
    for entry in summary['policies']:
        many = entry['action'] is not None and len(entry['action']['names']) > SHORT
        for figure in entry['figures']:
            single = '.' in figure
            if every or not single or (not many and '@' not in figure):
                found[figure] = None
    order = list(TITLES)
    return sorted(found, key=lambda it: order.index(it.partition('.')[0]))


def figure_rows(
    summary: Mapping[str, Any], *, every: bool = False, few: bool = False
) -> list[tuple[str, ...]]:
    """Rows of a table: title with unit, then a cell for each policy that answered.

    Args:
        summary: of all policies.
        every: of an action with many values each of them too.
        few: only the figures that say most.
    """
    entries = answering(summary)
    rows = []
    for figure in shown_figures(summary, every=every):
        if few and figure.partition('.')[0] not in FEW:
            continue
        unit = next(
            (unit_of(figure, it['action']) for it in entries if figure in it['figures']), ''
        )
        share = figure.partition('.')[0] in SHARES
        told = f'{title_of(figure)} [{unit}]' if unit else title_of(figure)
        rows.append((told, *(cell(it['figures'].get(figure), share) for it in entries)))
    return rows


def answering(summary: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Entries of the policies that answered."""
    return [entry for entry in summary['policies'] if entry['action'] is not None]


def difference_rows(summary: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Rows of a table: policy, figure, difference, verdict; those of single rows left out."""
    rows = []
    shown = shown_figures(summary)
    for entry in summary['differences']:
        for figure in shown:
            found = entry['figures'].get(figure)
            if found is not None:
                rows.append((entry['policy'], title_of(figure), cell(found), found['verdict']))
    return rows


SAFETY_HEADINGS = (
    'policy',
    'to stop s',
    'held %',
    'to resume s',
    'false stops %',
    'windows',
    'interventions',
    'moving freely %',
)


def safety_rows(summary: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Rows of a table under `SAFETY_HEADINGS`."""
    rows: list[tuple[str, ...]] = []
    for entry in summary['policies']:
        safety = entry['safety']
        if safety is None:
            continue
        onsets = sum(row['onsets'] for row in safety['interventions'].values())
        rows.append(
            (
                entry['policy'],
                words.decimal(safety.get('time_to_stop_s')),
                _percent(safety.get('held_share')),
                words.decimal(safety.get('time_to_resume_s')),
                _percent(safety.get('false_stop_share'), 1),
                str(safety.get('windows', words.MISSING)),
                str(onsets),
                _percent(safety['levels']['normal'], 1),
            )
        )
    return rows


def reason_rows(summary: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Rows of a table: reason, then onsets and seconds for each policy whose safety was scored."""
    entries = [entry for entry in summary['policies'] if entry['safety'] is not None]
    total: dict[str, float] = {}
    for entry in entries:
        for code, row in entry['safety']['interventions'].items():
            total[code] = total.get(code, 0.0) + row['seconds']
    return [
        (code, *(_onsets(entry['safety']['interventions'].get(code)) for entry in entries))
        for code in sorted(total, key=lambda it: (-total[it], it))
    ]


def _onsets(row: Mapping[str, Any] | None) -> str:
    return words.MISSING if row is None else f'{row["onsets"]}, {row["seconds"]:.1f} s'


def _percent(share: float | None, places: int = 0) -> str:
    return words.MISSING if share is None else f'{100 * share:.{places}f}'


MEASURED_HEADINGS = (
    'policy',
    'p50 ms',
    'p99 ms',
    'longest ms',
    'deadline ms',
    'missed',
    'answers',
    'weights MB',
    'process MB',
    'grew by MB',
)


def measured_rows(summary: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Rows of a table under `MEASURED_HEADINGS`."""
    rows = []
    for entry in summary['policies']:
        measured = entry['measured']
        if measured is None:
            continue
        latency: Mapping[str, Any] = measured['latency_ms'] or {}
        rows.append(
            (
                entry['policy'],
                *(words.decimal(latency.get(each), 1) for each in ('p50', 'p99', 'max')),
                words.decimal(latency.get('deadline'), 0),
                str(latency.get('missed', words.MISSING)),
                str(latency.get('count', words.MISSING)),
                words.decimal(measured['weights_mb'], 1),
                words.decimal(measured['memory_mb'], 0),
                words.decimal(measured['memory_growth_mb'], 1),
            )
        )
    return rows


BAG_HEADINGS = ('bag', 'policy', 'lasts s', 'episodes', 'answers', 'compared', 'error')


def bag_rows(runs: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Rows of a table under `BAG_HEADINGS`, one for each bag with each policy."""
    rows = []
    for run in runs:
        episodes = run['episodes']
        counts = [sum(each[it] for each in episodes) for it in ('answers', 'compared')]
        told = [
            str(count) if run['action'] else words.MISSING for count in (len(episodes), *counts)
        ]
        length = f'{run["duration_s"]:.1f}'
        rows.append((run['bag'], run['policy'], length, *told, _error(run)))
    return rows


def _error(run: Mapping[str, Any]) -> str:
    """Mean error of a bag in a few words: of each value, of key poses, or over all values."""
    known = [each for each in run['episodes'] if each['error'] is not None]
    if not known:
        return words.MISSING
    if 'position_error' in known[0]:
        away = [each['position_error'] for each in known if each['position_error'] is not None]
        turn = [each['rotation_error'] for each in known if each['rotation_error'] is not None]
        if not away:
            return words.MISSING
        mean = (sum(away) / len(away), sum(turn) / len(turn))
        return f'{significant(mean[0])} m, {significant(mean[1])} rad'
    action = run['action']
    means = [
        sum(each['error'][at] for each in known) / len(known) for at in range(len(action['names']))
    ]
    if len(means) > SHORT:
        return f'{significant(sum(means) / len(means))} {action["units"][0]}'
    pairs = zip(means, action['units'], strict=True)
    return ', '.join(f'{significant(mean)} {unit}' for mean, unit in pairs)


def heading(summary: Mapping[str, Any]) -> str:
    """Say in a line what was scored."""
    bags = {each['path'] for each in (*summary['runs'], *summary['problems'])}
    names = ', '.join(entry['policy'] for entry in summary['policies'])
    many = 'bag' if len(bags) == 1 else 'bags'
    return f'{names} on {len(bags)} {many}'


def notes_of(summary: Mapping[str, Any]) -> list[str]:
    """Sentences that a reader has to know, each once, with the bags that they are of."""
    where: dict[str, dict[str, None]] = {}
    for run in summary['runs']:
        for note in run['notes']:
            where.setdefault(note, {})[run['bag']] = None
    bags = {run['bag'] for run in summary['runs']}
    told = []
    for note, names in where.items():
        few = ', '.join(list(names)[:3]) + (' and others' if len(names) > 3 else '')
        told.append(note if len(names) == len(bags) else f'{few}: {note}')
    told += [f'{each["bag"]} with {each["policy"]} was not scored: {each["problem"]}'
             for each in summary['problems']]  # fmt: skip
    return told
