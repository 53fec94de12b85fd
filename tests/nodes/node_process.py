"""A node of the project as a process of its own, which ends for certain."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / 'config'


class NodeProcess:
    """Runs a node and keeps its log.

    Attributes:
        log: file of everything it prints.
    """

    def __init__(self, name: str, arguments: Sequence[str], log: Path, **environment: str) -> None:
        """Start it.

        Args:
            name: of a node of the project, or path of a script.
            arguments: for ROS.
            log: file for its output.
            environment: further variables.
        """
        self.log = log
        program = [name] if name.endswith('.py') else ['-m', f'policy_nodes.nodes.{name}']
        self._command = [
            *(sys.executable, '-m', 'ros2_embedded', 'run', *program),
            *('--ros-args', *arguments),
        ]
        self._environment = environment
        self.start_again()

    def start_again(self) -> None:
        """Start a process; the one before has ended."""
        with self.log.open('ab') as sink:
            self.process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env={**os.environ, **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def wait(self, timeout: float = 20.0) -> int:
        """Wait for its end; returns the exit code."""
        return self.process.wait(timeout)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def said(self) -> str:
        """Everything it printed so far."""
        return self.log.read_text(errors='replace')

    def end(self) -> None:
        """End it and whatever it started, on every way out."""
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(self.process.pid, signal.SIGCONT)
            self.process.terminate()
            self.process.wait(5.0)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(5.0)
