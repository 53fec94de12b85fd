"""Scenes for a detector of people: floor plans of the crowd world, dressed and seen by a lidar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import radians

import numpy as np
from numpy.typing import NDArray

from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.scenario import SCENARIOS
from policy_nodes.simulation.lidar.bodies import bodies, draw_builds
from policy_nodes.simulation.lidar.furnishing import WALL_HEIGHT, furnish, walls
from policy_nodes.simulation.lidar.solids import Floats, Solids
from policy_nodes.simulation.lidar.spinning_lidar import LidarModel, sweep

BODY = 0.5  # [m] side of the box round a person
POOL = 32  # floor plans of a scenario that are drawn at once
VIEWS = 8  # scenes that are drawn from each
ROOM = 5.5  # [m] robots and things that were added stand within this of the middle
FREE = 0.45  # [m] a robot is at least from people and furniture
BESIDE = 0.3  # share of people who have somebody beside them
CLUTTER = 5  # most things that are added
PARTS = 8  # columns of a body

SIXTEEN = LidarModel()
THIRTY_TWO = LidarModel(
    beams=32, elevations=(radians(-25), radians(15)), directions=1024, height=0.5
)


@dataclass(frozen=True)
class LidarScene:
    """One sweep and the truth about it, in the frame of the robot.

    Attributes:
        points: (points, 4) x, y, z over the ground [m], intensity.
        people: (people, 7) x, y, z of the middle, length, width, height [m], heading [rad].
        seen: (people,) points on each.
    """

    points: NDArray[np.float32]
    people: Floats
    seen: NDArray[np.int64]


def scenes(seed: int, *, vary: bool = True) -> Iterator[LidarScene]:
    """Draw scenes without end; the same seed gives the same scenes.

    Args:
        seed: of everything.
        vary: lidars differ from scene to scene; else they have 16 and 32 beams in turn.
    """
    draws = np.random.default_rng(seed)
    names = sorted(SCENARIOS)
    first = 0
    while True:
        plans = [
            generate(SCENARIOS[name], episode_seeds(seed, first, POOL, 'cpu')) for name in names
        ]
        first += POOL
        for _ in range(POOL * VIEWS * len(names)):
            plan = plans[draws.integers(len(plans))]
            model = _vary(draws) if vary else (SIXTEEN, THIRTY_TWO)[int(draws.integers(2))]
            yield _scene(plan, int(draws.integers(POOL)), model, draws)


def _vary(draws: np.random.Generator) -> LidarModel:
    model = SIXTEEN if draws.random() < 0.5 else THIRTY_TWO
    return replace(
        model,
        height=draws.uniform(0.3, 0.8),
        directions=int(draws.integers(600, 1200)),
        noise=draws.uniform(0.005, 0.06),
        dropout=draws.uniform(0.0, 0.15),
    )


def _scene(plan: Episodes, row: int, model: LidarModel, draws: np.random.Generator) -> LidarScene:
    boxes, discs = plan.boxes[row].numpy(), plan.discs[row].numpy()
    place, heading, speed = _people(plan, row, draws)
    robot = _robot(place, boxes, discs, draws)
    builds = draw_builds(len(place), draws)
    people = bodies(place, heading, speed, draws.uniform(0, 2, len(place)), builds)
    room = furnish(boxes, discs, plan.segments[row].numpy(), draws) + _clutter(place, draws)
    if np.isfinite(half := float(plan.wall[row])):
        room += walls(half, draws)
    solids = (people + room).seen_from(robot)
    points, solid = sweep(model, solids, draws)
    on = np.bincount(
        solid[(solid >= 0) & (solid < PARTS * len(place))] % max(len(place), 1),
        minlength=len(place),
    )
    moved = people.seen_from(robot).columns.reshape(PARTS, -1, 8)[-1]  # the heads
    truth = np.column_stack(
        (
            moved[:, :2],
            builds.height / 2,
            np.full((len(place), 2), BODY),
            builds.height,
            moved[:, 4],
        )
    )
    return LidarScene(points, truth, on)


def _people(plan: Episodes, row: int, draws: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Where people are on their ways, where they look and how fast they walk."""
    here = plan.present[row].numpy()
    start = plan.people_start[row].numpy()[here].astype(float)
    way = plan.people_goals[row, :, 0].numpy()[here] - start
    place = start + way * draws.random((len(start), 1))
    speed = np.where(draws.random(len(start)) < 0.25, 0.0, draws.uniform(0.2, 1.3, len(start)))
    heading = np.arctan2(way[:, 1], way[:, 0]) + draws.normal(0, 0.4, len(start))
    heading = np.where(speed > 0, heading, draws.uniform(-np.pi, np.pi, len(start)))
    friend = draws.random(len(start)) < BESIDE
    side = draws.uniform(-np.pi, np.pi, len(start))
    offset = np.stack((np.cos(side), np.sin(side)), 1) * draws.uniform(0.5, 0.9, (len(start), 1))
    place = np.concatenate((place, (place + offset)[friend]))
    heading = np.concatenate((heading, heading[friend] + draws.normal(0, 0.3, friend.sum())))
    speed = np.concatenate((speed, speed[friend]))
    boxes = plan.boxes[row].numpy()
    discs = plan.discs[row].numpy()
    free = (_clearance(place, boxes, discs) > 0.2) & _apart(place, 0.45)
    return place[free], heading[free], speed[free]


