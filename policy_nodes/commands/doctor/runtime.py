"""Whose rclpy runs: that of a ROS 2, or ros2_embedded."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from policy_nodes.commands.doctor.finding import Finding, failed, ok, warning

ROS_FOLDER = Path('/opt/ros')


def check_runtime(ros_folder: Path = ROS_FOLDER) -> Iterator[Finding]:
    """Look for a ROS 2, and import rclpy and the messages of this package.

    Args:
        ros_folder: where Debian packages put ROS 2.
    """
    if find_spec('ros2_embedded') is None:
        yield ok('runtime', f'ROS 2 {os.environ.get("ROS_DISTRO", "of an unknown distro")}')
        yield from _check_imports('ROS 2')
        return
    import ros2_embedded
    from ros2_embedded.finder import foreign_rclpy, real_rclpy

    real, foreign = real_rclpy(), foreign_rclpy()
    distro = os.environ.get('ROS_DISTRO', '')
    if real is not None:
        middleware = os.environ.get('RMW_IMPLEMENTATION') or 'its default middleware'
        yield ok('runtime', f'ROS 2 {distro or "of an unknown distro"} with {middleware}: {real}')
    else:
        cyclone = metadata.version('cyclonedds')
        yield ok(
            'runtime',
            f'ros2_embedded {ros2_embedded.__version__} over Cyclone DDS {cyclone}',
        )
    if foreign is not None:
        yield _passed_over(foreign, distro)
    elif real is None and not distro and ros_folder.is_dir():
        there = ', '.join(sorted(each.name for each in ros_folder.iterdir() if each.is_dir()))
        if there:
            yield ok('ROS 2', f'installed but not sourced: {there} in {ros_folder}')
    yield from _check_imports(real)


def _passed_over(foreign: str, distro: str) -> Finding:
    own = '.'.join(map(str, sys.version_info[:2]))
    found = re.search(r'python(3\.\d+)', foreign)
    other = found[1] if found else 'another version'
    return warning(
        'ROS 2',
        f'{distro or "a ROS 2"} is sourced, but its rclpy is for Python {other} and this is '
        f'Python {own}, so ros2_embedded is used: {foreign}',
        f'use Python {other}, or a terminal in which ROS 2 is not sourced',
    )


def _check_imports(real: str | None) -> Iterator[Finding]:
    try:
        import rclpy  # noqa: F401  (whether it can be imported is what is looked at)
    except Exception as error:  # a broken installation may raise anything
        yield failed(
            'rclpy',
            f'cannot be imported: {error}',
            'source the setup file of ROS 2 again, or leave ROS 2 out: env -u PYTHONPATH ...',
        )
        return
    try:
        from policy_stack.msg import SafetyState  # noqa: F401  (as above)
    except Exception as error:
        remedy = (
            'start it from the checkout, or install it again: python -m pip install -e .'
            if real is None
            else 'build the workspace and source it: colcon build; source install/setup.bash'
        )
        yield failed('policy_stack.msg', f'cannot be imported: {error}', remedy)
        return
    yield ok('interfaces', 'rclpy and policy_stack.msg can be imported')
