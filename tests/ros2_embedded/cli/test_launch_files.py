"""Launch files are found in packages, and what is wrong is told with what there is."""

from __future__ import annotations

import sys

import pytest
from typer.testing import CliRunner

from ros2_embedded.cli import app
from ros2_embedded.cli.launch import find_launch_file, parse_arguments, run

LAUNCH_FILE = """\
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, LogInfo
from launch.conditions import IfCondition
from launch.actions import GroupAction
from launch.substitutions import LaunchConfiguration
def generate_launch_description():
    return LaunchDescription([
        DeclareLaunchArgument('a', default_value='1', description='A number'),
        GroupAction([DeclareLaunchArgument('b')], condition=IfCondition('false')),
        LogInfo(msg=['a is ', LaunchConfiguration('a')]),
    ])
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Package `walker` with two launch files."""
    share = tmp_path / 'share' / 'walker'
    for path in ('launch/walk.launch.py', 'launch/run.launch.py', 'tests/walk.launch.py'):
        (share / path).parent.mkdir(parents=True, exist_ok=True)
        (share / path).write_text(LAUNCH_FILE)
    (share / 'package.xml').write_text('<package><name>walker</name></package>')
    monkeypatch.setenv('AMENT_PREFIX_PATH', str(tmp_path))
    monkeypatch.setenv('ROS_LOG_DIR', str(tmp_path / 'log'))
    return share


def test_a_launch_file_of_a_package_is_run(package, capsys):
    assert run('walker', 'walk.launch.py', ['a:=2', 'a:=3']) == 0
    assert '[INFO] [launch.user]: a is 3' in capsys.readouterr().out
    assert run(str(package / 'launch' / 'walk.launch.py'), 'a:=4') == 0
    assert '[INFO] [launch.user]: a is 4' in capsys.readouterr().out


def test_the_arguments_of_a_launch_file_are_shown_and_nothing_is_run(package, capsys):
    assert run('walker', 'walk.launch.py', show_args=True) == 0
    assert capsys.readouterr().out == (
        "Arguments (pass arguments as '<name>:=<value>'):\n"
        '\n'
        "    'a':\n"
        '        A number\n'
        "        (default: '1')\n"
        '\n'
        "    'b':*\n"
        '        no description given\n'
        '\n'
        '* argument(s) which are only used if specific conditions occur\n'
    )
    assert not (package.parents[1] / 'log').exists()


def test_a_description_is_printed_and_nothing_is_run(package, capsys):
    assert run('walker', 'walk.launch.py', print_description=True) == 0
    out = capsys.readouterr().out
    assert "└── LogInfo('a is ' + LaunchConfig('a'))" in out
    assert 'launch.user' not in out


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (('walker', 'fly.launch.py'), 'launch files there: run.launch.py, walk.launch.py'),
        (('walker',), "name a launch file of package 'walker': run.launch.py, walk.launch.py"),
        (('flyer', 'fly.launch.py'), "Package 'flyer' not found: "),
        (('/no/such.launch.py',), "there is no launch file '/no/such.launch.py'"),
        (('/tmp',), "No launch file supplied: '/tmp' is a folder"),
        (('walker', 'walk.launch.py', ['a']), "malformed launch argument 'a', expected format"),
    ],
)
def test_what_is_wrong_is_told_with_code_1(package, capsys, arguments, message):
    assert run(*arguments) == 1
    assert message in capsys.readouterr().err


def test_a_prefix_filter_without_a_prefix_is_refused(package, capsys):
    assert run('walker', 'walk.launch.py', launch_prefix_filter='x') == 1
    assert '--launch-prefix-filter needs --launch-prefix' in capsys.readouterr().err


def test_a_file_that_is_there_twice_is_refused_unless_one_is_in_the_folder_launch(package):
    assert find_launch_file('walker', 'walk.launch.py') == str(package / 'launch/walk.launch.py')
    (package / 'more').mkdir()
    for folder in ('more', 'tests'):
        (package / folder / 'fly.launch.py').write_text('')
    with pytest.raises(Exception, match='was found more than once'):
        find_launch_file('walker', 'fly.launch.py')


def test_arguments_are_read_by_name_and_the_last_counts():
    assert parse_arguments(['a:=1', 'b:=x:=y', 'a:=2']) == {'a': '2', 'b': 'x:=y'}
    for malformed in ('a', 'a:=', ':=1', 'a=1'):
        with pytest.raises(Exception, match='malformed launch argument'):
            parse_arguments([malformed])


def test_the_command_takes_options_before_and_after_the_file(package):
    path = str(package / 'launch' / 'walk.launch.py')
    for arguments in ([path, '--show-args'], ['-s', path], ['walker', 'walk.launch.py', '-s']):
        result = CliRunner().invoke(app, ['launch', *arguments])
        assert result.exit_code == 0
        assert "(default: '1')" in result.stdout
    result = CliRunner().invoke(app, ['launch', path, '-s', '-p'])
    assert result.exit_code == 2


def test_a_launch_file_that_cannot_be_loaded_is_told_as_by_ros_2(tmp_path, capsys):
    (tmp_path / 'bad.launch.py').write_text('1 / 0')
    assert run(str(tmp_path / 'bad.launch.py'), show_args=True) == 1
    assert 'ZeroDivisionError: division by zero' in capsys.readouterr().err
    assert 'python_launch_file' not in sys.modules
