"""Where and when a robot can cross the people of a recording.

A crossing is a straight way of 5 to 6 m, as in the scenario rand, with a moment to set out:

- both ends lie where somebody walked, and the way keeps clear of obstacles: they bound the ground
  but do not block it;
- at least two people cross the way while a robot drives it, one where nobody finds two;
- nobody comes near the start in the first two seconds, nobody steps into the recording beside the
  way, where no robot could have seen him come, and nobody stands on the goal most of the time.
"""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from policy_nodes.simulation.crowd import counter_random
from policy_nodes.simulation.crowd.recorded_obstacles import RecordedObstacles
from policy_nodes.simulation.crowd.recorded_people import RecordedPeople
from policy_nodes.simulation.crowd.recorded_text import UnreadableRecordingError

PLACE = 41
LANES = 64  # ways tried per moment
MOMENTS = 60
PICKY_MOMENTS = 40  # of these ask for two people who cross
WAY = (5.0, 6.0)
END_CLEARANCE = 0.5  # from obstacles to start and goal [m]
WAY_CLEARANCE = 0.35  # from obstacles to the way [m]
WALKED = 1.0  # start and goal are no farther from where somebody walked [m]
WALKED_SPOTS = 5000
START_GAP = 1.5  # to people [m]
GOAL_GAP = 0.9
START_STEPS, DRIVE_STEPS, APPEAR_STEPS = 20, 200, 300
ARRIVAL_STEPS = (100, 300)
MIDDLE_STEPS = (50, 150)


class Crossing(NamedTuple):
    """One way, in the frame of the recording.

    Attributes:
        step: of the recording at which the robot sets out.
        start: (2,) [m].
        goal: (2,) [m].
    """

    step: int
    start: NDArray[np.float64]
    goal: NDArray[np.float64]


class Window(NamedTuple):
    """Everybody between two steps.

    Attributes:
        person: (persons,) index into the ids of the recording.
        position: (steps, persons, 2) [m]; NaN where absent.
    """

    person: NDArray[np.int64]
    position: NDArray[np.float64]


def window(people: RecordedPeople, first: int, steps: int) -> Window:
    """Who is where at the steps first, first + 1, ..."""
    part = people.between(first, first + steps - 1)
    person, column = np.unique(people.person[part], return_inverse=True)
    position = np.full((steps, len(person), 2), np.nan)
    position[people.step[part] - first, column] = people.position[part]
    return Window(person, position)


