"""Signs of life of all nodes that a controller requires."""

from __future__ import annotations

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.heartbeat_monitor import HeartbeatMonitor
from policy_nodes.safety.parameters.streams import HeartbeatParameters


class Heartbeats:
    """One monitor a required node; what other nodes send is ignored."""

    def __init__(self, parameters: HeartbeatParameters) -> None:
        self._monitors = {
            node: HeartbeatMonitor(
                node, timeout=parameters.timeout, proving_beats=parameters.proving_beats
            )
            for node in parameters.nodes
        }

    def beat(self, node: str, sequence: int, epoch: int, steady_s: float) -> None:
        """Take a heartbeat."""
        if node in self._monitors:
            self._monitors[node].beat(sequence, epoch, steady_s)

    def gone(self, node: str) -> None:
        """Take word of the middleware that a node is gone: silent at once, until its next beat."""
        if node in self._monitors:
            self._monitors[node].fall_silent()

    def lost(self, epoch: int, steady_s: float) -> list[Finding]:
        """Say which required nodes cannot be relied on in this epoch."""
        found = (monitor.lost(epoch, steady_s) for monitor in self._monitors.values())
        return [finding for finding in found if finding is not None]
