"""Parameter files that launch writes."""

from __future__ import annotations

import atexit
import tempfile
from pathlib import Path


def temporary_parameter_file(text: str) -> Path:
    """Write a file that only its owner can read and that goes when launch ends; return its path.

    The node, and its respawns, may read the file at any time while launch runs.
    """
    with tempfile.NamedTemporaryFile(
        'w', prefix='launch_params_', delete=False, encoding='utf-8'
    ) as file:
        file.write(text)
    path = Path(file.name)
    atexit.register(path.unlink, missing_ok=True)
    return path
