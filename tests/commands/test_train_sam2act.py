"""`policy-stack train sam2act`: demonstrations, a run in two calls, and the memory's stage."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from command_line import assert_refused, policy_stack

pytest.importorskip('mujoco')
pytest.importorskip('mink')
pytest.importorskip('tokenizers')

sys.path.insert(0, str(Path(__file__).parents[1] / 'training'))
from small_networks import tiny_network

from policy_nodes.commands.refusals import Refusal
from policy_nodes.commands.train import train
from policy_nodes.commands.train_sam2act import spent_seconds
from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.first_difference import first_difference
from policy_nodes.policies.sam2act_loading import load_sam2act
from policy_nodes.policies.sam2act_run import Sam2ActRun
from policy_nodes.training import sam2act_recipe
from policy_nodes.training.demonstration_file import read_demonstration
from policy_nodes.training.sam2act_recipe import Sam2ActRecipe, second_stage
from policy_nodes.training.seeds import TRAINING_SEED


@pytest.fixture(scope='module')
def shown(tmp_path_factory):
    """Two demonstrations, collected by the command; the second call adds one to the first."""
    folder = tmp_path_factory.mktemp('shown')
    for count in (1, 2):
        ran = policy_stack(
            'demonstrations', 'collect', folder, '--tasks', 'reach_target', '--count', count,
            '--workers', 1,
        )  # fmt: skip
        assert ran.status == 0, ran
        assert f'{count} demonstrations in ' in ran.out
    return folder


@pytest.fixture
def tiny(monkeypatch):
    """Recipes of a network that learns within seconds, under the names of the shipped ones."""
    network = replace(tiny_network(), language_tokens=32, language_width=384)
    first = Sam2ActRecipe('sam2act', network, batch=2, steps=4, warm_up=2, lr=1e-3)
    second = replace(second_stage(first), batch=1, steps=2)
    recipes = {recipe.name: recipe for recipe in (first, second)}
    monkeypatch.setattr(sam2act_recipe, 'RECIPES', recipes)


def weights(folder):
    return Checkpoint.open(folder).weights()


def answers_its_trace(folder):
    checkpoint = Checkpoint.open(folder)
    return first_difference(checkpoint.golden(), Sam2ActRun(load_sam2act(checkpoint))) is None


def test_a_run_that_is_gone_on_with_ends_where_an_unbroken_one_does(tmp_path, shown, tiny):
    options = {'data': shown, 'device': 'cpu', 'seed': 3}
    train('sam2act', tmp_path / 'whole', **options)
    train('sam2act', tmp_path / 'parts', **options, until=0.5)
    half = weights(tmp_path / 'parts' / 'sam2act')
    torch.manual_seed(99)  # what happens in between does not matter
    train('sam2act', tmp_path / 'parts', **options)
    made = tmp_path / 'parts' / 'sam2act'
    whole, parts = weights(tmp_path / 'whole' / 'sam2act'), weights(made)
    assert all(np.array_equal(whole[name], parts[name]) for name in whole)
    assert not all(np.array_equal(half[name], parts[name]) for name in half)
    assert (tmp_path / 'parts' / 'training.png').is_file()
    trained = Checkpoint.open(made).contract.trained
    assert (trained.recipe, trained.steps, trained.seed) == ('sam2act', 4, 3)
    card = (made / 'card.md').read_text(encoding='utf-8')
    assert 'reach_target 2' in card
    assert f'{TRAINING_SEED:,} to {TRAINING_SEED + 1:,}' in card
    assert answers_its_trace(made)

    train('sam2act_plus', tmp_path / 'plus', **options, initial=str(tmp_path / 'parts'))
    plus = tmp_path / 'plus' / 'sam2act_plus'
    assert Checkpoint.open(plus).contract.policy == 'sam2act_plus'
    moved = {
        name for name, value in weights(plus).items() if not np.array_equal(value, parts[name])
    }
    assert moved
    assert all('memory' in name or 'maskmem' in name or 'mvt1.up0' in name for name in moved)
    assert answers_its_trace(plus)
    with pytest.raises(Refusal, match='holds a run of sam2act: give another --out for sam2act_pl'):
        train('sam2act_plus', tmp_path / 'parts', **options, initial=str(tmp_path / 'whole'))


@pytest.mark.parametrize(
    ('recipe', 'changes', 'said'),
    [
        ('sam2act_pls', {}, 'known: sam2act, sam2act_plus'),
        ('sam2act', {}, 'name their folder with --data'),
        ('sam2act', {'data': Path('nowhere')}, 'no demonstrations in nowhere'),
        ('sam2act', {'worlds': 3}, '--worlds means nothing to sam2act'),
        ('sam2act', {'stage': 'second'}, '--stage means nothing to sam2act'),
        ('height', {'data': Path('nowhere')}, '--data means nothing to height'),
        ('sam2act_plus', {'data': Path('nowhere')}, 'trains the memory alone'),
        ('sam2act_published', {'data': Path('nowhere')}, 'its adapters: name with --initial'),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_written(
    tmp_path, recipe, changes, said
):
    with pytest.raises(Refusal, match=said):
        train(recipe, tmp_path / 'run', device='cpu', **changes)
    assert not (tmp_path / 'run').exists()


def test_weights_of_another_size_are_refused(tmp_path, shown, tiny, monkeypatch):
    train('sam2act', tmp_path / 'run', data=shown, device='cpu', steps=1)
    recipe = sam2act_recipe.RECIPES['sam2act_plus']
    wider = replace(recipe, network=replace(recipe.network, attention_width=64))
    monkeypatch.setitem(sam2act_recipe.RECIPES, 'sam2act_plus', wider)
    plus = tmp_path / 'plus'
    with pytest.raises(Refusal, match=r'do not fit the network: .* mvt1\.'):
        train('sam2act_plus', plus, data=shown, device='cpu', initial=str(tmp_path / 'run'))
    assert not plus.exists()


def test_hours_are_those_of_all_calls_together():
    rows = [{'seconds': seconds} for seconds in (10.0, 20.0, 5.0, 7.5)]
    assert spent_seconds(rows) == 27.5
    assert spent_seconds([{'seconds': 3.0}]) == 3.0


def test_demonstrations_are_exported_and_shown(tmp_path, shown):
    file = shown / 'reach_target' / f'{TRAINING_SEED}.npz'
    for form, made in (
        ('lerobot', 'meta/info.json'),
        ('mcap', f'reach_target/{TRAINING_SEED + 1}.mcap'),
    ):
        ran = policy_stack('demonstrations', 'export', shown, tmp_path / form, '--format', form)
        assert ran.status == 0, ran
        assert (tmp_path / form / made).is_file()
    ran = policy_stack('demonstrations', 'show', file, '--out', tmp_path / 'sheet.html')
    assert ran.status == 0, ran
    page = (tmp_path / 'sheet.html').read_text(encoding='utf-8')
    assert 'data:image/png;base64,' in page
    assert all(words in page for words in read_demonstration(file).instructions)
    assert_refused(
        policy_stack('demonstrations', 'export', shown, tmp_path / 'mcap'), 'is there already'
    )
    assert_refused(
        policy_stack('demonstrations', 'collect', tmp_path / 'new', '--tasks', 'lift_blok'),
        "no task 'lift_blok'; known: all, reach_target, lift_block",
    )
