"""The whole network, small: what it must hold whatever its weights are."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from sam2act_inputs import tiny_config, tiny_network

from policy_nodes.models.sam2act.config import Sam2ActConfig, small_sam2act
from policy_nodes.models.sam2act.fine_stage import sample
from policy_nodes.models.sam2act.network import Sam2Act, Teacher

CLOSE = {'rtol': 1e-4, 'atol': 1e-4}


@pytest.fixture(scope='module')
def network():
    return tiny_network()


def inputs(rows=2, seed=0):
    torch.manual_seed(seed)
    points = torch.rand(rows, 800, 3) * 2 - 1
    return (
        points,
        torch.rand(rows, 800, 3),
        torch.randn(rows, 4),
        torch.randn(rows, 5, 8),
    )


def only(row, *tensors):
    return [tensor[[row]] for tensor in tensors]


@torch.no_grad()
def test_rows_of_a_batch_do_not_see_each_other_nor_their_memories(network):
    memory = None
    for step in range(2):
        together = network(*inputs(seed=step), memory)
        memory = together.memory
    alone = None
    for step in range(2):
        one = network(*only(1, *inputs(seed=step)), alone)
        alone = one.memory
    for name in ('coarse_heatmaps', 'centre', 'gripper'):
        torch.testing.assert_close(
            getattr(one, name), getattr(together, name)[[1]], msg=name, **CLOSE
        )
    torch.testing.assert_close(one.memory.steps, together.memory.steps[[1]], **CLOSE)


@torch.no_grad()
def test_memory_grows_to_its_window_and_keeps_the_newest_first(network):
    window = network.config.sam2.memory.steps
    memory, newest = None, []
    given = inputs(1)
    images = network.draw(given[0], given[1])
    for step in range(window + 2):
        memory = network.coarse(images, given[2] + step, given[3], memory).memory
        newest.insert(0, memory.steps[:, 0])
    assert memory.steps.shape[1] == window
    for age in range(window):
        assert torch.equal(memory.steps[:, age], newest[age])


@torch.no_grad()
def test_points_that_are_not_there_change_nothing(network):
    points, colours, proprio, language = inputs(1)
    holes = torch.full((1, 70, 3), torch.nan)
    with_holes = network(
        torch.cat((points, holes), 1), torch.cat((colours, torch.rand(1, 70, 3)), 1), proprio,
        language,
    )  # fmt: skip
    without = network(points, colours, proprio, language)
    assert torch.equal(with_holes.coarse_heatmaps, without.coarse_heatmaps)
    assert torch.equal(with_holes.waypoint, without.waypoint)


@torch.no_grad()
def test_the_fine_stage_looks_where_the_teacher_says(network):
    given = inputs(1)
    free = network(*given)
    bins = free.rotation.argmax(-1)
    told = network(*given, teacher=Teacher(free.centre, free.waypoint, bins))
    torch.testing.assert_close(told.rotation, free.rotation, **CLOSE)
    torch.testing.assert_close(told.fine_heatmaps, free.fine_heatmaps, **CLOSE)
    other = network(*given, teacher=Teacher(free.centre + 0.3, free.waypoint, bins))
    assert not torch.allclose(other.fine_heatmaps, free.fine_heatmaps, atol=1e-3)
    turned = network(*given, teacher=Teacher(free.centre, free.waypoint, (bins + 9) % 72))
    assert torch.equal(turned.rotation[:, 0], told.rotation[:, 0])
    assert not torch.equal(turned.rotation[:, 1], told.rotation[:, 1])


def test_gradients_reach_all_that_is_computed_with():
    torch.manual_seed(1)
    network = Sam2Act(tiny_config()).train()
    memory = None
    for step in range(2):
        given = inputs(2, seed=step)
        told = Teacher(torch.zeros(2, 3), torch.full((2, 3), 0.05), torch.full((2, 3), 7))
        output = network(*given, memory, teacher=told)
        memory = output.memory
    parts = (
        output.coarse_heatmaps, output.fine_heatmaps, output.rotation, output.gripper,
        output.collisions,
    )  # fmt: skip
    sum(part.square().sum() for part in parts).backward()
    idle = [name for name, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert idle == []


def test_without_multi_resolution_the_finer_maps_are_left_out():
    torch.manual_seed(2)
    config = tiny_config()
    network = Sam2Act(config).eval()
    plain = Sam2Act(replace(config, multi_resolution=False)).eval()
    plain.load_state_dict(network.state_dict())
    given = inputs(1)
    with torch.no_grad():
        images = network.draw(given[0], given[1])
        with_maps = network.coarse(images, *given[2:]).heatmaps
        before = plain.coarse(images, *given[2:]).heatmaps
        plain.sam2.sam_mask_decoder.conv_s0.weight += 1
        assert torch.equal(plain.coarse(images, *given[2:]).heatmaps, before)
    assert not torch.allclose(with_maps, before)


def test_the_small_network_fits_into_25_megabytes_as_single_precision():
    network = Sam2Act(small_sam2act())
    size = sum(p.numel() * p.element_size() for p in network.state_dict().values())
    assert size < 25e6


@pytest.mark.parametrize(
    ('argument', 'shape', 'said'),
    [
        (0, (2, 800, 2), r'points has shape \(2, 800, 2\)'),
        (1, (2, 799, 3), r'colours has shape \(2, 799, 3\), needs \(2, 800, 3\)'),
        (2, (2, 5), r'proprio has shape \(2, 5\), needs \(2, 4\)'),
        (3, (2, 5, 384), r'language has shape \(2, 5, 384\), needs \(2, 5, 8\)'),
    ],
)
def test_arguments_of_another_shape_are_refused_by_name(network, argument, shape, said):
    given = list(inputs())
    given[argument] = torch.zeros(shape)
    with pytest.raises(ValueError, match=said):
        network(*given)


@pytest.mark.parametrize(
    ('change', 'said'),
    [
        ({'width': 96}, r'sam2\.neck\.middle is 64, the other sizes need 48'),
        ({'patch': 16}, r'encoder_size / 16 is 16.0, the other sizes need 14'),
        ({'layers': 7}, r'layers % 2 is 1'),
    ],
)
def test_sizes_that_do_not_fit_together_are_refused(change, said):
    with pytest.raises(ValueError, match=said):
        Sam2ActConfig(**change)


def test_a_place_between_pixels_reads_by_inverse_distance_and_0_beyond_the_edge():
    maps = torch.arange(16.0).view(1, 1, 4, 4)
    middle = sample(maps, torch.tensor([1.5]), torch.tensor([1.5]))
    assert middle.item() == pytest.approx((5 + 6 + 9 + 10) / 4)
    exact = sample(maps, torch.tensor([1.0]), torch.tensor([2.0]))
    assert exact.item() == pytest.approx(9.0, abs=1e-3)
    for column, row in ((3.2, 1.0), (1.0, -0.3), (-2.0, 9.0)):
        assert sample(maps, torch.tensor([column]), torch.tensor([row])).item() == 0
