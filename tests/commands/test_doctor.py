"""`policy-stack doctor` finds out what is wrong with a machine, and says what to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import ros2_embedded

ros2_embedded.install()

import torch  # noqa: E402  (served packages come first)
from geometry_msgs.msg import TwistStamped  # noqa: E402

from policy_nodes.commands.doctor import (  # noqa: E402
    areas,
    clocks,
    discovery,
    doctor,
    graphics,
    machine,
    python_packages,
    round_trip,
    run_output,
    runtime,
    shipped,
)
from policy_nodes.commands.doctor.finding import Status, failed, ok, warning, worst  # noqa: E402
from policy_nodes.commands.doctor.report import conclusion, report_json, report_table  # noqa: E402

CHECKOUT = Path(__file__).resolve().parents[2]
OK, WARNING, FAILED = Status


@pytest.fixture(autouse=True)
def own_settings(monkeypatch, domain_id):
    """Settings of the person who runs the tests do not matter."""
    for name in (
        'ROS_AUTOMATIC_DISCOVERY_RANGE',
        'ROS_LOCALHOST_ONLY',
        'ROS_STATIC_PEERS',
        'ROS_DISTRO',
        'MUJOCO_GL',
    ):
        monkeypatch.delenv(name, raising=False)


def named(findings):
    return {each.name: each for each in findings}


def test_the_whole_report_comes_as_json_with_an_exit_status():
    app = typer.Typer()
    app.command()(doctor)
    result = CliRunner().invoke(app, ['--json'])
    report = json.loads(result.stdout)
    assert result.exit_code == (1 if report['status'] == 'failed' else 0)
    found = {(each['area'], each['what']): each for each in report['findings']}
    assert {area for area, _ in found} >= {each.title for each in areas.AREAS} - {'packages'}
    assert found['messages', 'round trip']['status'] != 'failed'
    assert 'ms (p99 ' in found['messages', 'round trip']['found']
    assert found['ROS 2', 'interfaces']['status'] == 'ok'
    assert found['checkpoints', 'shipped']['status'] == 'ok'
    assert all(each['remedy'] for each in found.values() if each['status'] != 'ok')


def test_the_report_is_a_table_that_ends_with_a_conclusion(capsys):
    from rich.console import Console

    findings = [
        ('GPU', ok('GPU', 'none [at all]')),
        ('limits', warning('open files', '12', 'ulimit -n 1024')),
    ]
    console = Console(width=100)
    console.print(report_table(findings))
    console.print(conclusion(findings))
    shown = capsys.readouterr().out
    assert 'none [at all]' in shown
    assert '-> ulimit -n 1024' in shown
    assert '`make run` will work; 1 warning.' in shown
    findings.append(('Python', failed('torch', 'missing', 'install it')))
    assert str(conclusion(findings)) == '1 failed: put that in order before `make run`.'
    assert json.loads(report_json(findings))['status'] == 'failed'
    assert str(conclusion(findings[:1])) == 'All in order.'


def test_a_check_that_breaks_off_is_a_finding_and_the_others_go_on():
    def breaks():
        yield ok('first', 'fine')
        raise OSError('no such device')

    def works():
        yield ok('last', 'fine')

    asked = []
    found = areas.examine(
        [
            areas.Area('one', breaks),
            areas.Area('two', breaks, needed=False),
            areas.Area('three', works),
        ],
        on_area=asked.append,
    )
    assert asked == ['one', 'two', 'three']
    assert [(area, each.name, each.status) for area, each in found] == [
        ('one', 'first', OK),
        ('one', 'the check itself', FAILED),
        ('two', 'first', OK),
        ('two', 'the check itself', WARNING),
        ('three', 'last', OK),
    ]
    assert found[1][1].found == 'broke off: OSError: no such device'
    assert worst(each for _, each in found) is FAILED


def test_packages_are_held_against_the_requirements():
    fitting = python_packages.hold_against('numpy>=1.20')
    assert fitting.startswith('numpy ')
    old = python_packages.hold_against('numpy>=999.1')
    assert (old.status, old.remedy) == (FAILED, 'python -m pip install "numpy>=999.1"')
    missing = python_packages.hold_against('no-such-package-here>=1')
    assert (missing.status, missing.found) == (FAILED, 'not installed')
    optional = python_packages.hold_against('no-such-package-here>=1; extra == "view"')
    assert optional.status is WARNING
    assert optional.remedy == 'python -m pip install "no-such-package-here>=1"'
    assert python_packages.hold_against("no-such-package-here; extra == 'dev'") is None


def test_a_ros_2_for_another_python_is_named_with_the_python_that_it_needs(tmp_path, monkeypatch):
    site = tmp_path / 'opt' / 'ros' / 'jazzy' / 'lib' / 'python3.6' / 'site-packages'
    (site / 'rclpy').mkdir(parents=True)
    (site / 'rclpy' / '__init__.py').write_text('from rclpy import _rclpy_pybind11\n')
    (site / 'rclpy' / '_rclpy_pybind11.cpython-36m-x86_64-linux-gnu.so').write_text('')
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv('ROS_DISTRO', 'jazzy')
    found = named(runtime.check_runtime())
    assert found['ROS 2'].status is WARNING
    assert found['ROS 2'].found.startswith('jazzy is sourced, but its rclpy is for Python 3.6')
    assert found['ROS 2'].remedy.startswith('use Python 3.6, or ')
    assert found['interfaces'].status is OK


def test_a_ros_2_that_is_not_sourced_is_mentioned(tmp_path):
    (tmp_path / 'jazzy').mkdir()
    found = named(runtime.check_runtime(tmp_path))
    assert found['ROS 2'].found == f'installed but not sourced: jazzy in {tmp_path}'
    assert found['runtime'].found.startswith('ros2_embedded ')


@pytest.mark.parametrize(
    ('variable', 'value', 'name', 'status'),
    [
        ('ROS_DOMAIN_ID', '42', 'ROS_DOMAIN_ID', OK),
        ('ROS_DOMAIN_ID', '150', 'ROS_DOMAIN_ID', WARNING),
        ('ROS_DOMAIN_ID', '300', 'ROS_DOMAIN_ID', FAILED),
        ('ROS_DOMAIN_ID', 'mine', 'ROS_DOMAIN_ID', FAILED),
        ('ROS_AUTOMATIC_DISCOVERY_RANGE', 'LOCALHOST', 'discovery range', OK),
        ('ROS_AUTOMATIC_DISCOVERY_RANGE', 'EVERYWHERE', 'discovery range', FAILED),
        ('ROS_AUTOMATIC_DISCOVERY_RANGE', 'OFF', 'discovery range', FAILED),
        ('CYCLONEDDS_URI', '<CycloneDDS/>', 'CYCLONEDDS_URI', OK),
        ('CYCLONEDDS_URI', '<CycloneDDS>', 'CYCLONEDDS_URI', FAILED),
        ('CYCLONEDDS_URI', 'file:///no/such/file.xml', 'CYCLONEDDS_URI', FAILED),
        ('ROS_STATIC_PEERS', '10.0.0.1', 'ROS_STATIC_PEERS', OK),
    ],
)
def test_settings_of_discovery_are_judged(monkeypatch, variable, value, name, status):
    monkeypatch.setenv(variable, value)
    finding = named(discovery.check_discovery())[name]
    assert finding.status is status
    assert bool(finding.remedy) == (status is not OK)


def test_a_range_beyond_the_machine_names_the_interfaces_or_that_there_are_none(monkeypatch):
    monkeypatch.setenv('ROS_AUTOMATIC_DISCOVERY_RANGE', 'SUBNET')
    finding = named(discovery.check_discovery())['discovery range']
    assert finding.found.startswith(
        'SUBNET, by multicast on ' if finding.status is OK else 'SUBNET, but no interface'
    )


def test_a_node_that_commands_the_base_already_is_noticed(domain_id):
    import rclpy

    context = rclpy.Context()
    rclpy.init(args=[], context=context)
    try:
        node = rclpy.create_node('rival', namespace='/far', context=context)
        node.create_publisher(TwistStamped, '/cmd_vel', 1)
        found = named(round_trip.check_round_trip())
    finally:
        context.try_shutdown()
    assert found['round trip'].status is not FAILED
    assert found['other nodes'].status is WARNING
    assert found['other nodes'].found == (
        f'1 already publish /cmd_vel in domain {domain_id}; there are: /far/rival'
    )


def test_another_process_that_cannot_be_reached_is_a_failure(monkeypatch):
    monkeypatch.setattr(round_trip, 'ECHO', 'policy_nodes.commands.doctor.no_such_module')
    (finding,) = round_trip.check_round_trip()
    assert finding.status is FAILED
    assert finding.found.startswith('the other process ended: ')
    assert 'no_such_module' in finding.found
    monkeypatch.setattr(round_trip, 'ECHO', 'asyncio')  # reads its input, too, and answers nothing
    monkeypatch.setattr(round_trip, 'CONTACT_TIMEOUT', 0.5)
    (finding,) = round_trip.check_round_trip()
    assert finding.found == 'no other process was found within 0 s'


def test_round_trips_are_judged_by_losses_and_median():
    def judged(small, lost):
        trips = round_trip.RoundTrips(0.5, small, [0.002], lost, [], 0)
        return named(round_trip.judge(trips))['round trip']

    assert judged([0.001] * 9, 0).status is OK
    assert judged([0.1] * 9, 0).status is WARNING
    lossy = judged([], 9)
    assert (lossy.status, lossy.found.split(';')[0]) == (FAILED, '9 messages lost')


def test_a_timer_is_watched_and_the_clocks_are_compared():
    ticks = clocks.watch_timer(0.005, 20)
    assert len(ticks.late) == 20
    assert ticks.late.min() == 0.0
    assert {'timer of 100 Hz', 'clocks'} <= set(named(clocks.check_clocks()))


def test_changed_weights_of_a_shipped_checkpoint_are_found(tmp_path, monkeypatch):
    root = tmp_path / 'share' / 'policy_stack' / 'checkpoints'
    shutil.copytree(CHECKOUT / 'checkpoints' / 'height_arena', root / 'height_arena')
    weights = root / 'height_arena' / 'model.safetensors'
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    monkeypatch.setenv('AMENT_PREFIX_PATH', str(tmp_path))
    found = named(shipped.check_checkpoints())
    assert found['height_arena'].status is FAILED
    assert 'SHA-256' in found['height_arena'].found
    assert found['shipped'].status is OK


def test_no_checkpoint_at_all_is_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(
        'policy_nodes.contract.checkpoint_folders.checkpoint_roots', lambda: [tmp_path]
    )
    (finding,) = shipped.check_checkpoints()
    assert (finding.status, finding.found) == (FAILED, f'there is no checkpoint in {tmp_path}')


def test_every_program_that_the_launch_files_start_is_looked_for():
    launch_files = ''.join(file.read_text() for file in CHECKOUT.glob('launch/*.launch.py'))
    if not (programs := shipped.node_programs()):
        pytest.skip('policy-stack is not installed for this Python')
    assert [each for each in programs if f"'{each}'" not in launch_files] == []


def test_a_folder_that_cannot_be_written_to_is_a_failure(tmp_path):
    (finding,) = run_output.check_run_output(tmp_path / 'runs')
    assert finding.found.startswith(f'{tmp_path / "runs"} can be written to, ')
    assert list(tmp_path.iterdir()) == []
    (finding,) = run_output.check_run_output(Path('/proc/runs'))
    assert finding.status is FAILED
    assert finding.found.startswith('nothing can be written to /proc/runs: ')


def test_small_buffers_and_absent_shared_memory_are_warned_of(tmp_path):
    (tmp_path / 'rmem_max').write_text('212992\n')
    found = named(machine.check_limits(tmp_path, tmp_path / 'absent'))
    assert found['socket buffers'].status is WARNING
    assert found['socket buffers'].remedy == 'sudo sysctl -w net.core.rmem_max=10485760'
    assert found[str(tmp_path / 'absent')].status is WARNING
    (tmp_path / 'rmem_max').write_text('10485760\n')
    assert named(machine.check_limits(tmp_path))['socket buffers'].status is OK


def test_a_missing_library_to_draw_with_names_the_package_that_has_it(monkeypatch):
    (finding,) = graphics.check_rendering(lambda name: False)
    assert finding.status is WARNING
    assert 'sudo apt install libosmesa6' in finding.remedy
    (finding,) = graphics.check_rendering(lambda name: 'EGL' in name)
    assert finding.status is OK
    assert finding.found.endswith('; egl to draw with')
    monkeypatch.setenv('MUJOCO_GL', 'osmesa')
    (finding,) = graphics.check_rendering(lambda name: 'EGL' in name)
    assert finding.remedy == 'sudo apt install libosmesa6, or unset MUJOCO_GL'


@pytest.mark.skipif(torch.cuda.is_available(), reason='torch uses the GPU of this machine')
def test_a_gpu_that_torch_cannot_use_is_warned_of(tmp_path):
    (finding,) = graphics.check_gpu(tmp_path)
    assert finding.status is WARNING
    assert finding.found.startswith('an NVIDIA GPU is there, but this torch')
    (finding,) = graphics.check_gpu(tmp_path / 'absent')
    assert finding.status is OK


def test_the_doctor_runs_without_the_other_commands_and_names_a_torch_that_is_broken(tmp_path):
    (tmp_path / 'torch').mkdir()
    (tmp_path / 'torch' / '__init__.py').write_text("raise ImportError('libcudnn.so.9')\n")
    finished = subprocess.run(
        [sys.executable, '-m', 'policy_nodes.commands.doctor', '--json'],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, 'PYTHONPATH': f'{tmp_path}{os.pathsep}{CHECKOUT}'},
    )
    assert finished.returncode == 1, finished.stderr
    findings = json.loads(finished.stdout)['findings']
    (broken,) = (each for each in findings if each['what'] == 'torch')
    assert broken['found'] == 'cannot be imported: libcudnn.so.9'
    # one warning more where torch is asked for a GPU; the rest stands
    assert {each['what'] for each in findings} >= {'round trip', 'shipped', 'open files'}
