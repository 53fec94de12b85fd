"""Where runs are written to."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from policy_nodes.commands.doctor.finding import Finding, failed, ok, warning

FOLDER = Path('runs')
LITTLE = 1e9  # five episodes take some 50 MB [bytes]


def check_run_output(folder: Path = FOLDER) -> Iterator[Finding]:
    """Write a file where runs go, and look how much room there is.

    Args:
        folder: of runs; nothing is left in it.
    """
    folder = folder.absolute()
    existing = folder
    while not os.path.lexists(existing):
        existing = existing.parent
    try:
        with tempfile.TemporaryFile(dir=existing) as file:
            file.write(b'runs')
    except OSError as error:
        yield failed(
            'folder',
            f'nothing can be written to {folder}: {error.strerror}',
            'change to a folder of your own, or name one: run_folder:=FOLDER',
        )
        return
    free = shutil.disk_usage(existing).free
    found = f'{folder} can be written to, {free / 1e9:.0f} GB free'
    if free < LITTLE:
        yield warning('folder', found, 'make room: recordings fill the disk')
    else:
        yield ok('folder', found)
