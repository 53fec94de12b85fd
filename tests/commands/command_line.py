"""Runs `policy-stack` as users do: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

PROGRAM = (sys.executable, '-m', 'policy_nodes.cli')


@dataclass(frozen=True)
class Ran:
    """What a command left behind; texts without line breaks, as they depend on the terminal."""

    status: int
    out: str
    error: str


def policy_stack(*arguments: object, timeout: float = 120.0) -> Ran:
    """Run a command to its end, on a wide terminal and one core."""
    wide = {'COLUMNS': '240', 'NO_COLOR': '1', 'TERM': 'dumb', 'OMP_NUM_THREADS': '1'}
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=os.environ | wide,
        check=False,
    )
    return Ran(done.returncode, *(' '.join(text.split()) for text in (done.stdout, done.stderr)))


def assert_refused(ran: Ran, *said: str) -> None:
    """The command ended by one sentence that says all this, without a traceback."""
    assert ran.status == 2, ran
    assert 'Traceback' not in ran.error
    for words in said:
        assert words in ran.error, ran.error
