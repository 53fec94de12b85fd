"""Lets the tests of this folder share helpers: their modules are imported by name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import policy_nodes  # noqa: F401 serves the message packages where ROS 2 is absent

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope='session')
def drives(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two recorded drives; read only."""
    from replay_drives import drive

    folder = tmp_path_factory.mktemp('drives')
    return [drive(folder, index) for index in range(2)]
