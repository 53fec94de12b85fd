"""Replays for tests."""

from __future__ import annotations

from pathlib import Path

from danger_bags import map_file, safety_file

from policy_nodes.evaluation.replay.replayed import Replayed, replay
from policy_nodes.evaluation.replay.safety_file import read_safety
from policy_nodes.evaluation.replay.topic_map_file import read_topic_map
from policy_nodes.evaluation.replay.windows import Danger


def replayed(
    bag: Path,
    folder: Path,
    *windows: str,
    zone: bool = True,
    topics: Path | None = None,
    safety: Path | None = None,
    danger: Danger | None = None,
) -> Replayed:
    """Replay a bag with the parameters and the map of the scenes, or others."""
    safety = safety or safety_file(folder, zone=zone)
    return replay(
        bag,
        safety.name,
        read_safety(safety),
        read_topic_map(topics or map_file(folder)),
        windows,
        danger or Danger(),
    )
