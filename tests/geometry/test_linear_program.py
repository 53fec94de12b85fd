"""ORCA's linear programs against brute force."""

from __future__ import annotations

import math
from itertools import combinations

import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policy_nodes.geometry.linear_program import closest_velocity, det, least_violation

SLACK = 1e-6
RADIUS = 1.0

line = st.tuples(st.floats(-1.2, 1.2), st.floats(-1.2, 1.2), st.floats(0, 2 * math.pi))
lines = st.lists(line, min_size=1, max_size=6)
velocity = st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))


def as_tensors(chosen: list[tuple[float, float, float]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Points (n, 2) and directions (n, 2) of lines that are not all but parallel."""
    angles = [angle for *_, angle in chosen]
    assume(all(abs(math.sin(a - b)) > 1e-3 for a, b in combinations(angles, 2)))
    table = torch.tensor(chosen, dtype=torch.float64)
    return table[:, :2], torch.stack((table[:, 2].cos(), table[:, 2].sin()), dim=-1)


def violation(point: torch.Tensor, direction: torch.Tensor, spot: torch.Tensor) -> torch.Tensor:
    """How far spots (m, 2) lie on the wrong side of the worst line (m,)."""
    return det(direction, point - spot[:, None]).amax(1)


def corners(point: torch.Tensor, direction: torch.Tensor, preferred: torch.Tensor) -> torch.Tensor:
    """Every velocity (m, 2) that can be an optimum."""
    along = (point * direction).sum(-1)
    root = (along.square() + RADIUS**2 - point.square().sum(-1)).clamp_min(0).sqrt()
    foot = ((preferred - point) * direction).sum(-1)
    spots = [preferred * min(1.0, RADIUS / max(float(preferred.norm()), 1e-12))]
    for t in (foot, -along - root, -along + root):
        spots.extend(point + t[:, None] * direction)
    for i in range(len(point)):
        for j in range(i):
            cross = det(direction[i], direction[j])
            if cross.abs() > 1e-9:
                t = det(direction[j], point[i] - point[j]) / cross
                spots.append(point[i] + t * direction[i])
    return torch.stack(spots)


def solve(point, direction, preferred):
    """The program under test, for one agent."""
    active = torch.ones(1, len(point), dtype=torch.bool)
    radius = torch.full((1,), RADIUS, dtype=torch.float64)
    found, failed = closest_velocity(point[None], direction[None], active, radius, preferred[None])
    return found, failed, active, radius


@settings(max_examples=150, deadline=None)
@given(chosen=lines, wanted=velocity)
def test_the_permitted_velocity_closest_to_the_preferred_one_is_found(chosen, wanted):
    point, direction = as_tensors(chosen)
    preferred = torch.tensor(wanted, dtype=torch.float64)
    spots = corners(point, direction, preferred)
    worst = violation(point, direction, spots)
    inside = spots.norm(dim=-1) <= RADIUS + 1e-9
    fits = inside & (worst <= 1e-9)
    # sets thinner than rounding are neither empty nor not
    assume(bool(fits.any()) == bool((inside & (worst <= 1e-4)).any()))
    found, failed, *_ = solve(point, direction, preferred)
    if not fits.any():
        assert failed.item() < len(point)
        return
    assume(bool((inside & (worst <= -1e-3)).any()) or len(chosen) == 1)
    best = (spots[fits] - preferred).norm(dim=-1).min()
    assert failed.item() == len(point)
    assert found.norm() <= RADIUS + SLACK
    assert violation(point, direction, found).item() <= 2e-5
    assert (found[0] - preferred).norm() <= best + SLACK


@settings(max_examples=60, deadline=None)
@given(chosen=st.lists(line, min_size=3, max_size=6), wanted=velocity)
def test_where_nothing_is_permitted_the_worst_violation_is_the_least(chosen, wanted):
    point, direction = as_tensors(chosen)
    preferred = torch.tensor(wanted, dtype=torch.float64)
    found, failed, active, radius = solve(point, direction, preferred)
    assume(failed.item() < len(point))
    better = least_violation(point[None], direction[None], active, 0, radius, found, failed)
    axis = torch.linspace(-RADIUS, RADIUS, 61, dtype=torch.float64)
    grid = torch.cartesian_prod(axis, axis)
    grid = grid[grid.norm(dim=-1) <= RADIUS]
    assert better.norm() <= RADIUS + SLACK
    best = violation(point, direction, grid).min()
    assert violation(point, direction, better).item() <= best + 1e-4


def test_hard_lines_are_kept_where_soft_ones_are_given_up():
    # hard: v_y >= 0.2; soft: v_y <= 0 and v_y >= 0.4 contradict each other
    point = torch.tensor([[[0.0, 0.2], [0.0, 0.0], [0.0, 0.4]]])
    direction = torch.tensor([[[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0]]])
    active = torch.ones(1, 3, dtype=torch.bool)
    radius, preferred = torch.ones(1), torch.zeros(1, 2)
    start, failed = closest_velocity(point, direction, active, radius, preferred)
    found = least_violation(point, direction, active, 1, radius, start, failed)
    assert found[0, 1].item() >= 0.2 - 1e-6


def test_inactive_lines_do_not_count():
    point, direction = torch.tensor([[[0.5, 0.0]]]), torch.tensor([[[0.0, -1.0]]])
    preferred = torch.tensor([[0.3, 0.1]])
    off = torch.zeros(1, 1, dtype=torch.bool)
    found, failed = closest_velocity(point, direction, off, torch.ones(1), preferred)
    assert torch.equal(found, preferred)
    assert failed.item() == 1
    bound, _ = closest_velocity(point, direction, ~off, torch.ones(1), preferred)
    torch.testing.assert_close(bound, torch.tensor([[0.5, 0.1]]))


def test_agents_of_a_batch_do_not_mix():
    generator = torch.Generator().manual_seed(3)
    point = 2 * torch.rand(40, 5, 2, generator=generator) - 1
    angle = 6.3 * torch.rand(40, 5, generator=generator)
    direction = torch.stack((angle.cos(), angle.sin()), dim=-1)
    active = torch.rand(40, 5, generator=generator) < 0.8
    preferred = torch.rand(40, 2, generator=generator)
    radius = torch.ones(40)
    together, failed = closest_velocity(point, direction, active, radius, preferred)
    for i in range(40):
        one = slice(i, i + 1)
        alone, stopped = closest_velocity(
            point[one], direction[one], active[one], radius[one], preferred[one]
        )
        assert torch.equal(alone[0], together[i])
        assert stopped.item() == failed[i].item()
