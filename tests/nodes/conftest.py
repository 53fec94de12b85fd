"""Real processes over real DDS for the tests of this folder, and a table of what was measured.

Helper modules of this folder are imported by name. Importing policy_nodes first serves rclpy and
messages where ROS 2 is absent.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import policy_nodes  # noqa: F401 (see above)

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / 'policies'))

from node_process import CONFIG, NodeProcess
from safety_rig import SafetyRig
from station import Station

REACTIONS: list[tuple[str, str, float, float]] = []


@pytest.fixture(scope='module')
def processes(tmp_path_factory, module_domain_id) -> Iterator:
    """Starts nodes as processes; none of them outlives the module."""
    started: list[NodeProcess] = []
    folder = tmp_path_factory.mktemp('logs')

    def start(name: str, *arguments: str, **options) -> NodeProcess:
        log = folder / f'{len(started)}_{Path(name).stem}.log'
        started.append(NodeProcess(name, arguments, log, **options))
        return started[-1]

    yield start
    for process in started:
        process.end()


@pytest.fixture(scope='module')
def station(module_domain_id) -> Iterator[Station]:
    """Nodes of the test process."""
    found = Station()
    yield found
    found.close()


@pytest.fixture(scope='module')
def controller(processes) -> NodeProcess:
    """A safety controller with the parameters of a TurtleBot, unconfigured."""
    file = CONFIG / 'turtlebot' / 'safety_controller.yaml'
    return processes('safety_controller', '--params-file', str(file))


@pytest.fixture(scope='module')
def workshop(controller) -> Iterator[SafetyRig]:
    """Sensors, a policy and an operator round the controller."""
    rig = SafetyRig()
    yield rig
    rig.close()


@pytest.fixture
def rig(workshop, controller) -> Iterator[SafetyRig]:
    """The controller freshly configured, active and permitted to move; nothing moves yet."""
    workshop.begin()
    workshop.bring_up()
    workshop.permit()
    yield workshop
    workshop.rest()
    workshop.bring_down()
    workshop.check_ladder()


@pytest.fixture
def reaction():
    """Keeps a measured reaction for the table, and holds it against its bound."""

    def keep(row: str, fault: str, seconds: float, bound: float) -> None:
        REACTIONS.append((row, fault, seconds, bound))
        assert seconds <= bound, f'{row} {fault}: {seconds:.3f} s, bound {bound:.3f} s'

    return keep


def pytest_terminal_summary(terminalreporter) -> None:
    """Print what was measured."""
    if not REACTIONS:
        return
    terminalreporter.section('from the fault to rest on /cmd_vel')
    for row, fault, seconds, bound in sorted(REACTIONS):
        terminalreporter.write_line(f'{row:4} {seconds:6.3f} s  (bound {bound:.2f} s)  {fault}')
