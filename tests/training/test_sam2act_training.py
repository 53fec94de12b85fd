"""Runs of training: they learn, go on where they ended, and change only what a stage trains."""

from __future__ import annotations

import json
import math
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from small_demonstrations import small_demonstration
from small_networks import tiny_network, tiny_recipe, words

from policy_nodes.models.sam2act.network import Sam2Act
from policy_nodes.training.sam2act_data import load
from policy_nodes.training.sam2act_lamb import Lamb
from policy_nodes.training.sam2act_recipe import RECIPES, find_recipe, second_stage
from policy_nodes.training.sam2act_steps import (
    choose_trainable,
    key_pose_errors,
    keyframe_loss,
    memory_loss,
)
from policy_nodes.training.train_sam2act import train


@pytest.fixture(scope='module')
def data():
    return load([small_demonstration(seed) for seed in range(2)], words, every=None)


def rows_of(folder):
    return [json.loads(line) for line in (folder / 'log.jsonl').read_text().splitlines()]


def same(a: Sam2Act, b: Sam2Act) -> bool:
    return all(
        torch.equal(x, y)
        for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True)
    )


@pytest.fixture(scope='module')
def learnt(data, tmp_path_factory):
    """A network that has seen two demonstrations often, without augmentation."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp('learnt')
    recipe = tiny_recipe(batch=6, steps=32, warm_up=4, lr=3e-3, averaging=0.2, shift=0.0, yaw=0.0)
    return train(recipe, data, folder, row_every=8), folder, recipe


def test_a_handful_of_samples_is_learnt_by_heart(data, learnt):
    network, folder, recipe = learnt
    rows = rows_of(folder)
    first, last = rows[0], rows[-1]
    assert last['loss'] < first['loss'] / 2
    assert last['coarse'] < 0.75 * math.log(32)  # twice this, halved, is chance
    assert last['rotation'] < first['rotation'] / 2
    assert last['coarse_pixels'] < first['coarse_pixels'] / 2
    on_its_own = key_pose_errors(network, data, recipe, torch.arange(len(data.seen)))
    assert on_its_own['metres'] < 0.1
    assert on_its_own['rotation_hit'] == 1.0


def test_a_row_tells_everything_about_its_steps(learnt):
    _, folder, recipe = learnt
    rows = rows_of(folder)
    assert [row['steps'] for row in rows] == list(range(8, 33, 8))
    named = {'loss', 'coarse', 'fine', 'rotation', 'gripper', 'collisions', 'lr', 'gradient'}
    assert all(named | {'seconds', 'rate', 'rotation_hit', 'fine_pixels'} <= set(r) for r in rows)
    assert rows[-1]['lr'] == recipe.rate(31)


def test_a_run_that_was_broken_off_gives_the_same_numbers(data, tmp_path):
    recipe = tiny_recipe()
    whole = train(recipe, data, tmp_path / 'whole', row_every=1, seed=3)
    train(recipe, data, tmp_path / 'parts', row_every=1, seed=3, until=0.5)
    torch.manual_seed(99)  # what happens in between does not matter
    told = []
    parts = train(recipe, data, tmp_path / 'parts', row_every=1, seed=3, on_progress=told.append)
    assert same(whole, parts)
    assert [now.steps for now in told] == [3, 4]
    assert [now.done for now in told] == [0.75, 1.0]
    losses = [[row['loss'] for row in rows_of(tmp_path / name)] for name in ('whole', 'parts')]
    assert losses[0] == losses[1]
    other = train(recipe, data, tmp_path / 'other', seed=4)
    assert not same(whole, other)


def test_a_call_after_the_end_changes_nothing(data, learnt):
    network, folder, recipe = learnt
    again = train(recipe, data, folder)
    assert same(network, again)
    assert len(rows_of(folder)) == 4


def test_minutes_end_a_call_and_the_next_one_goes_on(data, tmp_path):
    train(tiny_recipe(), data, tmp_path, minutes=0.0)
    assert torch.load(tmp_path / 'state.pt', weights_only=True)['steps'] == 1
    assert [row['steps'] for row in rows_of(tmp_path)] == [1], 'the log tells of every step'
    train(tiny_recipe(), data, tmp_path)
    assert torch.load(tmp_path / 'state.pt', weights_only=True)['steps'] == 4


@pytest.mark.parametrize(
    ('stage', 'loss_of'), [('keyframes', keyframe_loss), ('memory', memory_loss)]
)
def test_bfloat16_rounds_the_network_and_not_the_scene(data, stage, loss_of, monkeypatch):
    recipe = tiny_recipe(stage=stage, network=tiny_network(memory=stage == 'memory'))
    torch.manual_seed(0)
    network = Sam2Act(recipe.network).eval()
    drawn = []
    draw = Sam2Act.draw

    def remembered(self, points, colours):
        drawn.append(points)
        return draw(self, points, colours)

    monkeypatch.setattr(Sam2Act, 'draw', remembered)
    lost = []
    for half in (False, True):
        with torch.no_grad():
            loss, _ = loss_of(network, data, recipe, torch.Generator().manual_seed(1), half)
        lost.append(loss.item())
    each = len(drawn) // 2
    for whole, rounded in zip(drawn[:each], drawn[each:], strict=True):
        torch.testing.assert_close(whole, rounded, atol=0, rtol=0, equal_nan=True)
    assert lost[0] != lost[1]
    assert lost[1] == pytest.approx(lost[0], rel=0.02)


@pytest.fixture(scope='module')
def plus(data, learnt, tmp_path_factory):
    """The memory's stage behind the stage of key frames."""
    network, _, recipe = learnt
    recipe = replace(
        second_stage(recipe),
        network=tiny_network(memory=True),
        batch=2,
        steps=12,
        warm_up=2,
        lr=3e-3,
    )
    folder = tmp_path_factory.mktemp('plus')
    initial = network.state_dict()
    return train(recipe, data, folder, initial=initial, row_every=4), initial, folder


