"""Whether the loop of a required node turns, by the content of its heartbeats.

Middleware can keep a dead loop's topic alive. So only a sequence that counts up is a sign of
life, and only a node that names the present safety epoch is armed.
"""

from __future__ import annotations

import math

from policy_nodes.safety.finding import Finding
from policy_nodes.safety.reasons import Reason


class HeartbeatMonitor:
    """Follows the heartbeats of one node."""

    def __init__(self, node: str, *, timeout: float = 0.5, proving_beats: int = 3) -> None:
        """Watch a node.

        Args:
            node: its name.
            timeout: greatest time between two beats on the steady clock [s].
            proving_beats: beats that a restarted node has to count up before it is trusted.
        """
        self.node = node
        self.timeout = timeout
        self.proving_beats = proving_beats
        self._sequence: int | None = None
        self._epoch = -1
        self._arrival = 0.0
        self._unproved = 0

    def beat(self, sequence: int, epoch: int, steady_s: float) -> None:
        """Take a heartbeat.

        A sequence that repeats is no sign of life. One that falls back means a new process,
        which has to prove itself.
        """
        if self._sequence is not None:
            if sequence == self._sequence:
                return
            if sequence < self._sequence:
                self._unproved = self.proving_beats
            elif self._unproved:
                self._unproved -= 1
        self._sequence = sequence
        self._epoch = epoch
        self._arrival = steady_s

    def fall_silent(self) -> None:
        """Count the node as silent at once, until its next beat."""
        self._arrival = -math.inf

    def lost(self, epoch: int, steady_s: float) -> Finding | None:
        """Say why the node cannot be relied on now; None if it can.

        Args:
            epoch: the present safety epoch.
            steady_s: now on the steady clock [s].
        """
        if self._sequence is None:
            return Finding(Reason.HEARTBEAT_MISSING, self.node)
        silent = steady_s - self._arrival
        if silent > self.timeout:
            words = f'No new beat for {silent:.2f} s, allowed {self.timeout:g} s.'
            if math.isinf(silent):
                words = 'The middleware reports that it is gone.'
            return Finding(Reason.HEARTBEAT_SILENT, self.node, words)
        if self._unproved:
            words = f'{self._unproved} more beats wanted.'
            return Finding(Reason.HEARTBEAT_RESTARTED, self.node, words)
        if self._epoch != epoch:
            words = f'It names epoch {self._epoch}, now is {epoch}.'
            return Finding(Reason.EPOCH_OLD, self.node, words)
        return None
