"""Rays against closed forms."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.geometry import raycast

NAN = math.nan


def rays(*degrees: float) -> torch.Tensor:
    """Unit vectors (1, rays, 2)."""
    angles = torch.tensor([math.radians(value) for value in degrees], dtype=torch.float64)
    return raycast.directions(torch.zeros(1, dtype=torch.float64), angles)


def row(*values: float) -> torch.Tensor:
    """One world's worth of numbers (1, n)."""
    return torch.tensor([values], dtype=torch.float64)


ORIGIN = row(0.0, 0.0)


def test_directions_turn_left_of_the_heading():
    heading = torch.tensor([math.pi / 2])
    ray = raycast.directions(heading, torch.tensor([0.0, math.pi / 2]))
    torch.testing.assert_close(ray, torch.tensor([[[0.0, 1.0], [-1.0, 0.0]]]), atol=1e-6, rtol=0)


def test_a_box_is_hit_at_its_near_side_and_missed_beside_it():
    box = row(2, -1, 3, 1)[:, None]
    found = raycast.to_boxes(ORIGIN, rays(0, 20, 30, 180), box)
    torch.testing.assert_close(
        found, row(2, 2 / math.cos(math.radians(20)), math.inf, math.inf), atol=1e-9, rtol=0
    )


def test_the_nearest_of_several_boxes_counts():
    boxes = torch.cat((row(4, -1, 5, 1)[:, None], row(2, -1, 3, 1)[:, None]), dim=1)
    assert raycast.to_boxes(ORIGIN, rays(0), boxes).item() == pytest.approx(2)


def test_a_ray_that_starts_in_a_box_hits_at_once():
    assert raycast.to_boxes(ORIGIN, rays(37), row(-1, -1, 1, 1)[:, None]).item() == 0


@settings(max_examples=100, deadline=None)
@given(
    low=st.tuples(st.floats(-5, 5), st.floats(-5, 5)),
    size=st.tuples(st.floats(0.1, 3), st.floats(0.1, 3)),
    degrees=st.floats(0, 360),
)
def test_a_box_is_entered_where_it_is_hit_and_not_before(low, size, degrees):
    box = row(*low, low[0] + size[0], low[1] + size[1])
    ray = rays(degrees)
    distance = raycast.to_boxes(ORIGIN, ray, box[:, None]).item()

    def outside(along: torch.Tensor) -> torch.Tensor:
        spot = along[:, None] * ray[0]
        return torch.maximum(box[:, :2] - spot, spot - box[:, 2:]).amax(-1)

    if outside(torch.zeros(1, dtype=torch.float64)).item() < 0:
        assert distance == 0
        return
    reach = distance if math.isfinite(distance) else 20.0
    before = torch.linspace(0, 1, 200, dtype=torch.float64)[:-1] * reach
    assert (outside(before) > -1e-9).all()
    if math.isfinite(distance):
        assert outside(torch.tensor([distance], dtype=torch.float64)).item() <= 1e-9


def test_a_disc_is_hit_at_its_rim():
    center, radius = row(3, 0)[:, None], row(0.5)
    found = raycast.to_each_disc(ORIGIN, rays(0, 180), center, radius)[0, 0]
    torch.testing.assert_close(found, row(2.5, math.inf)[0])


def test_a_disc_beside_the_ray_is_hit_by_pythagoras():
    center, radius = row(3, 0.3)[:, None], row(0.5)
    found = raycast.to_each_disc(ORIGIN, rays(0), center, radius).item()
    assert found == pytest.approx(3 - math.sqrt(0.25 - 0.09))


def test_a_disc_just_beyond_its_radius_beside_the_ray_is_missed():
    center, radius = row(3, 0.501)[:, None], row(0.5)
    assert raycast.to_each_disc(ORIGIN, rays(0), center, radius).item() == math.inf


def test_each_disc_is_told_apart():
    center = torch.tensor([[[2.0, 0.0], [0.0, 3.0]]])
    found = raycast.to_each_disc(ORIGIN.float(), rays(0, 90).float(), center, torch.ones(1, 2))
    expected = torch.tensor([[[1.0, math.inf], [math.inf, 2.0]]])
    torch.testing.assert_close(found, expected)


def test_a_segment_is_hit_between_its_ends_only():
    segment = row(2, -1, 2, 1)[:, None]
    found = raycast.to_segments(ORIGIN, rays(0, 26, 27, 180), segment)[0]
    expected = row(2, 2 / math.cos(math.radians(26)), math.inf, math.inf)[0]
    torch.testing.assert_close(found, expected)


def test_a_segment_that_points_at_the_origin_is_hit_by_no_other_ray():
    segment = row(1, 0, 2, 0)[:, None]
    assert raycast.to_segments(ORIGIN, rays(10, 90), segment).isinf().all()


def test_the_wall_is_hit_from_inside():
    found = raycast.to_wall(row(1, 0), rays(0, 90, 180, 45), row(4)[0])[0]
    torch.testing.assert_close(found, row(3, 4, 5, 3 * math.sqrt(2))[0])


def test_without_a_wall_nothing_is_hit():
    assert raycast.to_wall(ORIGIN, rays(0, 45, 90), row(math.inf)[0]).isinf().all()


def test_the_wall_is_not_hit_from_outside():
    assert raycast.to_wall(row(5, 0), rays(0, 180), row(4)[0]).isinf().all()


def test_empty_slots_are_never_hit():
    ray = rays(*range(0, 360, 30))
    assert raycast.to_boxes(ORIGIN, ray, row(NAN, NAN, NAN, NAN)[:, None]).isinf().all()
    assert raycast.to_segments(ORIGIN, ray, row(NAN, NAN, NAN, NAN)[:, None]).isinf().all()
    assert raycast.to_each_disc(ORIGIN, ray, row(NAN, NAN)[:, None], row(NAN)).isinf().all()