def test_the_second_stage_changes_the_memory_and_one_head_alone(plus):
    network, initial, _ = plus
    changed = {
        name.split('.')[0] + '.' + name.split('.')[1]
        for name, value in network.state_dict().items()
        if not torch.equal(value, initial[name])
    }
    assert changed == {
        'sam2.memory_attention',
        'sam2.memory_encoder',
        'sam2.maskmem_tpos_enc',
        'mvt1.up0',
    }


def test_gradients_reach_what_writes_the_memory(plus):
    network, initial, _ = plus
    written = [name for name in initial if name.startswith('sam2.memory_encoder.')]
    moved = [not torch.equal(network.state_dict()[name], initial[name]) for name in written]
    assert all(moved)


def test_the_second_stage_learns(plus):
    _, _, folder = plus
    rows = rows_of(folder)
    assert rows[-1]['loss'] < rows[0]['loss']
    assert {'coarse', 'coarse_pixels'} <= set(rows[0])


def test_the_second_stage_needs_a_network_that_was_trained(data, tmp_path):
    recipe = second_stage(tiny_recipe())
    with pytest.raises(ValueError, match='give it the weights'):
        train(recipe, data, tmp_path / 'none')
    weights = Sam2Act(recipe.network).state_dict()
    weights.pop('mvt1.pos_encoding')
    with pytest.raises(ValueError, match=r"missing \['mvt1.pos_encoding'\]"):
        train(recipe, data, tmp_path / 'less', initial=weights)


def test_of_an_adapted_image_encoder_only_the_adapters_are_trained():
    config = tiny_network()
    trunk = replace(config.sam2.trunk, lora_rank=4)
    config = replace(config, sam2=replace(config.sam2, trunk=trunk))
    network = Sam2Act(config)
    names = choose_trainable(network, tiny_recipe(network=config))
    encoder = [name for name in names if name.startswith('sam2.image_encoder.')]
    assert encoder
    assert all('linear_a_' in name or 'linear_b_' in name for name in encoder)
    assert not [name for name in names if 'memory' in name or 'maskmem' in name]
    assert 'sam2.sam_mask_decoder.conv_s0.weight' in names


def test_the_learning_rate_warms_up_and_falls_to_its_last_share():
    recipe = tiny_recipe(steps=100, warm_up=10, lr=1.0)
    rates = [recipe.rate(step) for step in range(101)]
    assert rates[:10] == pytest.approx([0.1 * n for n in range(1, 11)])
    assert rates[10] == 1.0
    assert all(a > b for a, b in pairwise(rates[10:]))
    assert rates[100] == pytest.approx(0.01)


def test_the_second_stage_shortens_sequences_to_what_the_memory_holds():
    recipe = second_stage(find_recipe('sam2act'))
    assert recipe.sequence == recipe.network.sam2.memory.steps + 1 == 10
    assert recipe.network.memory


def test_unknown_names_are_refused_with_the_known_ones():
    assert list(RECIPES) == [
        'sam2act',
        'sam2act_plus',
        'sam2act_coarse_upsampling',
        'sam2act_published',
        'sam2act_published_plus',
    ]
    with pytest.raises(ValueError, match='sam2act, sam2act_plus'):
        find_recipe('sam2')
    with pytest.raises(ValueError, match="no optimiser 'sgd'; known: adamw, lamb"):
        tiny_recipe(optimiser='sgd')
    with pytest.raises(ValueError, match="no stage 'last'; known: keyframes, memory"):
        tiny_recipe(stage='last')
    with pytest.raises(ValueError, match='memory=True'):
        tiny_recipe(stage='memory')


def test_lamb_moves_every_tensor_by_the_same_share_of_its_length():
    large, small = torch.full((4,), 10.0), torch.full((9,), 0.1)
    parameters = [large.clone().requires_grad_(), small.clone().requires_grad_()]
    optimiser = Lamb(parameters, lr=0.01)
    (1000 * parameters[0].sum() + 0.001 * parameters[1].sum()).backward()
    optimiser.step()
    for parameter, before in zip(parameters, (large, small), strict=True):
        moved = (before - parameter.detach()).norm() / before.norm()
        assert moved.item() == pytest.approx(0.01, rel=2e-3)


def test_lamb_finds_the_bottom_of_a_bowl_and_can_be_resumed():
    def descend(steps, optimiser, x):
        for _ in range(steps):
            optimiser.zero_grad()
            ((x - 3) ** 2).sum().backward()
            optimiser.step()

    x = torch.tensor([1.0, 9.0], requires_grad=True)
    optimiser = Lamb([x], lr=0.02)
    descend(40, optimiser, x)
    halfway, state = x.detach().clone(), deepcopy(optimiser.state_dict())
    descend(300, optimiser, x)
    torch.testing.assert_close(x.detach(), torch.tensor([3.0, 3.0]), atol=0.15, rtol=0)
    y = halfway.requires_grad_()
    other = Lamb([y], lr=0.02)
    other.load_state_dict(state)
    descend(300, other, y)
    assert torch.equal(x, y)


def test_a_run_with_lamb_learns(data, tmp_path):
    recipe = tiny_recipe(optimiser='lamb', steps=12, lr=3e-2, batch=6, shift=0.0, yaw=0.0)
    train(recipe, data, tmp_path, row_every=4)
    rows = rows_of(tmp_path)
    assert rows[-1]['loss'] < 0.9 * rows[0]['loss']
