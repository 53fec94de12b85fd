"""Runs the examples as a user does: each a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import ros2_embedded

CHECKOUT = Path(ros2_embedded.__file__).resolve().parents[1]
EXAMPLES = CHECKOUT / 'ros2_embedded' / 'examples'
# Starts a program that the kernel ends when the tests are killed: nothing is left behind.
LEASH = (
    'import ctypes, os, signal, sys; '
    'ctypes.CDLL(None).prctl(1, signal.SIGKILL); '  # PR_SET_PDEATHSIG, which exec keeps
    'os.execv(sys.argv[1], sys.argv[1:])'
)
PATIENCE = 90.0  # [s], for a machine that has much else to do


class Program:
    """A process and what it has printed."""

    def __init__(self, command, folder, environment):
        self.lines = []
        self.news = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, '-I', '-S', '-c', LEASH, *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.news:
                self.lines.append(line.rstrip('\n'))
                self.news.notify_all()
        with self.news:
            self.news.notify_all()

    @property
    def text(self):
        return '\n'.join(self.lines)

    def says(self, pattern):
        """Waits for a line with a pattern; returns the match."""
        end = time.monotonic() + PATIENCE
        with self.news:
            while True:
                for line in self.lines:
                    if found := re.search(pattern, line):
                        return found
                left = end - time.monotonic()
                if left <= 0 or not self.reader.is_alive():
                    pytest.fail(f'{pattern!r} did not come:\n{self.text}')
                self.news.wait(left)

    def end(self):
        """Waits for the end; returns the exit code."""
        code = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        return code

    def interrupt(self):
        """Presses Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.end()


@pytest.fixture
def embedded(domain_id, tmp_path):
    """Starts `python -m ros2_embedded ...` in an empty folder."""
    programs = []

    def begin(*words, folder=tmp_path, **environment):
        variables = {
            name: value
            for name, value in os.environ.items()
            if name not in ('ROS2_EMBEDDED_INTERFACES', 'AMENT_PREFIX_PATH')
        }
        variables |= {
            'PYTHONPATH': str(CHECKOUT),
            'ROS_LOG_DIR': str(tmp_path / 'log'),
            'RCUTILS_COLORIZED_OUTPUT': '0',
            **environment,
        }
        command = [sys.executable, '-m', 'ros2_embedded', *map(str, words)]
        programs.append(Program(command, folder, variables))
        return programs[-1]

    yield begin
    for each in programs:
        each.process.kill()
        each.process.wait()
        each.reader.join(PATIENCE)
        each.process.stdout.close()


@pytest.fixture
def example(embedded):
    """Starts one of the examples."""

    def begin(name, *arguments):
        command = 'launch' if name.endswith('.launch.py') else 'run'
        return embedded(command, EXAMPLES / name, *arguments)

    return begin
