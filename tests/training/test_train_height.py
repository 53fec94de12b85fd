"""A run of training: resumable, repeatable, and ending in a checkpoint that can be used."""

from __future__ import annotations

import json

import pytest
import torch
from small_recipes import STEPS, WORLDS, small_recipe

from policy_nodes.contract.first_difference import first_difference
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file
from policy_nodes.contract.trained import Trained
from policy_nodes.evaluation.crowd_episodes import run_episodes
from policy_nodes.models.height import Height
from policy_nodes.policies.loading import golden_run, load_policy
from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.reward import RUNNING
from policy_nodes.simulation.crowd.scenario import find_scenario
from policy_nodes.training.export_height import export_height
from policy_nodes.training.height_recipe import RECIPES, draw_pool, find_recipe
from policy_nodes.training.seeds import TRAINING_SEED
from policy_nodes.training.train_height import read_log, train
from policy_nodes.training.training_plot import plot_training


def weights_of(network: Height) -> torch.Tensor:
    return torch.cat([value.flatten() for value in network.state_dict().values()])


@pytest.fixture(scope='module')
def trained(tmp_path_factory):
    """A short run, from which several tests go on."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp('run')
    return train(small_recipe(), folder, seed=5), folder


def test_a_run_ends_with_the_steps_of_the_recipe_and_a_log_of_every_update(trained):
    network, folder = trained
    rows = read_log(folder / 'log.jsonl')
    assert [row['steps'] for row in rows] == [WORLDS * STEPS * n for n in (1, 2, 3)]
    assert {'success', 'human', 'obstacle', 'wall', 'timeout', 'kl', 'lr', 'entropy'} <= set(
        rows[0]
    )
    assert not network.training
    assert weights_of(network).isfinite().all()
    plot = plot_training(rows, folder / 'training.png')
    assert plot.read_bytes().startswith(b'\x89PNG')


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(trained, tmp_path):
    network, _ = trained
    again = train(small_recipe(), tmp_path / 'again', seed=5)
    other = train(small_recipe(total_steps=1), tmp_path / 'other', seed=6)
    assert torch.equal(weights_of(again), weights_of(network))
    assert not torch.equal(weights_of(other), weights_of(network))


def test_a_second_call_goes_on_where_the_first_ended(tmp_path):
    recipe = small_recipe(total_steps=4 * WORLDS * STEPS)
    first = train(recipe, tmp_path, seed=5, until=0.5)
    halfway = torch.load(tmp_path / 'state.pt', weights_only=True)
    assert halfway['steps'] == 2 * WORLDS * STEPS
    second = train(recipe, tmp_path, seed=5)
    rows = read_log(tmp_path / 'log.jsonl')
    assert [row['steps'] for row in rows] == [WORLDS * STEPS * n for n in (1, 2, 3, 4)]
    ended = torch.load(tmp_path / 'state.pt', weights_only=True)
    assert ended['steps'] == recipe.total_steps
    # Adam counts its steps: the second call took up the first one's moments
    counts = [state['optimizer']['state'][0]['step'] for state in (halfway, ended)]
    assert counts[1] == 2 * counts[0]
    assert not torch.equal(weights_of(first), weights_of(second))


def test_a_call_after_the_end_changes_nothing(trained):
    network, folder = trained
    again = train(small_recipe(), folder, seed=5)
    assert torch.equal(weights_of(network), weights_of(again))
    assert len(read_log(folder / 'log.jsonl')) == 3


def test_training_starts_from_given_weights(tmp_path):
    torch.manual_seed(9)
    given = Height().state_dict()
    network = train(small_recipe(total_steps=1), tmp_path, seed=5, initial=given)
    fresh = train(small_recipe(total_steps=1), tmp_path / 'fresh', seed=5)
    start = torch.cat([value.flatten() for value in given.values()])
    moved = (weights_of(network) - start).abs().max()
    assert moved < 0.01
    assert (weights_of(fresh) - start).abs().max() > 10 * moved


@pytest.mark.parametrize('mirrored', [False, True])
def test_progress_is_told_after_every_update(tmp_path, mirrored):
    told = []
    recipe = small_recipe(total_steps=2 * WORLDS * STEPS, mirrored=mirrored)
    train(recipe, tmp_path, seed=5, on_progress=told.append)
    assert [now.steps for now in told] == [WORLDS * STEPS * n for n in (1, 2)]
    assert all(now.rate > 0 for now in told)


@pytest.mark.parametrize('mirrored', [False, True])
def test_an_exported_network_passes_its_check_and_can_be_evaluated(trained, tmp_path, mirrored):
    network, _ = trained
    written = export_height(
        network,
        tmp_path / 'height_small',
        Trained(recipe='height_small', seed=5, steps=144),
        '# height_small\n',
        scenario='rand',
        v_min=-0.5,
        mirrored=mirrored,
    )
    loaded = load_policy('height', checkpoint=written.folder)
    loaded.require(RobotInterface.read(robot_file('turtlebot')))
    assert first_difference(written.golden(), golden_run(written)) is None
    assert written.contract.policy == ('height_mirrored' if mirrored else 'height')

    seeds = episode_seeds(1, 0, 3, 'cpu')
    table = run_episodes(loaded.policy, generate(find_scenario('less_human'), seeds))
    assert (table.outcome != RUNNING).all()


def test_an_indoor_network_is_exported_with_two_numbers_a_person(tmp_path):
    torch.manual_seed(0)
    written = export_height(
        Height(people=6, edge_features=2),
        tmp_path / 'indoor',
        Trained(recipe='import'),
        '# indoor\n',
        scenario='hallway',
        v_min=0.0,
    )
    assert written.contract.observation('people').shape == (6, 2)
    assert first_difference(written.golden(), golden_run(written)) is None


def test_training_draws_episodes_that_no_evaluation_sees():
    recipe = small_recipe(pool=4)
    training = set(draw_pool(recipe, 0, 'cpu').seed.tolist())
    for seed in range(20):
        assert training.isdisjoint(episode_seeds(seed, 0, 500, 'cpu').tolist())
    assert TRAINING_SEED > 500_000


@pytest.mark.parametrize('name', list(RECIPES))
def test_the_mixture_of_a_recipe_adds_up_and_serves_what_it_says(name):
    recipe = RECIPES[name]
    assert sum(weight for _, weight in recipe.mixture) == pytest.approx(1.0)
    drawn = {scenario.name for scenario, _ in recipe.mixture}
    assert set(recipe.serves) <= drawn
    backward = {scenario.backward for scenario, _ in recipe.mixture}
    assert backward == {recipe.v_min < 0}


def test_an_unknown_recipe_is_refused_with_the_known_ones():
    assert find_recipe('height').name == 'height_arena'
    with pytest.raises(ValueError, match='height_arena, height_indoor'):
        find_recipe('hight')


def test_the_log_is_one_json_object_a_line(trained):
    _, folder = trained
    for line in (folder / 'log.jsonl').read_text().splitlines():
        assert isinstance(json.loads(line), dict)
