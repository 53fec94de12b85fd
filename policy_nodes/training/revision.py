"""Which revision of the source trains."""

import subprocess
from pathlib import Path


def source_revision() -> str:
    """Short git revision of this checkout, with -dirty for uncommitted work; empty outside git."""
    here = Path(__file__).resolve().parent
    command = ['git', '-C', str(here), 'describe', '--always', '--dirty', '--exclude', '*']
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)  # noqa: S603 fixed words
    except (OSError, subprocess.SubprocessError):
        return ''
    return done.stdout.strip()
