"""A launch file running as a process of its own, with its output in a file."""

import re
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from policy_nodes.evaluation.runtime import is_embedded

TAIL = 200  # lines kept for the display
# how launch announces the process of a node
STARTED = re.compile(r'\[(\w+)-\d+\]: process started with pid \[(\d+)\]')
PATIENCE = 20.0  # between a second Ctrl-C and SIGKILL [s]


class LaunchedGraph:
    """Starts the launch, keeps its lines, and hands Ctrl-C on to it.

    The launch has a session of its own, so that Ctrl-C reaches it once, from here, and it can
    bring the nodes down in order.

    Attributes:
        pids: newest process of each node, by the name of its executable.
    """

    def __init__(self, path: Path, arguments: Mapping[str, str], log: Path) -> None:
        """Prepare the command.

        Args:
            path: launch file.
            arguments: for it.
            log: gets everything that it prints.
        """
        if is_embedded():
            launcher = [sys.executable, '-m', 'ros2_embedded.cli', 'launch']
        else:
            launcher = [shutil.which('ros2') or 'ros2', 'launch']
        given = [f'{name}:={value}' for name, value in arguments.items() if value]
        self.command = [*launcher, str(path), *given]
        self.log = log
        self.interrupts = 0
        self.fresh: deque[str] = deque(maxlen=TAIL)
        self.pids: dict[str, int] = {}

    def __enter__(self) -> 'LaunchedGraph':
        """Start it."""
        self.process = subprocess.Popen(  # noqa: S603 a list of our own making, no shell
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors='replace',
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, name='launch output')
        self.reader.start()
        self.before = {
            number: signal.signal(number, self._interrupt)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        return self

    def __exit__(self, *_: object) -> None:
        """Wait until it has ended; a graph whose display failed is ended too."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        for number, handler in self.before.items():
            signal.signal(number, handler)

    @property
    def ended(self) -> bool:
        """Whether all its processes have."""
        return self.process.poll() is not None

    @property
    def returncode(self) -> int:
        """Exit status; one that was asked to end ends well."""
        code = self.process.returncode
        return 130 if self.interrupts else abs(code)

    def lines(self) -> list[str]:
        """Lines that came since the last call."""
        found = []
        while self.fresh:
            found.append(self.fresh.popleft())
        return found

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.log.open('w', encoding='utf-8') as file:
            for line in self.process.stdout:
                file.write(line)
                file.flush()
                self.fresh.append(line.rstrip('\n'))
                if started := STARTED.search(line):
                    self.pids[started[1]] = int(started[2])

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        self.interrupts += 1
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT if self.interrupts < 3 else signal.SIGKILL)
