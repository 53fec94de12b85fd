"""Optimal reciprocal collision avoidance among discs and boxes, for many agents at once.

Source: van den Berg, Guy, Lin, Manocha: Reciprocal n-Body Collision Avoidance (ISRR 2009), with
the treatment of static obstacles of the RVO2 library, which the authors of HEIGHT use for the
people of their simulator. The numbers were compared with 400 recorded calls of that library.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from policy_nodes.geometry.linear_program import (
    EPSILON,
    closest_velocity,
    det,
    dot,
    least_violation,
)


class Lines(NamedTuple):
    """Half-planes of permitted velocities: left of a line.

    Attributes:
        point: (agents, lines, 2) [m/s].
        direction: (agents, lines, 2) unit vectors.
        active: (agents, lines) False where a slot holds none.
    """

    point: Tensor
    direction: Tensor
    active: Tensor


class Room(NamedTuple):
    """Sizes that a fixed-shape call reserves; what exceeds them is left out.

    Attributes:
        edges: binding lines of box edges per agent.
        neighbors: binding lines of neighbours per agent.
        rescued: agents for whom no velocity satisfies all lines.
    """

    edges: int | None
    neighbors: int | None
    rescued: int | None


class Agents(NamedTuple):
    """Who decides.

    Attributes:
        position: (agents, 2) [m].
        velocity: (agents, 2) [m/s].
        preferred: (agents, 2) preferred velocity [m/s].
        radius: (agents,) [m].
        max_speed: (agents,) [m/s].
    """

    position: Tensor
    velocity: Tensor
    preferred: Tensor
    radius: Tensor
    max_speed: Tensor


class Neighbors(NamedTuple):
    """Whom each agent sees.

    Attributes:
        position: (agents, neighbors, 2) [m].
        velocity: (agents, neighbors, 2) [m/s].
        radius: (agents, neighbors) [m].
        active: (agents, neighbors) False for slots that hold nobody.
    """

    position: Tensor
    velocity: Tensor
    radius: Tensor
    active: Tensor


def turn_left(vector: Tensor) -> Tensor:
    """Rotate vectors (..., 2) by a quarter turn counter-clockwise."""
    return torch.stack((-vector[..., 1], vector[..., 0]), dim=-1)


def neighbor_lines(agents: Agents, neighbors: Neighbors, horizon: float, dt: float) -> Lines:
    """Build one line per neighbour; each of the two takes half of the change of velocity.

    Args:
        agents: who decides.
        neighbors: whom they see.
        horizon: no collision within this time [s].
        dt: time step [s]; agents that already overlap separate within it.
    """
    offset = neighbors.position - agents.position[:, None]
    relative = agents.velocity[:, None] - neighbors.velocity
    reach = agents.radius[:, None] + neighbors.radius
    distance2, reach2 = dot(offset, offset), reach.square()
    collides = distance2 <= reach2

    inverse = torch.where(collides, 1.0 / dt, 1.0 / horizon)
    w = relative - inverse[..., None] * offset
    w2, w_offset = dot(w, w), dot(w, offset)
    on_circle = collides | ((w_offset < 0) & (w_offset.square() > reach2 * w2))
    length = w2.sqrt()
    unit = w / length.clamp_min(1e-12)[..., None]
    circle_direction = torch.stack((unit[..., 1], -unit[..., 0]), dim=-1)
    circle_u = (reach * inverse - length)[..., None] * unit

    leg = (distance2 - reach2).clamp_min(0).sqrt()
    left = det(offset, w) > 0
    sign = torch.where(left, 1.0, -1.0)
    leg_direction = (
        sign[..., None] * offset * leg[..., None] + turn_left(offset) * reach[..., None]
    ) / distance2.clamp_min(1e-12)[..., None]
    leg_u = dot(relative, leg_direction)[..., None] * leg_direction - relative

    direction = torch.where(on_circle[..., None], circle_direction, leg_direction)
    u = torch.where(on_circle[..., None], circle_u, leg_u)
    return Lines(agents.velocity[:, None] + 0.5 * u, direction, neighbors.active)


def facing_edges(position: Tensor, boxes: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pick the edges of each box that an agent outside it can see: at most two.

    Args:
        position: (agents, 2) [m].
        boxes: (agents, boxes, 4) x_low, y_low, x_high, y_high [m].

    Returns:
        start (agents, 2 boxes, 2) and end of each edge with the box to the left, the unit
        direction of the edge before it is implied by convexity, `direction` (agents, 2 boxes, 2),
        and visible (agents, 2 boxes).
    """
    x0, y0, x1, y1 = boxes.unbind(-1)
    px, py = position[:, None, 0], position[:, None, 1]
    below, above = py < y0, py > y1
    left_of, right_of = px < x0, px > x1
    # horizontal edge: bottom runs +x, top runs -x
    hy = torch.where(below, y0, y1)
    h_start = torch.stack((torch.where(below, x0, x1), hy), -1)
    h_end = torch.stack((torch.where(below, x1, x0), hy), -1)
    # vertical edge: right runs +y, left runs -y
    vx = torch.where(right_of, x1, x0)
    v_start = torch.stack((vx, torch.where(right_of, y0, y1)), -1)
    v_end = torch.stack((vx, torch.where(right_of, y1, y0)), -1)
    start = torch.cat((h_start, v_start), dim=1)
    end = torch.cat((h_end, v_end), dim=1)
    visible = torch.cat((below | above, left_of | right_of), dim=1)
    edge = end - start
    length = dot(edge, edge).sqrt().clamp_min(1e-9)
    return start, end, edge / length[..., None], visible


