"""What a summary tells of one episode, whatever the robot does."""

from __future__ import annotations

from typing import Any

from policy_nodes.evaluation.episode_measures import interventions, level_shares
from policy_nodes.evaluation.run_folder import RunEpisode
from policy_nodes.evaluation.spread import spread

Plain = dict[str, Any]


def scored_values(episode: RunEpisode, kind: type) -> Plain:
    """Tell how an episode ended, and its score if it is of this kind."""
    values: Plain = {'index': episode.index, 'outcome': episode.outcome}
    if isinstance(episode.score, kind):
        values |= episode.score.to_mapping()
    return values


def recorded_values(episode: RunEpisode) -> Plain:
    """Tell what the recording of an episode says of inference and of safety."""
    data = episode.data
    if data is None:
        return {'recording': None}
    return {
        'recording': data.path.name,
        'recorded_s': data.end,
        'inference_ms': spread(data.inference.inference_ms),
        'interventions': dict(interventions(data).most_common()),
        'levels': level_shares([data]),
        'losses': list(data.losses),
    }
