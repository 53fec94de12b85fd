"""The search for the waypoint against the authors' scores, and against trying every point."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sam2act_golden import Golden, float32, random_state

from policy_nodes.models.sam2act.renderer import project
from policy_nodes.models.sam2act.waypoint import (
    grid_coordinates,
    locate,
    peak,
    peak_of_all,
    scores,
)

SIZE = 224


@pytest.fixture
def golden(shared_data):
    return Golden(shared_data, 'sam2act_argmax_a')


def recorded_logits(golden):
    """The logits of the file, by the recipe in its notes."""
    rs = random_state(golden)
    logits = 0.5 * rs.standard_normal((3, SIZE, SIZE))
    peaks, heights = rs.uniform(20, 200, (3, 5, 2)), rs.uniform(4, 8, (3, 5))
    row, column = np.mgrid[:SIZE, :SIZE]
    for view, place, height in (
        (view, peaks[view, each], heights[view, each]) for view in range(3) for each in range(5)
    ):
        distance = (column - place[0]) ** 2 + (row - place[1]) ** 2
        logits[view] += height * np.exp(-distance / 32)
    return float32(logits)


def heatmaps_of(logits):
    return logits.flatten(-2).softmax(-1).view_as(logits)


def every_score(heatmaps):
    size = heatmaps.shape[-1]
    return scores(heatmaps, torch.arange(size**3))


def test_scores_are_the_authors(golden):
    heatmaps = heatmaps_of(recorded_logits(golden))
    assert (heatmaps[:, ::4, ::4] - golden['mid.hm.crop']).abs().max() < 1e-8
    for index, score in (('out.top16_index', 'out.top16_score'), ('in.rand_index',) * 2):
        score = score.replace('in.rand_index', 'out.rand_score')
        difference = scores(heatmaps, golden[index]) - golden[score]
        assert difference.abs().max() < 3e-8


def test_the_waypoint_is_the_authors_in_single_and_in_half_precision(golden):
    logits = recorded_logits(golden)
    assert peak(heatmaps_of(logits)) == golden['out.top16_index'][0]
    assert torch.equal(locate(logits[None])[0], golden['out.wpt'])
    assert torch.equal(locate(logits.half()[None])[0], golden['out.wpt_half'])
    torch.testing.assert_close(
        grid_coordinates(SIZE)[:4], golden['mid.axis_coord_first4'], rtol=0, atol=1e-7
    )


@settings(deadline=None, max_examples=30)
@given(
    seed=st.integers(0, 2**31),
    size=st.sampled_from([2, 5, 16, 24]),
    sharpness=st.sampled_from([0.0, 0.1, 1.0, 10.0]),
)
def test_the_pruned_search_finds_what_trying_every_point_finds(seed, size, sharpness):
    torch.manual_seed(seed)
    heatmaps = heatmaps_of(sharpness * torch.randn(3, size, size))
    assert every_score(heatmaps)[peak(heatmaps)] == every_score(heatmaps).max()
    # so does the search of a GPU, and of equal ones both take the first
    assert peak_of_all(heatmaps) == peak(heatmaps)


@pytest.mark.parametrize('place', [(0.31, -0.44, 0.71), (-0.9, 0.1, 0.0), (0.0, 0.9, -0.9)])
def test_peaks_drawn_where_a_point_projects_lead_back_to_the_point(place):
    size = 64
    at = project(torch.tensor([place]), size)
    row, column = torch.meshgrid(torch.arange(size), torch.arange(size), indexing='ij')
    distance = (column - at.columns[..., None]) ** 2 + (row - at.rows[..., None]) ** 2
    found = locate(-distance[None] / 2)[0]
    assert (found - torch.tensor(place)).abs().max() <= 1 / size + 1e-6
