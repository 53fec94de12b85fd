"""Lets the tests of this folder share helpers: their modules are imported by name."""

from __future__ import annotations

import sys
from pathlib import Path

import policy_nodes  # noqa: F401 serves the message packages where ROS 2 is absent

sys.path.insert(0, str(Path(__file__).parent))
