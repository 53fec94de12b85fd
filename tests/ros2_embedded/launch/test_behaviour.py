"""Every recorded run of a real `ros2 launch` comes out the same here.

A recorded entry holds the actions of a launch file; the file, the programs that it starts and
the parameter files are written to a folder, and the file is run by the command of this package.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

# Where ours differs on purpose: what ours does instead is tested below.
DIFFERENT = {
    'unknown package': 'ours goes on to list the packages that there are',
    'unknown executable of a package': 'ours goes on to list the executables that there are',
    'SIGTERM to launch': 'the real one dies of it and leaves its processes running',
}

HEADER = """\
import os
from launch import LaunchDescription
from launch.actions import *
from launch.conditions import *
from launch.event_handlers import *
from launch.launch_description_sources import *
from launch.substitutions import *
from launch_ros.actions import *
from launch_ros.descriptions import ParameterValue

D = os.path.dirname(os.path.abspath(__file__))


def dump(**kwargs):
    return Node(executable=D + '/dump.py', **kwargs)


def ex(code, seconds, **kwargs):
    command = [D + '/exiter.py', str(code), str(seconds)]
    return ExecuteProcess(cmd=command, output='screen', **kwargs)


def stub(mode=None, **kwargs):
    command = [D + '/stubborn.py'] + ([mode] if mode else [])
    return ExecuteProcess(cmd=command, output='screen', **kwargs)


p = ex(2, 0.3)


def generate_launch_description():
    return """

EXITER = """\
import sys, time
print('run %.2f' % time.time(), flush=True)
time.sleep(float(sys.argv[2]))
print('err text', file=sys.stderr)
sys.exit(int(sys.argv[1]))
"""

STUBBORN = """\
import os, signal, sys, time


def shrug(number, frame):
    # print must not run inside itself, where the second signal comes during the first
    os.write(1, ('got %s %.2f\\n' % (signal.Signals(number).name, time.time())).encode())


signal.signal(signal.SIGINT, shrug)
if 'term' in sys.argv:
    signal.signal(signal.SIGTERM, shrug)
print('up %.2f' % time.time(), flush=True)
while True:
    time.sleep(60)
"""

DUMP = """\
import json, os, sys
import ros2_embedded

ros2_embedded.install()
import rclpy
from rclpy.node import Node
from std_msgs.msg import String

rclpy.init()
node = Node('dumper', automatically_declare_parameters_from_overrides=True)
seen = {
    'fqn': node.get_fully_qualified_name(),
    'topic': node.create_publisher(String, 'chat', 1).topic_name,
    'params': {name: each.value for name, each in node._parameters.items()},
    'argv': sys.argv[1:],
}
with open(os.environ['DUMP_FOLDER'] + '/' + str(os.getpid()), 'w') as file:
    json.dump(seen, file, default=list)
