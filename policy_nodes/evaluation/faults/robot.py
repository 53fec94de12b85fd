"""What a campaign has to know of a robot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from policy_nodes.evaluation.faults.fault import Fault
from policy_nodes.evaluation.faults.watch import Sent


class Motion(Protocol):
    """Judges commands against the limits of a robot."""

    def sent(self, message: Any, at: float) -> Sent:
        """Judge a command that arrived at steady time at [s]."""


@dataclass(frozen=True)
class Stream:
    """A topic and the class of its messages."""

    topic: str
    kind: type


@dataclass(frozen=True)
class Robot:
    """One robot under test.

    Attributes:
        name: of the launch file and of the folder in config.
        proposer: node whose proposals move it.
        streams: what the safety controller hears through the campaign, by short name.
        proposal: short name of the proposals.
        command: what the safety controller sends.
        motion: makes the judge of commands, from the parameters of the safety controller.
        faults: that it is tested with.
        arguments: of the launch file in a campaign.
        period: of control [s]; a stop has so long to begin beyond the time-out of its fault.
        environment: reasons to stop that belong to the world and not to a fault.
        neutral: pause of proposals before a reset is asked for [s].
        gap: longest time between two proposals that flow [s].
        starting: reasons that are given while proposals do not reach the robot in full yet.
        sits: its stop is a motion of its own, so that a command that moves is no sign of a fault.
    """

    name: str
    proposer: str
    streams: Mapping[str, Stream]
    proposal: str
    command: Stream
    motion: Callable[[], Motion]
    faults: tuple[Fault, ...]
    arguments: Mapping[str, str] = field(default_factory=dict)
    period: float = 0.1
    environment: frozenset[str] = frozenset()
    neutral: float = 0.6
    gap: float = 0.25
    sits: bool = False
    starting: frozenset[str] = frozenset()
