"""`policy-stack eval barkour` as a command, by policies that only hold the stand or sway."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

sys.path.append(str(Path(__file__).parents[1] / 'policies'))

pytest.importorskip('mujoco', reason='the simulator of the course is not installed')

from tiny_legs import write_tiny

from policy_nodes.commands.evaluate import evaluate
from policy_nodes.commands.refusals import REFUSALS
from policy_nodes.evaluation.course_blocks import (
    CourseBlock,
    CourseEntry,
    CourseSetup,
)
from policy_nodes.evaluation.course_driver import CourseDriver
from policy_nodes.evaluation.leg_tracking import TrackingDriver, command_of
from policy_nodes.policies.locomotion_choice import chosen_checkpoints

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(evaluate)
PAGE = Path(__file__).parents[2] / 'docs' / 'reference' / 'run_files.md'


def _run(*words: object):
    return CliRunner().invoke(app, ['barkour', *map(str, words)])


@pytest.fixture(scope='module')
def checkpoints(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp('legs')
    for policy in ('specialists', 'transformer', 'mlp'):
        write_tiny(folder, policy, spread=0.05)
    return folder


def entry_of(policy: str, folder: Path, **more: str) -> CourseEntry:
    chosen = chosen_checkpoints(policy, [str(folder)])
    return CourseEntry(policy, checkpoints=tuple(chosen.items()), **more)


def test_policies_are_compared_and_the_files_hold_what_the_table_shows(checkpoints, tmp_path):
    figures, page = tmp_path / 'figures.json', tmp_path / 'page.html'
    result = _run(
        *('--policy', 'specialists,mlp', '--checkpoints', checkpoints, '--runs', 1, '--seed', 3),
        *('--time-limit', 1.0, '--workers', 1, '--json', figures, '--html', page),
    )
    assert result.exit_code == 0, result.output
    values = json.loads(figures.read_text())
    assert [(row['policy'], row['runs'], row['complete']) for row in values['rows']] == [
        ('specialists', 1, True),
        ('mlp', 1, True),
    ]
    assert (values['robot'], values['seed'], values['through']) == ('barkour', 3, 'policy')
    assert values['published']['specialists']['score_mean'] == 0.77
    assert values['conditions']['targets']['push'] == 0.3
    assert {each['name'] for each in values['checkpoints']} == {
        *('barkour_walk', 'barkour_slope', 'barkour_jump', 'barkour_mlp')
    }
    for word in {*values, *values['rows'][0]}:
        assert f'`{word}`' in PAGE.read_text(encoding='utf-8'), word
    assert 'hardware, specialists' in result.output
    assert 'Ways of mlp on official' in page.read_text()
    # a row is what the same run gives in this process
    driver = CourseDriver(CourseSetup(3, 1, time_limit=1.0))
    own = driver.drive(CourseBlock(entry_of('mlp', checkpoints), 0), lambda *_: None)
    assert values['rows'][1]['scores'] == [round(own.score.score, 4)]


def test_through_the_robot_a_policy_within_its_limits_moves_as_without_safety(checkpoints):
    block = CourseBlock(entry_of('specialists', checkpoints), 2, drawn=True)
    free, guarded = (
        CourseDriver(CourseSetup(3, 1, through=through, time_limit=1.0)).drive(
            block, lambda *_: None
        )
        for through in ('policy', 'robot')
    )
    assert (free.track == guarded.track).all()
    assert not guarded.reasons


def test_runs_differ_by_their_index_and_not_by_who_drives_them(checkpoints):
    entry = entry_of('mlp', checkpoints, course='rearranged')
    setup = CourseSetup(1, 2, time_limit=1.0)
    one, other = CourseDriver(setup), CourseDriver(setup)
    blocks = [CourseBlock(entry, index, drawn=True) for index in range(2)]
    forth = [one.drive(block, lambda *_: None) for block in blocks]
    back = [other.drive(block, lambda *_: None) for block in reversed(blocks)][::-1]
    for first, second in zip(forth, back, strict=True):
        assert (first.track == second.track).all()
        assert first.score == second.score
    assert forth[0].score.course == 'rearranged/0'
    assert forth[1].score.course == 'rearranged/1'


def test_tracking_measures_the_error_against_each_command(checkpoints, tmp_path):
    figures = tmp_path / 'figures.json'
    words = ['--tracking', '--checkpoints', checkpoints, '--runs', 2, '--workers', 1]
    result = _run(*words, '--json', figures)
    assert result.exit_code == 0, result.output
    [row] = json.loads(figures.read_text())['rows']
    assert [len(each['asked']) for each in row['commands']] == [3, 3]
    # it stands, so the error is all that was asked for
    forward = abs(row['commands'][0]['asked'][0])
    assert row['linear_worst'] >= row['linear_error'] >= 0.4 * forward
    assert 'commands on flat ground' in result.output
    entry = entry_of('specialists', checkpoints)
    driver = TrackingDriver(CourseSetup(1, 2))
    again = driver.drive(CourseBlock(entry, 1), lambda *_: None)
    assert again.reached.round(4).tolist() == row['commands'][1]['reached']


def test_one_command_in_four_has_all_axes_and_all_lie_in_the_trained_range():
    low, high = (-1.0, -0.5, -2.0), (1.6, 0.5, 2.0)
    drawn = [command_of(low, high, 1, index) for index in range(40)]
    assert all((low <= each).all() and (each <= high).all() for each in drawn)
    assert [int((each != 0.0).sum()) for each in drawn[:4]] == [1, 1, 1, 3]


@pytest.mark.parametrize(
    ('words', 'sentence'),
    [
        ('--policy joystick', "no policy 'joystick'"),
        ('--policy specialists', 'policy-stack train barkour_walk'),
        ('--policy specialists', 'no trained weights of legs are shipped yet'),
        ('--course moon', "no course 'moon'; there are official and rearranged/SEED, and rearr"),
        ('--solver fast', "no solver 'fast'; known are usual, newton"),
        ('--conditions moon', "no conditions 'moon'"),
        ('--through node', "no way through 'node'"),
        ('--tracking --course official', 'leave --course'),
        ('--episodes 3', '--episodes is for turtlebot and panda, not for barkour; give --runs'),
        ('--checkpoint x', 'not for barkour; give --checkpoints'),
        ('--tasks all', '--tasks is for panda, not for barkour'),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_runs(words, sentence):
    result = _run(*words.split(' '))
    assert isinstance(result.exception, REFUSALS), result.output
    assert sentence in str(result.exception)
    assert result.output == ''


def test_options_of_legs_are_refused_for_other_robots():
    result = CliRunner().invoke(app, ['turtlebot', '--runs', '3'])
    assert isinstance(result.exception, REFUSALS)
    assert '--runs is for barkour, not for turtlebot; give --episodes' in str(result.exception)
