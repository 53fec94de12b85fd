"""Rows of an evaluation on the table top, from results written by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_nodes.evaluation.intervals import wilson
from policy_nodes.evaluation.outcomes import ABORTED, SUCCEEDED, TIMEOUT
from policy_nodes.evaluation.tabletop_blocks import (
    MOST_RECORDS,
    TabletopEntry,
    TabletopResult,
    TabletopSetup,
    blocks_of,
)
from policy_nodes.evaluation.tabletop_conditions import CONDITIONS, USUAL, changes_of
from policy_nodes.evaluation.tabletop_summary import GROUPS, rows_of
from policy_nodes.evaluation.tabletop_tables import tables
from policy_nodes.simulation.tabletop.tasks.registry import TASKS

REQUIRED = ('policy', 'task', 'episodes', 'success', 'ci95', 'steps')
TIMES = ('infer_ms_p50', 'infer_ms_p99')


def result(outcome=SUCCEEDED, **changes):
    values = {
        'variation': 0,
        'why': '',
        'steps': 4,
        'refusals': (),
        'time_s': 8.0,
        'inference_ms': (10.0, 30.0),
    }
    return TabletopResult(outcome=outcome, **(values | changes))


def episodes(*results, seed=1):
    return {(seed, index): each for index, each in enumerate(results)}


def test_a_row_has_what_is_asked_for():
    own = episodes(
        result(),
        result(TIMEOUT, steps=25, time_s=70.0, refusals=('no_way',), inference_ms=(20.0,)),
        result(ABORTED, steps=3, refusals=('no_way', 'collision', 'no_way')),
        result(steps=6, time_s=10.0),
    )
    [row] = rows_of({TabletopEntry('sam2act', 'lift_block'): own})
    assert set(row) >= {*REQUIRED, *TIMES}
    assert (row['policy'], row['task'], row['condition']) == ('sam2act', 'lift_block', USUAL)
    assert (row['episodes'], row['success'], row['timeout'], row['aborted']) == (
        4,
        0.5,
        0.25,
        0.25,
    )
    assert row['ci95'] == list(wilson(2, 4))
    assert row['steps'] == (4 + 25 + 3 + 6) / 4
    assert (row['steps_succeeded'], row['time_s']) == (5.0, 9.0)
    assert row['refusals'] == {'no_way': 3, 'collision': 1}
    assert row['refused'] == 4 / 38
    assert row['infer_ms_p50'] == 20.0
    assert row['infer_ms_p99'] == pytest.approx(30.0)
    assert row['first_choice'] is row['chance'] is None


def test_the_expert_has_no_times_of_inference():
    [row] = rows_of({TabletopEntry('expert', 'lift_block'): episodes(result(inference_ms=()))})
    assert [row[name] for name in TIMES] == [None, None]


def test_first_choices_count_every_answer_the_same():
    made = [(0, True)] * 6 + [(1, False)] * 2 + [(1, None)]
    own = episodes(*(result(TIMEOUT, variation=one, first_choice=right) for one, right in made))
    [row] = rows_of({TabletopEntry('sam2act', 'rearrange_block'): own})
    assert row['first_choice'] == 0.5
    assert row['choices'] == {'0': [6, 6], '1': [0, 2]}
    low, high = row['first_choice_ci95']
    assert 0.0 < low < 0.5 < high < 1.0


def test_a_group_has_a_row_with_its_lowest_task_once_all_of_it_is_there():
    wins = {'reopen_drawer': 4, 'put_block_back': 1, 'rearrange_block': 3}
    found = {
        TabletopEntry('sam2act_plus', task): episodes(
            *(
                result(SUCCEEDED if index < won else TIMEOUT, first_choice=index < 3)
                for index in range(4)
            )
        )
        for task, won in wins.items()
    }
    *rows, group = rows_of(found)
    assert [row['task'] for row in rows] == list(wins)
    assert (group['task'], group['episodes'], group['tasks']) == ('memory', 12, list(wins))
    assert group['success'] == pytest.approx(8 / 12)
    assert group['ci95'] == list(wilson(8, 12))
    assert (group['lowest_task'], group['lowest_success']) == ('put_block_back', 0.25)
    assert group['first_choice'] == pytest.approx(0.75)
    assert group['chance'] == pytest.approx((1 / 2 + 1 / 3 + 1 / 4) / 3)
    del found[TabletopEntry('sam2act_plus', 'put_block_back')]
    assert [row['task'] for row in rows_of(found)] == ['reopen_drawer', 'rearrange_block']


def test_groups_hold_every_task_once():
    assert sorted(task for group in GROUPS.values() for task in group) == sorted(TASKS)
    assert len(GROUPS['eight']) == 8


def test_a_drop_is_against_the_same_episodes_as_usual():
    usual = episodes(result(), result(), result(), result(TIMEOUT))
    changed = episodes(result(), result(TIMEOUT), result(TIMEOUT), result(TIMEOUT))
    changed[9, 9] = result(TIMEOUT)  # has no like
    rows = rows_of(
        {
            TabletopEntry('sam2act', 'lift_block'): usual,
            TabletopEntry('sam2act', 'lift_block', 'light'): changed,
        }
    )
    assert 'drop' not in rows[0]
    assert rows[1]['drop'] == 0.5
    low, high = rows[1]['drop_ci95']
    assert 0.0 <= low < 0.5 < high <= 1.0


def test_conditions_change_what_they_say_and_nothing_else():
    assert changes_of(USUAL) == {}
    assert list(changes_of('cameras moved, known')) == ['camera_position', 'camera_angle']
    assert changes_of('cameras moved, unknown')['camera_known'] is False
    everything = changes_of('all together')
    for name in CONDITIONS:
        if name != 'all together':
            assert changes_of(name).items() <= everything.items()


def test_a_block_is_an_episode_and_some_are_recorded_as_the_last_policy_with_weights_acts():
    weights = {'sam2act': Path('first'), 'sam2act_plus': Path('second'), 'expert': None}
    entries = [
        TabletopEntry(policy, task, condition, checkpoint)
        for condition in (USUAL, 'light')
        for task in TASKS
        for policy, checkpoint in weights.items()
    ]
    setup = TabletopSetup(seeds=(1, 2), episodes=3)
    blocks = blocks_of(entries, setup, recorded=True)
    assert len(blocks) == len(entries) * 6
    assert len(set(blocks)) == len(blocks)
    kept = [block for block in blocks if block.recorded]
    assert [block.entry.task for block in kept] == list(TASKS)
    assert len(kept) <= MOST_RECORDS
    assert {block.entry.policy for block in kept} == {'sam2act_plus'}
    assert {(block.seed, block.index, block.entry.condition) for block in kept} == {(1, 0, USUAL)}
    assert not any(block.recorded for block in blocks_of(entries, setup))
    alone = [entry for entry in entries if entry.policy == 'expert']
    assert sum(block.recorded for block in blocks_of(alone, setup, recorded=True)) == len(TASKS)


def test_tables_have_a_column_for_each_policy_and_conditions_one_of_their_own():
    found = {
        TabletopEntry(policy, task, condition): episodes(result(), result(first_choice=True))
        for condition in (USUAL, 'light')
        for task in GROUPS['memory']
        for policy in ('sam2act', 'sam2act_plus')
    }
    shown = tables(rows_of(found))
    assert [title.partition(',')[0].partition(';')[0] for title, _ in shown] == [
        'success',
        'first choice right',
        'key poses',
        'success as usual',
    ]
    for _, table in shown:
        assert [str(column.header) for column in table.columns][-2:] == ['sam2act', 'sam2act_plus']
    assert [table.row_count for _, table in shown] == [4, 4, 4, 2]
    usual = [row for row in rows_of(found) if row['condition'] == USUAL]
    assert len(tables([row for row in usual if row['chance'] is None])) == 2
