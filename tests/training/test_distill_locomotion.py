"""One policy that learns from specialists."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from policy_nodes.contract.trained import Trained
from policy_nodes.models.locomotion_input import LocomotionInput
from policy_nodes.models.locomotion_transformer import LocomotionTransformer
from policy_nodes.policies.locomotion import LocomotionPolicy
from policy_nodes.policies.locomotion_contract import locomotion_contract
from policy_nodes.simulation.barkour.robot_model import BARKOUR
from policy_nodes.training import distillation_data
from policy_nodes.training.distill_locomotion import RECIPES, collect_episodes, distill
from policy_nodes.training.distillation_data import drive_episode, read_episodes
from policy_nodes.training.distillation_rows import rows_of
from policy_nodes.training.distillation_student import new_student, student_contract
from policy_nodes.training.export_locomotion import command_ranges
from policy_nodes.training.locomotion_body import body_of
from policy_nodes.training.locomotion_recipe import find_recipe
from policy_nodes.training.train_locomotion import new_actor


@pytest.fixture(scope='module')
def specialists():
    policies = {}
    for seed, behaviour in enumerate(('walk', 'slope', 'jump')):
        torch.manual_seed(seed)
        recipe = find_recipe(f'barkour_{behaviour}')
        network = new_actor(recipe, BARKOUR)
        with torch.no_grad():
            # so that there is something to learn
            network.head.bias[:12] += 0.4 * torch.randn(12)
        contract = locomotion_contract(
            network,
            body_of(BARKOUR, recipe.reach),
            command_ranges(recipe.commands),
            Trained(recipe=recipe.name),
        )
        policies[behaviour] = LocomotionPolicy(network, contract)
    return policies


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(distillation_data, 'SECONDS', 0.5)


def small(form, specialists):
    torch.manual_seed(9)
    network = (
        new_student(form, 12)
        if form == 'mlp'
        else LocomotionTransformer(width=32, heads=2, feed=32, layers=1)
    )
    return network, student_contract(network, specialists, BARKOUR, 0.8, f'barkour_{form}')


def test_a_student_learns_by_what_it_will_be_shown(specialists):
    _, contract = small('mlp', specialists)
    episodes = [drive_episode(number, specialists, seed=1) for number in range(2)]
    rows = rows_of(episodes, contract, 'cpu')
    student = LocomotionPolicy(new_student('mlp', 12), contract)
    row = 0
    for episode in episodes:
        student.reset()
        for step in range(len(episode.target)):
            shown = {name: values[step] for name, values in episode.terms.items()}
            student.observe(shown, episode.sent[step - 1] if step else None)
            frames = rows.frames_at(torch.tensor([row]))
            given = student._input
            torch.testing.assert_close(frames, given.frames, atol=1e-5, rtol=0.0)
            torch.testing.assert_close(rows.near[row], given.near[0])
            torch.testing.assert_close(rows.ahead[row], given.ahead[0])
            asked = student.stand + 0.8 * rows.target[row].numpy()
            np.testing.assert_allclose(asked, episode.target[step], atol=1e-5)
            row += 1


def test_episodes_are_the_same_whoever_collects_them(specialists, tmp_path):
    files = collect_episodes(tmp_path, specialists, 3, seed=4)
    kept = read_episodes(files)
    again = drive_episode(2, specialists, seed=4)
    assert len(kept) == 3
    np.testing.assert_array_equal(kept[2].target, again.target)
    np.testing.assert_array_equal(kept[2].terms['joints'], again.terms['joints'])
    before = files[0].stat().st_mtime_ns
    collect_episodes(tmp_path, specialists, 3, seed=4)
    assert files[0].stat().st_mtime_ns == before


def test_where_the_student_acts_the_specialist_says_what_it_would_have_done(specialists):
    def still(values, last):
        return np.array(BARKOUR.stand)

    episode = drive_episode(0, specialists, seed=1, student=still, share=1.0)
    assert np.abs(episode.sent - np.array(BARKOUR.stand)).max() < 1e-6
    assert np.abs(episode.target - episode.sent).max() > 1e-3


@pytest.mark.parametrize('form', ['mlp', 'transformer'])
def test_a_student_comes_near_to_its_teachers_and_goes_on_after_a_break(
    form, specialists, tmp_path
):
    network, contract = small(form, specialists)
    recipe = replace(
        RECIPES[f'barkour_{form}'], episodes=4, rounds=1, more=4, total_steps=80, batch=32, lr=2e-3
    )
    words = []
    distill(recipe, network, contract, specialists, tmp_path, until=0.5, on_progress=words.append)
    network = small(form, specialists)[0]
    distill(recipe, network, contract, specialists, tmp_path, on_progress=words.append)
    assert (tmp_path / 'round_1').is_dir()
    rows = rows_of(read_episodes(sorted(tmp_path.glob('round_*/*.npz'))), contract, 'cpu')
    every = torch.arange(len(rows.target))
    with torch.no_grad():
        action = network(LocomotionInput(rows.frames_at(every), rows.near, rows.ahead))
    error = (action - rows.target).square().mean()
    assert error < 0.5 * rows.target.square().mean()
