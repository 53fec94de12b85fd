"""A viewer that runs already, here one that writes what it gets into a file."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip('rerun.chunk', reason='reads .rrd files back; needs rerun-sdk 0.41 or later')

import rerun_cli
from drives import counted
from rrd import await_rows
from typer import Typer
from typer.testing import CliRunner

from policy_nodes.commands.view import view
from policy_nodes.evaluation.run_files import RunError
from policy_nodes.evaluation.view import viewer_process
from policy_nodes.evaluation.view.viewer_process import ViewerProcess, answers

APP = Typer()
APP.command()(view)


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


@pytest.fixture
def receiver(tmp_path):
    """Address of a process of Rerun that saves what it is shown, and the file."""
    port, path = free_port(), tmp_path / 'received.rrd'
    address = f'rerun+http://127.0.0.1:{port}/proxy'
    program = Path(rerun_cli.__file__).with_name('rerun')
    process = subprocess.Popen(
        [program, '--bind', '127.0.0.1', '--port', str(port), '--save', path],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ends = time.monotonic() + 30
    while not answers(address) and time.monotonic() < ends:
        time.sleep(0.05)
    yield address, path
    process.kill()
    process.wait()


@pytest.mark.filterwarnings('ignore:RRD file has no footer')  # it is still growing
def test_a_running_viewer_is_shown_the_run(receiver, run_folder, drive):
    address, path = receiver
    told = CliRunner().invoke(APP, [str(run_folder), '--connect', address])
    assert told.exit_code == 0, told.output
    # the last message of the run
    assert await_rows(path, '/log/episode', 4) == 4
    assert await_rows(path, '/world/robot', counted(drive)['odom']) == counted(drive)['odom']


@pytest.mark.skipif(sys.platform != 'linux', reason='a window opens without DISPLAY')
def test_a_window_that_cannot_open_is_refused(monkeypatch):
    port = free_port()
    monkeypatch.setattr(viewer_process, 'PORT', port)
    monkeypatch.setattr(viewer_process, 'ADDRESS', f'rerun+http://127.0.0.1:{port}/proxy')
    monkeypatch.setenv('DISPLAY', ':999')
    monkeypatch.delenv('WAYLAND_DISPLAY', raising=False)
    with pytest.raises(RunError, match=r'--save FILE\.rrd'):
        ViewerProcess()
