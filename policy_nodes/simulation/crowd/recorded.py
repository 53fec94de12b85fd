"""Scenario `recorded`: a robot crosses people who walk as people once walked.

A recording is a folder with an `obsmat.txt` (UCY and ETH form) and, where obstacles are known, a
`map.xml` (OpenTraj form). Recorded people do not react to the robot.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from policy_nodes.simulation.crowd import counter_random
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.recorded_crossings import (
    Crossing,
    distance_to_way,
    find_crossing,
    window,
)
from policy_nodes.simulation.crowd.recorded_obstacles import (
    RecordedObstacles,
    no_obstacles,
    read_obstacles,
)
from policy_nodes.simulation.crowd.recorded_people import RecordedPeople, read_people
from policy_nodes.simulation.crowd.recorded_text import UnreadableRecordingError

PEOPLE_FILE, OBSTACLES_FILE = 'obsmat.txt', 'map.xml'
TIME_LIMIT = 50.0
TIME_STEP = 0.1
SHORTEST = 20.0  # a recording has to last so long [s]
MOST_PEOPLE = 64
HEADING = 42


@dataclass(frozen=True)
class Recording:
    """A folder that has been read.

    Attributes:
        folder: it was read from.
        people: who walks.
        obstacles: what stands about.
    """

    folder: Path
    people: RecordedPeople
    obstacles: RecordedObstacles


@dataclass(frozen=True)
class RecordedEpisodes:
    """Episodes and where in the recording they lie.

    Attributes:
        episodes: each has its origin in the middle of its way, as policies were trained near it.
        origin: (episodes, 2) of each episode in the frame of the recording [m].
        first_step: (episodes,) of the recording, at step 0 of the episode.
        left_out: (episodes,) how many of the farthest people found no slot.
    """

    episodes: Episodes
    origin: NDArray[np.float64]
    first_step: NDArray[np.int64]
    left_out: NDArray[np.int64]


def read_recording(folder: Path, *, frame_rate: float = 25.0) -> Recording:
    """Read the folder of a recording.

    Args:
        folder: with an obsmat.txt and perhaps a map.xml.
        frame_rate: of the video whose frames are counted [Hz].

    Raises:
        UnreadableRecordingError: says which file and row cannot be used, and why.
    """
    if not folder.is_dir():
        kind = 'is no folder' if folder.exists() else 'there is no such folder'
        raise UnreadableRecordingError(
            f'{folder}: {kind}; give the folder of a recording, with an {PEOPLE_FILE} in it'
        )
    if not (folder / PEOPLE_FILE).exists():
        raise UnreadableRecordingError(
            f'{folder}: holds no {PEOPLE_FILE}; give the folder of a recording, with rows of '
            'frame, id, x, z, y, vx, vz, vy'
        )
    people = read_people(folder / PEOPLE_FILE, frame_rate=frame_rate)
    seconds = people.steps * TIME_STEP
    if seconds < SHORTEST:
        raise UnreadableRecordingError(
            f'{folder / PEOPLE_FILE}: lasts {seconds:.1f} s; a robot needs {SHORTEST:g} s to '
            'cross: give a longer recording, or the right frame rate'
        )
    map_file = folder / OBSTACLES_FILE
    return Recording(
        folder, people, read_obstacles(map_file) if map_file.exists() else no_obstacles()
    )


def recorded_episodes(
    recording: Recording,
    seed: int,
    count: int,
    *,
    first: int = 0,
    time_limit: float = TIME_LIMIT,
    most_people: int = MOST_PEOPLE,
) -> RecordedEpisodes:
    """Draw ways through the recording; episode `first + i` is the same in every batch.

    Args:
        recording: from `read_recording`.
        seed: of the run.
        count: number of episodes.
        first: index of the first episode within the run.
        time_limit: [s]; an episode times out one second earlier.
        most_people: slots; the people farthest from the way are left out beyond them.

    Raises:
        UnreadableRecordingError: too few people walk to be crossed, or obstacles are in the way.
    """
    if count < 1 or first < 0:
        raise ValueError(f'count is {count} and first is {first}; give at least 1 and 0')
    seeds = counter_random.episode_seeds(seed, first, count, 'cpu')
    steps = round(time_limit / TIME_STEP) + 1
    ways, tracks, left_out = [], [], []
    for key in seeds.tolist():
        try:
            way = find_crossing(recording.people, recording.obstacles, key, steps)
        except UnreadableRecordingError as error:
            raise UnreadableRecordingError(f'{recording.folder}: {error}') from error
        walked, missing = _tracks(recording.people, way, steps, most_people)
        ways.append(way)
        tracks.append(walked)
        left_out.append(missing)
    start = np.stack([way.start for way in ways])
    goal = np.stack([way.goal for way in ways])
    origin = 0.5 * (start + goal)
    return RecordedEpisodes(
        _episodes(recording.obstacles, seeds, (start, goal, origin), tracks, time_limit),
        origin,
        np.array([way.step for way in ways]),
        np.array(left_out),
    )


def _tracks(
    people: RecordedPeople, way: Crossing, steps: int, most: int
) -> tuple[NDArray[np.float64], int]:
    """Positions (steps, people, 2) of those who come nearest to the way, and how many are not."""
    seen = window(people, way.step, steps).position
    away = np.nan_to_num(distance_to_way(seen, way.start, way.goal), nan=np.inf).min(0)
    nearest = np.sort(np.argsort(away, kind='stable')[:most])
    return seen[:, nearest] - 0.5 * (way.start + way.goal), seen.shape[1] - len(nearest)


def _episodes(
    obstacles: RecordedObstacles,
    seeds: Tensor,
    ends: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    tracks: list[NDArray[np.float64]],
    time_limit: float,
) -> Episodes:
    """Put together what the world needs; everything about deciding people is left empty."""
    start, goal, origin = ends
    count, width = len(tracks), max(table.shape[1] for table in tracks)
    padded = np.full((count, len(tracks[0]), width, 2), np.nan, dtype=np.float32)
    present = torch.zeros((count, width), dtype=torch.bool)
    for row, table in enumerate(tracks):
        padded[row, :, : table.shape[1]] = table
        present[row, : table.shape[1]] = True
    walks = torch.from_numpy(padded)
    shift = np.concatenate((origin, origin), axis=1)[:, None]
    discs = np.tile(obstacles.discs, (count, 1, 1))
    discs[..., :2] -= origin[:, None]
    yaw = 2 * math.pi * counter_random.uniform(seeds, HEADING, 0)
    full = torch.ones(count)
    nobody = torch.zeros_like(present)
    return Episodes(
        seed=seeds,
        start=torch.cat((_single(start - origin), yaw[:, None]), dim=1),
        goal=_single(goal - origin),
        time_limit=full * time_limit,
        backward=full > 0,
        wall=full * math.inf,
        boxes=torch.zeros((count, 0, 4)),
        shunned=torch.zeros((count, 0, 4)),
        discs=_single(discs),
        segments=_single(obstacles.segments - shift),
        present=present,
        walking=nobody,
        reacts=nobody,
        people_start=walks[:, 0],
        people_goals=torch.zeros((count, width, 1, 2)),
        goal_count=torch.ones((count, width), dtype=torch.int64),
        wait=torch.zeros((count, width), dtype=torch.int64),
        roams=full < 0,
        arrival=full * 0.25,
        speed=full,
        margin=full * 0,
        social_force=full < 0,
        tracks=walks,
    )


def _single(value: NDArray[np.float64]) -> Tensor:
    return torch.from_numpy(value.astype(np.float32))
