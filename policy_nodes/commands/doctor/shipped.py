"""What comes with the package: launch file, programs, checkpoints."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from policy_nodes.commands.doctor.finding import Finding, failed, ok
from policy_nodes.commands.doctor.python_packages import DISTRIBUTION

if TYPE_CHECKING:
    from policy_nodes.contract.checkpoint import Checkpoint

PACKAGE = 'policy_stack'
LAUNCH_FILE = 'turtlebot.launch.py'
_INSTALL = 'in the checkout: python -m pip install -e . -c constraints.txt'


def check_programs() -> Iterator[Finding]:
    """Look for the launch file, and for every node's program where launch looks for it."""
    from ament_index_python.packages import get_package_share_directory
    from launch import LaunchContext
    from launch_ros.substitutions import ExecutableInPackage

    share = Path(get_package_share_directory(PACKAGE))
    if not (share / 'launch' / LAUNCH_FILE).is_file():
        yield failed('launch file', f'{LAUNCH_FILE} is not in {share / "launch"}', _INSTALL)
        return
    found, missing = [], []
    for name in node_programs():
        try:
            ExecutableInPackage(name, PACKAGE).perform(LaunchContext())
            found.append(name)
        except Exception as error:  # that of the runtime in use
            missing.append(f'{name}: {error}')
    if missing:
        yield failed('nodes', missing[0], _INSTALL)
    else:
        yield ok('nodes', f'{share}: {", ".join(found)}')


def node_programs() -> list[str]:
    """Return the names of the programs that are nodes."""
    try:
        scripts = metadata.distribution(DISTRIBUTION).entry_points.select(group='console_scripts')
        return sorted(each.name for each in scripts if each.name != DISTRIBUTION)
    except metadata.PackageNotFoundError:
        from ament_index_python.packages import get_package_prefix

        return sorted(
            each.name for each in Path(get_package_prefix(PACKAGE), 'lib', PACKAGE).glob('*')
        )


def check_checkpoints() -> Iterator[Finding]:
    """Open every shipped checkpoint and hold weights and contract against robot and digest."""
    from policy_nodes.contract.checkpoint_folders import checkpoint_roots, find_checkpoints

    roots = checkpoint_roots()
    sound = []
    problems = 0
    for listed in (each for root in roots for each in find_checkpoints(root)):
        problem = listed.problem or _problem(listed.checkpoint)
        if problem:
            problems += 1
            yield failed(
                listed.folder.name,
                problem,
                f'restore the folder: git checkout -- checkpoints/{listed.folder.name}',
            )
        else:
            sound.append(listed.folder.name)
    if sound:
        yield ok('shipped', f'{", ".join(sound)}: SHA-256 of the weights and contracts agree')
    elif not problems:
        folders = ', '.join(map(str, roots)) or 'the package'
        yield failed('shipped', f'there is no checkpoint in {folders}', _INSTALL)


def _problem(checkpoint: Checkpoint) -> str:
    from policy_nodes.contract.errors import ContractError
    from policy_nodes.contract.robot_interface import RobotInterface
    from policy_nodes.contract.share import robot_file

    try:
        checkpoint.verify()
        robot = RobotInterface.read(robot_file(checkpoint.contract.robot))
    except (ContractError, OSError) as error:
        return str(error)
    disagreements = checkpoint.compare(robot).disagreements
    if not disagreements:
        return ''
    first = disagreements[0]
    return (
        f'{first.term}.{first.field}: the contract says {first.contract_value}, the robot '
        f'{checkpoint.contract.robot} {first.robot_value}'
    )
