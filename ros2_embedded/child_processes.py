"""rclpy for the Python programs that a program starts: nodes of a launch file, workers."""

from __future__ import annotations

import os
from pathlib import Path

STARTUP = Path(__file__).resolve().parent / 'startup'


def serve_children() -> None:
    """Serve rclpy in Python programs that this process starts from now on.

    They find `startup/sitecustomize.py` by PYTHONPATH, unless they are started with another
    environment or with `-E` or `-I`. Calling it again changes nothing.
    """
    paths = [each for each in os.environ.get('PYTHONPATH', '').split(os.pathsep) if each]
    if str(STARTUP) not in paths:
        os.environ['PYTHONPATH'] = os.pathsep.join([str(STARTUP), *paths])
