"""The files of a run: what the scorer writes into ``run.json`` and into each recording.

A run is a folder; docs/reference/run_files.md describes everything in it.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from policy_nodes.evaluation.course_score import CourseScore
from policy_nodes.evaluation.manipulation_score import ManipulationScore
from policy_nodes.evaluation.outcomes import OUTCOMES
from policy_nodes.evaluation.run_values import (
    RunError,
    mapping,
    number,
    optional,
    outcome,
    text,
    whole,
)

__all__ = ['RunError']  # whoever reads the files of a run takes it from here

RUN_FILE = 'run.json'
SUMMARY_FILE = 'summary.json'
REPORT_FILE = 'report.html'
ANIMATION_FILE = 'animation.gif'
RECORDINGS = 'episode_*.mcap'
RECORDING_NAME = r'episode_(\d{1,9})\.mcap'
SCORE_RECORD = 'score'
CONTRACT_ATTACHMENT = 'contract.yaml'
PARAMETERS_ATTACHMENT = 'parameters.yaml'
ROBOT_RADIUS = 0.178  # of the TurtleBot model [m]


def recording_name(index: int) -> str:
    """Name the recording of an episode, counted from 0."""
    return f'episode_{index:03d}.mcap'


@dataclass(frozen=True)
class EpisodeScore:
    """How an episode went, as the scorer measured it from the truth of the world.

    Attributes:
        index: counts from 0 within the run.
        seed: of the episode.
        outcome: one of `outcomes.OUTCOMES`.
        time_s: from start to end [s].
        path_m: distance driven [m].
        person_gap_m: smallest free distance to a person [m]; None where nobody was there.
        obstacle_gap_m: smallest free distance to an obstacle or wall [m]; None without any.
        intrusion: share of steps uncomfortably near a person.
        jerk: mean absolute jerk along the path [m/s^3].
    """

    index: int
    seed: int
    outcome: str
    time_s: float
    path_m: float
    person_gap_m: float | None
    obstacle_gap_m: float | None
    intrusion: float
    jerk: float

    def to_mapping(self) -> dict[str, Any]:
        """Write as plain values; what is not finite becomes None."""
        return {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in asdict(self).items()
        }

    def to_record(self) -> dict[str, str]:
        """Write as the metadata record of a recording."""
        return {'json': json.dumps(self.to_mapping(), allow_nan=False)}

    @classmethod
    def from_mapping(cls, values: Any, where: str) -> EpisodeScore:
        """Read from plain values; keys that are not known are ignored.

        Args:
            values: as `to_mapping` writes them.
            where: file and place, for the sentence of an error.

        Raises:
            RunError: a value is missing or cannot be meant.
        """
        section = mapping(values, where)
        gaps: dict[str, Any] = {name: optional(section, name, where) for name in _GAPS}
        numbers: dict[str, Any] = {name: number(section, name, where) for name in _NUMBERS}
        counts: dict[str, Any] = {name: whole(section, name, where) for name in ('index', 'seed')}
        return cls(outcome=outcome(section, OUTCOMES, where), **counts, **numbers, **gaps)


Score = EpisodeScore | ManipulationScore | CourseScore


def score_from_mapping(values: Any, where: str) -> Score:
    """Read a score of whatever kind.

    Raises:
        RunError: a value is missing or cannot be meant.
    """
    keys = values if isinstance(values, dict) else {}
    if 'key_poses' in keys:
        return ManipulationScore.from_mapping(values, where)
    if 'course' in keys:
        return CourseScore.from_mapping(values, where)
    return EpisodeScore.from_mapping(values, where)


_GAPS = ('person_gap_m', 'obstacle_gap_m')
_NUMBERS = ('time_s', 'path_m', 'intrusion', 'jerk')


@dataclass(frozen=True)
class RunInfo:
    """What a run was, and its scores so far.

    Attributes:
        robot: name of the robot.
        policy: name of the policy.
        checkpoint: name of the checkpoint, empty without one.
        scenario: name of the scenario.
        seed: of the run, from which the seeds of its episodes come.
        episodes: scores in the order of driving.
        robot_radius_m: of the round body that gaps are measured from [m].
        started: when it began, ISO 8601 with its time zone; empty where unknown.
        runtime: what served ROS 2, such as ``ROS 2 jazzy`` or ``ros2_embedded``.
        note: anything a reader of the figures has to know, in words.
    """

    robot: str
    policy: str
    checkpoint: str
    scenario: str
    seed: int
    episodes: tuple[Score, ...] = field(default=())
    robot_radius_m: float = ROBOT_RADIUS
    started: str = ''
    runtime: str = ''
    note: str = ''

    def to_mapping(self) -> dict[str, Any]:
        """Write as plain values."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return values | {'episodes': [score.to_mapping() for score in self.episodes]}

    @classmethod
    def from_mapping(cls, values: Any, where: str) -> RunInfo:
        """Read from plain values; keys that are not known are ignored.

        Raises:
            RunError: a value is missing or cannot be meant.
        """
        section = mapping(values, where)
        listed = section.get('episodes', [])
        if not isinstance(listed, list):
            raise RunError(f'{where}: episodes is no list')
        scores = tuple(
            score_from_mapping(entry, f'{where}, episode {place}')
            for place, entry in enumerate(listed)
        )
        radius = section.get('robot_radius_m', ROBOT_RADIUS)
        return cls(
            seed=whole(section, 'seed', where),
            episodes=scores,
            robot_radius_m=number({'robot_radius_m': radius}, 'robot_radius_m', where),
            **{name: text(section, name, where) for name in _NEEDED_TEXTS},
            **{name: text({name: '', **section}, name, where) for name in _OTHER_TEXTS},
        )

    def write(self, folder: Path) -> Path:
        """Write ``run.json`` into the folder of the run, whole or not at all."""
        path = folder / RUN_FILE
        write_text(path, json.dumps(self.to_mapping(), indent=1, allow_nan=False) + '\n')
        return path

    @classmethod
    def read(cls, folder: Path) -> RunInfo:
        """Read ``run.json`` of a run.

        Raises:
            RunError: absent or not understood.
        """
        path = folder / RUN_FILE
        try:
            values = json.loads(path.read_text(encoding='utf-8'))
        except OSError as error:
            raise RunError(f'{path} cannot be read: {error.strerror}') from error
        except ValueError as error:
            raise RunError(f'{path} is no JSON: {error}') from error
        return cls.from_mapping(values, str(path))


_NEEDED_TEXTS = ('robot', 'policy', 'checkpoint', 'scenario')
_OTHER_TEXTS = ('started', 'runtime', 'note')


def write_text(path: Path, content: str) -> None:
    """Write a file so that a reader sees the old text or the new, never half of it."""
    fresh = path.with_name(f'.{path.name}.new')
    fresh.write_text(content, encoding='utf-8')
    os.replace(fresh, path)
