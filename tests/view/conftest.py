"""A short drive of HEIGHT, once as messages, once as a recorded run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import policy_nodes  # noqa: F401 (serves the message packages where ROS 2 is absent)

HERE = Path(__file__).parent
sys.path += [str(HERE), str(HERE.parent / 'evaluation'), str(HERE.parent / 'policies')]


@pytest.fixture(scope='session')
def drive():
    """Messages (name of the source, message) of two episodes, 20 steps each."""
    from drives import drive

    return [drive(index, 20) for index in range(2)]


@pytest.fixture(scope='session')
def run_folder(drive, tmp_path_factory):
    """The recorded run of `drive`, without a namespace."""
    from drives import record

    folder = tmp_path_factory.mktemp('run')
    for index, messages in enumerate(drive):
        record(folder / f'episode_{index:03d}.mcap', messages)
    return folder
