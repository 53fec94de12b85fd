"""The tables say what they should, for good and for broken checkpoints."""

import numpy as np
import pytest
from rich.console import Console

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import find_checkpoints
from policy_nodes.contract.comparison import compare
from policy_nodes.contract.contract_file import contract_from_mapping
from policy_nodes.contract.first_difference import Difference
from policy_nodes.contract.render import (
    agreement_table,
    check_report,
    checkpoints_table,
    contract_tables,
    replay_line,
)
from policy_nodes.contract.yaml_file import parse_yaml


def text_of(renderable, width=200):
    console = Console(width=width, no_color=True)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def test_the_list_shows_figures_and_names_what_is_broken(write, tmp_path):
    root = tmp_path / 'checkpoints'
    write('good', root)
    (write('broken', root) / 'card.md').unlink()
    text = text_of(checkpoints_table(find_checkpoints(root)))
    good = text[text.index('good') :]
    for shown in (
        'quadruped',
        '50 Hz',
        'walker',
        '0123abc',
        '1,000 steps',
        '0.25 h',
        'one CPU core',
    ):
        assert shown in good
    assert 'score 0.5 [0.25, 0.75]' in good
    broken = text[text.index('broken') :]
    assert 'not usable' in broken
    assert 'is missing' in broken


def test_the_terms_of_a_contract_are_shown_with_units_and_limits(make_contract):
    text = text_of(contract_tables(make_contract()))
    assert 'sensor_msgs/msg/JointState' in text
    assert '15 oldest_first' in text
    assert '4 x 6 x 3' in text
    assert 'FR_hip -0.5 to 2 rad' in text
    assert 'linear.x' in text


def test_a_policy_without_rate_or_commands_is_shown(key_pose_text):
    text = text_of(contract_tables(contract_from_mapping(parse_yaml(key_pose_text))))
    assert 'on demand' in text
    assert 'Commands' not in text


def test_agreement_is_shown_term_by_term_with_what_to_do(make_contract, make_robot):
    robot = make_robot({'robot': 'spot', 'observations/imu/frame': 'base'})
    lines = text_of(agreement_table(compare(make_contract(), robot))).splitlines()
    (robot_line,) = (line for line in lines if 'stands_in_for' in line or "'spot'" in line)
    assert "'quadruped'" in robot_line
    (imu,) = (line for line in lines if ' imu ' in line)
    assert "'imu_link'" in imu
    assert "'base'" in imu
    (legs,) = (line for line in lines if ' legs ' in line)
    assert 'agrees' in legs
    assert 'taken by name' in legs


def test_the_replay_is_summed_up_in_one_line():
    assert 'all within tolerance' in text_of(replay_line(30, None))
    difference = Difference(4, 'legs', np.zeros(2), np.array([0.0, 1.0]), 1e-5, (1,))
    assert text_of(replay_line(30, difference)).strip() == (
        'golden trace: step 4, legs[1]: expected 0, got 1, allowed difference 1e-05'
    )


def test_a_check_report_holds_contract_agreement_and_replay(write, make_robot):
    checkpoint = Checkpoint.open(write())
    text = text_of(check_report(checkpoint, checkpoint.compare(make_robot()), 3, None))
    for words in ('walker', 'Observations', 'Actions', 'robot quadruped', '3 steps, all within'):
        assert words in text
    assert 'Policy and robot' not in text_of(check_report(checkpoint, None, 3, None))


@pytest.mark.parametrize('name', ['[red]x[/red]', '[/]', ':smile:'])
def test_names_from_files_are_not_read_as_markup(name, make_contract):
    changed = {'observations/imu/names': [name, 'gravity_z'], 'trained/hardware': name}
    assert name in text_of(contract_tables(make_contract(changed)))
