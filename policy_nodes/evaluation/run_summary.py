"""The figures of a run, as they go into ``summary.json`` and into the report."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np

from policy_nodes.evaluation.course_score import CourseScore
from policy_nodes.evaluation.episode_data import EpisodeData
from policy_nodes.evaluation.episode_measures import (
    clearance,
    command_latency,
    level_shares,
    missed_steps,
    reason_intervals,
)
from policy_nodes.evaluation.episode_streams import Floats
from policy_nodes.evaluation.episode_values import recorded_values, scored_values
from policy_nodes.evaluation.intervals import Interval, bootstrap_mean, wilson
from policy_nodes.evaluation.intervention_events import strongest_events
from policy_nodes.evaluation.manipulation_score import ManipulationScore
from policy_nodes.evaluation.outcomes import (
    ABORTED,
    COLLISION_HUMAN,
    COLLISION_OBSTACLE,
    COLLISION_WALL,
    SUCCEEDED,
    TIMEOUT,
)
from policy_nodes.evaluation.run_course import COURSE_ROBOT, course_scores, course_totals
from policy_nodes.evaluation.run_files import EpisodeScore
from policy_nodes.evaluation.run_folder import Run, RunEpisode
from policy_nodes.evaluation.run_manipulation import ROBOT, manipulation_totals, times_of_success
from policy_nodes.evaluation.spread import spread

Plain = dict[str, Any]


def summarise(run: Run) -> Plain:
    """Return everything that is known of a run as plain values.

    The keys are described in docs/reference/run_files.md.
    """
    radius = run.info.robot_radius_m
    kinds = {
        ROBOT: (_manipulation, partial(_scored, kind=ManipulationScore)),
        COURSE_ROBOT: (_course, partial(_scored, kind=CourseScore)),
    }
    totals, episode = kinds.get(run.info.robot, (_totals, partial(_episode, radius=radius)))
    return {
        'run': {key: value for key, value in run.info.to_mapping().items() if key != 'episodes'},
        'totals': totals(run),
        'checkpoint': _checkpoint(run),
        'episodes': [episode(each) for each in run.episodes],
        'notes': list(run.notes),
    }


def inference_ms(episodes: Iterable[RunEpisode]) -> Floats:
    """Times of all inferences [ms]."""
    return _collected(each.data.inference.inference_ms for each in episodes if each.data)


def latency_ms(episodes: Iterable[RunEpisode]) -> Floats:
    """Times from observation to command of all episodes [ms]."""
    return _collected(command_latency(each.data) for each in episodes if each.data)


def _totals(run: Run) -> Plain:
    episodes = run.episodes
    outcomes = Counter(each.outcome for each in episodes)
    scores = [each.score for each in episodes if each.score is not None]
    won = [score for score in scores if score.outcome == SUCCEEDED]
    data = [each.data for each in episodes if each.data]
    missed = [missed_steps(each) for each in data]
    return {
        'episodes': len(episodes),
        'succeeded': outcomes[SUCCEEDED],
        'success': outcomes[SUCCEEDED] / len(episodes) if episodes else 0.0,
        'success_ci95': list(wilson(outcomes[SUCCEEDED], len(episodes))),
        'collision_human': outcomes[COLLISION_HUMAN],
        'collision_obstacle': outcomes[COLLISION_OBSTACLE] + outcomes[COLLISION_WALL],
        'collision_wall': outcomes[COLLISION_WALL],
        'timeout': outcomes[TIMEOUT],
        'aborted': outcomes[ABORTED],
        'time_s': _mean([score.time_s for score in won]),
        'path_m': _mean([score.path_m for score in won]),
        'intrusion': _mean([score.intrusion for score in scores]),
        'jerk': _mean([score.jerk for score in scores]),
        'person_gap_m': _least(score.person_gap_m for score in scores),
        'obstacle_gap_m': _least(score.obstacle_gap_m for score in scores),
        'inference_ms': spread(inference_ms(episodes)),
        'command_latency_ms': spread(latency_ms(episodes)),
        'missed_steps': sum(each for each, _ in missed),
        'steps': sum(each for _, each in missed),
        **_safety(data),
    }


def _safety(data: Sequence[EpisodeData]) -> Plain:
    return {
        'interventions': _reasons(data),
        'strongest_events': strongest_events(data),
        'levels': level_shares(data),
    }


def _manipulation(run: Run) -> Plain:
    return {
        **manipulation_totals(run),
        'time_s': _mean(times_of_success(run)),
        'inference_ms': spread(inference_ms(run.episodes)),
        **_safety([each.data for each in run.episodes if each.data]),
    }


def _course(run: Run) -> Plain:
    scores = course_scores(run)
    return {
        **course_totals(run),
        'score': _mean([each.score for each in scores]),
        'paper_score': _mean([each.paper_score for each in scores]),
        'time_s': _mean([each.course_s for each in scores if each.finished]),
        'inference_ms': spread(inference_ms(run.episodes)),
        **_safety([each.data for each in run.episodes if each.data]),
    }


def _reasons(episodes: Sequence[EpisodeData]) -> Plain:
    """How often each reason set in, how long it stood, in how many episodes; by time."""
    watched = sum(episode.end for episode in episodes if len(episode.safety.time))
    found: dict[str, Plain] = {}
    for episode in episodes:
        intervals = reason_intervals(episode)
        for each in intervals:
            entry = found.setdefault(each.reason, {'onsets': 0, 'seconds': 0.0, 'episodes': 0})
            entry['onsets'] += 1
            entry['seconds'] += each.end - each.start
        for reason in {each.reason for each in intervals}:
            found[reason]['episodes'] += 1
    for entry in found.values():
        entry['share'] = entry['seconds'] / watched if watched > 0 else 0.0
    return dict(sorted(found.items(), key=lambda item: -item[1]['seconds']))


def _scored(episode: RunEpisode, kind: type) -> Plain:
    return scored_values(episode, kind) | recorded_values(episode)


def _episode(episode: RunEpisode, radius: float) -> Plain:
    values = scored_values(episode, EpisodeScore) | recorded_values(episode)
    data = episode.data
    if data is None:
        return values
    missed, steps = missed_steps(data)
    gaps = clearance(data, radius)
    return values | {
        'command_latency_ms': spread(command_latency(data)),
        'missed_steps': missed,
        'steps': steps,
        'recorded_person_gap_m': _least(gaps.person.tolist()),
        'recorded_obstacle_gap_m': _least(gaps.obstacle.tolist()),
    }


def _checkpoint(run: Run) -> Plain | None:
    contract = run.contract
    if contract is None:
        return None
    values: Plain = {
        'name': run.info.checkpoint,
        'robot': contract.robot,
        'policy': contract.policy,
        'rate_hz': contract.rate_hz,
        'observations': [term.name for term in contract.observations],
        'actions': [term.name for term in contract.actions],
    }
    if contract.network:
        values['network'] = contract.network.class_name
    if contract.weights:
        values['sha256'] = contract.weights.sha256
    if contract.trained:
        values['trained'] = contract.trained.to_mapping()
    return values


def _mean(values: Sequence[float]) -> Plain | None:
    """Mean with its bootstrap interval, None for what two values or more would be needed for."""
    if not values:
        return None
    interval: Interval = bootstrap_mean(values)
    known = not math.isnan(interval[0])
    return {'mean': float(np.mean(values)), 'ci95': list(interval) if known else None}


def _least(values: Iterable[float | None]) -> float | None:
    finite = [float(value) for value in values if value is not None and math.isfinite(value)]
    return min(finite, default=None)


def _collected(parts: Iterable[Floats]) -> Floats:
    return np.concatenate([np.zeros(0), *parts])
