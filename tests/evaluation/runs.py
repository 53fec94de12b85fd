"""A short run of two episodes, recorded once for all tests of a session."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from crowd_recordings import record_episode

from policy_nodes.evaluation.run_files import RunInfo
from policy_nodes.evaluation.run_report import RunReport, write_run_report


def make_run(folder: Path) -> Path:
    """Record two episodes that are broken off, and write their run.json."""
    scores = (
        record_episode(folder, 0, most_steps=60),
        record_episode(folder, 1, most_steps=40),
    )
    RunInfo(
        robot='turtlebot',
        policy='straight',
        checkpoint='',
        scenario='rand',
        seed=3,
        episodes=scores,
        runtime='in one process',
        note='People <b>walk</b> & nobody reacts.',
    ).write(folder)
    return folder


@pytest.fixture(scope='session')
def recorded_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read only; `copied_run` is for those who write."""
    return make_run(tmp_path_factory.mktemp('recorded'))


@pytest.fixture(scope='session')
def reported_run(tmp_path_factory: pytest.TempPathFactory, recorded_run: Path) -> RunReport:
    """A copy of the run with its report; read only."""
    folder = tmp_path_factory.mktemp('reported') / 'run'
    shutil.copytree(recorded_run, folder)
    return write_run_report(folder)


@pytest.fixture
def copied_run(recorded_run: Path, tmp_path: Path) -> Path:
    """A copy of the run."""
    return Path(shutil.copytree(recorded_run, tmp_path / 'run'))
