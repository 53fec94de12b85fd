"""The launched graph: its processes, what they say, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
MARK = 'POLICY_STACK_TEST_GRAPH'


class Graph:
    """One launch of the launch file of a robot.

    Attributes:
        run: folder of its results.
        lines: what it said so far.
    """

    def __init__(
        self, folder: Path, arguments: Mapping[str, object], robot: str = 'turtlebot'
    ) -> None:
        """Launch.

        Args:
            folder: for logs and results.
            arguments: of the launch file.
            robot: whose launch file.
        """
        self.run = folder / 'run'
        given = {'run_folder': self.run, **arguments}
        self._mark = uuid.uuid4().hex
        self.lines: list[str] = []
        self._said = threading.Condition()
        self.process = subprocess.Popen(
            [
                *(sys.executable, '-m', 'ros2_embedded.cli', 'launch', '--noninteractive'),
                *('policy_stack', f'{robot}.launch.py'),
                *(f'{name}:={value}' for name, value in given.items()),
            ],
            cwd=ROOT,
            env={
                **os.environ,
                'PATH': f'{Path(sys.executable).parent}:{os.environ["PATH"]}',
                'ROS_LOG_DIR': str(folder / 'log'),
                'NO_COLOR': '1',
                MARK: self._mark,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors='replace',
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            with self._said:
                self.lines.append(line.rstrip('\n'))
                self._said.notify_all()

    @property
    def text(self) -> str:
        """Everything said so far."""
        return '\n'.join(self.lines)

    def says(self, words: str, timeout: float = 60.0) -> str:
        """Wait until a line with these words comes; returns it."""
        end = time.monotonic() + timeout
        while True:
            found = next((line for line in list(self.lines) if words in line), None)
            if found is not None:
                return found
            left = end - time.monotonic()
            waiting = left > 0 and self._reader.is_alive()
            assert waiting, f'{words!r} was not said:\n{self.text}'
            with self._said:
                self._said.wait(min(left, 0.1))

    def pid(self, node: str) -> int:
        """Process of a node, the newest one."""
        pattern = re.compile(rf'\[{node}-\d+\]: process started with pid \[(\d+)\]')
        return int([match[1] for line in self.lines if (match := pattern.search(line))][-1])

    def kill(self, node: str) -> int:
        """SIGKILL a node; returns its process."""
        pid = self.pid(node)
        os.kill(pid, signal.SIGKILL)
        return pid

    def interrupt(self) -> None:
        """Ctrl-C to the launch process alone."""
        self.process.send_signal(signal.SIGINT)

    def wait(self, timeout: float = 90.0) -> int:
        """Wait until everything has ended; returns the exit code."""
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f'it did not end:\n{self.text}') from error
        self._reader.join(10.0)
        return code

    def processes(self) -> list[psutil.Process]:
        """Processes that it started and that live."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get(MARK) == self._mark:
                    found.append(process)
        return found

    def end(self) -> None:
        """End it on every way out."""
        if self.process.poll() is None:
            self.interrupt()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(20.0)
        for process in self.processes():
            with suppress(psutil.Error):
                process.kill()
        self.process.wait(10.0)
        self._reader.join(10.0)
