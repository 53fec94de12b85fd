"""Lines of processes and warnings are coloured on a terminal, and nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = str(Path(__file__).resolve().parents[3])
FILE = """\
<launch>
  <executable cmd="echo hello" name="first" output="screen"/>
  <executable cmd="sh -c 'exit 3'" name="second" output="screen"/>
</launch>
"""


@pytest.fixture
def launch_in_terminal(tmp_path, log_folder):
    """Launches the file in a terminal of its own; returns what it shows."""
    path = tmp_path / 'colours.launch.xml'
    path.write_text(FILE)

    def launch(**variables):
        environment = {**os.environ, 'PYTHONPATH': CHECKOUT, **variables}
        if not variables:
            del environment['NO_COLOR']
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, '-m', 'ros2_embedded.cli', 'launch', str(path)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=slave,
            stderr=subprocess.STDOUT,
        )
        os.close(slave)
        shown = b''
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # the terminal is closed
                break
            if not part:
                break
            shown += part
        os.close(master)
        assert process.wait(60) == 0
        return shown.decode()

    return launch


def test_a_prefix_and_an_error_have_a_colour_on_a_terminal(launch_in_terminal):
    shown = launch_in_terminal()
    assert '\x1b[32m[first-1]\x1b[0m hello\r\n' in shown
    assert '\x1b[31m[ERROR] [second-2]: process has died' in shown
    assert '\r\n[INFO] [first-1]: process started' in shown


def test_a_terminal_whose_user_wants_no_colours_shows_none(launch_in_terminal):
    shown = launch_in_terminal(NO_COLOR='1')
    assert '[first-1] hello\r\n' in shown
    assert '\x1b[' not in shown
