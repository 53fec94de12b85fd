"""`policy-stack launch`: real processes, and what is left of a run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from command_line import assert_refused, policy_stack

from policy_nodes.commands.launch_arguments import parse_arguments

PATIENCE = 150.0  # for a whole run on a loaded machine [s]


def launch(folder, *arguments, robot='turtlebot'):
    command = [sys.executable, '-m', 'policy_nodes.cli', 'launch', robot]
    return subprocess.Popen(
        [*command, f'run_folder:={folder}', *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {'COLUMNS': '100'},
    )


def test_a_robot_that_is_not_there_is_refused_with_the_known_ones():
    assert_refused(policy_stack('launch', 'turtlebt'), 'known: barkour, panda, turtlebot')


def test_an_argument_that_the_launch_file_does_not_know_is_refused_before_anything_starts():
    assert_refused(policy_stack('launch', 'turtlebot', 'episode:=2'), 'did you mean episodes')


def test_of_an_argument_given_twice_the_last_counts():
    declared = {'seed': ('0', 'of the run')}
    assert parse_arguments(['seed:=1', 'seed:=2'], declared) == {'seed': '2'}


def test_the_arguments_of_a_launch_file_are_listed():
    shown = policy_stack('launch', 'turtlebot', '--show-args')
    assert shown.status == 0, shown
    assert 'scenario:=rand' in shown.out


def test_a_run_leaves_a_report_a_summary_a_picture_and_recordings(domain_id, tmp_path):
    process = launch(tmp_path, 'episodes:=1', 'seed:=3')
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, out
    for name in ('report.html', 'summary.json', 'animation.gif', 'episode_000.mcap', 'launch.log'):
        assert (tmp_path / name).stat().st_size > 0, name
    totals = json.loads((tmp_path / 'summary.json').read_text())['totals']
    assert totals['episodes'] == 1
    assert 'report.html' in out


def test_ctrl_c_brings_the_graph_down_in_order_and_what_was_recorded_is_reported(
    domain_id, tmp_path
):
    process = launch(tmp_path, 'episodes:=2', 'seed:=3')
    recording = tmp_path / 'episode_000.mcap'
    deadline = time.monotonic() + PATIENCE
    while not (recording.exists() and recording.stat().st_size > 50_000):
        assert process.poll() is None, process.communicate()[0]
        if time.monotonic() > deadline:
            pytest.fail('no episode began')
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, out
    log = (tmp_path / 'launch.log').read_text()
    assert 'Traceback' not in log, log
    assert 'has died' not in log, log
    assert (tmp_path / 'report.html').exists(), out
    assert 'was aborted' in out


def test_a_robot_without_episodes_moves_until_ctrl_c_and_leaves_a_recording(domain_id, tmp_path):
    process = launch(tmp_path, 'reset_safety:=true', '--plain', robot='panda')
    said = []
    for line in process.stdout:
        said.append(line)
        if 'motion is permitted' in line:
            process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 130, said
    assert (tmp_path / 'episode_000.mcap').stat().st_size > 0
    assert not any('Traceback' in line for line in said), said
    assert str(tmp_path) in said[-1]
