"""The page that compares policies over tasks, in a real browser."""

from __future__ import annotations

import numpy as np
import pytest
from browser import Browser
from tabletop_records import played
from test_report_in_browser import FIGURES, OVERLAPS

from policy_nodes.evaluation.outcomes import SUCCEEDED, TIMEOUT
from policy_nodes.evaluation.report.task_evaluation_page import task_page, write_task_page
from policy_nodes.evaluation.tabletop_blocks import TabletopEntry, TabletopResult
from policy_nodes.evaluation.tabletop_conditions import CONDITIONS, USUAL
from policy_nodes.evaluation.tabletop_summary import rows_of
from policy_nodes.simulation.tabletop.tasks.registry import MEMORY_TASKS, TASKS

RATES = {'sam2act': 0.5, 'sam2act_plus': 0.96, 'sam2act_coarse_upsampling': 0.3}


def drawn_rows(tasks, conditions=(USUAL,)):
    """Rows of 20 made-up episodes each."""
    random = np.random.default_rng(0)
    results = {}
    for condition in conditions:
        for task in tasks:
            for policy, rate in RATES.items():
                ends = random.uniform(size=20) < rate
                results[TabletopEntry(policy, task, condition)] = {
                    (1, index): TabletopResult(
                        variation=index % 2,
                        outcome=SUCCEEDED if won else TIMEOUT,
                        why='',
                        steps=5 + index % 3,
                        refusals=(),
                        time_s=9.0,
                        inference_ms=(40.0, 60.0),
                        first_choice=bool(won) if task in MEMORY_TASKS else None,
                    )
                    for index, won in enumerate(ends)
                }
    return [row | {'checkpoint': f'{row["policy"]}_small'} for row in rows_of(results)]


@pytest.fixture
def browser(tmp_path):
    with Browser(tmp_path / 'browser') as browser:
        yield browser


def test_everything_is_on_the_page_and_nothing_comes_from_elsewhere(tmp_path, browser):
    rows = drawn_rows(TASKS, CONDITIONS)
    file = tmp_path / 'page.html'
    write_task_page(rows, file, [played()], seeds=(1, 2), note='Moves <b>alone</b>.')
    browser.open(file)
    assert browser.requests() == [file.as_uri()]
    assert browser.complaints() == []
    figures = browser.value(FIGURES)
    shown = [figure['label'].split(' in per cent')[0] for figure in figures[:4]]
    assert shown == [
        'success',
        'first choice right',
        'success lost at mean of eight',
        'success lost at mean of memory',
    ]
    for figure in figures[:4]:
        assert figure['out'] == []
        assert set(RATES) <= set(figure['texts'])
    assert {*TASKS, 'mean of eight', 'mean of memory'} <= set(figures[0]['texts'])
    assert {*MEMORY_TASKS, 'mean of memory', 'chance'} <= set(figures[1]['texts'])
    assert set(CONDITIONS) - {USUAL} <= set(figures[2]['texts'])
    assert browser.value(OVERLAPS) == []
    told = browser.value('document.body.innerText')
    assert 'seeds 1, 2' in told
    assert 'sam2act_plus with checkpoint sam2act_plus_small' in told
    assert 'Moves <b>alone</b>.' in told
    assert 'camera_angle 0.0349' in told
    assert 'lowest at' in told
    assert played().instruction in told
    assert browser.value('document.documentElement.scrollWidth <= window.innerWidth')


def test_a_page_without_memory_tasks_conditions_and_pictures_has_one_figure():
    page = task_page(drawn_rows(['reach_target', 'lift_block']))
    assert page.count('<svg') == 1
    assert 'First choices' not in page
    assert 'Robustness' not in page
    assert 'mean of eight' not in page


def test_the_page_of_nothing_is_a_page():
    assert '0 episodes' in task_page([])
