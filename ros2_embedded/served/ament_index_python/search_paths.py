"""Prefixes that packages are looked for in."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .constants import AMENT_PREFIX_PATH_ENV_VAR


def get_search_paths() -> list[str]:
    """Return the existing prefixes of AMENT_PREFIX_PATH and, last, that of this Python.

    ROS 2 raises an error where AMENT_PREFIX_PATH is not set; here packages installed by pip are
    found all the same.
    """
    named = os.environ.get(AMENT_PREFIX_PATH_ENV_VAR, '').split(os.pathsep)
    prefixes = [prefix for prefix in named if prefix and Path(prefix).is_dir()]
    return prefixes if sys.prefix in prefixes else [*prefixes, sys.prefix]
