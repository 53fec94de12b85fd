"""Demonstrations that scripted experts give in the world of the table top."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from small_networks import words

pytest.importorskip('mujoco')
pytest.importorskip('mink')

from policy_nodes.policies.sam2act_cloud import SceneBounds, merge_views
from policy_nodes.simulation.tabletop.cameras import Cameras
from policy_nodes.simulation.tabletop.tasks.registry import make_task
from policy_nodes.simulation.tabletop.world import TabletopWorld
from policy_nodes.training import demonstration_collection
from policy_nodes.training.demonstration_collection import Expert, collect, collect_into
from policy_nodes.training.demonstration_file import read_demonstration
from policy_nodes.training.sam2act_data import load
from policy_nodes.training.sam2act_recipe import BOUNDS
from policy_nodes.training.sam2act_targets import Cube, crop
from policy_nodes.training.seeds import TRAINING_SEED


@pytest.fixture(scope='module')
def cameras():
    found = Cameras(64)
    yield found
    found.close()


@pytest.fixture(scope='module')
def expert():
    return Expert()


@pytest.fixture
def lifting(cameras):
    return TabletopWorld(make_task('lift_block'), seed=TRAINING_SEED, variation=2, cameras=cameras)


def test_every_step_of_the_script_is_a_key_frame_and_the_rule_finds_them_too(
    lifting, expert, monkeypatch
):
    tracks = []
    assemble = demonstration_collection.demonstration

    def remembered(track, *args, **kwargs):
        tracks.append(track)
        return assemble(track, *args, **kwargs)

    monkeypatch.setattr(demonstration_collection, 'demonstration', remembered)
    waypoints = lifting.task.waypoints(lifting)
    shown = collect(lifting, expert)
    assert shown is not None
    assert tracks[0].keys() == shown.frame[shown.key].tolist()
    assert len(shown.keys) == len(waypoints)
    for row, waypoint in zip(shown.keys, waypoints, strict=True):
        pose = shown.key_pose(row)
        np.testing.assert_allclose(pose.position, waypoint.pose.position, atol=0.01)
        assert abs(pose.quaternion @ waypoint.pose.quaternion) > 0.999
        assert pose.gripper == waypoint.pose.gripper
        assert pose.ignore_collisions == waypoint.pose.ignore_collisions
    starts = [frame for frame in range(0, shown.frame[-1], 10) if frame < shown.frame[-1]]
    assert set(starts) <= set(shown.frame.tolist())
    assert shown.task == 'lift_block'
    assert shown.instructions[0] == lifting.task.instruction(2, 0)
    assert shown.rate == 20.0


def test_the_cloud_of_training_is_the_cloud_of_acting(lifting, expert):
    cloud = merge_views(lifting.images().values(), SceneBounds())
    shown = collect(lifting, expert, every=None)
    batch = load([shown], words, every=None).batch(torch.tensor([0]))
    points = crop(batch.points[0], torch.tensor(BOUNDS))
    seen = ~points.isnan().any(-1)
    # depth is kept in millimetres: points at the very edge of the bounds may fall in or out
    assert abs(seen.sum().item() - len(cloud.points)) < 0.002 * len(cloud.points)
    mine = Cube.of(torch.tensor(BOUNDS)).place(points[seen])
    theirs = torch.from_numpy(SceneBounds().to_cube(cloud.points))
    nearest = torch.cdist(mine[::37], theirs).amin(1)
    assert nearest.max() < 0.005  # 2.5 mm


def test_collecting_again_keeps_what_is_there_and_adds_what_is_missing(tmp_path, expert, cameras):
    options = {'expert': expert, 'cameras': cameras, 'every': None}
    first = collect_into(tmp_path, 'reach_target', 1, **options)
    stamp = first[0].stat().st_mtime_ns
    both = collect_into(tmp_path, 'reach_target', 2, **options)
    assert both[0] == first[0] == tmp_path / 'reach_target' / f'{TRAINING_SEED}.npz'
    assert first[0].stat().st_mtime_ns == stamp
    variations = [read_demonstration(file).variation for file in both]
    assert variations[1] == (variations[0] + 1) % make_task('reach_target').variations


def test_an_expert_that_cannot_do_a_step_gives_nothing(lifting, expert, monkeypatch):
    monkeypatch.setattr(expert, 'inverse', lambda *_: None)
    assert collect(lifting, expert) is None


def test_an_expert_that_does_not_succeed_gives_nothing(lifting, expert, monkeypatch):
    waypoints = lifting.task.waypoints
    monkeypatch.setattr(lifting.task, 'waypoints', lambda world: waypoints(world)[:1])
    assert collect(lifting, expert) is None
