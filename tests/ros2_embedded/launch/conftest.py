"""Runs launch descriptions in the tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import ros2_embedded

ros2_embedded.install()


@pytest.fixture(autouse=True)
def log_folder(tmp_path_factory, monkeypatch):
    """Keep log files out of the home folder, and each test's loggers to itself."""
    import launch.logging

    folder = tmp_path_factory.mktemp('log')
    monkeypatch.setenv('ROS_LOG_DIR', str(folder))
    monkeypatch.setenv('NO_COLOR', '1')
    monkeypatch.delenv('OVERRIDE_LAUNCH_PROCESS_OUTPUT', raising=False)
    launch.logging.reset()
    yield folder
    launch.logging.reset()


@dataclass
class Launched:
    """What came of a launch.

    Attributes:
        code: exit code of the launch service.
        lines: lines on the screen, without those about log files.
        messages: what the description logged by LogInfo.
    """

    code: int
    lines: list[str]

    @property
    def messages(self) -> list[str]:
        start = '[INFO] [launch.user]: '
        return [line.removeprefix(start) for line in self.lines if line.startswith(start)]

    @property
    def error(self) -> str:
        start = '[ERROR] [launch]: Caught exception in launch (see debug for traceback): '
        text = '\n'.join(self.lines)
        return text.partition(start)[2]


@pytest.fixture
def run_launch(capsys):
    """Runs entities in this process."""
    from launch import LaunchDescription, LaunchService

    def run(*entities, **configurations) -> Launched:
        service = LaunchService(noninteractive=True)
        service.context.launch_configurations.update(configurations)
        service.include_launch_description(LaunchDescription(entities))
        code = service.run()
        lines = capsys.readouterr().out.splitlines()
        return Launched(code, lines[2:])

    return run


@pytest.fixture
def context():
    """A launch context without a service."""
    from launch import LaunchContext

    return LaunchContext()