node.destroy_node()
rclpy.shutdown()
"""

CONTENTS = {  # entries whose text is the whole launch file
    'no generate_launch_description',
    'syntax error',
}


@dataclass
class Run:
    """What came of one run."""

    exit_code: int | None
    output: list[str]
    nodes: dict[str, dict] = field(default_factory=dict)
    children_alive: list[int] = field(default_factory=list)


def recording() -> dict:
    """Return the recorded runs and the files that they use, none where the data is absent."""
    checkout = Path(__file__).resolve().parents[3]
    root = Path(os.environ.get('POLICY_STACK_SHARED', checkout.parent / 'shared')) / 'data'
    path = root / 'ros2_capture' / 'launch_behaviour.json'
    return json.loads(path.read_text()) if path.exists() else {'entries': [], 'files': {}}


ENTRIES = recording()['entries']


def command_of(entry: dict) -> tuple[str, str, list[str]]:
    """Return text, file name and arguments of an entry."""
    text, _, command = entry['snippet'].rpartition('   # ros2 launch ')
    name, *arguments = command.split()
    return text, name, arguments


def write_files(folder: Path, data: dict) -> None:
    """Write the launch files of all entries, the programs and the parameter files."""
    for entry in data['entries']:
        text, name, _ = command_of(entry)
        if entry['question'] in CONTENTS:
            content = text.removeprefix('LaunchDescription([').removesuffix('])')
        else:
            content = f'{HEADER}{text}\n'
        (folder / name).write_text(content)
    for name, content in data['files'].items():
        (folder / name).write_text(content)
    # An isolated interpreter starts quickly; the node needs what is installed.
    programs = {
        'exiter.py': (EXITER, ' -IS'),
        'stubborn.py': (STUBBORN, ' -IS'),
        'dump.py': (DUMP, ''),
    }
    for name, (content, flags) in programs.items():
        (folder / name).write_text(f'#!{sys.executable}{flags}\n{content}')
        (folder / name).chmod(0o755)


def run_entry(entry: dict, folder: Path, scratch: Path, domain: int) -> Run:
    """Run the launch file of an entry, with the signals that the recording had."""
    _, name, arguments = command_of(entry)
    dumps = scratch / 'dumps'
    dumps.mkdir(parents=True)
    checkout = str(Path(__file__).resolve().parents[3])
    process = subprocess.Popen(
        [sys.executable, '-m', 'ros2_embedded.cli', 'launch', str(folder / name), *arguments],
        cwd=folder,
        env={
            **os.environ,
            'ROS_LOG_DIR': str(scratch / 'log'),
            'ROS_DOMAIN_ID': str(domain),
            'DUMP_FOLDER': str(dumps),
            'PYTHONPATH': checkout,
            'TMPDIR': str(scratch),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(iter(process.stdout.readline, '')))
    reader.start()
    for step, (_, number, whom) in enumerate(entry['result'].get('signals_sent', ())):
        _wait_until_ready(entry, lines, step)
        if whom == 'group':
            os.killpg(process.pid, signal.Signals[number])
        else:
            process.send_signal(signal.Signals[number])
    try:
        code = process.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        code = None
    pids = [int(pid) for line in lines for pid in re.findall(r'started with pid \[(\d+)\]', line)]
    alive = [pid for pid in pids if Path(f'/proc/{pid}').exists()]
    reader.join(10)
    names = dict(
        match.group(2, 1)
        for line in lines
        if (match := re.match(r'\[INFO\] \[(.*)\]: process started with pid \[(\d+)\]', line))
    )
    nodes = {names[path.name]: json.loads(path.read_text()) for path in dumps.iterdir()}
    return Run(code, [line.rstrip('\n') for line in lines], nodes, alive)


def _wait_until_ready(entry: dict, lines: list[str], step: int) -> None:
    """Wait until the processes run, or for a later signal until the one before has come."""
    starts = sum('process started' in line for line in entry['result']['output'])
    wanted = (r'\] (run|up) ', starts) if step == 0 else ('got SIGINT', 1)
    deadline = time.monotonic() + 30
    while sum(bool(re.search(wanted[0], line)) for line in list(lines)) < wanted[1]:
        assert time.monotonic() < deadline, f'never ready: {lines}'
        time.sleep(0.02)


def comparable(lines: list[str], folder: Path | None = None) -> dict[str, list[str]]:
    """Return lines by their source, without what differs from run to run.

    Lines of different sources may come in any order; those of one source may not.
    """
    sources: dict[str, list[str]] = {}
    for line in lines:
        if 'All log files can be found' in line or 'logging verbosity' in line or not line:
            continue
        if folder is not None:
            line = line.replace(f'{folder}/', 'D/')
        line = re.sub(r'pid \[?\d+\]?', 'pid <n>', line)
        line = re.sub(r'0x[0-9a-f]+', '0x', line)
        line = re.sub(r'\d{9,}\.\d+', '<time>', line)
        line = line.replace('finished cleanly [pid <n>]', 'finished cleanly [pid <n>')
        source = re.match(r'(\[\w+\] )?\[[^]]*\]', line)
        # The frames of a traceback tell of the program's text, and debug lines of the
        # middleware's workings, not of launch.
        if re.match(r'\[[^]]*\]   |  ', line) or '[DEBUG]' in line:
            continue
        seen = sources.setdefault(source[0] if source else '', [])
        # Signals that come at the same moment reach a process as one.
        if 'got SIG' not in line or line not in seen[-1:]:
            seen.append(line)
    return sources


def named(entry: dict) -> str:
    return entry['question']


@pytest.fixture(scope='module')
def runs(request, tmp_path_factory, keep_domain):
    """Runs of all entries that are tested, begun at once: most of their time is waiting."""
    folder = tmp_path_factory.mktemp('launch_files')
    write_files(folder, recording())
    wanted = {
        item.callspec.params['entry']['question']: item.callspec.params['entry']
        for item in request.session.items
        if 'entry' in getattr(getattr(item, 'callspec', None), 'params', {})
    }
    slow_first = sorted(wanted.values(), key=lambda entry: -entry['result']['seconds'])
    domain = keep_domain()
    with ThreadPoolExecutor(6) as pool:
        futures: dict[str, Future[Run]] = {
            entry['question']: pool.submit(
                run_entry, entry, folder, tmp_path_factory.mktemp('run'), domain
            )
            for entry in slow_first
        }
        yield lambda entry: (futures[entry['question']].result(), folder)


def test_every_recorded_run_is_tested(shared_data):
    shared_data('ros2_capture', 'launch_behaviour.json')
    assert len({named(entry) for entry in ENTRIES}) == 59
    assert {named(entry) for entry in ENTRIES} >= set(DIFFERENT)


def without_sigint(lines: list[str]) -> list[str]:
    return [line for line in lines if "sending signal 'SIGINT'" not in line]


@pytest.mark.parametrize(
    'entry', [each for each in ENTRIES if each['question'] not in DIFFERENT], ids=named
)
def test_a_run_has_the_recorded_exit_code_and_output(entry, runs):
    run, folder = runs(entry)
    assert run.exit_code == entry['result']['exit_code'], run.output
    got = comparable(run.output, folder)
    for source, expected in comparable(entry['result']['output']).items():
        if named(entry) == 'respawn with delay':
            # How many rounds come within its three seconds is a matter of the machine's load.
            expected = expected[:3]
        if any(to == 'group' for _, _, to in entry['result'].get('signals_sent', [])):
            # Whom Ctrl-C ended before launch came to pass it on needs no second signal.
            expected = without_sigint(expected)
            got[source] = without_sigint(got.get(source, []))
        # The recording keeps the first lines of long outputs only.
        assert got.get(source, [])[: len(expected)] == expected, run.output


@pytest.mark.parametrize(
    'entry', [each for each in ENTRIES if 'nodes' in each['result']], ids=named
)
def test_the_nodes_of_a_run_see_the_recorded_command_line_names_and_parameters(entry, runs):
    run, folder = runs(entry)
    for expected in entry['result']['nodes']:
        seen = run.nodes[expected['process']]
        # Every node declares it; the recording leaves it out.
        del seen['params']['start_type_description_service']
        seen['argv'] = [
            re.sub('.*/launch_params_.*', 'TMP/launch_params_XXXX', each).replace(
                f'{folder}/', 'D/'
            )
            for each in seen['argv']
        ]
        assert seen == {name: expected[name] for name in ('fqn', 'topic', 'params', 'argv')}


@pytest.mark.parametrize(
    'entry', [each for each in ENTRIES if each['question'] in DIFFERENT], ids=named
)
def test_a_run_that_differs_on_purpose_does_what_ours_should(entry, runs):
    run, _ = runs(entry)
    text = '\n'.join(run.output)
    if entry['question'] == 'unknown package':
        assert run.exit_code == 1
        assert "package 'no_such_pkg' not found, searching: [" in text
        assert 'packages there: ' in text
    elif entry['question'] == 'unknown executable of a package':
        assert run.exit_code == 1
        assert "package 'demo_nodes_py' not found" in text
    else:
        assert run.exit_code == 0
        assert '[WARNING] [launch]: user interrupted with SIGTERM' in text
        assert "sending signal 'SIGINT' to process[stubborn.py-1]" in text
        assert run.children_alive == []