def find_crossing(
    people: RecordedPeople, obstacles: RecordedObstacles, seed: int, steps: int
) -> Crossing:
    """Draw a crossing; the same seed gives the same one.

    Args:
        people: of the recording.
        obstacles: of the recording.
        seed: from `counter_random.episode_seeds`.
        steps: that an episode may last; where the recording lasts as long, so do its people.

    Raises:
        UnreadableRecordingError: no way was found.
    """
    seeds = torch.tensor([seed])
    walked = people.position[:: max(1, len(people.position) // WALKED_SPOTS)]
    latest = max(0, people.steps - steps)
    early = people.step[people.between(MIDDLE_STEPS[0], latest + MIDDLE_STEPS[0])]
    for moment in range(MOMENTS):
        u = counter_random.uniform(seeds, PLACE, moment, (LANES, 4))[0].numpy().astype(np.float64)
        # a moment at which somebody is there, and ways through where somebody will be
        now = int(early[int(u[0, 0] * len(early))]) - MIDDLE_STEPS[0] if len(early) else 0
        middle = people.position[people.between(now + MIDDLE_STEPS[0], now + MIDDLE_STEPS[1])]
        if not len(middle):
            continue
        middle = middle[(u[:, 1] * len(middle)).astype(np.int64)]
        angle = 2 * np.pi * u[:, 2]
        half = 0.5 * (WAY[0] + (WAY[1] - WAY[0]) * u[:, 3])
        reach = half[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=-1)
        start, goal = middle - reach, middle + reach
        seen = window(people, now, ARRIVAL_STEPS[1] + 1).position
        wanted = 2 if moment < PICKY_MOMENTS else 1
        # the cheap questions first; each is asked only about the ways that are left
        ways = np.flatnonzero(_clear_of(obstacles, start, goal))
        ways = ways[_nobody_steps_in(people, now, start[ways], goal[ways])]
        ways = ways[(_gap(start[ways], seen[: START_STEPS + 1]) >= START_GAP).all(1)]
        ways = ways[_crossed(start[ways], goal[ways], seen[: DRIVE_STEPS + 1]) >= wanted]
        taken = _gap(goal[ways], seen[ARRIVAL_STEPS[0] :]) < GOAL_GAP
        ways = ways[taken.mean(1) < 0.5]
        ways = ways[_on_walked_ground(start[ways], goal[ways], walked)]
        if len(ways):
            return Crossing(now, start[ways[0]], goal[ways[0]])
    raise UnreadableRecordingError(
        f'found no way of {WAY[0]:g} to {WAY[1]:g} m that people cross, keeping '
        f'{END_CLEARANCE:g} m clear of obstacles, in {MOMENTS} moments of the recording: it '
        'holds too few people, or its obstacles stand where they walk'
    )


def distance_to_way(
    spot: NDArray[np.float64], start: NDArray[np.float64], goal: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Distance of spots (..., 2) from straight ways (..., 2) to (..., 2) [m]."""
    along = goal - start
    length2 = np.maximum((along**2).sum(-1), 1e-12)
    t = np.clip(((spot - start) * along).sum(-1) / length2, 0, 1)
    return np.linalg.norm(spot - (start + t[..., None] * along), axis=-1)


def _gap(spot: NDArray[np.float64], seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance from spots (ways, 2) to whoever is nearest in seen: (ways, steps) [m]."""
    away = np.linalg.norm(seen - spot[:, None, None], axis=-1)
    return np.where(np.isnan(away), np.inf, away).min(axis=2, initial=np.inf)


def _on_walked_ground(
    start: NDArray[np.float64], goal: NDArray[np.float64], walked: NDArray[np.float64]
) -> NDArray[np.bool_]:
    ends = np.stack((start, goal))
    away = np.linalg.norm(ends[:, :, None] - walked, axis=-1).min(-1)
    return (away < WALKED).all(0)


def _clear_of(
    obstacles: RecordedObstacles, start: NDArray[np.float64], goal: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which ways (ways,) keep clear of all obstacles."""
    clear = np.ones(len(start), dtype=np.bool_)
    for x, y, radius in obstacles.discs:
        center = np.array((x, y))
        clear &= distance_to_way(center, start, goal) > radius + WAY_CLEARANCE
        for end in (start, goal):
            clear &= np.linalg.norm(end - center, axis=-1) > radius + END_CLEARANCE
    for segment in obstacles.segments:
        one, other = segment[:2], segment[2:]
        for end in (start, goal):
            clear &= distance_to_way(end, one, other) > END_CLEARANCE
        for corner in (one, other):
            clear &= distance_to_way(corner, start, goal) > WAY_CLEARANCE
        clear &= ~_cuts(start, goal, one, other)
    return clear


def _det(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positive where b lies to the left of a."""
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])


def _cuts(
    start: NDArray[np.float64],
    goal: NDArray[np.float64],
    one: NDArray[np.float64],
    other: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Whether straight ways (..., 2) to (..., 2) cut the lines from one to other; NaN does not."""
    way, line = goal - start, other - one
    apart = _det(way, one - start) * _det(way, other - start) < 0
    between = _det(line, start - one) * _det(line, goal - one) < 0
    return np.asarray(apart & between)


def _nobody_steps_in(
    people: RecordedPeople, now: int, start: NDArray[np.float64], goal: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which ways (ways,) nobody appears beside while the robot is about."""
    appears = (people.appears_at > now) & (people.appears_at <= now + APPEAR_STEPS)
    spot = people.appears[appears][:, None]
    return np.all(distance_to_way(spot, start, goal) > START_GAP, axis=0)


def _crossed(
    start: NDArray[np.float64], goal: NDArray[np.float64], seen: NDArray[np.float64]
) -> NDArray[np.int64]:
    """How many people cross each way (ways,)."""
    # thirds of a second are short enough to tell on which side of the way someone is
    seen = seen[::3]
    steps = _cuts(start[:, None, None], goal[:, None, None], seen[:-1], seen[1:])
    return steps.any(1).sum(-1)
