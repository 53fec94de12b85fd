"""What install() makes importable, and when it does nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import ros2_embedded


def python(text, tmp_path, **environment):
    """Runs a program in a fresh process; returns what it prints."""
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    finished = subprocess.run(
        [sys.executable, '-c', text],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, 'PYTHONPATH': path, **environment},
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_installing_twice_changes_nothing():
    before = list(sys.meta_path)
    assert ros2_embedded.install()
    assert sys.meta_path == before


def test_a_real_rclpy_wins(tmp_path):
    (tmp_path / 'rclpy.py').write_text("real = 'yes'\n")
    said = python(
        'import ros2_embedded\n'
        'done = ros2_embedded.install()\n'
        'import rclpy\n'
        'print(bool(done), rclpy.real, done.reason)\n',
        tmp_path,
    )
    assert said.startswith('False yes The real rclpy is used, from ')


def test_a_real_rclpy_for_another_python_is_passed_over_with_its_messages(tmp_path):
    # What PYTHONPATH points to where a ROS 2 is sourced and another Python is started.
    (tmp_path / 'rclpy').mkdir()
    (tmp_path / 'rclpy' / '__init__.py').write_text('from rclpy import _rclpy_pybind11\n')
    (tmp_path / 'rclpy' / '_rclpy_pybind11.cpython-36m-x86_64-linux-gnu.so').write_text('')
    (tmp_path / 'std_msgs').mkdir()
    (tmp_path / 'std_msgs' / '__init__.py').write_text('')
    (tmp_path / 'std_msgs' / 'std_msgs_s__rosidl_typesupport_c.cpython-36m.so').write_text('')
    said = python(
        'import ros2_embedded\n'
        'print(ros2_embedded.install().reason)\n'
        'import rclpy\n'
        'from std_msgs.msg import String\n'
        "print(String(data='here'))\n"
        'print(ros2_embedded.install().active)\n',
        tmp_path,
    )
    reason, message, again = said.splitlines()
    assert reason.endswith('rclpy/__init__.py was built for another Python.')
    assert message == "std_msgs.msg.String(data='here')"
    assert again == 'True'


def test_nothing_is_imported_before_it_is_asked_for(tmp_path):
    said = python(
        'import sys, ros2_embedded\n'
        'ros2_embedded.install()\n'
        "print([each for each in ('rclpy', 'numpy', 'cyclonedds') if each in sys.modules])\n",
        tmp_path,
    )
    assert said == '[]\n'


def test_definitions_of_a_folder_become_a_package(tmp_path):
    (tmp_path / 'my_msgs' / 'msg').mkdir(parents=True)
    (tmp_path / 'my_msgs' / 'msg' / 'Point.msg').write_text('float64 x 1.5\nstring<=4 name\n')
    said = python(
        'import ros2_embedded\n'
        'ros2_embedded.install()\n'
        'from my_msgs.msg import Point\n'
        'print(Point())\n',
        tmp_path,
        ROS2_EMBEDDED_INTERFACES=str(tmp_path / 'my_msgs'),
    )
    assert said == "my_msgs.msg.Point(x=1.5, name='')\n"


def test_an_attribute_that_is_not_served_says_so():
    import rclpy.node

    assert not hasattr(rclpy.node, 'make_coffee')
    with pytest.raises(
        AttributeError, match=r"'rclpy\.node' has no attribute 'make_coffee'.*serve"
    ):
        rclpy.node.make_coffee  # noqa: B018  (reading it is what is tested)
    with pytest.raises(ModuleNotFoundError, match='ros2_embedded does not serve it'):
        import rclpy.coffee


def test_modules_of_a_package_are_there_without_an_import_of_their_own(tmp_path):
    said = python(
        'import ros2_embedded\n'
        'ros2_embedded.install()\n'
        'import rclpy\n'
        "print(rclpy.executors.__name__, hasattr(rclpy, 'coffee'), hasattr(rclpy.time, 'tea'))\n",
        tmp_path,
    )
    assert said == 'rclpy.executors False False\n'
