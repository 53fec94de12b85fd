"""Draw episodes of a scenario: obstacles, robot, people and the goals they will visit.

Everything is drawn by rejection, as the authors do, but for a whole batch at once. Each attempt
has its own counter, so an episode depends on its seed alone.
"""

import math

import torch
from torch import Tensor

from policy_nodes.simulation.crowd import counter_random
from policy_nodes.simulation.crowd.arena_obstacles import place_boxes
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.layout_people import place_layout_people
from policy_nodes.simulation.crowd.placement import (
    CANDIDATES,
    apart_from,
    in_boxes,
    line_crossings,
    until_placed,
)
from policy_nodes.simulation.crowd.scenario import Scenario

ROBOT_RADIUS = 0.2
PERSON_RADIUS = 0.25
DISCOMFORT = 0.25
CIRCLE_RADIUS = 4.0
CIRCLE_NOISE = 2.0
GOALS = 24
GOAL_DISTANCE = (5.0, 6.0)
CROSSED_BOXES = 4
TRIES = 100

ROBOT, HEADING, COUNTS, PEOPLE, REACTION, GOAL_STREAM, DISC_STREAM = 11, 12, 13, 14, 15, 16, 17


def generate(scenario: Scenario, seeds: Tensor) -> Episodes:
    """Draw one episode per seed.

    Args:
        scenario: what to draw.
        seeds: (episodes,) int64 from `counter_random.episode_seeds`; its device is used.

    Returns:
        Episodes in float32 on the device of the seeds.
    """
    return _arena(scenario, seeds) if scenario.layout is None else _floor_plan(scenario, seeds)


def _count(seeds: Tensor, lane: int, low: int, high: int) -> Tensor:
    """Draw whole numbers (episodes,) from low to high, both included."""
    u = counter_random.uniform(seeds, COUNTS, lane)
    return (low + (u * (high - low + 1)).floor()).to(torch.int64)


def _span(u: Tensor, low: float, high: float) -> Tensor:
    return low + (high - low) * u


def _common(scenario: Scenario, seeds: Tensor) -> dict[str, Tensor]:
    """Fields that hold one number per episode."""
    full = torch.full(seeds.shape, 0.0, device=seeds.device)
    return {
        'seed': seeds,
        'time_limit': full + scenario.time_limit,
        'backward': (full == 0) & scenario.backward,
        'wall': full + (scenario.wall if scenario.wall is not None else math.inf),
        'speed': full + scenario.speed,
        'margin': full + scenario.margin,
        'social_force': (full == 0) & (scenario.people_model == 'social_force'),
        'segments': full.new_zeros((len(seeds), 0, 4)),
    }


def _people_counts(scenario: Scenario, seeds: Tensor) -> tuple[Tensor, Tensor]:
    """Which slots hold people (episodes, slots), and which of them walk: walkers come first."""
    walkers = _count(seeds, 0, *scenario.people)
    standers = _count(seeds, 1, *scenario.standing)
    slot = torch.arange(scenario.most_people, device=seeds.device)
    present = slot < (walkers + standers)[:, None]
    return present, slot < walkers[:, None]


def _arena(scenario: Scenario, seeds: Tensor) -> Episodes:
    """Draw random boxes in the walled arena and people who cross it."""
    boxes = place_boxes(seeds, scenario.boxes[1], scenario.box_gap)
    used = _count(seeds, 2, *scenario.boxes)
    slot = torch.arange(boxes.shape[1], device=seeds.device)
    boxes = torch.where((slot < used[:, None])[..., None], boxes, torch.nan)

    def robot(attempt: int, undone: Tensor) -> tuple[Tensor, Tensor]:
        u = counter_random.uniform(seeds[undone], ROBOT, attempt, (CANDIDATES, 4))
        trip = _span(u, -CIRCLE_RADIUS, CIRCLE_RADIUS)
        start, goal = trip[..., :2], trip[..., 2:]
        here = boxes[undone]
        distance = (goal - start).norm(dim=-1)
        fits = (distance >= GOAL_DISTANCE[0]) & (distance <= GOAL_DISTANCE[1])
        fits &= ~in_boxes(start, here, 2 * ROBOT_RADIUS) & ~in_boxes(goal, here, 2 * ROBOT_RADIUS)
        picky = torch.arange(attempt, attempt + CANDIDATES, device=seeds.device) < TRIES
        return trip, fits & (~picky | (line_crossings(start, goal, here) >= CROSSED_BOXES))

    trip = until_placed(robot, len(seeds), 4, seeds.device)
    heading = 2 * math.pi * counter_random.uniform(seeds, HEADING, 0)
    present, walking = _people_counts(scenario, seeds)
    start = _arena_people(seeds, boxes, trip, present, walking)
    goals = _arena_goals(seeds, boxes, start)
    u = counter_random.uniform(seeds, REACTION, 0, (present.shape[1],))
    ones = torch.ones_like(present, dtype=torch.int64)
    return Episodes(
        start=torch.cat((trip[:, :2], heading[:, None]), dim=1),
        goal=trip[:, 2:],
        boxes=boxes,
        shunned=boxes,
        discs=boxes.new_zeros((len(seeds), 0, 3)),
        present=present,
        walking=walking & present,
        reacts=walking & present & (u <= scenario.reaction),
        people_start=start,
        people_goals=goals,
        goal_count=ones * GOALS,
        wait=ones * 0,
        roams=torch.ones_like(seeds, dtype=torch.bool),
        arrival=torch.full(seeds.shape, PERSON_RADIUS, device=seeds.device),
        **_common(scenario, seeds),
    )


