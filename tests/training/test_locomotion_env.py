"""The worlds that legs learn in show what a robot will be shown."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.first_difference import first_difference
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file
from policy_nodes.contract.trained import Trained
from policy_nodes.policies.height_field import HeightField
from policy_nodes.policies.loading import golden_run
from policy_nodes.policies.locomotion import LegView
from policy_nodes.policies.locomotion_loading import load_locomotion, load_specialists
from policy_nodes.simulation.barkour.robot_model import BARKOUR
from policy_nodes.simulation.barkour.terrain import flat, gaps, random_steps, slopes, stairs
from policy_nodes.simulation.barkour.world import BarkourWorld
from policy_nodes.training.export_locomotion import command_ranges, export_locomotion
from policy_nodes.training.locomotion_actor_critic import ActorCritic
from policy_nodes.training.locomotion_drive import SCAN_GRID as SCAN
from policy_nodes.training.locomotion_env import PRIVILEGED, LocomotionEnv, build_bank
from policy_nodes.training.locomotion_ground import GroundBank
from policy_nodes.training.locomotion_physics_cpu import CpuPhysics
from policy_nodes.training.locomotion_recipe import RECIPES, Disturbances, find_recipe
from policy_nodes.training.train_locomotion import new_actor, start_from, train_specialist

SLOPE = find_recipe('barkour_slope')
SOUND = replace(
    SLOPE,
    levels=2,
    disturbances=Disturbances(
        (1.0, 1.0), 0.0, 0.0, 0.0, joint_noise=0.0, gyro_noise=0.0, gravity_noise=0.0,
        scan_noise=0.0, late=0.0,
    ),
)  # fmt: skip


def export(folder, recipe=SLOPE, **sizes):
    torch.manual_seed(0)
    return export_locomotion(
        new_actor(recipe, BARKOUR),
        folder,
        Trained(recipe=recipe.name),
        'a network without a training',
        robot=BARKOUR,
        reach=recipe.reach,
        commands=command_ranges(recipe.commands),
        grounds=(flat(), slopes(0.3)),
        **sizes,
    )


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
    return export(tmp_path_factory.mktemp('checkpoints') / 'barkour_slope')


def environment(recipe, worlds=6):
    bank = build_bank(recipe, 'cpu')
    physics = CpuPhysics(BARKOUR, bank, worlds)
    return LocomotionEnv(BARKOUR, physics, bank, recipe, worlds, seed=1)


def view(env, row):
    """What the deployed policy would be given in a world, noise left out."""
    state = env.physics.state()
    quaternion = state.quaternion[row].double().numpy()
    w, x, y, z = quaternion
    heading = np.arctan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
    turn = np.array([[np.cos(heading), -np.sin(heading)], [np.sin(heading), np.cos(heading)]])
    place = state.position[row].numpy()
    points = torch.tensor(SCAN.points() @ turn.T + place[:2], dtype=torch.float32)
    heights = env.bank.heights(env._ground()[row : row + 1], points[None])[0].numpy() - place[2]
    return LegView(
        np.roll(quaternion, -1),
        float(state.angular[row, 2]),
        env.command[row].numpy(),
        BARKOUR.joints[::-1],
        state.joints[row].numpy()[::-1],
        HeightField(0, SCAN.x, SCAN.y, SCAN.resolution, heights.reshape(SCAN.rows, -1)),
    )


def test_a_robot_is_shown_what_it_was_shown_in_training(checkpoint):
    env, policy = environment(SOUND), load_locomotion(checkpoint)
    random = torch.Generator().manual_seed(2)
    row, target = 3, None
    env.clock[:] = 0.0
    for _ in range(20):
        policy.observe(policy.values_of(view(env, row)), target)
        shown, _ = env.observe()
        for name, given in zip(shown._fields, policy._input, strict=True):
            expected = getattr(shown, name)[row]
            torch.testing.assert_close(given[0], expected, atol=2e-5, rtol=0.0, msg=name)
        action = 0.5 * (2.0 * torch.rand(env.worlds, 12, generator=random) - 1.0)
        step = env.step(action)
        assert not step.fell[row]
        target = env.target[row].numpy()


def test_a_written_checkpoint_passes_its_own_check(checkpoint):
    opened = Checkpoint.open(checkpoint.folder)
    agreement = opened.compare(RobotInterface.read(robot_file('barkour')))
    assert agreement.agrees, [str(one) for one in agreement.disagreements]
    assert first_difference(opened.golden(), golden_run(opened)) is None
    assert opened.contract.action('legs').kp == (35.0,)
    assert opened.contract.command('linear.x').admits(1.0)


def test_another_stand_is_noticed_by_the_golden_trace(checkpoint):
    opened = Checkpoint.open(checkpoint.folder)
    run = golden_run(opened)
    run.policy._terms['joints'] = replace(run.policy._terms['joints'], offset=(0.1,))
    difference = first_difference(opened.golden(), run)
    assert difference is not None
    assert difference.term == 'legs'


def test_specialists_take_turns_without_a_jolt(checkpoint):
    chosen = dict.fromkeys(('walk', 'slope', 'jump'), str(checkpoint.folder))
    policy, opened = load_specialists('specialists', chosen)
    assert len(opened) == 3
    env = environment(SOUND)
    jump = policy.policies['jump']
    with torch.no_grad():
        jump.network.head.bias[:12] += 1.0
    looks = view(env, 0)
    before = policy.act(looks, 'walk').position
    steps = [before, *(policy.act(looks, 'jump').position for _ in range(11))]
    jumps = np.abs(np.diff(steps, axis=0)).max(axis=1)
    assert policy.behaviour == 'jump'
    assert np.abs(steps[-1] - before).max() > 0.2
    assert jumps.max() < 0.12, jumps
    with pytest.raises(ValueError, match='no behaviour'):
        policy.act(looks, 'fly')


def test_an_unknown_policy_or_a_checkpoint_of_another_robot_is_refused(tmp_path):
    with pytest.raises(ContractError, match='there is no policy'):
        load_specialists('specialist')
    with pytest.raises(ContractError, match='no behaviour'):
        load_specialists('mlp', {'walk': 'barkour_walk'})


@pytest.mark.parametrize('name', RECIPES)
def test_every_recipe_runs_and_begins_upright_on_its_ground(name):
    env = environment(replace(find_recipe(name), levels=2), worlds=8)
    for _ in range(5):
        step = env.step(torch.zeros(8, 12))
    assert torch.isfinite(step.reward).all()
    assert not step.fell.any()
    assert (step.reward > 0.0).any()


def test_a_robot_on_its_back_has_fallen_and_begins_anew():
    env = environment(SOUND)
    row = torch.tensor([2])
    qpos = torch.tensor([[0.0, 0.0, 0.2, 0.0, 1.0, 0.0, 0.0, *BARKOUR.stand]])
    one = type(env._vary(1))(*(torch.ones_like(part) for part in env._vary(1)))
    env.physics.begin(row, env._ground()[row], qpos, one)
    step = env.step(torch.zeros(6, 12))
    assert step.fell[2]
    assert step.reward[2] < -0.5
    assert env.clock[2] == 0.0
    assert env.observe()[0].frames[2, 1:].abs().max() == 0.0
    assert env.action[2].abs().max() == 0.0


def test_heights_of_a_bank_are_those_that_rays_find():
    terrains = (flat(), slopes(0.5), stairs(0.1), random_steps(0.1, 1, length=0.8), gaps(0.4))
    bank = GroundBank(terrains)
    for number, terrain in enumerate(terrains):
        world = BarkourWorld(terrain, seed=1, only_feet=True)
        world.data.qpos[:3] = 2.2, 0.31, 0.9
        # rays see the body's own place only after its kinematics
        scan = world.height_scan(SCAN)
        heading = world.heading()
        turn = np.array([[np.cos(heading), -np.sin(heading)], [np.sin(heading), np.cos(heading)]])
        points = torch.tensor(SCAN.points() @ turn.T + (2.2, 0.31), dtype=torch.float32)
        found = bank.heights(torch.tensor([number]), points[None])[0].numpy() - 0.9
        off = np.abs(scan.reshape(-1) - found) > 1e-4
        # an edge may fall on either side
        assert off.mean() < 0.02, terrain.name


def test_a_short_training_goes_on_where_it_ended(tmp_path):
    recipe = replace(SOUND, worlds=8, steps=4, total_steps=64)
    recipe = replace(recipe, ppo=replace(recipe.ppo, minibatches=2, epochs=1))
    seen = []
    train_specialist(recipe, tmp_path, until=0.5, on_progress=seen.append)
    assert [row.steps for row in seen] == [32]
    network = train_specialist(recipe, tmp_path, on_progress=seen.append)
    assert [row.steps for row in seen] == [32, 64]
    assert (tmp_path / 'log.jsonl').read_text().count('\n') == 2
    assert all(value.isfinite().all() for value in network.state_dict().values())


def test_a_specialist_starts_from_another_and_answers_as_it_at_first(checkpoint):
    policy = load_locomotion(checkpoint)
    network = ActorCritic(new_actor(SLOPE, BARKOUR), PRIVILEGED)
    start_from(network, policy.network)
    env = environment(SOUND)
    shown, _ = env.observe()
    mean, spread = network.distribution(network.flatten(shown))
    torch.testing.assert_close(mean.tanh(), policy.network(shown))
    assert spread.min() > 0.2
    network.seen.take(network.flatten(shown))
    torch.testing.assert_close(network.exported()(shown), policy.network(shown))
