"""Closest velocity to a preferred one under half-plane and speed constraints, for many agents.

The incremental linear programs of ORCA (van den Berg et al., Reciprocal n-Body Collision
Avoidance, ISRR 2009, section 4.2 and 4.3) visit the constraints one after another. Here the
optimum on each line, given the lines before it, is computed for all lines of all agents at once;
only the short scan that says which optimum counts stays sequential. So an agent costs the same
few tensor operations whatever its neighbours do, and the whole crowd runs as one batch on CPU or
CUDA.

A line is a point and a unit direction; velocities to its left are permitted.
"""

import torch
from torch import Tensor

EPSILON = 1e-5


def det(a: Tensor, b: Tensor) -> Tensor:
    """Determinant of vector pairs (..., 2): positive when b lies to the left of a."""
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def dot(a: Tensor, b: Tensor) -> Tensor:
    """Inner product of vector pairs (..., 2)."""
    return a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1]


def optimum_on_lines(
    point: Tensor,
    direction: Tensor,
    active: Tensor,
    radius: Tensor,
    target: Tensor,
    *,
    towards: bool,
) -> tuple[Tensor, Tensor]:
    """Find, for each line, the best velocity on it that all earlier lines permit.

    Args:
        point: (..., lines, 2) a point of each line [m/s].
        direction: (..., lines, 2) unit direction.
        active: (..., lines) False where a slot holds no line.
        radius: (...) greatest speed [m/s].
        target: (..., 2) preferred velocity [m/s], or a unit direction when `towards`.
        towards: go as far as possible along target instead of as near as possible to it.

    Returns:
        optimum (..., lines, 2) [m/s] and feasible (..., lines).
    """
    lines = point.shape[-2]
    along = dot(point, direction)
    discriminant = along.square() + (radius.square())[..., None] - dot(point, point)
    feasible = discriminant >= 0
    root = discriminant.clamp_min(0).sqrt()

    # t[i, j]: where line j cuts line i, for the lines j before i
    denominator = det(direction[..., :, None, :], direction[..., None, :, :])
    offset = point[..., :, None, :] - point[..., None, :, :]
    numerator = det(direction[..., None, :, :], offset)
    earlier = torch.ones(lines, lines, dtype=torch.bool, device=point.device).tril(-1)
    counts = earlier & active[..., None, :]
    parallel = denominator.abs() <= EPSILON
    feasible &= ~(counts & parallel & (numerator < 0)).any(-1)
    counts = counts & ~parallel
    t = numerator / torch.where(parallel, 1.0, denominator)
    bounds_right = counts & (denominator >= 0)
    bounds_left = counts & (denominator < 0)
    right = torch.where(bounds_right, t, torch.inf).amin(-1).minimum(root - along)
    left = torch.where(bounds_left, t, -torch.inf).amax(-1).maximum(-root - along)
    feasible &= left <= right

    if towards:
        best = torch.where(dot(target[..., None, :], direction) > 0, right, left)
    else:
        best = dot(direction, target[..., None, :] - point)
        best = best.maximum(left).minimum(right)
    return point + best[..., None] * direction, feasible


def scan(
    point: Tensor,
    direction: Tensor,
    active: Tensor,
    optimum: Tensor,
    feasible: Tensor,
    start: Tensor,
) -> tuple[Tensor, Tensor]:
    """Visit the lines in order and keep the optimum of each that the result so far violates.

    Args:
        point: (..., lines, 2).
        direction: (..., lines, 2).
        active: (..., lines).
        optimum: (..., lines, 2) from `optimum_on_lines`.
        feasible: (..., lines) from `optimum_on_lines`.
        start: (..., 2) the unconstrained best.

    Returns:
        velocity (..., 2) [m/s] and failed (...), the number of the line no velocity satisfies,
        or the number of lines when all are satisfied.
    """
    lines = point.shape[-2]
    result = start
    failed = torch.full(start.shape[:-1], lines, device=start.device)
    going = torch.ones_like(failed, dtype=torch.bool)
    # det(d, p - v) = det(d, p) - det(d, v): the first part needs no scan
    reach = det(direction, point)
    for i in range(lines):
        violated = going & active[..., i] & (reach[..., i] - det(direction[..., i, :], result) > 0)
        works = feasible[..., i]
        result = torch.where((violated & works)[..., None], optimum[..., i, :], result)
        failed = torch.where(violated & ~works, i, failed)
        going = going & ~(violated & ~works)
    return result, failed


