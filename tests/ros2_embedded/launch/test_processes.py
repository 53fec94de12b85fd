"""Processes are started, read, respawned and reported as by ROS 2's launch."""

from __future__ import annotations

import re
import sys

import pytest
from launch.actions import (
    EmitEvent,
    ExecuteProcess,
    LogInfo,
    OpaqueFunction,
    RegisterEventHandler,
    Shutdown,
    TimerAction,
)
from launch.event_handlers import OnProcessExit, OnProcessIO, OnProcessStart
from launch.events import matches_action
from launch.events.process import (
    ProcessStdin,
    ShutdownProcess,
    SignalProcess,
    matches_executable,
    matches_name,
    matches_pid,
)
from launch.substitutions import LaunchConfiguration


def python(code: str, **kwargs) -> ExecuteProcess:
    kwargs.setdefault('output', 'screen')
    kwargs.setdefault('name', 'python')
    return ExecuteProcess(cmd=[sys.executable, '-IS', '-c', code], **kwargs)


def plain(lines: list[str]) -> list[str]:
    """Return lines without numbers that differ from run to run."""
    return [
        re.sub(r'python-\d+', 'python', re.sub(r'pid \d+|pid \[\d+\]', 'pid', line))
        for line in lines
    ]


def test_output_is_prefixed_and_stands_between_start_and_end(run_launch):
    launched = run_launch(python('print("a\\n\\nb", end="")'))
    assert plain(launched.lines) == [
        '[INFO] [python]: process started with pid',
        '[python] a',
        '[python] ',
        '[python] b',
        '[INFO] [python]: process has finished cleanly [pid]',
    ]


def test_a_line_that_comes_in_parts_and_bytes_that_are_no_text_stay_whole(run_launch):
    code = (
        'import os, time\n'
        'for part in (b"\\xc3", b"\\xa4 b", b"c\\n\\xff\\n"):\n'
        '    os.write(1, part)\n'
        '    time.sleep(0.05)\n'
    )
    assert plain(run_launch(python(code)).lines)[1:3] == ['[python] ä bc', '[python] \ufffd']


def test_a_line_without_end_does_not_fill_the_memory(run_launch):
    launched = run_launch(python('import sys; sys.stdout.write("x" * 200_000)'))
    lines = [line for line in launched.lines if '] x' in line]
    assert sum(line.count('x') for line in lines) == 200_000
    assert max(map(len, lines)) < 70_000


def test_an_exit_code_and_the_command_are_told(run_launch):
    launched = run_launch(python('raise SystemExit(3)'))
    assert re.fullmatch(
        r'\[ERROR\] \[python-\d+\]: process has died \[pid \d+, exit code 3, '
        rf"cmd '{re.escape(sys.executable)} -IS -c raise SystemExit\(3\)'\]\.",
        launched.lines[-1],
    )
    assert launched.code == 0


@pytest.mark.parametrize(
    ('output', 'screen', 'log', 'own'),
    [
        ('screen', ['out', 'err'], [], {}),
        ('log', ['err'], ['out', 'err'], {}),
        ('both', ['out', 'err'], ['out', 'err'], {}),
        ('own_log', [], [], {'': 'out err', '-stdout': 'out', '-stderr': 'err'}),
        ({'stdout': 'screen', 'stderr': {'log'}}, ['out'], ['err'], {}),
    ],
)
def test_output_goes_where_it_is_told_to(run_launch, log_folder, output, screen, log, own):
    code = (
        'import sys, time; print("out", flush=True)\n'
        'time.sleep(0.1); print("err", file=sys.stderr)'
    )
    launched = run_launch(python(code, output=output))
    shown = [line.partition('] ')[2] for line in launched.lines if line.startswith('[python')]
    assert shown == screen
    folder = (log_folder / 'latest').resolve()
    file = (folder / 'launch.log').read_text().splitlines()
    assert [
        re.sub(r'^\d+\.\d+ \[python-\d+\] ', '', line) for line in file if '] [' not in line
    ] == log
    files = {
        re.sub(r'python-\d+|\.log', '', path.name): path for path in folder.glob('python*.log')
    }
    assert {
        name: ' '.join(line.partition('] ')[2] for line in path.read_text().splitlines())
        for name, path in files.items()
    } == own


def test_the_environment_may_override_where_output_goes(run_launch, monkeypatch):
    monkeypatch.setenv('OVERRIDE_LAUNCH_PROCESS_OUTPUT', 'screen')
    assert '[python] seen' in plain(run_launch(python('print("seen")', output='log')).lines)


