"""All SAM 2 parts under one roof: keys, images, sizes."""

from __future__ import annotations

import ast

import numpy as np
import pytest
import torch
from sam2_golden import authors_network, authors_shape, difference, read_golden

from policy_nodes.models.sam2.config import small_sam2
from policy_nodes.models.sam2.sam2 import Sam2
from policy_nodes.models.sam2act.renderer import COLOUR, render

TOLERANCE = 3e-4
BLOCKS = {0: (9, 9, 3), 2: (3, 3, 5), 5: (3, 3, 5), 21: (3, 3, 5), 23: (3, 3, 5)}


@pytest.fixture
def recorded(shared_data):
    return read_golden(shared_data('golden', 'sam2act_full_a.npz'))


def test_names_and_shapes_are_those_of_the_authors_file(recorded):
    split = (str(key).split(' ', 1) for key in recorded['keys'])
    theirs = {
        name.removeprefix('sam2.'): ast.literal_eval(shape)
        for name, shape in split
        if name.startswith('sam2.')
    }
    ours = {name: tuple(tensor.shape) for name, tensor in authors_shape().state_dict().items()}
    assert len(ours) == 710
    assert ours == theirs


def golden_images(recorded, stage: str) -> torch.Tensor:
    """The three views of the golden cloud, as a stage hands them to the encoder at step 0."""
    draws = np.random.RandomState(recorded['in.seed'][0])
    points = torch.from_numpy(draws.uniform(-1, 1, (40000, 3)).astype(np.float32))
    colours = torch.from_numpy(draws.uniform(0, 1, (40000, 3)).astype(np.float32))
    if stage == 'mvt2':
        # four times as large around the waypoint of the coarse stage
        points = 4 * (points - torch.from_numpy(recorded['step0.out.wpt1']))
    drawn = render(points[None], colours[None], 224)[0, :, COLOUR]
    return torch.nn.functional.interpolate(
        drawn, size=(256, 256), mode='bilinear', align_corners=True
    )


def every(*steps: int) -> tuple[slice, ...]:
    return tuple(slice(None, None, step) for step in steps)


@torch.no_grad()
@pytest.mark.parametrize('stage', ['mvt1', 'mvt2'])
def test_the_image_encoder_gives_the_authors_features(shared_data, recorded, stage):
    images = golden_images(recorded, stage)
    name = f'step0.{stage}.mid.sam'
    input_differs = difference(recorded, f'{name}_rgb256', images, *every(1, 1, 23, 23))
    assert input_differs < 1e-5, 'the images themselves differ from the golden ones'
    features = authors_network(shared_data('golden')).encode_images(images)
    worst = {}
    for part, level, step in zip(('s0', 's1', 'fpn'), features, (61, 31, 9), strict=True):
        # recorded as (cells, views, channels)
        cells = level.flatten(2).permute(2, 0, 1)
        worst[part] = difference(recorded, f'{name}_{part}', cells, *every(step))
    assert max(worst.values()) <= TOLERANCE, worst


@torch.no_grad()
def test_blocks_of_the_trunk_give_the_authors_tokens(shared_data, recorded):
    sam2 = authors_network(shared_data('golden'))
    tokens = sam2.image_encoder.trunk.patch_embed(golden_images(recorded, 'mvt2'))
    tokens = tokens + sam2.image_encoder.trunk.positions(*tokens.shape[1:3])
    worst = {}
    for number, block in enumerate(sam2.image_encoder.trunk.blocks):
        tokens = block(tokens)
        if number in BLOCKS:
            name = f'step0.mid.mvt2_trunk_block{number}'
            worst[number] = difference(recorded, name, tokens, *every(1, *BLOCKS[number]))
    assert max(worst.values()) <= TOLERANCE, worst


@torch.no_grad()
def test_the_small_size_encodes_three_views_and_is_small():
    small = Sam2(small_sam2()).eval()
    features = small.encode_images(torch.rand(3, 3, 256, 256))
    assert [tuple(level.shape) for level in features] == [
        (3, 16, 64, 64), (3, 32, 32, 32), (3, 64, 16, 16)
    ]  # fmt: skip
    assert sum(parameter.numel() for parameter in small.parameters()) * 4 < 12e6


def test_every_tensor_of_the_small_size_is_computed_with():
    small = Sam2(small_sam2())
    sizes = small.config.memory
    features = small.encode_images(torch.rand(1, 3, 256, 256))
    tokens = torch.randn(1, sizes.width, 16, 16)
    memory = small.write_memory(tokens, torch.randn(1, 1, 224, 224))[:, None]
    read = small.read_memory(
        tokens, torch.zeros(1, 256, sizes.width), memory.expand(-1, 9, -1, -1)
    )
    sum(part.square().mean() for part in (*features, read.tokens)).backward()
    assert not [name for name, p in small.named_parameters() if p.grad is None]


@torch.no_grad()
@pytest.mark.parametrize('way', ['autocast', 'weights'])
def test_half_the_precision_gives_nearly_the_same(way):
    torch.manual_seed(0)
    small = Sam2(small_sam2()).eval()
    sizes = small.config.memory
    images, tokens = torch.rand(2, 3, 256, 256), torch.randn(2, sizes.width, 16, 16)
    heatmaps, positions = torch.randn(2, 1, 160, 160), torch.randn(1, 256, sizes.width)

    def everything(kind: torch.dtype) -> list[torch.Tensor]:
        now = tokens.to(kind)
        memory = small.write_memory(now, heatmaps.to(kind))[:, None].expand(-1, 3, -1, -1)
        read = small.read_memory(now, positions.to(kind), memory, with_attention=True)
        return [*small.encode_images(images.to(kind)), *read]

    exact = everything(torch.float32)
    if way == 'autocast':
        with torch.autocast('cpu', torch.bfloat16):
            rough = everything(torch.float32)
    else:
        small.bfloat16()
        rough = everything(torch.bfloat16)
    for one, other in zip(exact, rough, strict=True):
        assert (one - other.float()).abs().mean() < 0.03 * one.abs().mean()