def _robot(place: Floats, boxes: Floats, discs: Floats, draws: np.random.Generator) -> Floats:
    """Draw a pose with some room round it."""
    spots = draws.uniform(-ROOM, ROOM, (64, 2))
    gap = _clearance(spots, boxes, discs)
    if len(place):
        gap = np.minimum(gap, np.linalg.norm(spots[:, None] - place, axis=-1).min(1))
    spot = spots[int((gap > FREE).argmax())]
    return np.array((*spot, draws.uniform(-np.pi, np.pi)))


def _clutter(place: Floats, draws: np.random.Generator) -> Solids:
    """Columns, stands and boxes that a detector may take for people."""
    columns, blocks = [], []
    for _ in range(draws.integers(CLUTTER + 1)):
        spot = draws.uniform(-ROOM, ROOM, 2)
        if len(place) and np.linalg.norm(place - spot, axis=1).min() < 0.6:
            continue
        shade, radius = draws.uniform(0.1, 0.9), draws.uniform(0.03, 0.3)
        top = draws.choice((draws.uniform(0.4, 1.9), WALL_HEIGHT))
        if draws.random() < 0.6:
            columns.append((*spot, radius, radius, 0.0, 0.0, top, shade))
            if draws.random() < 0.4:  # a plant, or a stand with coats
                wide = draws.uniform(0.15, 0.35)
                low = draws.uniform(0.4, 1.0)
                columns.append((*spot, wide, wide, 0.0, low, low + draws.uniform(0.3, 0.8), shade))
        else:
            half = draws.uniform(0.1, 0.45, 2)
            blocks.append((*spot, *half, draws.uniform(-3, 3), 0.0, top, shade))
    return Solids.of(columns, blocks)


def _clearance(spots: Floats, boxes: Floats, discs: Floats) -> Floats:
    """Distance of spots (n, 2) to the nearest box or disc [m]; inf where there is none."""
    gap = np.full(len(spots), np.inf)
    for low_x, low_y, high_x, high_y in boxes[np.isfinite(boxes).all(1)]:
        beyond = np.maximum((low_x, low_y) - spots, spots - (high_x, high_y))
        gap = np.minimum(gap, np.linalg.norm(np.maximum(beyond, 0), axis=1))
    for x, y, radius in discs[np.isfinite(discs).all(1)]:
        gap = np.minimum(gap, np.linalg.norm(spots - (x, y), axis=1) - radius)
    return gap


def _apart(place: Floats, least: float) -> NDArray[np.bool_]:
    """Who is not too near to somebody earlier in the list."""
    near = np.linalg.norm(place[:, None] - place, axis=-1) < least
    return ~np.tril(near, -1).any(1)
