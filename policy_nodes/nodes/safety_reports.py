"""Makes decisions of the safety controller visible: states, diagnostics, a line in the log."""

from __future__ import annotations

from rclpy.node import Node

from policy_nodes.nodes import interface
from policy_nodes.nodes import safety_topics as topics
from policy_nodes.nodes.safety_kind import Kind, SafetyCore
from policy_nodes.nodes.safety_messages import (
    OK_LEVELS,
    diagnostics_message,
    mode_of,
    state_message,
)
from policy_nodes.safety.decision import Decision

LOG_PERIOD = 5.0  # [s] between two lines of one reason


class SafetyReports:
    """Publishes what is news at once, and repeats the rest at a rate that others can follow."""

    def __init__(self, node: Node, kind: Kind, state_period: float) -> None:
        """Advertise.

        Args:
            node: that speaks.
            kind: of robot.
            state_period: states that say nothing new go out this rarely [s]; 0 publishes all.
        """
        self._node, self._kind, self._period = node, kind, state_period
        self._states = interface.announce(node, topics.STATE)
        self._diagnostics = interface.announce(node, topics.DIAGNOSTICS)
        self._told: Decision | None = None
        self._told_s = -float('inf')
        self._present: frozenset[str] = frozenset()
        self._logged: dict[str, float] = {}
        self._mode = ''

    def take(self, decision: Decision, steady_s: float) -> None:
        """Publish a decision, and log each reason that sets in with it."""
        self._mode = mode_of(decision)
        if steady_s - self._told_s >= self._period or self._is_news(decision):
            self._told, self._told_s = decision, steady_s
            self._states.publish(state_message(decision, self._kind.frame))
        self._log(decision, steady_s)

    def _is_news(self, decision: Decision) -> bool:
        """Whether a state has to go out at once; what only went away can wait.

        A subscriber keeps one state, so a reason of a single tick has to stand for a while.
        """
        told = self._told
        return (
            told is None
            or decision.level > told.level
            or (decision.latched, decision.epoch) != (told.latched, told.epoch)
            or mode_of(decision) != mode_of(told)
            or not set(decision.reasons) <= set(told.reasons)
        )

    def diagnose(self, core: SafetyCore) -> None:
        """Publish diagnostics."""
        now = self._node.get_clock().now().to_msg()
        name = self._node.get_name()
        self._diagnostics.publish(
            diagnostics_message(name, self._kind.name, core, self._mode, now)
        )

    def _log(self, decision: Decision, steady_s: float) -> None:
        before, self._present = self._present, frozenset(decision.reasons)
        for finding in decision.findings:
            code = finding.reason.code
            if code in before or steady_s - self._logged.get(code, -LOG_PERIOD) < LOG_PERIOD:
                continue
            self._logged[code] = steady_s
            logger = self._node.get_logger()
            words = f'{decision.level.name.lower()}: {code} ({finding.source})'
            line = f'{words}: {finding.detail}' if finding.detail else words
            if decision.level in OK_LEVELS:
                logger.info(line)
            else:
                logger.warning(line)