def nearest_edges(
    agents: Agents, boxes: Tensor, horizon: float, count: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Keep the `count` nearest visible edges within reach, nearest first."""
    start, end, direction, visible = facing_edges(agents.position, boxes)
    to_agent = agents.position[:, None] - start
    span = dot(end - start, end - start).sqrt()
    t = dot(to_agent, direction).minimum(span).clamp_min(0)
    gap = to_agent - t[..., None] * direction
    distance2 = dot(gap, gap)
    reach = horizon * agents.max_speed + agents.radius
    visible = visible & (distance2 < reach.square()[:, None])
    distance2 = torch.where(visible, distance2, torch.inf)
    count = min(count, distance2.shape[1])
    nearest, index = torch.topk(distance2, count, dim=1, largest=False, sorted=True)
    pick = index[..., None].expand(-1, -1, 2)
    return (
        start.gather(1, pick),
        end.gather(1, pick),
        direction.gather(1, pick),
        (nearest.isfinite()),
    )


def obstacle_lines(agents: Agents, boxes: Tensor, horizon: float, count: int) -> Lines:
    """Build the lines of static boxes; agents take the whole change of velocity on themselves.

    Args:
        agents: who decides.
        boxes: (agents, boxes, 4) x_low, y_low, x_high, y_high [m]; NaN for empty slots.
        horizon: no collision with an obstacle within this time [s].
        count: how many of the nearest edges are taken into account.
    """
    start, end, edge, seen = nearest_edges(agents, boxes, horizon, count)
    inverse = 1.0 / horizon
    radius = agents.radius[:, None]
    radius2 = radius.square()
    to_start = start - agents.position[:, None]
    to_end = end - agents.position[:, None]
    start2, end2 = dot(to_start, to_start), dot(to_end, to_end)
    vector = end - start
    s = -dot(to_start, vector) / dot(vector, vector).clamp_min(1e-12)
    off = -to_start - s[..., None] * vector
    line2 = dot(off, off)

    # Boxes are convex: the edge before runs at a right angle to the right, the next to the left.
    before, after = -turn_left(edge), turn_left(edge)

    hits_start = (s < 0) & (start2 <= radius2)
    hits_end = (s > 1) & (end2 <= radius2)
    hits_edge = (s >= 0) & (s <= 1) & (line2 <= radius2)
    touching = hits_start | hits_end | hits_edge
    counted_end = det(to_end, after) >= 0
    touch_direction = torch.where(
        hits_edge[..., None],
        -edge,
        turn_left(torch.where(hits_start[..., None], to_start, to_end)),
    )
    touch_direction = (
        touch_direction / dot(touch_direction, touch_direction).sqrt().clamp_min(1e-12)[..., None]
    )

    oblique_start = (s < 0) & (line2 <= radius2)
    oblique_end = (s > 1) & (line2 <= radius2)
    single = oblique_start | oblique_end
    # Seen obliquely, one corner stands for the whole edge: its own edges are then the foreign ones
    left_corner = torch.where(oblique_end[..., None], to_end, to_start)
    right_corner = torch.where(oblique_start[..., None], to_start, to_end)
    left_foreign = torch.where(oblique_end[..., None], -edge, -before)
    right_foreign = torch.where(oblique_start[..., None], edge, after)

    def leg(corner: Tensor, sign: float) -> Tensor:
        square = dot(corner, corner)
        length = (square - radius2).clamp_min(0).sqrt()
        turned = sign * radius[..., None] * turn_left(corner)
        return (corner * length[..., None] + turned) / square.clamp_min(1e-12)[..., None]

    left_leg, right_leg = leg(left_corner, 1.0), leg(right_corner, -1.0)
    left_is_foreign = det(left_leg, left_foreign) >= 0
    right_is_foreign = det(right_leg, right_foreign) <= 0
    left_leg = torch.where(left_is_foreign[..., None], left_foreign, left_leg)
    right_leg = torch.where(right_is_foreign[..., None], right_foreign, right_leg)

    left_cutoff, right_cutoff = inverse * left_corner, inverse * right_corner
    cutoff = right_cutoff - left_cutoff
    velocity = agents.velocity[:, None]
    from_left, from_right = velocity - left_cutoff, velocity - right_cutoff
    t = torch.where(single, 0.5, dot(from_left, cutoff) / dot(cutoff, cutoff).clamp_min(1e-12))
    t_left, t_right = dot(from_left, left_leg), dot(from_right, right_leg)

    on_left_circle = ((t < 0) & (t_left < 0)) | (single & (t_left < 0) & (t_right < 0))
    on_right_circle = ~on_left_circle & (t > 1) & (t_right < 0)
    infinite = torch.inf

    def gap2(foot: Tensor) -> Tensor:
        return dot(velocity - foot, velocity - foot)

    cut2 = torch.where(
        (t < 0) | (t > 1) | single, infinite, gap2(left_cutoff + t[..., None] * cutoff)
    )
    left2 = torch.where(t_left < 0, infinite, gap2(left_cutoff + t_left[..., None] * left_leg))
    right2 = torch.where(
        t_right < 0, infinite, gap2(right_cutoff + t_right[..., None] * right_leg)
    )
    on_cut = (cut2 <= left2) & (cut2 <= right2)
    on_left = ~on_cut & (left2 <= right2)

    offset = radius[..., None] * inverse
    w = torch.where(on_left_circle[..., None], from_left, from_right)
    unit = w / dot(w, w).sqrt().clamp_min(1e-12)[..., None]
    on_circle = on_left_circle | on_right_circle
    circle_foot = torch.where(on_left_circle[..., None], left_cutoff, right_cutoff)
    direction = torch.where(
        on_cut[..., None], -edge, torch.where(on_left[..., None], left_leg, -right_leg)
    )
    foot = torch.where((on_cut | on_left)[..., None], left_cutoff, right_cutoff)
    direction = torch.where(on_circle[..., None], -turn_left(unit), direction)
    point = torch.where(on_circle[..., None], circle_foot + offset * unit, foot)
    point = torch.where(on_circle[..., None], point, foot + offset * turn_left(direction))
    foreign = ~on_circle & ~on_cut & torch.where(on_left, left_is_foreign, right_is_foreign)

    direction = torch.where(touching[..., None], touch_direction, direction)
    point = torch.where(touching[..., None], torch.zeros_like(point), point)
    dropped = torch.where(touching, hits_end & ~counted_end, foreign)
    wanted = seen & ~dropped
    lines = Lines(point, direction, wanted)
    return lines._replace(active=uncovered(lines, to_start, to_end, radius, inverse))


def uncovered(
    lines: Lines, to_start: Tensor, to_end: Tensor, radius: Tensor, inverse: float
) -> Tensor:
    """Drop the lines of edges that an earlier line already keeps the agent away from."""
    margin = inverse * radius[..., None]

    def behind(corner: Tensor) -> Tensor:
        # how far corner k lies behind line j
        offset = inverse * corner[:, :, None] - lines.point[:, None]
        return det(offset, lines.direction[:, None]) - margin >= -EPSILON

    covers = behind(to_start) & behind(to_end)
    kept: list[Tensor] = []
    for k in range(lines.point.shape[1]):
        keep = lines.active[:, k]
        if kept:
            earlier = torch.stack(kept, dim=1)
            keep = keep & ~(earlier & covers[:, k, :k]).any(1)
        kept.append(keep)
    return torch.stack(kept, dim=1) if kept else lines.active


def binding(lines: Lines, max_speed: Tensor, capacity: int | None) -> Lines:
    """Keep the lines that cut the disc of reachable velocities, packed to the front.

    A line that permits every velocity up to the greatest speed can neither bind nor be the most
    violated one, so the result is the same without it and the programs get smaller.

    Args:
        lines: (agents, lines).
        max_speed: (agents,) [m/s].
        capacity: lines to keep room for; None finds out (one synchronisation on CUDA).
    """
    slack = -det(lines.direction, lines.point)
    active = lines.active & (slack < max_speed[:, None])
    total = active.shape[1]
    if capacity is None:
        capacity = int(active.sum(1).amax()) if len(active) else 0
    capacity = min(capacity, total)
    order = torch.arange(total, 0, -1, device=active.device, dtype=torch.int32)
    index = (active * order).topk(capacity, dim=1).indices
    pick = index[..., None].expand(-1, -1, 2)
    active = active.gather(1, index)
    # an empty slot may hold NaN, which would spread through minima and sums
    point = torch.where(active[..., None], lines.point.gather(1, pick), 0.0)
    # the direction of an empty slot never counts; it only has to be finite
    direction = torch.where(active[..., None], lines.direction.gather(1, pick), 1.0)
    return Lines(point, direction, active)


def orca_velocity(
    agents: Agents,
    neighbors: Neighbors,
    boxes: Tensor,
    *,
    horizon: float = 5.0,
    obstacle_horizon: float = 5.0,
    dt: float = 0.1,
    edges: int = 10,
    room: Room | None = None,
    wanted: Tensor | None = None,
) -> Tensor:
    """Choose the next velocity of every agent.

    Args:
        agents: who decides.
        neighbors: whom they see.
        boxes: (agents, boxes, 4) x_low, y_low, x_high, y_high [m]; NaN for empty slots.
        horizon: no collision with a neighbour within this time [s].
        obstacle_horizon: no collision with a box within this time [s].
        dt: time step [s].
        edges: how many of the nearest box edges count.
        room: fixed sizes, so that the call can be captured in a CUDA graph; None fits the sizes
            to the batch.
        wanted: (agents,) False for agents whose answer nobody uses; they take up no room.

    Returns:
        velocity (agents, 2) [m/s].
    """
    room = room or Room(None, None, None)
    static = obstacle_lines(agents, boxes, obstacle_horizon, edges)
    static = binding(static, agents.max_speed, room.edges)
    moving = neighbor_lines(agents, neighbors, horizon, dt)
    moving = binding(moving, agents.max_speed, room.neighbors)
    point = torch.cat((static.point, moving.point), dim=1)
    direction = torch.cat((static.direction, moving.direction), dim=1)
    active = torch.cat((static.active, moving.active), dim=1)

    velocity, failed = closest_velocity(
        point, direction, active, agents.max_speed, agents.preferred
    )
    infeasible = failed < point.shape[1]
    if wanted is not None:
        infeasible &= wanted
    if room.rescued is None:
        chosen = infeasible.nonzero()[:, 0]
        if not len(chosen):
            return velocity
    else:
        chosen = infeasible.to(torch.uint8).topk(min(room.rescued, len(infeasible))).indices
    better = least_violation(
        point[chosen],
        direction[chosen],
        active[chosen],
        static.point.shape[1],
        agents.max_speed[chosen],
        velocity[chosen],
        failed[chosen],
    )
    better = torch.where(infeasible[chosen][:, None], better, velocity[chosen])
    return velocity.index_copy(0, chosen, better)
