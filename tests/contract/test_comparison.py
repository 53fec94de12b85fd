"""Policy against robot, field by field: what refuses names the term, what agrees is arranged."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from policy_nodes.contract.comparison import compare
from policy_nodes.contract.contract_file import contract_from_mapping
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file
from policy_nodes.contract.yaml_file import parse_yaml

ROOT = Path(__file__).parents[2]
JOINTS, CAMERA, LEGS = 'observations/joints/', 'observations/camera/', 'actions/legs/'


def test_a_robot_that_offers_what_the_policy_needs_agrees(make_contract, make_robot):
    agreement = compare(make_contract(), make_robot())
    assert agreement.agrees
    assert agreement.terms == ('joints', 'imu', 'camera', 'legs')
    agreement.require()


def test_joints_in_another_order_are_mapped_by_name(make_contract, make_robot):
    contract, robot = make_contract(), make_robot()
    agreement = compare(contract, robot)
    values = {'FR_abduction': 1.0, 'FR_hip': 2.0, 'FL_abduction': 3.0, 'FL_hip': 4.0}
    given = [values[name] for name in robot.observation('joints').names]
    wanted = [values[name] for name in contract.observation('joints').names]
    assert given != wanted
    assert agreement.arrange('joints', given).tolist() == wanted
    history = np.tile(given, (15, 1))
    assert agreement.arrange('joints', history).tolist() == [wanted] * 15


def test_actions_are_mapped_into_the_order_of_the_robot(make_contract, make_robot):
    contract, robot = make_contract(), make_robot()
    agreement = compare(contract, robot)
    proposed = np.array([[1.0, 2.0, 3.0, 4.0]])
    by_name = dict(zip(contract.action('legs').names, proposed[0], strict=True))
    sent = agreement.arrange('legs', proposed)
    assert sent.tolist() == [[by_name[name] for name in robot.action('legs').names]]


def test_a_term_in_the_same_order_has_no_permutation(make_contract, make_robot):
    agreement = compare(make_contract(), make_robot())
    assert set(agreement.permutation) == {'joints', 'legs'}
    assert agreement.arrange('imu', [1.0, 2.0]).tolist() == [1.0, 2.0]


def test_entries_that_the_policy_does_not_read_are_left_out(make_contract, make_robot):
    names = ['tail', 'FL_hip', 'FL_abduction', 'FR_hip', 'FR_abduction']
    robot = make_robot({JOINTS + 'names': names, JOINTS + 'shape': [5]})
    agreement = compare(make_contract(), robot)
    assert agreement.agrees
    assert agreement.arrange('joints', [0, 4, 3, 2, 1]).tolist() == [1, 2, 3, 4]


def test_units_are_compared_entry_by_entry_whatever_their_order(make_contract, make_robot):
    swapped = {
        'observations/imu/names': ['gravity_z', 'yaw_rate'],
        'observations/imu/unit': ['m/s^2', 'rad/s'],
    }
    assert compare(make_contract(), make_robot(swapped)).agrees
    wrong = {'observations/imu/names': ['gravity_z', 'yaw_rate']}
    (found, other) = compare(make_contract(), make_robot(wrong)).disagreements
    assert (found.term, found.field) == ('imu', 'unit of yaw_rate')
    assert (other.term, other.field) == ('imu', 'unit of gravity_z')


REFUSED = {
    'another robot': ({'robot': 'spot'}, 'robot', 'name', 'stands_in_for'),
    'a missing observation': ({'observations/imu': KeyError}, 'imu', 'name', 'add the term'),
    'a missing action': ({'actions/legs': KeyError}, 'legs', 'name', 'add the term'),
    'a missing joint': (
        {JOINTS + 'names': ['FL_hip', 'FL_abduction', 'FR_hip', 'FR_knee']},
        'joints',
        'names',
        'FR_abduction',
    ),
    'a missing joint of the action': (
        {
            LEGS + 'names': ['FR_hip', 'FR_abduction', 'FL_hip'],
            LEGS + 'limits/FL_abduction': KeyError,
        },
        'legs',
        'names',
        'FL_abduction',
    ),
    'a joint that the policy does not drive': (
        {
            LEGS + 'names': ['FR_hip', 'FR_abduction', 'FL_hip', 'FL_abduction', 'tail'],
            LEGS + 'limits/tail': [-1.0, 1.0],
        },
        'legs',
        'names',
        'tail',
    ),
    'entries without names': ({JOINTS + 'names': []}, 'joints', 'names', 'order is a guess'),
    'another source': (
        {JOINTS + 'source': 'sensor_msgs/msg/Imu'},
        'joints',
        'source',
        'topic of this type',
    ),
    'another unit': ({JOINTS + 'unit': 'deg'}, 'joints', 'unit of FR_abduction', 'to rad'),
    'another unit of the action': ({LEGS + 'unit': 'deg'}, 'legs', 'unit of FR_hip', 'to rad'),
    'another frame': ({'observations/imu/frame': 'base'}, 'imu', 'frame', 'imu_link'),
    'another frame of the action': ({LEGS + 'frame': 'base'}, 'legs', 'frame', 'robot takes'),
    'a lower rate': ({JOINTS + 'rate_hz': 25.0}, 'joints', 'rate_hz', '50 Hz'),
    'no rate': ({JOINTS + 'rate_hz': KeyError}, 'joints', 'rate_hz', '50 Hz'),
    'another rate of the action': ({LEGS + 'rate_hz': 100.0}, 'legs', 'rate_hz', 'trained at'),
    'a shorter history': ({JOINTS + 'max_history': 14}, 'joints', 'history', '15'),
    'another colour order': ({CAMERA + 'colour': 'bgr'}, 'camera', 'colour', 'rgb'),
    'another shape': ({CAMERA + 'shape': [6, 4, 3]}, 'camera', 'shape', 'resample'),
    'another kind': ({LEGS + 'kind': 'joint_velocity'}, 'legs', 'kind', 'controller'),
    'narrower limits': (
        {LEGS + 'limits/FL_hip': [-0.5, 1.9]},
        'legs',
        'limits of FL_hip',
        'cut short',
    ),
    'other gains': ({LEGS + 'kp': 60.0}, 'legs', 'kp of FR_hip', 'trained with'),
    'gains that are not stated': (
        {LEGS + 'kp': KeyError, LEGS + 'kd': KeyError},
        'legs',
        'kd of FR_hip',
        'trained with',
    ),
}


@pytest.mark.parametrize('case', REFUSED)
def test_policy_and_robot_disagree_on(case, make_contract, make_robot):
    changes, term, field, words = REFUSED[case]
    agreement = compare(make_contract(), make_robot(changes))
    fields = {found.field: found for found in agreement.of(term)}
    assert {found.term for found in agreement.disagreements} == {term}
    assert words in str(fields[field])
    with pytest.raises(ContractError) as refusal:
        agreement.require()
    assert f'\n  {term}.{field}: ' in str(refusal.value)


def test_a_longer_horizon_than_the_robot_takes_disagrees(make_contract, make_robot):
    changes = {LEGS + 'horizon': 8, LEGS + 'rate_hz': 100.0}
    robot = {LEGS + 'rate_hz': 100.0}
    (found,) = compare(make_contract(changes), make_robot(robot)).disagreements
    assert (found.field, found.contract_value, found.robot_value) == ('horizon', 8, 1)
    assert compare(make_contract(changes), make_robot({**robot, LEGS + 'max_horizon': 8})).agrees


def test_a_source_slower_than_the_staleness_bound_disagrees(make_contract, make_robot):
    changes = {CAMERA + 'rate_hz': KeyError, CAMERA + 'stale_after_s': 0.02}
    (found,) = compare(make_contract(changes), make_robot()).disagreements
    assert (found.term, found.field) == ('camera', 'stale_after_s')


def test_a_robot_that_stands_in_for_another_runs_its_policies(make_contract, make_robot):
    robot = make_robot({'robot': 'twin', 'stands_in_for': ['quadruped']})
    assert compare(make_contract(), robot).agrees


def test_a_wanted_text_lists_every_disagreement_with_its_remedy(make_contract, make_robot):
    robot = make_robot({JOINTS + 'unit': 'deg', 'observations/imu/frame': 'base'})
    with pytest.raises(ContractError) as refusal:
        compare(make_contract(), robot).require()
    text = str(refusal.value)
    assert "robot 'quadruped' disagree in 5 places" in text
    assert (
        "imu.frame: the contract says 'imu_link', the robot 'base'; publish it in this frame"
        in text
    )
    assert text.count('convert ') == 4


def test_nearly_the_same_rate_agrees(make_contract, make_robot):
    assert compare(make_contract(), make_robot({LEGS + 'rate_hz': 50.2})).agrees


def test_arranging_too_few_entries_is_refused(make_contract, make_robot):
    agreement = compare(make_contract(), make_robot())
    with pytest.raises(ContractError, match=r'joints: .*at least 4'):
        agreement.arrange('joints', [1.0, 2.0])
    with pytest.raises(ContractError, match='was not compared'):
        agreement.arrange('last_action', [1.0])


def test_the_turtlebot_agrees_with_the_example_of_the_reference_page():
    page = (ROOT / 'docs/reference/contract.md').read_text(encoding='utf-8')
    contract = contract_from_mapping(parse_yaml(page.split('```yaml\n')[1].split('```')[0]))
    robot = RobotInterface.read(ROOT / 'config/turtlebot/robot.yaml')
    agreement = compare(contract, robot)
    agreement.require()
    assert agreement.arrange('people', [1, 2, 3, 4, 0.3]).tolist() == [1, 2, 3, 4]
    assert robot.action('base').limits == ((-0.5, 0.5), (-1.0, 1.0))


def test_the_turtlebot_refuses_a_policy_that_turns_faster():
    page = (ROOT / 'docs/reference/contract.md').read_text(encoding='utf-8')
    contract = contract_from_mapping(parse_yaml(page.split('```yaml\n')[1].split('```')[0]))
    base = replace(contract.action('base'), limits=((-0.5, 0.5), (-2.0, 2.0)))
    robot = RobotInterface.read(robot_file('turtlebot'))
    (found,) = compare(replace(contract, actions=(base,)), robot).disagreements
    assert found.field == 'limits of angular.z'


ROBOT_REFUSED = {
    'an unknown key': ({'observation': {}}, "did you mean 'observations'"),
    'an unknown key of a term': ({JOINTS + 'history': 3}, "did you mean 'max_history'"),
    'an unknown key of an action': ({LEGS + 'horizon': 3}, "did you mean 'max_horizon'"),
    'a source that the policy keeps': ({JOINTS + 'source': 'policy'}, 'no message type'),
    'an index for a kind': ({LEGS + 'kind': 'acceleration_index'}, 'is not known'),
    'reversed limits': ({LEGS + 'limits/FR_hip': [1, 0]}, 'limits.FR_hip'),
    'a rate of zero': ({JOINTS + 'rate_hz': 0}, 'above zero'),
    'a history of zero': ({JOINTS + 'max_history': 0}, 'out of range'),
    'an image without a colour order': ({CAMERA + 'colour': KeyError}, 'channel order'),
    'a stand-in that is no name': ({'stands_in_for': ['Big Dog']}, 'no valid name'),
}


@pytest.mark.parametrize('case', ROBOT_REFUSED)
def test_a_robot_is_refused_for(case, make_robot):
    changes, words = ROBOT_REFUSED[case]
    with pytest.raises(ContractError) as refusal:
        make_robot(changes)
    assert words in str(refusal.value)


def test_a_robot_that_offers_nothing_is_refused():
    with pytest.raises(ContractError, match='offers nothing'):
        RobotInterface.from_mapping({'robot': 'brick'})


def test_a_robot_file_is_named_in_its_refusal(tmp_path):
    file = tmp_path / 'robot.yaml'
    file.write_text('robot: turtlebot\nactions:\n  base: {kind: twist}\n')
    with pytest.raises(ContractError, match=r'robot\.yaml: actions\.base\.names: .*needs this'):
        RobotInterface.read(file)


def test_an_unknown_robot_lists_the_known_ones():
    with pytest.raises(ContractError, match=r"no robot 'turtlebott'; did you mean 'turtlebot'"):
        robot_file('turtlebott')


def test_an_installed_robot_is_found_in_the_overlay(tmp_path, monkeypatch):
    file = tmp_path / 'share' / 'policy_stack' / 'config' / 'brick' / 'robot.yaml'
    file.parent.mkdir(parents=True)
    file.write_text('robot: brick\n')
    monkeypatch.setenv('AMENT_PREFIX_PATH', str(tmp_path))
    assert robot_file('brick') == file
