"""What every task promises: sentences, scenes from a seed, and no success for nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import mujoco
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from scripted_episode import scene

from policy_nodes.simulation.tabletop.panda_model import HOME
from policy_nodes.simulation.tabletop.scene import base_scene
from policy_nodes.simulation.tabletop.tasks.push_buttons import ORDERS
from policy_nodes.simulation.tabletop.tasks.registry import MEMORY_TASKS, TASKS, make_task
from policy_nodes.simulation.tabletop.tasks.task import Draw

REST = np.array(HOME)
# the same is to be done in several variations, with something else beside it or before it
UNTOLD = ('push_buttons', *MEMORY_TASKS)
ALL = pytest.mark.parametrize('name', TASKS)


def built(name, seed, variation):
    """The compiled scene of an episode and its first configuration."""
    spec = base_scene()
    make_task(name).build(spec, Draw(variation, np.random.default_rng(seed)))
    model = spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    return model, data


def touching(model, contact):
    """Names of the bodies of a contact."""
    return [model.body(model.geom_bodyid[geom]).name for geom in contact.geom]


def test_an_unknown_task_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no task 'pour_tea'; there are reach_target, .*block"):
        make_task('pour_tea')


@ALL
def test_every_variation_has_sentences_and_others_are_refused(name):
    task = make_task(name)
    assert task.name == name
    assert task.wordings >= 2
    for variation in range(task.variations):
        said = {task.instruction(variation, wording) for wording in range(task.wordings)}
        assert len(said) == task.wordings
        assert not any('{' in sentence for sentence in said)
    with pytest.raises(IndexError, match=rf'{name} has variations 0 to {task.variations - 1}'):
        task.instruction(task.variations)
    with pytest.raises(IndexError, match=f'{name} has wordings 0 to'):
        task.instruction(0, task.wordings)
    with pytest.raises(IndexError, match=f'{name} has variations 0 to'):
        built(name, 0, task.variations)


@pytest.mark.parametrize('name', [name for name in TASKS if name not in UNTOLD])
def test_the_sentence_tells_variations_apart(name):
    task = make_task(name)
    assert len({task.instruction(index) for index in range(task.variations)}) == task.variations


def test_the_sentence_names_the_buttons_in_the_order_in_which_they_are_to_be_pushed():
    task = make_task('push_buttons')
    for variation, colours in enumerate(ORDERS):
        said = task.instruction(variation)
        asked = [colour for colour in colours if f'the {colour} button' in said]
        assert len(asked) == 1 + variation % 3
        assert asked == sorted(asked, key=said.index)


@ALL
def test_the_same_seed_and_variation_build_the_same_scene_and_another_seed_another(name):
    (model, data), (_, again), (_, other) = (built(name, seed, 1) for seed in (3, 3, 4))
    assert (data.xpos == again.xpos).all()
    assert (data.xquat == again.xquat).all()
    assert (data.xpos != other.xpos).any()
    assert model.opt.timestep == 0.002


@ALL
def test_things_stand_in_reach_and_clear_of_one_another_for_many_seeds(name):
    task = make_task(name)
    for seed in range(12):
        model, data = built(name, seed, seed % task.variations)
        # things touch what they stand on; the closed fingers of this configuration do not count
        pairs = [touching(model, contact) for contact in data.contact if contact.dist < -1e-4]
        deep = [pair for pair in pairs if not all(name.startswith('panda') for name in pair)]
        assert not deep


@ALL
def test_success_is_not_given_at_the_start_nor_for_doing_nothing(name, cameras):
    world = scene(name, 5, cameras)
    assert not world.task.succeeded
    for _ in range(40):
        world.step(REST, 1.0)
    assert not world.task.succeeded


@ALL
def test_a_task_forgets_the_episode_before(name, cameras):
    world = scene(name, 5, cameras)
    places = world.data.qpos.copy()
    world.reset(6)
    world.step(REST, 0.0)
    world.reset(5)
    assert (world.data.qpos == places).all()
    assert not world.task.succeeded
