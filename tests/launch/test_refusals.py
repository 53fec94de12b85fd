"""Bad launch arguments are refused before anything moves, with a sentence and exit code 1."""

from __future__ import annotations

from pathlib import Path

import pytest

QUIET = {'record': 'false', 'policy': 'straight', 'episodes': 1}


@pytest.mark.parametrize(
    ('argument', 'value', 'words'),
    [
        ('episodes', 'many', 'episodes:=many is not a whole number'),
        ('seed', '1.5', 'seed:=1.5 is not a whole number'),
        ('speed', 'fast', 'speed:=fast is not a number'),
        ('params_file', 'nowhere.yaml', 'there is no params_file nowhere.yaml'),
        ('simulator', 'isaac', "['embedded', 'gazebo', 'none']"),
        ('record', 'perhaps', "['true', 'false']"),
    ],
)
def test_arguments_that_make_no_sense_start_no_process(launch, argument, value, words):
    graph = launch(**{**QUIET, argument: value})
    assert graph.wait() == 1
    assert words in graph.text
    assert 'process started' not in graph.text


def test_an_unknown_scenario_ends_the_launch_and_lists_the_known_ones(launch):
    graph = launch(**QUIET, scenario='randd')
    assert graph.wait() == 1
    assert "unknown scenario 'randd'; known: rand, less_human" in graph.text
    assert 'permitted motion' not in graph.text
    assert graph.processes() == []


def test_a_parameter_out_of_range_ends_the_launch_at_once(launch, tmp_path):
    file = tmp_path / 'wrong.yaml'
    file.write_text('/**/people_tracker:\n  ros__parameters:\n    noise: 50.0\n')
    graph = launch(**QUIET, params_file=file)
    assert graph.wait() == 1
    assert 'noise out of range' in graph.text
    assert 'people_tracker refused its parameters' in graph.text
    assert 'permitted motion' not in graph.text
    assert not (Path(graph.run) / 'run.json').exists()
    assert graph.processes() == []


@pytest.mark.parametrize(
    ('robot', 'argument', 'value', 'words'),
    [
        ('panda', 'policy', 'height', "['exerciser', 'sam2act', "),
        ('panda', 'speed', 'fast', 'speed:=fast is not a number'),
        ('panda', 'simulator', 'gazebo', 'simulator:=gazebo needs ROS 2 with Gazebo Sim'),
        ('barkour', 'simulator', 'embedded', "['auto', 'joints', 'course', 'none']"),
        ('barkour', 'params_file', 'nowhere.yaml', 'there is no params_file nowhere.yaml'),
    ],
)
def test_so_it_is_for_arm_and_legs(launch, robot, argument, value, words):
    graph = launch(robot, record='false', **{argument: value})
    assert graph.wait() == 1
    assert words in graph.text
    assert 'process started' not in graph.text


@pytest.mark.parametrize(
    ('robot', 'node', 'values', 'words'),
    [
        ('panda', 'arm_simulator', 'lower: [0.0]', 'lower has 1 values for 7 joints'),
        ('barkour', 'locomotion_policy', 'stand: [0.0]', 'joints and stand have to be of one'),
    ],
)
def test_values_that_do_not_fit_the_robot_end_the_launch_in_words(
    launch, tmp_path, robot, node, values, words
):
    file = tmp_path / 'wrong.yaml'
    file.write_text(f'/**/{node}:\n  ros__parameters:\n    {values}\n')
    graph = launch(robot, record='false', params_file=file)
    assert graph.wait() == 1
    assert words in graph.text
    assert f'{node} could not configure; its own log says why' in graph.text
    said = [line for line in graph.lines if line.startswith(f'[{node}-')]
    assert not any('Traceback' in line for line in said)
