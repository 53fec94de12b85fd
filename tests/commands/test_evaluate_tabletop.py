"""`policy-stack eval panda` as a command."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from policy_nodes.commands.evaluate import evaluate
from policy_nodes.commands.refusals import REFUSALS
from policy_nodes.evaluation.tabletop_blocks import TabletopBlock, TabletopEntry, TabletopSetup
from policy_nodes.evaluation.tabletop_driver import TabletopDriver

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, '-u', '-m', 'policy_nodes.cli', 'eval', 'panda')
REQUIRED = {
    'policy',
    'task',
    'episodes',
    'success',
    'ci95',
    'steps',
    'infer_ms_p50',
    'infer_ms_p99',
}

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(evaluate)


def _run(*words: str):
    return CliRunner().invoke(app, ['panda', *words])


def _tiny(folder: Path, *, memory: bool) -> Path:
    path = ROOT / 'tests' / 'evaluation' / 'tiny_manipulation.py'
    spec = importlib.util.spec_from_file_location('tiny_manipulation', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.write_tiny(folder, memory=memory)


def test_policies_are_compared_and_the_files_hold_what_the_tables_show(tmp_path):
    mine = _tiny(tmp_path / 'mine', memory=True)
    figures, page = tmp_path / 'figures.json', tmp_path / 'page.html'
    words = ['--policy', 'sam2act_plus,expert', '--checkpoint', str(mine), '--workers', '1']
    words += ['--tasks', 'lift_block,reach_target', '--episodes', '2', '--seeds', '7']
    result = _run(*words, '--json', str(figures), '--html', str(page))
    assert result.exit_code == 0, result.output
    values = json.loads(figures.read_text())
    rows = values['rows']
    assert [(row['task'], row['policy']) for row in rows] == [
        ('lift_block', 'sam2act_plus'),
        ('lift_block', 'expert'),
        ('reach_target', 'sam2act_plus'),
        ('reach_target', 'expert'),
    ]
    for row in rows:
        assert set(row) >= REQUIRED
        assert (row['episodes'], row['complete'], row['through']) == (2, True, 'policy')
        assert 0 <= row['ci95'][0] <= row['success'] <= row['ci95'][1] <= 1
        assert f'{100 * row["success"]:.1f} ({100 * row["ci95"][0]:.1f}' in result.output
        timed = row['policy'] != 'expert'
        assert (row['infer_ms_p50'] is not None) is timed
        assert row['checkpoint'] == ('mine' if timed else None)
    assert (values['robot'], values['seeds'], values['episodes']) == ('panda', [7], 2)
    assert (values['complete'], values['missing'], values['conditions']) == (True, [], {})
    [served] = values['checkpoints']
    assert (served['policy'], served['name']) == ('sam2act_plus', 'mine')
    assert served['sha256'] in (mine / 'contract.yaml').read_text()
    # a row is what the same episodes give in this process
    driver = TabletopDriver(TabletopSetup(seeds=(7,), episodes=2))
    entry = TabletopEntry('expert', 'lift_block')
    own = [driver.drive(TabletopBlock(entry, 7, index), lambda *_: None) for index in range(2)]
    assert rows[1]['steps'] == sum(each.steps for each in own) / 2
    assert rows[1]['success'] == sum(each.outcome == 'succeeded' for each in own) / 2
    shown = page.read_text()
    assert 'sam2act_plus with checkpoint mine' in shown
    assert shown.count('<svg') > 1


@pytest.mark.parametrize(
    ('words', 'sentence'),
    [
        (
            '--policy sam2',
            "no policy 'sam2'; did you mean 'sam2act'? known are sam2act, sam2act_plus",
        ),
        ('--tasks lift', "no task 'lift'"),
        ('--tasks lift_block,', "no task ''"),
        ('--seeds 1,x', "'x' is no seed"),
        ('--seeds 1000000', 'seed 1000000 is one that policies are trained with'),
        ('--through node', "no way through 'node'"),
        ('--device tpu', "no device 'tpu'; known are cpu, cuda"),
        ('--checkpoint x --policy expert', 'is for one policy that has weights'),
        ('--checkpoint x --policy sam2act,sam2act_plus', 'is for one policy that has weights'),
        ('--checkpoint ./gone', 'there is no such folder'),
        ('--checkpoint height_arena', 'not of sam2act; choose another one'),
        ('--scenario rand', '--scenario is for turtlebot, not for panda'),
        ('--seed 1', '--seed is for turtlebot and barkour, not for panda; give --seeds'),
        ('--people {tmp}', '--people is for turtlebot'),
        ('--no-safety', '--no-safety is for turtlebot'),
        ('--json {tmp}', 'is a folder; give the name of a file'),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_runs(words, sentence, tmp_path):
    result = _run(*(word.format(tmp=tmp_path) for word in words.split(' ')))
    assert isinstance(result.exception, REFUSALS), result.output
    assert sentence in str(result.exception)
    assert result.output == ''
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ('words', 'sentence'),
    [
        ('--tasks all', '--tasks is for panda, not for turtlebot'),
        ('--seeds 1', '--seeds is for panda, not for turtlebot; give --seed'),
        ('--robustness', '--robustness is for panda, not for turtlebot'),
    ],
)
def test_options_of_the_arm_are_refused_for_the_base(words, sentence):
    result = CliRunner().invoke(app, ['turtlebot', *words.split()])
    assert isinstance(result.exception, REFUSALS)
    assert sentence in str(result.exception)


def test_an_interrupt_keeps_what_is_complete(tmp_path):
    file = tmp_path / 'figures.json'
    words = ['--policy', 'expert', '--tasks', 'all', '--episodes', '2', '--seeds', '1']
    process = subprocess.Popen(
        [*PROGRAM, *words, '--robustness', '--json', str(file), '--workers', '1'],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        cwd=ROOT,
    )
    try:
        for line in process.stdout:
            if line.startswith('expert at reach_target'):
                break
        os.killpg(process.pid, signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(30) == 130, rest
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)
    assert 'Traceback' not in rest
    assert 'Ended early: interrupted' in rest
    values = json.loads(file.read_text())
    assert values['complete'] is False
    first = values['rows'][0]
    assert (first['task'], first['episodes'], first['complete']) == ('reach_target', 2, True)
    assert {'policy': 'expert', 'task': 'turn_tap', 'condition': 'all together'} in values[
        'missing'
    ]
