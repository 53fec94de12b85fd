"""Lets the tests of this folder share helpers, also with those of the policy."""

from __future__ import annotations

import sys
from pathlib import Path

here = Path(__file__).parent
sys.path[:0] = [str(here), str(here.parents[1] / 'policies')]
