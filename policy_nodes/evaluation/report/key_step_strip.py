"""The key steps of an episode side by side: what was seen, where the policy looked, what came."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from policy_nodes.evaluation.report import manipulation_words as words
from policy_nodes.evaluation.report.heatmap_picture import over_view
from policy_nodes.evaluation.report.page import Html, Text, joined, tag
from policy_nodes.evaluation.report.picture import picture
from policy_nodes.evaluation.tabletop_record import EpisodeRecord, KeyStep
from policy_nodes.policies.key_picture import VIEWS

LARGEST = 256  # side of a camera's picture in the page [px]


def key_step_strip(record: EpisodeRecord) -> Html:
    """Return a table with a column for each key step; empty for an episode without any."""
    steps = record.steps
    if not steps:
        return Html('')
    cameras = list(dict.fromkeys(name for step in steps for name in step.images))
    rows = [_row(name.replace('_', ' '), steps, _camera(name)) for name in cameras]
    if any(step.picture for step in steps):
        rows += [_row(f'from {name}', steps, _view(row)) for row, name in enumerate(VIEWS)]
    rows += [
        _row('goes to [m]', steps, lambda number, step: words.place_of(step)),
        _row('hand', steps, lambda number, step: words.hand_of(step)),
        _row('touching', steps, lambda number, step: _touching(step)),
        _row('thought', steps, lambda number, step: words.thought_of(step)),
        _row('what came of it', steps, lambda number, step: _result(step)),
    ]
    heads = (tag('th', f'step {number}', scope='col') for number in range(1, len(steps) + 1))
    head = tag('thead', tag('tr', tag('th', '', scope='col'), *heads))
    return tag('div', tag('table', head, tag('tbody', *rows), cls='strip'), cls='scroll')


def _row(heading: str, steps: Sequence[KeyStep], cell: Callable[[int, KeyStep], Text]) -> Html:
    cells = (tag('td', cell(number, step)) for number, step in enumerate(steps, start=1))
    return tag('tr', tag('th', heading, scope='row'), *cells)


def _camera(name: str) -> Callable[[int, KeyStep], Text]:
    def cell(number: int, step: KeyStep) -> Text:
        if name not in step.images:
            return 'not kept'
        told = f'Step {number}, camera {name.replace("_", " ")}.'
        return picture(_thinned(step.images[name]), told)

    return cell


def _thinned(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Leave out pixels of a large picture, evenly."""
    every = -(-max(pixels.shape[:2]) // LARGEST)
    return pixels[::every, ::every]


def _view(row: int) -> Callable[[int, KeyStep], Text]:
    def cell(number: int, step: KeyStep) -> Text:
        if step.picture is None:
            return 'not kept'
        heatmap = step.picture.heatmaps[row]
        share = 100 * float(heatmap.max())
        told = f'Step {number} from {VIEWS[row]}: heat map, its peak pixel has {share:.1f} %.'
        return picture(over_view(step.picture.views[row], heatmap), told)

    return cell


def _touching(step: KeyStep) -> str:
    return 'permitted' if step.key_pose.ignore_collisions else 'avoided'


def _result(step: KeyStep) -> Text:
    told = words.result_of(step)
    if words.went_well(step):
        return told
    code = f' ({step.reason})' if step.reason else ''
    more = tag('small', step.words) if step.words else Html('')
    return joined((tag('span', told + code, cls='bad'), more))
