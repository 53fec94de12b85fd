"""Episodes of a run: their scenes differ, and no answer comes more often than another."""

from collections import Counter

import pytest

pytest.importorskip('mujoco')

from policy_nodes.simulation.tabletop.episode_draw import draw_episode
from policy_nodes.simulation.tabletop.tasks.registry import MEMORY_TASKS, TASKS, make_task

RUNS = [(seed, index) for seed in (1, 2, 3) for index in range(25)]


def test_no_two_episodes_share_a_scene():
    task = make_task('lift_block')
    assert len({draw_episode(task, *run).seed for run in RUNS}) == len(RUNS)


@pytest.mark.parametrize('name', MEMORY_TASKS)
def test_every_answer_of_a_memory_task_comes_about_equally_often(name):
    task = make_task(name)
    counts = Counter(draw_episode(task, *run).variation for run in RUNS)
    assert set(counts) == set(range(task.variations))
    assert max(counts.values()) - min(counts.values()) <= 6


@pytest.mark.parametrize('name', TASKS)
def test_every_variation_comes_in_every_wording(name):
    task = make_task(name)
    drawn = {draw_episode(task, 7, index)[1:] for index in range(task.variations * task.wordings)}
    assert len(drawn) == task.variations * task.wordings


def test_a_wanted_variation_changes_neither_scene_nor_wording():
    task = make_task('put_block_back')
    drawn, wanted = draw_episode(task, 5, 9), draw_episode(task, 5, 9, variation=3)
    assert wanted.variation == 3
    assert (wanted.seed, wanted.wording) == (drawn.seed, drawn.wording)
