"""The trunk and the pyramid by properties of their own."""

from __future__ import annotations

import pytest
import torch

from policy_nodes.models.sam2.config import HieraConfig, NeckConfig, small_sam2
from policy_nodes.models.sam2.fpn_neck import FpnNeck
from policy_nodes.models.sam2.hiera import Hiera
from policy_nodes.models.sam2.hiera_block import HieraBlock

TINY = HieraConfig(
    width=8, heads=1, stages=(1, 1, 2, 1), windows=(4, 4, 2, 2), global_blocks=(3,), lora_rank=2
)


@torch.no_grad()
def test_every_stage_halves_the_grid_and_doubles_the_channels():
    maps = Hiera(TINY)(torch.rand(2, 3, 64, 96))
    assert [tuple(level.shape) for level in maps] == [
        (2, 8, 16, 24), (2, 16, 8, 12), (2, 32, 4, 6), (2, 64, 2, 3)
    ]  # fmt: skip


@torch.no_grad()
def test_a_block_with_windows_does_not_look_beyond_them():
    block = HieraBlock(8, 8, 1, window=4, lora_rank=0)
    tokens = torch.randn(1, 8, 8, 8)
    before = block(tokens)
    tokens[0, 5, 6] = torch.randn(8)
    changed = (block(tokens) != before).any(-1)[0]
    assert changed[4:, 4:].all(), 'the window of the changed token'
    changed[4:, 4:] = False
    assert not changed.any()


@torch.no_grad()
@pytest.mark.parametrize('lora_rank', [0, 2])
def test_windows_at_the_margin_attend_to_the_zeros_that_fill_them_up(lora_rank):
    block = HieraBlock(8, 16, 1, window=4, lora_rank=lora_rank)
    torch.nn.init.normal_(block.attn.qkv.bias)
    tokens = torch.randn(1, 6, 6, 8)
    wide = torch.zeros(1, 8, 8, 8)
    wide[:, :6, :6] = tokens
    torch.testing.assert_close(block.attn(tokens), block.attn(wide)[:, :3, :3])


@torch.no_grad()
def test_a_block_without_windows_looks_at_the_whole_image():
    block = HieraBlock(8, 8, 1, window=0, lora_rank=0)
    tokens = torch.randn(1, 8, 8, 8)
    before = block(tokens)
    tokens[0, 5, 6] = torch.randn(8)
    assert (block(tokens) != before).any(-1).all()


def test_images_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match=r'\(224, 250\) pixels; resize them to multiples of 32'):
        Hiera(TINY)(torch.rand(1, 3, 224, 250))


def test_sizes_that_do_not_fit_each_other_are_refused():
    with pytest.raises(ValueError, match='2 windows for 3 stages'):
        HieraConfig(stages=(1, 1, 1), windows=(8, 4))
    with pytest.raises(ValueError, match='window 7 is halved'):
        HieraConfig(stages=(1, 1, 1), windows=(8, 7, 7))


@torch.no_grad()
def test_the_pyramid_adds_the_coarser_level_only_where_it_is_told_to():
    neck = FpnNeck(NeckConfig(width=4, top_down_levels=(2, 3)), (1, 2, 3, 5))
    maps = [torch.randn(1, c, 16 // 2**n, 16 // 2**n) for n, c in enumerate((1, 2, 3, 5))]
    before = neck(maps)
    assert [tuple(level.shape) for level in before] == [
        (1, 4, 16, 16), (1, 4, 8, 8), (1, 4, 4, 4)
    ]  # fmt: skip
    maps[3] = maps[3] + 1
    changed = [not torch.equal(one, other) for one, other in zip(before, neck(maps), strict=True)]
    assert changed == [False, False, True]


def test_the_windows_of_the_small_size_fit_an_image_of_256_pixels_without_padding():
    sizes = small_sam2().trunk
    assert [64 // 2**stage % side for stage, side in enumerate(sizes.windows)] == [0] * 4


def test_the_whole_trunk_learns():
    trunk = Hiera(TINY)
    for parameter in trunk.parameters():
        # the second matrix of an adapter is zero at first and would hide the first
        torch.nn.init.normal_(parameter, std=0.1)
    sum(level.square().mean() for level in trunk(torch.rand(1, 3, 64, 64))).backward()
    still = [name for name, p in trunk.named_parameters() if not p.grad.abs().sum() > 0]
    assert not still
