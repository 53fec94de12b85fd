"""`policy-stack eval` as a command."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from policy_nodes.commands.evaluate import evaluate
from policy_nodes.commands.refusals import REFUSALS
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.evaluation.block_driver import BlockDriver
from policy_nodes.evaluation.episode_blocks import Block, Entry, Setup
from policy_nodes.evaluation.navigation_summary import rows_of
from policy_nodes.simulation.crowd.scenario import SCENARIOS

ENDS = ('success', 'collision_human', 'collision_obstacle', 'timeout')
REQUIRED = {
    *ENDS,
    'policy',
    'scenario',
    'episodes',
    'time_s',
    'path_m',
    'ci95',
}
PROGRAM = (sys.executable, '-u', '-m', 'policy_nodes.cli', 'eval')

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(evaluate)


def _run(*words: str):
    return CliRunner().invoke(app, list(words))


def test_policies_are_compared_and_the_files_hold_what_the_table_shows(tmp_path):
    figures, page = tmp_path / 'figures.json', tmp_path / 'page.html'
    words = ['--policy', 'height,straight', '--scenario', 'rand,hallway', '--seed', '5']
    files = ['--json', str(figures), '--html', str(page)]
    result = _run('turtlebot', *words, '--episodes', '4', '--workers', '1', *files)
    assert result.exit_code == 0, result.output
    values = json.loads(figures.read_text())
    rows = values['rows']
    assert [(row['scenario'], row['policy']) for row in rows] == [
        ('rand', 'height'),
        ('rand', 'straight'),
        ('hallway', 'height'),
        ('hallway', 'straight'),
    ]
    for row in rows:
        assert set(row) >= REQUIRED
        assert row['episodes'] == 4
        ends = (
            row[end] for end in ('success', 'collision_human', 'collision_obstacle', 'timeout')
        )
        assert sum(ends) == pytest.approx(1.0)
        assert 0 <= row['ci95'][0] <= row['success'] <= row['ci95'][1] <= 1
        assert f'{100 * row["success"]:.1f}' in result.output
    assert values['complete'] is True
    assert values['missing'] == []
    assert (values['seed'], values['through'], values['safety']) == (5, 'policy', False)
    served = {scenario: each for each in values['checkpoints'] for scenario in each['scenarios']}
    assert served['rand']['name'] == 'height_arena'
    assert served['hallway']['name'] == 'height_indoor'
    for each in values['checkpoints']:
        text = (resolve_checkpoint(each['name']) / 'contract.yaml').read_text()
        assert re.fullmatch('[0-9a-f]{64}', each['sha256'])
        assert each['sha256'] in text
    # a row is what the same episodes give in this process
    entry = Entry('straight', 'hallway')
    own = BlockDriver(Setup(seed=5, episodes=4)).drive(Block(entry, 0, 4), lambda *_: None)
    [expected] = rows_of({('straight', 'hallway'): own.table}, seed=5)
    assert {name: rows[3][name] for name in expected} == expected
    shown = page.read_text()
    assert 'height with checkpoint height_arena and height_indoor' in shown
    assert shown.count('<svg') == 2


def test_the_whole_robot_drives_with_its_safety_controller_or_without(tmp_path):
    block = Block(Entry('height', 'rand', resolve_checkpoint('height_arena')), 0, 1)
    rows = []
    for number, more in enumerate(([], ['--no-safety'])):
        file = tmp_path / f'{number}.json'
        words = ['--policy', 'height', '--episodes', '1', '--through', 'robot', *more]
        result = _run('turtlebot', *words, '--seed', '1', '--json', str(file))
        assert result.exit_code == 0, result.output
        values = json.loads(file.read_text())
        assert values['through'] == 'robot'
        assert values['safety'] is not bool(more)
        setup = Setup(seed=1, episodes=1, through='robot', safety=not more)
        own = BlockDriver(setup).drive(block, lambda *_: None)
        [expected] = rows_of({('height', 'rand'): own.table}, seed=1)
        expected['checkpoint'] = 'height_arena'
        assert {name: values['rows'][0][name] for name in expected} == expected
        rows.append(expected)
    assert rows[0] != rows[1]


def test_recorded_people_are_crossed_and_the_reader_is_told_that_they_do_not_react(
    shared_data, tmp_path
):
    folder = shared_data('real', 'pedestrians', 'ucy', 'zara01')
    file = tmp_path / 'recorded.json'
    words = ['--policy', 'straight', '--scenario', 'recorded', '--people', str(folder)]
    result = _run('turtlebot', *words, '--episodes', '4', '--json', str(file))
    assert result.exit_code == 0, result.output
    assert 'do not react' in result.output
    values = json.loads(file.read_text())
    assert values['people'] == 'zara01'
    assert values['rows'][0]['episodes'] == 4


def test_a_checkpoint_of_ones_own_is_evaluated(tmp_path):
    folder = tmp_path / 'mine'
    shutil.copytree(resolve_checkpoint('height_indoor'), folder)
    file = tmp_path / 'own.json'
    words = ['--checkpoint', str(folder), '--episodes', '2', '--scenario', 'lounge']
    result = _run('turtlebot', *words, '--json', str(file))
    assert result.exit_code == 0, result.output
    [served] = json.loads(file.read_text())['checkpoints']
    assert (served['name'], served['scenarios']) == ('mine', ['lounge'])


@pytest.mark.parametrize(
    ('words', 'sentence'),
    [
        ('rover', "no robot 'rover'; known are turtlebot, panda, barkour"),
        ('turtlebot --policy hight', "no policy 'hight'; did you mean 'height'? known are height"),
        ('turtlebot --policy height,', "no policy ''"),
        ('turtlebot --scenario market', "no scenario 'market'; known are rand, less_human"),
        ('turtlebot --through node', "no way through 'node'"),
        ('turtlebot --checkpoint gone', "no checkpoint 'gone'; known are height_arena"),
        ('turtlebot --checkpoint ./gone', 'there is no such folder'),
        ('turtlebot --policy orca --checkpoint height_arena', 'none of orca has weights'),
        ('turtlebot --device tpu', "no device 'tpu'; known are cpu, cuda"),
        ('turtlebot --device cuda --through robot', 'drives on the CPU'),
        ('turtlebot --no-safety', 'only --through robot has a safety controller'),
        ('turtlebot --scenario recorded', 'needs --people FOLDER'),
        ('turtlebot --people {tmp}', '--people is for --scenario recorded'),
        ('turtlebot --scenario recorded --people {tmp}', 'no obsmat.txt'),
        ('turtlebot --json {tmp}', 'is a folder; give the name of a file'),
        ('turtlebot --html {tmp}/gone/x.html', 'cannot be written: No such file or directory'),
        ('turtlebot --json /proc/x.json', 'cannot be written'),
        ('turtlebot --json {tmp}/x --html {tmp}/x', 'name the same file'),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_runs(words, sentence, tmp_path):
    given = [word.format(tmp=tmp_path) for word in words.split(' ')]
    result = _run(*given)
    assert isinstance(result.exception, REFUSALS), result.output
    assert sentence in str(result.exception)
    assert result.output == ''
    assert list(tmp_path.iterdir()) == []


def test_changed_weights_are_refused(tmp_path):
    folder = tmp_path / 'changed'
    shutil.copytree(resolve_checkpoint('height_arena'), folder)
    weights = folder / 'model.safetensors'
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    result = _run('turtlebot', '--checkpoint', str(folder))
    assert isinstance(result.exception, REFUSALS)
    assert 'sha256' in str(result.exception).lower().replace('-', '')


@pytest.mark.parametrize(
    ('words', 'option'), [('--episodes 0', 'episodes'), ('--seed -1', 'seed')]
)
def test_numbers_out_of_range_are_refused(words, option):
    result = _run('turtlebot', *words.split())
    assert result.exit_code == 2
    assert option in result.output


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(('number', 'workers'), [(signal.SIGINT, '2'), (signal.SIGTERM, '1')])
def test_an_interrupt_ends_the_workers_and_keeps_what_is_complete(number, workers, tmp_path):
    file = tmp_path / 'figures.json'
    words = ['--policy', 'straight', '--scenario', 'all', '--episodes', '3']
    command = [*PROGRAM, 'turtlebot', *words]
    process = subprocess.Popen(
        [*command, '--through', 'robot', '--no-safety', '--json', str(file), '--workers', workers],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        # the line about the first entry shows that it is complete
        for line in process.stdout:
            if line.startswith('straight in rand'):
                break
        # a terminal sends its interrupt to all of them, kill to the first alone
        send = os.killpg if number == signal.SIGINT else os.kill
        send(process.pid, number)
        rest = process.stdout.read()
        assert process.wait(30) == 130, rest
        until = time.monotonic() + 10
        while _alive(process.pid) and time.monotonic() < until:
            time.sleep(0.05)  # helpers of multiprocessing end by themselves
        assert not _alive(process.pid)
    finally:
        if _alive(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
    assert 'Traceback' not in rest
    assert 'Ended early: interrupted' in rest
    values = json.loads(file.read_text())
    assert values['complete'] is False
    first = values['rows'][0]
    assert (first['scenario'], first['episodes'], first['complete']) == ('rand', 3, True)
    # what never began is named, what did not end says so
    names = [each['scenario'] for each in values['rows'] + values['missing']]
    assert sorted(names) == sorted(SCENARIOS)
    assert 'lounge' in [each['scenario'] for each in values['missing']]
    for row in values['rows']:
        assert row['complete'] is (row['episodes'] == 3)
        assert 0 < row['episodes'] <= 3
