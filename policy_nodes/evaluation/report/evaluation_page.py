"""The page that compares policies over scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from policy_nodes.evaluation.navigation_summary import Row
from policy_nodes.evaluation.report.page import Column, Html, figure, page, table, tag
from policy_nodes.evaluation.report.success_figure import success_figure
from policy_nodes.evaluation.run_files import write_text
from policy_nodes.evaluation.tables import WORD_COLUMNS, cells, headings

if TYPE_CHECKING:  # traces come from torch worlds; the page needs none of it
    from policy_nodes.evaluation.crowd_traces import CrowdTrace

Traces = Mapping[tuple[str, str], Sequence['CrowdTrace']]


def evaluation_page(rows: Sequence[Row], traces: Traces | None = None, note: str = '') -> str:
    """Write the page.

    Args:
        rows: of `navigation_summary.rows_of`.
        traces: a few driven episodes by policy and scenario, for the pictures; the same episodes
            for every policy.
        note: what a reader of the figures has to know, in words.
    """
    scenarios = list(dict.fromkeys(row['scenario'] for row in rows))
    sections = [_scenario(name, rows, traces or {}) for name in scenarios]
    seeds = sorted({row['seed'] for row in rows if row['seed'] is not None})
    told = f'seed {", ".join(map(str, seeds))}' if seeds else ''
    count = sum(row['episodes'] for row in rows)
    named = [
        f'{policy} with checkpoint {" and ".join(names)}'
        for policy, names in _checkpoints(rows).items()
    ]
    subtitle = ' · '.join(part for part in (f'{count} episodes', told, *named) if part)
    columns = [
        Column(heading, 'text' if number < WORD_COLUMNS else '')
        for number, heading in enumerate(headings())
    ]
    return page(
        'Evaluation of navigation policies',
        tag('header', tag('h1', 'Navigation policies compared'), tag('p', subtitle, cls='quiet')),
        tag('div', tag('p', note), cls='notes', role='note') if note else Html(''),
        tag('section', table(columns, [cells(row) for row in rows])),
        *sections,
        _reading(),
    )


def write_evaluation_page(
    rows: Sequence[Row], path: Path, traces: Traces | None = None, note: str = ''
) -> None:
    """Write the page to a file; see `evaluation_page`."""
    write_text(path, evaluation_page(rows, traces, note))


def _checkpoints(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Names of the checkpoints that served each policy."""
    found: dict[str, list[str]] = {}
    for row in rows:
        names = found.setdefault(row['policy'], [])
        if row['checkpoint'] and row['checkpoint'] not in names:
            names.append(row['checkpoint'])
    return {policy: names for policy, names in found.items() if names}


def _scenario(name: str, rows: Sequence[Row], traces: Traces) -> Html:
    here = [row for row in rows if row['scenario'] == name]
    driven = {policy: each for (policy, scenario), each in traces.items() if scenario == name}
    caption = ''
    if driven:
        caption = (
            'Below the figures, the first episodes as each policy drove them: from the ring to '
            'the star; a cross marks a failure. The people among whom they drove are not drawn.'
        )
    picture = success_figure(here, driven, f'scenario-{name}')
    return tag('section', tag('h2', f'Scenario {name}'), figure(picture, caption))


def _reading() -> Html:
    return tag(
        'section',
        tag('h2', 'How to read this'),
        tag(
            'p',
            'Shares are of all episodes and add up to 100 %; a wall counts as an obstacle. The '
            'interval of success is by Wilson. Time and path are means over the episodes that '
            'reached the goal; gaps are means of the smallest free distance in an episode; '
            'intrusion is the share of steps uncomfortably near a person.',
        ),
    )
