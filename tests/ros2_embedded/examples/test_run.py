"""`python -m ros2_embedded run` does as python does: exit codes, tracebacks, arguments."""

from __future__ import annotations

import signal

import pytest


@pytest.fixture
def run(embedded, tmp_path):
    """Runs a script to its end; returns exit code and output."""

    def begin(text, *arguments, **environment):
        (tmp_path / 'script.py').write_text(text)
        program = embedded('run', 'script.py', *arguments, **environment)
        return program.end(), program.text

    return begin


def test_arguments_and_name_are_those_of_a_main_program(run, tmp_path):
    text = (
        'import os, sys\n'
        "main = sys.modules['__main__'].__file__\n"
        'print(__name__, sys.argv[1:], os.path.isabs(__file__), main)\n'
        'print(sys.path[0])\n'
    )
    code, said = run(text, '-x', '--help', '--ros-args', '-r', 'a:=b')
    assert code == 0
    assert said.splitlines() == [
        f"__main__ ['-x', '--help', '--ros-args', '-r', 'a:=b'] True {tmp_path / 'script.py'}",
        str(tmp_path),
    ]


@pytest.mark.parametrize(
    ('text', 'code', 'said'),
    [
        ('import sys; sys.exit(7)', 7, ''),
        ("raise SystemExit('the reason')", 1, 'the reason'),
        ('raise SystemExit', 0, ''),
        ('raise KeyboardInterrupt', -signal.SIGINT, None),
    ],
)
def test_exit_codes_are_those_of_python(run, text, code, said):
    found, output = run(text)
    assert found == code
    if said is not None:
        assert output == said


def test_a_traceback_begins_in_the_script(run, tmp_path):
    code, said = run('def walk():\n    raise ValueError(5)\nwalk()\n')
    assert code == 1
    lines = said.splitlines()
    assert lines[:2] == [
        'Traceback (most recent call last):',
        f'  File "{tmp_path / "script.py"}", line 3, in <module>',
    ]
    assert lines[-1] == 'ValueError: 5'
    assert 'runpy' not in said


def test_a_script_that_cannot_be_read_as_python_says_where(run, tmp_path):
    code, said = run('def (\n')
    assert code == 1
    assert said.startswith(f'  File "{tmp_path / "script.py"}", line 1\n')
    assert said.endswith('SyntaxError: invalid syntax')


def test_a_module_and_a_folder_with_a_main_are_run(embedded, tmp_path):
    (tmp_path / 'tools').mkdir()
    (tmp_path / 'tools' / '__init__.py').write_text('')
    (tmp_path / 'tools' / '__main__.py').write_text('import sys, rclpy\nprint(sys.argv[1:])\n')
    module, folder = embedded('run', '-m', 'tools', '-x'), embedded('run', 'tools', '-y')
    assert (module.end(), module.text) == (0, "['-x']")
    assert (folder.end(), folder.text) == (0, "['-y']")
    absent = embedded('run', '-m', 'tool')
    assert (absent.end(), absent.text) == (1, 'ImportError: No module named tool')


@pytest.mark.parametrize('words', [(), ('run',), ('run', '-m'), ('run', '-c', 'print(1)')])
def test_a_wrong_command_line_is_told_how_it_goes(embedded, words):
    program = embedded(*words)
    assert program.end() == 2
    assert program.lines[0] == 'usage: ros2-embedded run SCRIPT.py [arguments]'


def test_what_is_not_there_is_named(embedded):
    script, command = embedded('run', 'talkr.py'), embedded('topik', 'list')
    assert (script.end(), script.text) == (2, 'talkr.py: there is no such file.')
    assert command.end() == 2
    assert "No such command 'topik'" in command.text


def test_help_and_version_are_given(embedded):
    for words in (['--help'], ['run', '--help']):
        program = embedded(*words)
        assert program.end() == 0
        assert 'example: ros2-embedded run talker.py' in program.text
    version = embedded('--version')
    assert version.end() == 0
    assert version.text.startswith('ros2_embedded 0.')


