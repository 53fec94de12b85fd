"""What a report says of a policy beside its figures."""

from __future__ import annotations

from typing import Any

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.evaluation.replay.episode_log import EpisodeLog


def about(*checkpoints: Checkpoint | None) -> dict[str, Any]:
    """Name the checkpoints of a policy, and the hashes of their weights."""
    known = [each for each in checkpoints if each is not None]
    return {
        'checkpoints': [each.name for each in known],
        'sha256': [
            '' if each.contract.weights is None else each.contract.weights.sha256 for each in known
        ],
    }


def weights_mb(*networks: Any) -> float:
    """Memory that the weights of networks take [MB]; 0 for policies without any."""
    found = 0
    for network in networks:
        if hasattr(network, 'parameters'):
            found += sum(each.numel() * each.element_size() for each in network.parameters())
    return found / 1e6


def rested_words(log: EpisodeLog) -> list[str]:
    """Say what was missing when the policy could not be asked."""
    return [
        f'The policy could not be asked {count} times for want of: {term}.'
        for term, count in log.rested.items()
    ]
