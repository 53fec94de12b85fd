"""`policy-stack score` as users meet it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from command_line import assert_refused, policy_stack

sys.path.insert(0, str(Path(__file__).parents[1] / 'evaluation' / 'barkour'))

from tracks import csv, walk


def test_a_log_is_scored_and_written_as_figures_and_a_page(tmp_path):
    log, figures, page = (tmp_path / name for name in ('run.csv', 'run.json', 'run.html'))
    log.write_text(csv(walk(speed=1.5)))
    ran = policy_stack(
        'score', 'barkour', log, '--touched-jump', '--json', figures, '--html', page
    )
    assert ran.status == 0, ran
    for words in ('no, touched', 'first gate [s]', '13 of 13 gates', 'score (official): 0.'):
        assert words in ran.out
    values = json.loads(figures.read_text())
    assert (values['course'], values['completed'], values['gates']) == ('official', 4, 13)
    assert values['score'] < 0.9
    assert page.read_text(encoding='utf-8').startswith('<!DOCTYPE html>')


@pytest.mark.parametrize(
    ('arguments', 'said'),
    [
        (['--semantics', 'mine'], "no semantics 'mine'; known: official, paper"),
        (['--course', 'moon'], "no course 'moon'; there are official and rearranged/SEED"),
        ([], 'line 2: there are 2 columns; time, x and y are needed'),
    ],
)
def test_what_cannot_be_scored_is_refused_in_a_sentence(arguments, said, tmp_path):
    log = tmp_path / 'run.csv'
    log.write_text('0,0.5,-0.5\n1,2\n')
    assert_refused(policy_stack('score', 'barkour', log, *arguments), said)