def closest_velocity(
    point: Tensor, direction: Tensor, active: Tensor, radius: Tensor, preferred: Tensor
) -> tuple[Tensor, Tensor]:
    """Solve for the permitted velocity closest to the preferred one (ORCA section 4.2).

    Args:
        point: (agents, lines, 2) [m/s].
        direction: (agents, lines, 2).
        active: (agents, lines).
        radius: (agents,) greatest speed [m/s].
        preferred: (agents, 2) [m/s].

    Returns:
        velocity (agents, 2) and the number of the line it fails on (agents,), or lines.
    """
    speed = dot(preferred, preferred).sqrt()
    start = preferred * (radius / speed.clamp_min(1e-12)).clamp_max(1.0)[..., None]
    if not point.shape[-2]:
        return start, torch.zeros(start.shape[:-1], dtype=torch.int64, device=start.device)
    optimum, feasible = optimum_on_lines(
        point, direction, active, radius, preferred, towards=False
    )
    return scan(point, direction, active, optimum, feasible, start)


def least_violation(
    point: Tensor,
    direction: Tensor,
    active: Tensor,
    hard: int,
    radius: Tensor,
    start: Tensor,
    failed: Tensor,
) -> Tensor:
    """Solve for the velocity that violates the soft lines least (ORCA section 4.3).

    Args:
        point: (agents, lines, 2) [m/s]; the first `hard` lines are never given up.
        direction: (agents, lines, 2).
        active: (agents, lines).
        hard: how many lines, from the first, are obstacles.
        radius: (agents,) greatest speed [m/s].
        start: (agents, 2) where the first program stopped.
        failed: (agents,) the line it stopped at.

    Returns:
        velocity (agents, 2) [m/s].
    """
    lines = point.shape[-2]
    soft = range(hard, lines)
    # For soft line i: line j becomes the velocities that violate j as much as i.
    p_i, d_i = point[:, hard:, None, :], direction[:, hard:, None, :]
    p_j, d_j = point[:, None, :, :], direction[:, None, :, :]
    determinant = det(d_i, d_j)
    parallel = determinant.abs() <= EPSILON
    same_way = dot(d_i, d_j) > 0
    t = det(d_j, p_i - p_j) / torch.where(parallel, 1.0, determinant)
    between = torch.where(parallel[..., None], 0.5 * (p_i + p_j), p_i + t[..., None] * d_i)
    bisector = d_j - d_i
    bisector = bisector / dot(bisector, bisector).sqrt().clamp_min(1e-12)[..., None]

    index = torch.arange(lines, device=point.device)
    is_hard = index < hard
    before = index[None, :] < index[hard:, None]
    shape = (point.shape[0], lines - hard, lines, 2)
    projected_point = torch.where(is_hard[:, None], p_j.expand(shape), between)
    projected_direction = torch.where(is_hard[:, None], d_j.expand(shape), bisector)
    counts = active[:, None, :] & before & (is_hard | ~(parallel & same_way))

    normal = torch.stack((-d_i[..., 0, 1], d_i[..., 0, 0]), dim=-1)
    radii = radius[:, None].expand(shape[:2])
    optimum, feasible = optimum_on_lines(
        projected_point, projected_direction, counts, radii, normal, towards=True
    )
    solution, stuck = scan(
        projected_point, projected_direction, counts, optimum, feasible, normal * radii[..., None]
    )
    solved = stuck == lines

    result, distance = start, torch.zeros_like(radius)
    for k, i in enumerate(soft):
        gap = det(direction[:, i], point[:, i] - result)
        violated = active[:, i] & (i >= failed) & (gap > distance)
        result = torch.where((violated & solved[:, k])[:, None], solution[:, k], result)
        gap = det(direction[:, i], point[:, i] - result)
        distance = torch.where(violated, gap, distance)
    return result
