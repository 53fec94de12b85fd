"""However a launch ends, its processes end with it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

LAUNCH_FILE = """\
import sys
from launch import LaunchDescription
from launch.actions import *
from launch.conditions import IfCondition
from launch.event_handlers import OnShutdown
from launch.substitutions import LaunchConfiguration

POLITE = 'import time; print("up", flush=True); time.sleep(99)'
STUBBORN = (
    'import signal, time; '
    '[signal.signal(n, signal.SIG_IGN) for n in (signal.SIGINT, signal.SIGTERM)]; '
    'print("up", flush=True); time.sleep(99)'
)


def python(code, **kwargs):
    command = [sys.executable, '-IS', '-c', code]
    return ExecuteProcess(cmd=command, name='python', output='screen', **kwargs)


def generate_launch_description():
    return LaunchDescription([
        python(POLITE, respawn=True, respawn_delay=0.1),
        DeclareLaunchArgument('stubborn'),
        python(
            STUBBORN,
            sigterm_timeout='0.3',
            sigkill_timeout='0.2',
            condition=IfCondition(LaunchConfiguration('stubborn')),
        ),
        RegisterEventHandler(OnShutdown(on_shutdown=[LogInfo(msg='shutting down')])),
    ])
"""


class Launch:
    """A launch process with a child, and a stubborn one that ignores SIGINT and SIGTERM."""

    def __init__(self, folder: Path, *, stubborn: bool) -> None:
        path = folder / 'test.launch.py'
        path.write_text(LAUNCH_FILE)
        checkout = str(Path(__file__).resolve().parents[3])
        self.process = subprocess.Popen(
            [
                sys.executable,
                '-m',
                'ros2_embedded.cli',
                'launch',
                str(path),
                f'stubborn:={stubborn}',
            ],
            env={**os.environ, 'PYTHONPATH': checkout},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(
            target=lambda: self.lines.extend(iter(self.process.stdout.readline, '')), daemon=True
        )
        self._reader.start()
        count = 2 if stubborn else 1
        wait_until(lambda: sum('] up' in line for line in self.lines) == count, self.lines)
        self.children = self.pids()
        assert all(map(is_alive, self.children))

    def pids(self) -> list[int]:
        return [int(pid) for line in self.lines for pid in re.findall(r'with pid \[(\d+)\]', line)]

    def text(self) -> str:
        self._reader.join(5)
        return ''.join(self.lines)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0]
    except FileNotFoundError:
        return False
    return state != 'Z'


def wait_until(condition, *details, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, details
        time.sleep(0.02)


@pytest.fixture
def launch(tmp_path):
    launches = []

    def start(*, stubborn=False):
        launches.append(Launch(tmp_path, stubborn=stubborn))
        return launches[-1]

    yield start
    for launched in launches:
        launched.process.kill()
        launched.process.wait()
        for pid in launched.pids():
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_launch_brings_everything_down_in_order_with_code_0(launch, number):
    launched = launch(stubborn=True)
    launched.process.send_signal(number)
    assert launched.process.wait(30) == 0
    assert not any(map(is_alive, launched.pids()))
    text = launched.text()
    assert 'shutting down' in text
    assert text.count("sending signal 'SIGINT'") == 2
    assert text.count("sending signal 'SIGKILL'") == 1


def test_a_second_signal_is_ignored_with_a_word(launch):
    launched = launch(stubborn=True)
    launched.process.send_signal(signal.SIGINT)
    wait_until(lambda: any('(SIGINT)' in line for line in launched.lines))
    launched.process.send_signal(signal.SIGINT)
    assert launched.process.wait(30) == 0
    assert 'user interrupted with ctrl-c (SIGINT) again, ignoring...' in launched.text()


def test_processes_end_when_launch_is_killed(launch):
    launched = launch(stubborn=True)
    launched.process.kill()
    launched.process.wait()
    wait_until(lambda: not any(map(is_alive, launched.pids())), launched.pids())


def test_processes_end_when_the_group_of_launch_is_killed(launch):
    launched = launch()
    os.killpg(launched.process.pid, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, launched.pids())), launched.pids())


def test_quitting_ends_launch_at_once_with_code_1_and_the_processes_after_it(launch):
    launched = launch()
    launched.process.send_signal(signal.SIGQUIT)
    assert launched.process.wait(30) == 1
    wait_until(lambda: not any(map(is_alive, launched.pids())), launched.pids())
    assert 'run task was canceled' in launched.text()


def test_a_process_that_died_is_respawned_and_ends_with_launch_all_the_same(launch):
    launched = launch()
    os.kill(launched.children[0], signal.SIGKILL)
    wait_until(lambda: len(launched.pids()) == 2, launched.lines)
    launched.process.kill()
    wait_until(lambda: not any(map(is_alive, launched.pids())), launched.pids())


def test_signals_belong_to_others_again_after_a_launch(run_launch):
    from launch.actions import LogInfo

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
    before = [signal.getsignal(number) for number in numbers]
    run_launch(LogInfo(msg='x'))
    assert [signal.getsignal(number) for number in numbers] == before


def test_a_launch_cannot_run_outside_of_the_main_thread_or_twice_at_once():
    import asyncio

    from launch import LaunchService

    errors = []

    def run():
        try:
            LaunchService().run()
        except RuntimeError as error:
            errors.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert errors == ['LaunchService can only be run in the main thread.']

    async def twice():
        service = LaunchService()
        task = asyncio.ensure_future(service.run_async(shutdown_when_idle=False))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match='multiple times concurrently'):
            await service.run_async()
        service.shutdown(force_sync=True)
        return await task

    assert asyncio.run(twice()) == 0


def test_a_service_runs_again_and_takes_descriptions_and_events_from_other_threads(capsys):
    from launch import LaunchDescription, LaunchService
    from launch.actions import LogInfo, OpaqueFunction

    service = LaunchService()

    def include_from_thread(context):
        def include():
            service.include_launch_description(LaunchDescription([LogInfo(msg='included')]))
            service.shutdown()

        threading.Thread(target=include).start()

    service.include_launch_description(
        LaunchDescription([OpaqueFunction(function=include_from_thread)])
    )
    assert service.run(shutdown_when_idle=False) == 0
    assert 'included' in capsys.readouterr().out
    service.include_launch_description(LaunchDescription([LogInfo(msg='again')]))
    assert service.run() == 0
    assert 'again' in capsys.readouterr().out