@pytest.mark.parametrize(
    ('output', 'message'),
    [
        ('everywhere', 'everywhere is not a valid standard output config'),
        ({'stdin': 'log'}, 'stdin is not a valid output source'),
        ({'stdout': 'paper'}, 'paper is not a valid output destination'),
    ],
)
def test_an_unknown_output_is_refused(run_launch, output, message):
    launched = run_launch(python('pass', output=output))
    assert launched.code == 1
    assert message in launched.error


def test_working_directory_and_environment_are_those_asked_for(run_launch, tmp_path):
    code = (
        'import os; get = os.environ.get\n'
        'print(os.getcwd(), get("A"), get("B"), "PATH" in os.environ)'
    )
    launched = run_launch(
        python(code, cwd=str(tmp_path), additional_env={'A': LaunchConfiguration('a')}),
        a='1',
    )
    assert plain(launched.lines)[1] == f'[python] {tmp_path} 1 None True'
    launched = run_launch(python(code, env={'B': '2'}, additional_env={'A': '1'}))
    assert plain(launched.lines)[1].endswith(' 1 2 False')


def test_a_prefix_is_put_before_the_command_and_may_be_filtered_by_name(run_launch):
    process = ExecuteProcess(cmd=['echo', 'x'], prefix='echo -e "a b"', output='screen')
    assert run_launch(process).lines[1].endswith('] a b echo x')
    for pattern, expected in (('ec', 'by echo x'), ('true', 'x')):
        process = ExecuteProcess(cmd=['echo', 'x'], output='screen')
        configurations = {'launch-prefix': 'echo by', 'launch-prefix-filter': pattern}
        assert run_launch(process, **configurations).lines[1].endswith(f'] {expected}')


def test_start_output_and_end_are_events(run_launch):
    process = python('print(1)')
    launched = run_launch(
        RegisterEventHandler(
            OnProcessStart(
                target_action=process,
                on_start=lambda event, context: [LogInfo(msg=f'start {event.pid > 1}')],
            )
        ),
        RegisterEventHandler(
            OnProcessIO(
                target_action=process,
                on_stdout=lambda event: [LogInfo(msg=f'output {event.text!r}')],
            )
        ),
        RegisterEventHandler(
            OnProcessExit(
                target_action=lambda action: action is process,
                on_exit=lambda event, context: LogInfo(
                    msg=f'exit {event.returncode} {event.cwd} {event.action is process}'
                ),
            )
        ),
        process,
    )
    assert launched.messages == ['start True', "output b'1\\n'", 'exit 0 None True']
    assert process.return_code == 0


def test_handlers_of_one_process_do_not_see_another(run_launch):
    first, second = python('pass'), python('raise SystemExit(1)')
    launched = run_launch(
        RegisterEventHandler(OnProcessExit(target_action=first, on_exit=[LogInfo(msg='first')])),
        first,
        second,
    )
    assert launched.messages == ['first']


def test_a_handler_of_something_that_is_no_process_is_refused():
    with pytest.raises(TypeError, match="must be an 'ExecuteLocal' instance or a callable"):
        OnProcessExit(target_action=LogInfo(msg=''), on_exit=[])
    with pytest.raises(TypeError, match="expected all items in 'on_event'"):
        OnProcessExit(on_exit=['text'])


def test_text_for_a_process_reaches_its_standard_input(run_launch):
    process = python('print("got", input())')

    def send(event, context):
        details = process.process_details
        return [EmitEvent(event=ProcessStdin(text=b'hello\n', **details))]

    handler = RegisterEventHandler(OnProcessStart(target_action=process, on_start=send))
    assert '[python] got hello' in plain(run_launch(handler, process).lines)


@pytest.mark.parametrize(
    'make_matcher',
    [
        matches_action,
        lambda process: matches_pid(process.process_details['pid']),
        lambda process: matches_name(process.process_details['name']),
        lambda process: matches_executable(process.process_details['cmd'][0]),
    ],
)
def test_a_process_is_signalled_and_shut_down_by_event(run_launch, make_matcher):
    code = (
        'import os, signal, time\n'
        'signal.signal(signal.SIGUSR1, lambda *_: os.write(1, b"user\\n"))\n'
        'print("up", flush=True)\n'
        'while True: time.sleep(9)\n'
    )
    process = python(code)

    def on_stdout(event):
        matcher = make_matcher(process)
        if b'up' in event.text:
            return [
                EmitEvent(event=SignalProcess(signal_number='SIGUSR1', process_matcher=matcher))
            ]
        return [EmitEvent(event=ShutdownProcess(process_matcher=matcher))]

    launched = run_launch(
        RegisterEventHandler(OnProcessIO(target_action=process, on_stdout=on_stdout)), process
    )
    lines = plain(launched.lines)
    assert "[INFO] [python]: sending signal 'SIGUSR1' to process[python]" in lines
    assert "[INFO] [python]: sending signal 'SIGINT' to process[python]" in lines
    assert launched.code == 0
    assert process.return_code != 0


