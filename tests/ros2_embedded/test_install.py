"""What install() makes importable, and when it does nothing."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import ros2_embedded
from ros2_embedded.finder import served_packages
from ros2_embedded.idl import library, packages

PACKAGE = Path(ros2_embedded.__file__).resolve().parent
LICENSE = PACKAGE.parent / 'LICENSE'


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


def test_folders_that_may_not_be_looked_into_are_passed_over(tmp_path, monkeypatch):
    closed = tmp_path / 'closed'
    (closed / 'inner' / 'msg').mkdir(parents=True)
    closed.chmod(0)
    paths = (tmp_path, closed, closed / 'inner', tmp_path / 'absent')
    monkeypatch.setenv('ROS2_EMBEDDED_INTERFACES', os.pathsep.join(map(str, paths)))
    me = os.geteuid()
    try:
        if me == 0:
            os.seteuid(65534)  # root may look everywhere
        found = packages.package_folders.__wrapped__()
    finally:
        os.seteuid(me)
        closed.chmod(0o700)
    assert 'std_msgs' in found
    assert 'inner' not in found


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


@pytest.fixture(scope='module')
def wheel(tmp_path_factory):
    """The distribution of ros2_embedded alone, built from a copy without the network."""
    pytest.importorskip('setuptools', '77', reason='the wheel is built by setuptools 77 or newer')
    folder = tmp_path_factory.mktemp('distribution')
    source = shutil.copytree(
        PACKAGE,
        folder / 'ros2_embedded',
        ignore=shutil.ignore_patterns('__pycache__', 'build', '*.egg-info'),
    )
    text = 'from setuptools import build_meta; print(build_meta.build_wheel("..", {}))'
    built = subprocess.run(
        [sys.executable, '-c', text], cwd=source, capture_output=True, text=True, timeout=250
    )
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(folder / built.stdout.splitlines()[-1]) as archive:
        archive.extractall(folder / 'unpacked')
    return folder / 'unpacked'


def metadata(wheel):
    (folder,) = wheel.glob('*.dist-info')
    return folder


def test_the_wheel_holds_every_module_definition_and_example(wheel):
    wanted = {
        path.relative_to(PACKAGE)
        for pattern in ('*.py', '*.msg', '*.srv', '*.action', '*.md', 'package.xml')
        for path in PACKAGE.rglob(pattern)
        if not {'build', '__pycache__'} & set(path.parts)
    }
    packed = wheel / 'ros2_embedded'
    found = {path.relative_to(packed) for path in packed.rglob('*') if path.is_file()}
    assert wanted - found == set()
    assert {path.name for path in wheel.iterdir()} == {packed.name, metadata(wheel).name}


def test_the_wheel_says_what_it_is_and_what_it_needs(wheel):
    told = (metadata(wheel) / 'METADATA').read_text()
    assert '\nName: ros2-embedded\n' in told
    assert f'\nVersion: {ros2_embedded.__version__}\n' in told
    assert '\nLicense-Expression: Apache-2.0\n' in told
    needs = [line.removeprefix('Requires-Dist: ') for line in told.splitlines() if 'Dist:' in line]
    assert [need for need in needs if 'extra ==' not in need] == [
        'cyclonedds>=11.0.1',
        'numpy>=1.26',
        'pyyaml>=6',
    ]
    entries = (metadata(wheel) / 'entry_points.txt').read_text()
    assert 'ros2-embedded = ros2_embedded.__main__:main' in entries
    assert (metadata(wheel) / 'licenses' / 'LICENSE').read_text() == LICENSE.read_text()


# How a package is imported, by the name under which pip knows it, where the two differ.
IMPORTED_AS = {'pyyaml': 'yaml', 'opencv-python-headless': 'cv2'}


def test_every_package_of_others_that_is_imported_is_asked_for(wheel):
    told = (metadata(wheel) / 'METADATA').read_text()
    asked = {
        re.split(r'[<>=;\[ ]', line)[0] for line in re.findall(r'^Requires-Dist: (.*)', told, re.M)
    }
    known = {IMPORTED_AS.get(name, name) for name in asked}
    own = {'ros2_embedded', *served_packages(), *library.packages(), 'planner_interfaces'}
    imported = {
        name.partition('.')[0]: path
        for path in PACKAGE.rglob('*.py')
        if 'build' not in path.parts
        for name in imports(ast.parse(path.read_text(encoding='utf-8')))
    }
    foreign = imported.keys() - own - sys.stdlib_module_names
    assert {name: imported[name] for name in foreign - known} == {}


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module


TALK = """
import sys
sys.path[:] = [each for each in sys.path if 'site-packages' not in each] + sys.argv[1:]
import ros2_embedded
assert ros2_embedded.install()
import rclpy
from std_msgs.msg import String

heard = []
rclpy.init(args=[])
node = rclpy.create_node('alone')
node.create_subscription(String, 'words', heard.append, 10)
publisher = node.create_publisher(String, 'words', 10)
node.create_timer(0.05, lambda: publisher.publish(String(data='hello')))
while not heard:
    rclpy.spin_once(node, timeout_sec=1.0)
rclpy.shutdown()
print(heard[0].data, ros2_embedded.__file__)
print(sorted({'policy_nodes', 'torch', 'rosbags', 'typer', 'rich', 'scipy'} & set(sys.modules)))
try:
    from geometry_msgs.msg import Twist
except ImportError as error:
    print(error)
try:
    import shape_msgs
except ModuleNotFoundError as error:
    print(error)
try:
    import robot_msgs
except ModuleNotFoundError as error:
    print(error)
"""


def test_what_was_installed_alone_runs_with_three_packages_beside_it(wheel, tmp_path, domain_id):
    needed = tmp_path / 'needed'
    needed.mkdir()
    for name in ('cyclonedds', 'numpy', 'yaml'):
        package = Path(importlib.util.find_spec(name).origin).parent
        for part in (package, *package.parent.glob(f'{name}.libs')):
            (needed / part.name).symlink_to(part)
    finished = subprocess.run(
        [sys.executable, '-I', '-S', '-c', TALK, str(wheel), str(needed)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, 'ROS_DOMAIN_ID': str(domain_id)},
    )
    assert finished.returncode == 0, finished.stderr
    hello, foreign, *refusals = finished.stdout.splitlines()
    assert hello == f'hello {wheel / "ros2_embedded" / "__init__.py"}'
    assert foreign == '[]'
    advice = (
        'definitions of most standard messages come with the package rosbags, which is not '
        "installed: pip install 'ros2-embedded[interfaces]'"
    )
    assert refusals == [
        f'geometry_msgs.msg.Twist: {advice}',
        f"No module named 'shape_msgs': {advice}.",
        f"No module named 'robot_msgs': {advice}.",
    ]


def test_the_licence_is_that_of_the_project():
    assert (PACKAGE / 'LICENSE').read_text() == LICENSE.read_text()
