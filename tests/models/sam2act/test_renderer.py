"""The point renderer against the recorded one, and by properties of its own."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from sam2act_golden import Golden

from policy_nodes.models.sam2act.renderer import (
    COLOUR,
    SPLAT_RADIUS,
    draw,
    pixel_places,
    project,
    render,
)

CLOUDS = ['cube', 'zoom', 'ties']
DEPTH = 6


@pytest.fixture
def golden(shared_data):
    return Golden(shared_data, 'sam2act_render_a')


def images_of(golden, cloud):
    return render(golden[f'in.pts_{cloud}'][None], golden['in.rgb'][None], 224)[0]


@pytest.mark.parametrize('cloud', CLOUDS)
def test_points_fall_where_the_authors_cameras_see_them(golden, cloud):
    place = project(golden[f'in.pts_{cloud}'][:50], 224)
    pixels = torch.stack((place.columns, place.rows), -1)
    assert torch.equal(pixels, golden[f'mid.px_{cloud}'])
    assert torch.equal(place.depths, golden[f'mid.camdepth_{cloud}'])


@pytest.mark.parametrize('cloud', CLOUDS)
def test_depth_and_hit_pixels_are_exactly_the_recorded_ones(golden, cloud):
    drawn = draw(golden[f'in.pts_{cloud}'][None], 224)
    hit = drawn.point[0] >= 0
    assert hit.sum((1, 2)).tolist() == golden[f'out.nhit_{cloud}'].tolist()
    assert np.array_equal(np.packbits(hit.numpy()), golden.arrays[f'out.hit_{cloud}'])
    depth = torch.where(hit, drawn.depth[0].float() * 0.001, -1.0)
    assert torch.equal(depth, golden[f'out.depth_raw_{cloud}'])


@pytest.mark.parametrize('cloud', CLOUDS)
def test_colours_positions_and_normed_depth_are_the_recorded_ones(golden, cloud):
    images = images_of(golden, cloud)
    assert torch.equal(images[:, COLOUR], golden[f'out.rgb_{cloud}'])
    step = 1 if cloud == 'cube' else 3
    assert torch.equal(images[:, :3, ::step, ::step], golden[f'out.xyz_{cloud}'])
    # recorded in half precision, less a mean whose order of summation is not
    recorded = golden[f'out.depth_norm_{cloud}'].float()
    torch.testing.assert_close(images[:, DEPTH], recorded, rtol=1e-3, atol=1e-5)


def test_every_pixel_says_its_view_row_and_column(golden):
    probe = golden['out.pixel_loc_probe']
    places = pixel_places(224)[..., ::50, ::50]
    torch.testing.assert_close(places, probe, rtol=0, atol=1e-6)


def test_clouds_of_a_batch_do_not_see_each_other(golden):
    points = torch.stack([golden[f'in.pts_{cloud}'] for cloud in CLOUDS])
    together = render(points, golden['in.rgb'].expand(3, -1, -1), 224)
    for row, cloud in enumerate(CLOUDS):
        assert torch.equal(together[row], images_of(golden, cloud))


def test_points_that_are_not_there_leave_no_trace(golden):
    points, colours = golden['in.pts_cube'][None], golden['in.rgb'][None]
    holes = torch.full((1, 500, 3), torch.nan)
    with_holes = render(
        torch.cat((holes, points), 1), torch.cat((torch.rand(1, 500, 3), colours), 1), 224
    )
    assert torch.equal(with_holes, render(points, colours, 224))
    nothing = render(holes, torch.rand(1, 500, 3), 32)
    assert not nothing[:, :, :6].any()
    assert (nothing[:, :, DEPTH] == -1).all()


def test_of_two_points_at_one_pixel_the_nearer_shows_and_of_equal_ones_the_first():
    points = torch.tensor([[0.1, 0.1, 0.2], [0.1, 0.1, 0.5], [0.1, 0.1, 0.5]])
    seen = draw(points[None], 64).point[0, 0]
    assert seen.unique().tolist() == [-1, 1]


def test_a_point_covers_empty_and_deeper_neighbours_within_the_radius():
    point = torch.tensor([[[0.01, 0.01, 0.3]]])
    for radius in (0.5, 1.0, SPLAT_RADIUS, 1.5, 2.0, 2.3):
        covered = (draw(point, 64, radius).point[0, 0] == 0).sum().item()
        reach = range(-3, 4)
        wanted = sum(math.hypot(x, y) < radius for x in reach for y in reach)
        assert covered == wanted, radius
    deeper = torch.tensor([[[0.01, 0.01, 0.3], [0.01 + 2 / 64, 0.01, 0.2]]])
    assert (draw(deeper, 64).point[0, 0] == 0).sum() == 5
