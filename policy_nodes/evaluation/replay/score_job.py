"""What is scored: one bag with one policy, as plain values that can go to another machine."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

from policy_nodes.evaluation.replay.policy_choice import PolicyChoice
from policy_nodes.evaluation.replay.role_topics import RoleTopics
from policy_nodes.evaluation.replay.topic_map import TopicMap
from policy_nodes.evaluation.replay.windows import AUTO, Danger

PART = 600.0  # of a trace that is measured and dropped [s]


@dataclass(frozen=True)
class Job:
    """One bag and one policy.

    Attributes:
        bag: file or folder.
        policy: that is asked.
        topics: what is what in the bag; None for one of our own recorder.
        safety: parameter file of the safety controller; None takes those of `robot`.
        robot: whose shipped parameters are taken; empty takes the usual robot of its kind.
        windows: of danger, as typed, or only `AUTO`.
        danger: what `AUTO` looks for.
        cut: longest episode; longer ones are counted in pieces [s].
        draws: points of curves are kept for pictures.
    """

    bag: Path
    policy: PolicyChoice
    topics: TopicMap | RoleTopics | None = None
    safety: Path | None = None
    robot: str = ''
    windows: tuple[str, ...] = (AUTO,)
    danger: Danger = field(default_factory=Danger)
    cut: float = math.inf
    draws: bool = True

    @property
    def place(self) -> str:
        """Which it is, for people."""
        return f'{self.policy.text} on {self.bag.name}'
