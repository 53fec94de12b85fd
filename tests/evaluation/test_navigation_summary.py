"""Rows of an evaluation, and their tables."""

from __future__ import annotations

import io
import json
import math

import numpy as np
import pytest
from rich.console import Console

from policy_nodes.evaluation.crowd_episodes import EpisodeTable
from policy_nodes.evaluation.intervals import wilson
from policy_nodes.evaluation.navigation_summary import rows_of
from policy_nodes.evaluation.outcomes import ABORTED, FALLEN, OUTCOMES
from policy_nodes.evaluation.tables import cells, headings, markdown_table, rich_table, write_rows
from policy_nodes.simulation.crowd import reward


def _table(outcome, **columns):
    count = len(outcome)
    values = {
        name: np.asarray(columns.get(name, np.zeros(count)), dtype=float)
        for name in EpisodeTable.__annotations__
        if name != 'outcome'
    }
    return EpisodeTable(outcome=np.array(outcome), **values)


@pytest.fixture
def rows():
    mixed = _table(
        [2, 2, 3, 4, 5, 6, 2, 2],
        time=[10, 20, 1, 1, 1, 49, 30, 40],
        path=[4, 5, 1, 1, 1, 1, 6, 7],
        person_gap=[1, math.inf, -0.1, 1, 1, 1, 1, 0.1],
        obstacle_gap=np.full(8, math.inf),
        intrusion=[0.5, 0, 0, 0, 0, 0, 0, 0.3],
        jerk=np.full(8, 2.0),
    )
    lost = _table([3, 3])
    tables = {('height', 'rand'): mixed, ('a|b [red]', 'hallway'): lost}
    return rows_of(tables, seed=7, checkpoints={('height', 'rand'): 'height_arena'})


def test_outcomes_have_the_numbers_of_the_world():
    for code, name in OUTCOMES.items():
        if name not in (ABORTED, FALLEN):  # no crowd aborts or falls over
            assert getattr(reward, name.upper()) == code


def test_shares_are_of_all_episodes_and_walls_are_obstacles(rows):
    row = rows[0]
    assert row['episodes'] == 8
    assert row['success'] == 0.5
    assert row['collision_human'] == 0.125
    assert row['collision_obstacle'] == 0.25
    assert row['collision_wall'] == 0.125
    assert row['timeout'] == 0.125
    ends = ('success', 'collision_human', 'collision_obstacle', 'timeout')
    assert sum(row[end] for end in ends) == 1.0
    assert row['ci95'] == list(wilson(4, 8))


def test_time_and_path_are_those_of_successes_and_gaps_leave_out_the_infinite(rows):
    row, lost = rows
    assert row['time_s'] == 25.0
    assert row['path_m'] == 5.5
    assert row['person_gap_m'] == pytest.approx(5.0 / 7)
    assert row['obstacle_gap_m'] is None
    assert row['intrusion'] == pytest.approx(0.1)
    assert row['jerk'] == 2.0
    assert lost['time_s'] is None
    assert lost['path_m'] is None


def test_rows_carry_seed_and_the_checkpoint_that_served_the_scenario(rows):
    assert [row['seed'] for row in rows] == [7, 7]
    assert [row['checkpoint'] for row in rows] == ['height_arena', None]


def test_json_holds_plain_values(rows, tmp_path):
    write_rows(rows, tmp_path / 'rows.json')
    assert json.loads((tmp_path / 'rows.json').read_text()) == {'rows': rows}


def test_the_terminal_shows_a_table_of_eighty_columns(rows):
    stream = io.StringIO()
    Console(file=stream, width=80).print(rich_table(rows, 'title'))
    text = stream.getvalue()
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    assert 'a|b [red]' in text  # no markup from names
    assert '21.5-78.5' in text
    assert '…' not in text


def test_markdown_keeps_its_columns_whatever_the_names(rows):
    lines = markdown_table(rows).splitlines()
    assert len(lines) == 4
    bars = [line.replace('\\|', '').count('|') for line in lines]
    assert bars == [len(headings()) + 1] * 4
    assert len(cells(rows[0])) == len(headings())
