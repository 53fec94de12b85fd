"""One episode as its recording tells it, in arrays; damaged and partial recordings included."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from policy_nodes.evaluation import message_arrays
from policy_nodes.evaluation.episode_streams import (
    Commands,
    Floats,
    Inference,
    Motion,
    Obstacles,
    People,
    Safety,
    Scan,
)
from policy_nodes.evaluation.episode_topics import decoded
from policy_nodes.evaluation.message_arrays import NANO, stamp_ns
from policy_nodes.evaluation.outcomes import ABORTED, OUTCOMES, RUNNING
from policy_nodes.evaluation.recording_reader import Recorded, read_recording
from policy_nodes.evaluation.run_files import SCORE_RECORD, Score, score_from_mapping


@dataclass(frozen=True)
class EpisodeData:
    """Everything that the report draws of one episode.

    Attributes:
        path: of the recording.
        index: of the episode; -1 where the recording does not say.
        scenario: its name, empty where the recording does not say.
        seed: of the episode, 0 where the recording does not say.
        outcome: one of `outcomes.OUTCOMES`.
        score: from the scorer; None where the run ended before it.
        zero_ns: start of the episode on the node clock; times count from here.
        end: last moment of the episode [s].
        motion: of the robot.
        observed_ns: (n, 2) int64, stamp and receipt of each observation that can be answered.
        proposed: by the policy.
        sent: to the wheels.
        people: the truth, oldest first.
        tracked: what the tracker believed, oldest first.
        scans: oldest first.
        safety: decisions.
        inference: of the policy.
        obstacles: that the world told of.
        goal: (2,) [m], None where it is not known.
        goal_tolerance: [m].
        contract: text of the contract, empty without one.
        losses: one sentence for everything that could not be read.
    """

    path: Path
    index: int
    scenario: str
    seed: int
    outcome: str
    score: Score | None
    zero_ns: int
    end: float
    motion: Motion
    observed_ns: np.ndarray
    proposed: Commands
    sent: Commands
    people: list[People]
    tracked: list[People]
    scans: list[Scan]
    safety: Safety
    inference: Inference
    obstacles: Obstacles
    goal: Floats | None
    goal_tolerance: float
    contract: str
    losses: tuple[str, ...]


def read_episode(path: Path) -> EpisodeData:
    """Read the recording of one episode.

    Raises:
        RecordingError: it is no recording at all.
        RunError: its score cannot be understood.
    """
    recording = read_recording(path)
    losses = list(recording.losses)
    messages = decoded(recording, losses)

    def of(name: str) -> list[Any]:
        return [message for _, message in messages[name]]

    statuses = _from_the_start(of('episode'))
    last = statuses[-1] if statuses else None
    stamped = statuses or of('odom') or of('safety')
    zero_ns = stamp_ns(stamped[0]) if stamped else 0
    score_values = recording.json(SCORE_RECORD)
    score = None
    if score_values is not None:
        score = score_from_mapping(score_values, f'{path}, record {SCORE_RECORD!r}')
    motion = message_arrays.motion(of('odom'), zero_ns)
    goal = of('goal')[-1] if of('goal') else None
    return EpisodeData(
        path=path,
        index=score.index if score else last.index if last else -1,
        scenario=last.scenario if last else '',
        seed=score.seed if score else last.seed if last else 0,
        outcome=score.outcome if score else OUTCOMES.get(last.state if last else 0, ABORTED),
        score=score,
        zero_ns=zero_ns,
        end=_end(statuses, motion, zero_ns),
        motion=motion,
        observed_ns=_observed(messages['odom'] or messages['scan']),
        proposed=message_arrays.commands(messages['proposed'], zero_ns),
        sent=message_arrays.commands(messages['sent'], zero_ns),
        people=[message_arrays.people(each, zero_ns) for each in of('people')],
        tracked=[message_arrays.people(each, zero_ns) for each in of('tracked')],
        scans=[message_arrays.scan(each, zero_ns) for each in of('scan')],
        safety=message_arrays.safety(of('safety'), zero_ns),
        inference=message_arrays.inference(
            of('status') or of('thoughts') or of('strides'), zero_ns
        ),
        obstacles=message_arrays.obstacles(of('obstacles')),
        goal=np.array([goal.pose.position.x, goal.pose.position.y]) if goal else None,
        goal_tolerance=goal.tolerance if goal else 0.0,
        contract=recording.attachments.get('contract.yaml', b'').decode('utf-8', 'replace'),
        losses=tuple(losses),
    )


def _from_the_start(statuses: list[Any]) -> list[Any]:
    """Leave out what was latched from an episode before."""
    for row, status in enumerate(statuses):
        if status.state == RUNNING:
            return statuses[row:]
    return statuses


def _end(statuses: list[Any], motion: Motion, zero_ns: int) -> float:
    """When the episode was over, or the last that is known of it [s]."""
    over = [each for each in statuses if each.state in OUTCOMES]
    if over:
        return (stamp_ns(over[0]) - zero_ns) / NANO
    return float(motion.time[-1]) if len(motion.time) else 0.0


def _observed(recorded: list[tuple[Recorded, Any]]) -> np.ndarray:
    rows = [(stamp_ns(message), each.log_time_ns) for each, message in recorded]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)
