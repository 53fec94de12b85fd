"""SAM2Act as a policy: key poses from images, and a memory that outlives the process."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sam2act_inputs import OPEN, WORDS, camera_above, tiny_network

from policy_nodes.contract.errors import ContractError
from policy_nodes.policies.sam2act import Hand, Sam2ActPolicy, proprioception
from policy_nodes.policies.sam2act_cloud import SceneBounds


def views(seed=0):
    return [camera_above(seed=seed), camera_above(0.5, seed=seed + 100)]


def same(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_a_key_pose_lies_near_the_scene_and_is_a_rotation():
    policy = Sam2ActPolicy(tiny_network())
    pose = policy.act(views(), OPEN, WORDS)
    # the fine cube around a coarse waypoint at the border reaches a quarter beyond it
    assert (np.abs(pose.position - policy.bounds.centre) <= 0.5 * 1.25).all()
    assert np.linalg.norm(pose.quaternion) == pytest.approx(1)
    assert pose.gripper in (0.0, 1.0)
    assert isinstance(pose.ignore_collisions, bool)


def test_the_position_is_the_waypoint_in_metres_for_any_bounds():
    bounds = SceneBounds((-0.5, -0.6, 0.7), (0.7, 0.6, 1.4))
    policy = Sam2ActPolicy(tiny_network(), bounds)
    pose = policy.act(views(), OPEN, WORDS)
    cube = policy.output.waypoint[0].numpy()
    np.testing.assert_allclose(pose.position, cube * 0.6 + [0.1, 0.0, 1.05], atol=1e-6)


def test_the_hand_and_the_time_are_told_as_in_training():
    said = proprioception(Hand(True, 0.03, 0.05), 0)
    np.testing.assert_allclose(said, [1, 0.03, 0.04, 1])
    np.testing.assert_allclose(proprioception(Hand(False, -0.01, 0.0), 24), [0, 0, 0, -1])
    np.testing.assert_allclose(proprioception(Hand(False, 0.0, 0.0), 6)[3], 0.5)
    assert proprioception(Hand(False, 0.0, 0.0), 100)[3] == -1


def test_an_episode_that_begins_anew_gives_the_same_key_poses():
    policy = Sam2ActPolicy(tiny_network())
    first = [policy.act(views(step), OPEN, WORDS) for step in range(3)]
    assert policy.step == 3
    policy.reset()
    again = [policy.act(views(step), OPEN, WORDS) for step in range(3)]
    assert all(same(one, other) for one, other in zip(first, again, strict=True))


def test_what_was_seen_before_changes_the_heat_maps_only_with_memory():
    for memory in (True, False):
        policy = Sam2ActPolicy(tiny_network(memory=memory))
        maps = []
        for earlier in (1, 2):
            policy.reset()
            policy.act(views(earlier), OPEN, WORDS)
            policy.act(views(0), OPEN, WORDS)
            maps.append(policy.output.coarse_heatmaps)
        assert torch.equal(*maps) != memory


def test_a_policy_that_is_started_anew_goes_on_with_what_a_bank_kept():
    undisturbed = Sam2ActPolicy(tiny_network())
    kept, expected = [], []
    for step in range(6):
        expected.append(undisturbed.act(views(step), OPEN, WORDS))
        kept.append(undisturbed.newest)
    window = undisturbed.network.config.sam2.memory.steps
    assert window < 5, 'the test shall also forget'
    for killed_after in range(6):
        other = Sam2ActPolicy(tiny_network())
        other.recall(kept[:killed_after][-window:], killed_after)
        for step in range(killed_after, 6):
            assert same(other.act(views(step), OPEN, WORDS), expected[step]), killed_after


def test_the_attention_to_earlier_steps_is_shared_out_when_asked_for():
    policy = Sam2ActPolicy(tiny_network())
    for step in range(3):
        policy.act(views(step), OPEN, WORDS, with_attention=True)
        assert policy.output.attention.shape == (1, 3, step)
    torch.testing.assert_close(policy.output.attention.sum(-1), torch.ones(1, 3))
    policy.act(views(), OPEN, WORDS)
    assert policy.output.attention is None


def test_memory_of_another_network_is_refused():
    policy = Sam2ActPolicy(tiny_network())
    with pytest.raises(ContractError, match=r'\(3, 9, 16\).*writes \(3, 16, 16\)'):
        policy.recall([np.zeros((3, 9, 16), np.float32)], 1)
    with pytest.raises(ContractError, match='not finite'):
        policy.recall([np.full((3, 16, 16), np.nan, np.float32)], 1)


def test_a_network_without_memory_leaves_nothing_and_needs_nothing():
    policy = Sam2ActPolicy(tiny_network(memory=False))
    policy.act(views(), OPEN, WORDS)
    assert policy.newest is None
    policy.recall([], 4)
    policy.act(views(), OPEN, WORDS)
    assert policy.step == 5


def test_cameras_that_see_nothing_of_the_scene_are_told_apart():
    blind = camera_above()
    blind.depth[:] = 0
    with pytest.raises(ContractError, match='no camera sees a point between'):
        Sam2ActPolicy(tiny_network()).act([blind], OPEN, WORDS)


def test_half_precision_chooses_nearly_the_same_heat_maps():
    exact, rough = (
        Sam2ActPolicy(tiny_network(), autocast=kind) for kind in (None, torch.bfloat16)
    )
    exact.act(views(), OPEN, WORDS)
    rough.act(views(), OPEN, WORDS)
    difference = exact.output.coarse_heatmaps - rough.output.coarse_heatmaps.float()
    assert difference.abs().max() < 0.05 * exact.output.coarse_heatmaps.abs().max()


@pytest.mark.skipif(not torch.cuda.is_available(), reason='needs a CUDA device')
def test_cuda_graphs_give_the_key_poses_of_the_network_they_were_captured_from():
    plain = Sam2ActPolicy(tiny_network(), device='cuda')
    captured = Sam2ActPolicy(tiny_network(), device='cuda', graphs=True)
    for step in range(5):
        pose, other = (policy.act(views(step), OPEN, WORDS) for policy in (plain, captured))
        assert same(pose, other)
        torch.testing.assert_close(captured.memory.steps, plain.memory.steps)


def test_cuda_graphs_on_a_processor_are_refused():
    with pytest.raises(ContractError, match='CUDA graphs are asked for on cpu'):
        Sam2ActPolicy(tiny_network(), graphs=True)
