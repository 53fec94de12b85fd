"""The heat-map head against the authors' recorded stages, and by properties of its own."""

from __future__ import annotations

import pytest
import torch
from sam2act_golden import Golden, float32, random_state
from torch import nn

from policy_nodes.models.sam2act.convex_upsampling import ConvexUp, HeatmapHead

CLOSE = 5e-5
PREFIX = 'mvt1.up0.'


@torch.no_grad()
def test_every_stage_of_the_head_gives_what_the_authors_gives(shared_data):
    golden = Golden(shared_data, 'sam2act_up0_a')
    head = HeatmapHead(128, 224)
    weights = golden.weights(PREFIX)
    head.load_state_dict({name.removeprefix(PREFIX): value for name, value in weights.items()})
    rs = random_state(golden)
    shapes = ((3, 128, 16, 16), (3, 64, 32, 32), (3, 32, 64, 64))
    tokens, double, fourfold = (float32(rs.standard_normal(shape)) for shape in shapes)
    first, norm_1, rectify_1, second, norm_2, rectify_2, stretch, _ = head
    got = {'convex0_low': first.net_out(tokens), 'convex0': first(tokens)}
    got['act1'] = rectify_1(norm_1(got['convex0'] + double))
    got['convex1'] = second(got['act1'])
    got['act2'] = rectify_2(norm_2(got['convex1'] + fourfold))
    got['up112'] = stretch(got['act2'])
    for name, value in got.items():
        assert golden.difference(f'mid.{name}', value) < CLOSE, name
    mask = first.weights(tokens).unflatten(2, (2, 2))[:, None]
    assert golden.difference('mid.convex0_softmask', mask) < CLOSE
    assert golden.difference('out.trans', head(tokens, double, fourfold)) < CLOSE


@torch.no_grad()
@pytest.mark.parametrize('factor', [2, 3])
def test_fine_values_lie_between_the_coarse_ones_around_them(factor):
    torch.manual_seed(0)
    layer = ConvexUp(8, 4, factor)
    x = torch.randn(2, 8, 6, 5)
    coarse, fine = layer.net_out(x), layer(x)
    assert fine.shape == (2, 4, 6 * factor, 5 * factor)
    padded = nn.functional.pad(coarse, (1, 1, 1, 1))
    upper = nn.functional.max_pool2d(padded, 3, 1).repeat_interleave(factor, 2)
    lower = -nn.functional.max_pool2d(-padded, 3, 1).repeat_interleave(factor, 2)
    assert (fine <= upper.repeat_interleave(factor, 3) + 1e-6).all()
    assert (fine >= lower.repeat_interleave(factor, 3) - 1e-6).all()


@torch.no_grad()
def test_a_network_that_acts_draws_in_single_precision_whatever_the_rest_computes_in():
    torch.manual_seed(2)
    head = HeatmapHead(32, 40).eval()
    maps = [torch.randn(2, 32, 4, 4), torch.randn(2, 16, 8, 8), torch.randn(2, 8, 16, 16)]
    rounded = [each.bfloat16() for each in maps]
    with torch.autocast('cpu', torch.bfloat16):
        drawn = head(*rounded)
    assert torch.equal(drawn, head(*(each.float() for each in rounded)))


@torch.no_grad()
def test_without_finer_maps_the_head_still_draws_and_with_zeros_draws_the_same():
    torch.manual_seed(1)
    head = HeatmapHead(32, 40)
    tokens = torch.randn(2, 32, 4, 4)
    zeros = torch.zeros(2, 16, 8, 8), torch.zeros(2, 8, 16, 16)
    assert head(tokens, None, None).shape == (2, 1, 40, 40)
    assert torch.equal(head(tokens, None, None), head(tokens, *zeros))
