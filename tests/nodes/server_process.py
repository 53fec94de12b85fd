"""A policy server in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, '-m', 'policy_nodes.cli')
PATIENCE = 120.0
TOKEN = 'a-token-of-the-tests-and-no-secret'


class ServerProcess:
    """`policy-stack serve` as a user starts it."""

    def __init__(self, log: Path, policy: str) -> None:
        self._log, self._policy, self._port = log, policy, 0
        self.start()

    def start(self) -> None:
        """Start it; again at the port that it had."""
        known = len(self.said())
        with self._log.open('ab') as sink:
            self.process = subprocess.Popen(
                [*PROGRAM, 'serve', self._policy, '--port', str(self._port)],
                cwd=ROOT,
                env={**os.environ, 'POLICY_STACK_TOKEN': TOKEN, 'PYTHONUNBUFFERED': '1'},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
        end = time.monotonic() + PATIENCE
        while not (found := re.search(r'served at (ws://\S+:(\d+))', self.said()[known:])):
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.05)
        self.address, self._port = found[1], int(found[2])

    def said(self) -> str:
        return self._log.read_text(errors='replace') if self._log.exists() else ''

    def kill(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait(20.0)
