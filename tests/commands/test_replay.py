"""`policy-stack replay` as users meet it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from command_line import assert_refused, policy_stack
from typer.testing import CliRunner

from policy_nodes.cli import app
from policy_nodes.commands.refusals import Refusal

sys.path.insert(0, str(Path(__file__).parents[1] / 'evaluation' / 'replay'))

from danger_bags import PERSON, as_ros1, map_file, safety_file


@pytest.fixture(scope='module')
def danger(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[object]]:
    """A ROS 1 bag, and the options that it needs."""
    folder = tmp_path_factory.mktemp('danger')
    bag = as_ros1(PERSON, folder)
    return bag, ['--safety', safety_file(folder), '--topics', map_file(folder)]


def test_a_replay_tells_its_figures_and_writes_them_and_a_page(danger, tmp_path):
    bag, options = danger
    figures, page = tmp_path / 'figures.json', tmp_path / 'page.html'
    ran = policy_stack(
        'replay', bag, *options, '--window', '3.05:8.05', '--json', figures, '--html', page
    )
    assert ran.status == 0, ran
    for words in ('Time to stop', '0.45 s', 'mark: at most 0.60 s, met', '3.05', 'zone_stop'):
        assert words in ran.out
    values = json.loads(figures.read_text())
    assert values['time_to_stop_s'] == pytest.approx(0.45)
    assert page.read_text(encoding='utf-8').startswith('<!DOCTYPE html>')


def test_windows_are_found_where_none_is_given(danger):
    bag, options = danger
    ran = policy_stack('replay', bag, *options, '--window', 'auto', '--danger-distance', '0.5')
    assert ran.status == 0, ran
    # seen with the scan of 3.1 s, gone with that of 8.1 s
    assert 'windows of danger, as found' in ran.out
    assert '3.10' in ran.out
    assert '8.10' in ran.out


@pytest.mark.parametrize(
    ('arguments', 'said'),
    [
        (['--window', '3:90'], 'the window 3:90 lies outside of the bag'),
        (['--window', 'auto', '--window', '1:2'], '--window auto finds all windows'),
        (['--window', '1:2', '--json', '/nowhere/figures.json'], 'cannot be written'),
        (['--window', '1:2', '--topics', '/nowhere/map.yaml'], 'there is no such file'),
    ],
)
def test_what_cannot_be_replayed_is_refused_in_a_sentence(arguments, said, danger):
    bag, options = danger
    assert_refused(policy_stack('replay', bag, *options, *arguments), said)


def test_a_bag_that_is_not_there_is_refused_with_what_can_be_read(danger):
    bag, options = danger
    ran = policy_stack('replay', bag.with_name('absent.bag'), *options, '--window', '1:2')
    assert_refused(ran, 'there is no', 'give an MCAP file')


def test_policies_are_scored_side_by_side_and_thresholds_give_the_status(danger, tmp_path):
    bag, options = danger
    folder, gate = tmp_path / 'out', tmp_path / 'gate.yaml'
    topics = tmp_path / 'topics.yaml'
    topics.write_text(
        'scans: {only: {topic: /scan}}\nodometry: {topic: /odom}\n'
        'proposal: {topic: /navigation_policy/cmd_vel}\n'
        'goal: {assumed: end}\npeople: {assumed: nobody}\n'
    )
    gate.write_text('straight: {error.linear.x: {most: 0.5}, latency_p99_ms: {most: -1}}\n')
    ran = policy_stack(
        'replay', bag, '--policy', 'straight', '--policy', 'recorded', '--topics', topics,
        *options[:2], '--cut', '3', '--thresholds', gate, '--out', folder,
    )  # fmt: skip
    assert ran.status == 1, ran
    assert 'missed: straight: latency_p99_ms is' in ran.error
    assert 'error.linear.x' not in ran.error
    for words in ('error of linear.x', 'safety controller', 'recorded', 'report:'):
        assert words in ran.out
    values = json.loads((folder / 'summary.json').read_text())
    assert [each['kept'] for each in values['thresholds']] == [True, False]
    assert values['policies'][0]['episodes'] >= 4
    assert (folder / 'report.html').read_text(encoding='utf-8').startswith('<!DOCTYPE html>')
    assert '| straight |' in (folder / 'report.md').read_text(encoding='utf-8')


@pytest.mark.parametrize(
    ('arguments', 'said'),
    [
        (['--policy', 'straight', '--safety-only'], '--safety-only asks no policy'),
        (['--policy', 'straight', '--json', 'figures.json'], '--out names a folder'),
        (['--thresholds', 'gate.yaml'], 'name them with --policy'),
        (['--policy', 'straight', '--window', 'auto', '--window', '1:2'], 'finds all windows'),
        (['--policy', 'straight', '--robot', 'turtelbot'], "did you mean 'turtlebot'"),
        ([], 'name what is to be replayed'),
    ],
)
def test_options_that_do_not_belong_together_are_refused(arguments, said):
    ran = CliRunner().invoke(app, ['replay', 'any.bag', *arguments])
    assert isinstance(ran.exception, Refusal)
    assert said in str(ran.exception)


def test_a_policy_that_is_not_there_is_refused_with_those_that_are(danger):
    bag, _ = danger
    ran = policy_stack('replay', bag, '--policy', 'heigth')
    assert_refused(ran, 'policies are height, orca')
