"""The strongest interventions of the safety controller in a run, with their time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policy_nodes.evaluation.episode_data import EpisodeData
from policy_nodes.evaluation.episode_measures import reason_intervals
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.reasons import Reason

_KNOWN = {reason.code: reason for reason in Reason}


def strongest_events(episodes: Iterable[EpisodeData], most: int = 10) -> list[dict[str, Any]]:
    """Return the strongest stretches of time in which a reason stood.

    The higher the rung that a reason leads to the stronger, then by the order of reasons, then
    the longest first. Codes that this version does not know come first: nobody can say what
    they mean.

    Args:
        episodes: as recorded.
        most: how many at most.

    Returns:
        For each: `episode` (its index), `at_s` from its start, `seconds`, `reason`, `source`.
    """
    found = [
        (_weakness(each.reason), each.start - each.end, episode.index, each)
        for episode in episodes
        for each in reason_intervals(episode)
    ]
    found.sort(key=lambda entry: entry[:3])
    return [
        {
            'episode': index,
            'at_s': each.start,
            'seconds': each.end - each.start,
            'reason': each.reason,
            'source': each.source,
        }
        for _, _, index, each in found[:most]
    ]


def _weakness(code: str) -> tuple[int, int]:
    reason = _KNOWN.get(code)
    return (-reason.level, reason.strength) if reason else (-len(Level), 0)