def _arena_people(
    seeds: Tensor, boxes: Tensor, trip: Tensor, present: Tensor, walking: Tensor
) -> Tensor:
    """Place people (episodes, slots, 2) around the circle, one after another."""
    slots = present.shape[1]
    placed = torch.full((len(seeds), slots, 2), torch.nan, device=seeds.device)
    for slot in range(slots):

        def person(attempt: int, undone: Tensor, slot: int = slot) -> tuple[Tensor, Tensor]:
            lane = (attempt << 8) + slot
            u = counter_random.uniform(seeds[undone], PEOPLE, lane, (CANDIDATES, 3))
            noise = CIRCLE_NOISE * 1.5 ** (attempt // TRIES)
            angle = 2 * math.pi * u[..., 0]
            circle = CIRCLE_RADIUS * torch.stack((angle.cos(), angle.sin()), dim=-1)
            spot = circle + noise * _span(u[..., 1:], -1.0, 1.0)
            here = boxes[undone]
            clear = PERSON_RADIUS + DISCOMFORT
            fits = ~in_boxes(spot, here, clear) & ~in_boxes(-spot, here, clear)
            fits &= apart_from(spot, placed[undone], 2 * PERSON_RADIUS + DISCOMFORT)
            walks = walking[undone, slot, None]
            to_robot = (spot - trip[undone, None, :2]).norm(dim=-1)
            to_goal = (spot - trip[undone, None, 2:]).norm(dim=-1)
            fits &= to_robot >= torch.where(walks, 3.0, 1.5)
            fits &= walks | (to_goal > 2 * (ROBOT_RADIUS + PERSON_RADIUS))
            return spot, fits | ~present[undone, slot, None]

        spot = until_placed(person, len(seeds), 2, seeds.device)
        placed[:, slot] = torch.where(present[:, slot, None], spot, torch.nan)
    return torch.where(present[..., None], placed, 0.0)


def _arena_goals(seeds: Tensor, boxes: Tensor, start: Tensor) -> Tensor:
    """Draw the goals (episodes, slots, GOALS, 2): first the mirrored start, then random ones."""
    episodes, slots = start.shape[:2]
    count = slots * (GOALS - 1)
    goals = torch.zeros((episodes, count, 2), device=seeds.device)
    undone = torch.ones((episodes, count), dtype=torch.bool, device=seeds.device)
    for attempt in range(TRIES):
        u = counter_random.uniform(seeds, GOAL_STREAM, attempt, (count, 3))
        angle = 2 * math.pi * u[..., 0]
        circle = CIRCLE_RADIUS * torch.stack((angle.cos(), angle.sin()), dim=-1)
        spot = circle + CIRCLE_NOISE * u[..., 1:]
        goals = torch.where(undone[..., None], spot, goals)
        undone &= in_boxes(spot, boxes, PERSON_RADIUS + DISCOMFORT)
        if not undone.any():
            break
    goals = goals.reshape(episodes, slots, GOALS - 1, 2)
    return torch.cat((-start[:, :, None], goals), dim=2)


def _floor_plan(scenario: Scenario, seeds: Tensor) -> Episodes:
    """Draw the episode of a fixed floor plan."""
    layout = scenario.layout
    if layout is None:
        raise ValueError(f'scenario {scenario.name} has no floor plan')
    device, count = seeds.device, len(seeds)
    corner = torch.tensor(layout.boxes, device=device)
    solid = torch.cat((corner[:, :2], corner[:, :2] + corner[:, 2:]), dim=1)
    discs = torch.tensor(layout.discs, device=device).reshape(-1, 3)
    squares = torch.cat((discs[:, :2] - discs[:, 2:], discs[:, :2] + discs[:, 2:]), dim=1)
    shunned = torch.cat((solid, squares)).expand(count, -1, -1)
    # the tables stand a little elsewhere each time; people keep to where they ought to be
    shift = _span(counter_random.uniform(seeds, DISC_STREAM, 0, (len(discs), 2)), -0.2, 0.2)
    round_tables = torch.cat((discs[:, :2] + shift, discs[:, 2:].expand(count, -1, -1)), dim=-1)

    def robot(attempt: int, undone: Tensor) -> tuple[Tensor, Tensor]:
        u = counter_random.uniform(seeds[undone], ROBOT, attempt, (CANDIDATES, 4))
        rects = torch.tensor((*layout.robot_start, *layout.robot_goal), device=device)
        low, high = rects[0::2], rects[1::2]
        trip = low + (high - low) * u
        here = shunned[undone]
        fits = ~in_boxes(trip[..., :2], here, 2 * ROBOT_RADIUS)
        return trip, fits & ~in_boxes(trip[..., 2:], here, 2 * ROBOT_RADIUS)

    trip = until_placed(robot, count, 4, device)
    turn = _span(counter_random.uniform(seeds, HEADING, 0), -math.pi / 6, math.pi / 6)
    people = place_layout_people(scenario, layout, seeds, shunned, trip)
    u = counter_random.uniform(seeds, REACTION, 0, (people['present'].shape[1],))
    return Episodes(
        start=torch.cat((trip[:, :2], (math.pi / 2 + turn)[:, None]), dim=1),
        goal=trip[:, 2:],
        boxes=solid.expand(count, -1, -1),
        shunned=shunned,
        discs=round_tables,
        reacts=people['walking'] & (u <= scenario.reaction),
        roams=torch.zeros_like(seeds, dtype=torch.bool),
        arrival=torch.full(seeds.shape, 2 * PERSON_RADIUS, device=device),
        **people,
        **_common(scenario, seeds),
    )
