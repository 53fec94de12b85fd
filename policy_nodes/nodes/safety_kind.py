"""What the safety controller node has to know about the kind of robot that it commands."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from policy_nodes.nodes.interface import NodeInterface, Topic
from policy_nodes.safety.decision import Decision
from policy_nodes.safety.intervention_counters import InterventionCounters
from policy_nodes.safety.ladder import Level
from policy_nodes.safety.parameters.parameter import Parameter
from policy_nodes.safety.reasons import Reason
from policy_nodes.safety.reset_reply import ResetReply
from policy_nodes.safety.stop_latch import StopLatch

# message, time of the node clock [ns], steady time [s]
Take = Callable[[Any, int, float], Iterable['Decision | None']]


class SafetyCore(Protocol):
    """What the cores of all kinds have in common."""

    epoch: int
    active: bool
    latch: StopLatch
    counters: InterventionCounters

    @property
    def level(self) -> Level:
        """Rung of the ladder."""

    @property
    def resting(self) -> bool:
        """Whether the robot rests by what was commanded last."""

    def activate(self, now_ns: int, steady_s: float) -> Decision:
        """Begin to decide, latched."""

    def final_command(self, now_ns: int, reason: Reason) -> Decision:
        """Give the last command until the next activation."""

    def take_heartbeat(self, node: str, sequence: int, epoch: int, steady_s: float) -> None:
        """Take a heartbeat."""

    def take_heartbeat_gone(self, node: str) -> None:
        """Take word of the middleware that a node is gone."""

    def take_rivals(self, names: Collection[str], now_ns: int, steady_s: float) -> Decision | None:
        """Take who else publishes to the actuators."""

    def take_stop_signal(
        self, source: str, pressed: bool, now_ns: int, steady_s: float
    ) -> Decision | None:
        """Take a report of an emergency stop source."""

    def reset(self, operator: str, now_ns: int, steady_s: float) -> ResetReply:
        """Permit motion again."""

    def status(self, now_ns: int) -> Decision:
        """Say how things stand; commands nothing."""


class SafetyConfig(Protocol):
    """Checked parameters of one kind; names are those that further parameters follow from."""

    @classmethod
    def from_mapping(cls, values: dict[str, Any]) -> Any:
        """Build it; raises ConfigError."""

    @staticmethod
    def describe(*names: Sequence[str]) -> tuple[Parameter, ...]:
        """List every parameter."""

    @staticmethod
    def locked(*names: Sequence[str]) -> tuple[str, ...]:
        """Names of the parameters that can loosen safety."""


class Wiring(Protocol):
    """A core with its inputs and its command, between one configuration and the next.

    Attributes:
        core: decides.
        period: of the tick [s].
        heartbeats: nodes whose signs of life are required.
        state_period: states that say nothing new go out this rarely [s]; 0 publishes all.
    """

    core: SafetyCore
    period: float
    heartbeats: Sequence[str]
    state_period: float

    def inputs(self) -> Iterable[tuple[Topic, Take]]:
        """Topics of proposals and sensors, and what takes their messages."""

    def tick(self, now_ns: int, steady_s: float) -> Iterable[Decision | None]:
        """Look after the command at a fixed rate."""

    def message(self, command: Any) -> Any:
        """Write a command for the actuators."""

    def forget(self) -> None:
        """Drop what waits to be decided on."""


@dataclass(frozen=True)
class Kind:
    """One kind of robot.

    Attributes:
        name: value of the parameter `kind`.
        robot: word for it in sentences.
        frame: of values in states; empty where they belong to joints.
        config: class of its parameters.
        naming: parameters that hold the names from which further parameters follow.
        actuators: topic that belongs to the safety controller alone.
        interface: everything that the node talks about.
        wire: makes the wiring from the node, a config and the settings of the interface.
    """

    name: str
    robot: str
    frame: str
    config: type[SafetyConfig]
    naming: tuple[str, ...]
    actuators: Topic
    interface: NodeInterface
    wire: Callable[[Any, Any, dict[str, Any]], Wiring]


def timed(decide: Callable[..., Decision | None], *arguments: Any) -> Decision | None:
    """Decide, and note in the decision how long that took."""
    began = time.perf_counter()
    decision = decide(*arguments)
    return None if decision is None else decision.timed((time.perf_counter() - began) * 1e3)
