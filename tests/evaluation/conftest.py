"""Lets the tests of this folder share helpers: their modules are imported by name.

Importing policy_nodes first serves the message packages where ROS 2 is absent.
"""

from __future__ import annotations

import sys
from pathlib import Path

import policy_nodes  # noqa: F401 (see above)

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / 'policies'))

from runs import copied_run, recorded_run, reported_run  # noqa: F401 (fixtures, found by that path)