def test_children_of_a_script_have_rclpy_too(run):
    text = (
        'import multiprocessing, subprocess, sys\n'
        'def where():\n'
        '    import rclpy\n'
        "    print(rclpy.__file__.rpartition('/served/')[2], flush=True)\n"
        "if __name__ == '__main__':\n"
        "    child = multiprocessing.get_context('spawn').Process(target=where)\n"
        '    child.start(); child.join()\n'
        "    code = 'from std_msgs.msg import Bool; print(Bool())'\n"
        "    subprocess.run([sys.executable, '-c', code])\n"
    )
    assert run(text) == (0, 'rclpy/__init__.py\nstd_msgs.msg.Bool(data=False)')


def test_a_sitecustomize_of_the_user_is_run_all_the_same(run, tmp_path):
    (tmp_path / 'own').mkdir()
    (tmp_path / 'own' / 'sitecustomize.py').write_text("print('mine')\n")
    text = (
        'import os, subprocess, sys\n'
        "os.environ['PYTHONPATH'] += os.pathsep + 'own'\n"
        "subprocess.run([sys.executable, '-c', 'import rclpy'])\n"
    )
    assert run(text) == (0, 'mine')


def test_packages_of_a_workspace_are_found_from_a_script_in_it(embedded, tmp_path):
    source = tmp_path / 'src'
    for package, folder, name, text in (
        ('robot_interfaces', 'msg', 'Speed.msg', 'float64 value\n'),
        ('robot', 'robot', 'node.py', 'from robot_interfaces.msg import Speed\nprint(Speed())\n'),
    ):
        (source / package / folder).mkdir(parents=True)
        (source / package / folder / name).write_text(text)
        (source / package / 'package.xml').write_text(f'<name>{package}</name>')
    node = embedded('run', source / 'robot' / 'robot' / 'node.py')
    assert (node.end(), node.text) == (0, 'robot_interfaces.msg.Speed(value=0.0)')


def test_examples_are_listed_and_copied_and_what_is_there_is_kept(embedded, tmp_path):
    listed, copied = embedded('examples'), embedded('examples', 'mine')
    assert listed.end() == 0
    assert listed.says('^talker.py +Publishes')
    assert copied.end() == 0
    assert (tmp_path / 'mine' / 'planner_interfaces' / 'msg' / 'Waypoint.msg').is_file()
    again = embedded('examples', 'mine')
    assert (again.end(), again.text) == (1, 'mine is there already; name a new folder.')


def test_a_launch_file_of_a_workspace_and_commands_in_it_know_its_interfaces(embedded, tmp_path):
    source = tmp_path / 'src'
    for folder in ('robot_interfaces/msg', 'robot/launch'):
        (source / folder).mkdir(parents=True)
    for package in ('robot_interfaces', 'robot'):
        (source / package / 'package.xml').write_text(f'<name>{package}</name>')
    (source / 'robot_interfaces' / 'msg' / 'Speed.msg').write_text('float64 value\n')
    (source / 'robot' / 'launch' / 'robot.launch.py').write_text(
        'import sys\n'
        'from launch import LaunchDescription\n'
        'from launch.actions import ExecuteProcess\n'
        'def generate_launch_description():\n'
        "    code = 'from robot_interfaces.msg import Speed; print(Speed())'\n"
        "    command = [sys.executable, '-c', code]\n"
        "    return LaunchDescription([ExecuteProcess(cmd=command, output='screen')])\n"
    )
    launched = embedded('launch', source / 'robot' / 'launch' / 'robot.launch.py')
    shown = embedded('interface', 'show', 'robot_interfaces/msg/Speed', folder=source)
    launched.says(r'\] robot_interfaces\.msg\.Speed\(value=0\.0\)')
    assert launched.end() == 0
    assert (shown.end(), shown.text) == (0, 'float64 value')