def test_the_output_is_kept_when_asked_for(run_launch):
    kept = python('import sys; print("a\\nb"); print("c", file=sys.stderr)', cached_output=True)
    not_kept = python('pass')
    run_launch(kept, not_kept)
    assert kept.get_stdout() == 'a\nb\n'
    assert kept.get_stderr() == 'c\n'
    with pytest.raises(RuntimeError, match='cached output must be true to be able to get stdout'):
        not_kept.get_stdout()


def test_a_process_may_find_a_terminal(run_launch):
    code = 'import os, sys; print(os.isatty(1), os.isatty(2)); print("err", file=sys.stderr)'
    lines = plain(run_launch(python(code, emulate_tty=True)).lines)
    assert sorted(lines[1:3]) == ['[python] True True', '[python] err']
    lines = plain(run_launch(python(code)).lines)
    assert '[python] False False' in lines
    lines = plain(run_launch(python(code), emulate_tty='true').lines)
    assert '[python] True True' in lines


def test_the_format_of_lines_and_the_log_of_the_command_are_those_asked_for(run_launch):
    process = python(
        'print(1)', output_format='{line} of {this.process_description.final_name}', log_cmd=True
    )
    lines = plain(run_launch(process).lines)
    assert lines[0].startswith("[INFO] [python]: process details: cmd='")
    assert '1 of python' in lines


def test_on_exit_actions_are_visited_at_each_end_of_a_respawned_process(run_launch):
    process = python('pass', respawn=True, respawn_max_retries=2, on_exit=[LogInfo(msg='end')])
    assert run_launch(process).messages == ['end'] * 3


def test_a_respawn_that_is_waited_for_does_not_hold_up_the_shutdown(run_launch):
    process = python('pass', respawn=True, respawn_delay=60.0)
    handler = OnProcessExit(
        target_action=process, on_exit=[TimerAction(period=0.05, actions=[Shutdown()])]
    )
    launched = run_launch(RegisterEventHandler(handler), process)
    assert launched.code == 0
    assert sum('process started' in line for line in launched.lines) == 1


def test_an_action_is_executed_once_only(run_launch):
    process = python('pass')
    launched = run_launch(process, process)
    assert launched.code == 1
    assert 'executed more than once' in launched.error


def test_a_process_is_not_started_while_shutting_down(run_launch):
    process = python('pass')
    launched = run_launch(
        Shutdown(), TimerAction(period=0.01, actions=[process], cancel_on_shutdown=False)
    )
    assert launched.code == 0
    assert launched.lines == []


def test_nothing_is_run_by_a_shell():
    with pytest.raises(ValueError, match=r'give cmd as a list, or name the shell in it'):
        ExecuteProcess(cmd=['ls'], shell=True)


def test_a_program_that_cannot_be_started_ends_its_action_and_not_the_launch(run_launch, tmp_path):
    (tmp_path / 'no_program').write_text('text')
    for command, reason in (
        ('/no/such/program', 'FileNotFoundError'),
        (str(tmp_path / 'no_program'), 'PermissionError'),
        ('a\0b', 'ValueError'),
    ):
        launched = run_launch(ExecuteProcess(cmd=[command], name='x'), LogInfo(msg='on'))
        assert launched.code == 0
        assert any(reason in line for line in launched.lines), launched.lines
        assert launched.messages == ['on']


def test_a_child_of_a_child_that_holds_the_pipes_does_not_hold_up_the_end(run_launch):
    code = (
        'import subprocess, sys\n'
        'child = [sys.executable, "-IS", "-c", "input()"]\n'
        'child = subprocess.Popen(child, stdin=subprocess.PIPE)\n'
        'print(child.pid, flush=True)\n'
        'import os; os._exit(0)\n'
    )
    launched = run_launch(python(code), OpaqueFunction(function=lambda context: None))
    assert 'process has finished cleanly' in launched.lines[-1]
