"""What a HEIGHT checkpoint promises, and what is refused when it does not hold."""

from __future__ import annotations

import shutil

import pytest
import yaml

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.first_difference import first_difference
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file
from policy_nodes.policies import height_observation, velocity_steps
from policy_nodes.policies.height_loading import load_height
from policy_nodes.policies.loading import golden_run, load_policy

SHIPPED = ('height_arena', 'height_indoor', 'height_street')


@pytest.fixture
def copy(tmp_path):
    """A copy of the shipped checkpoint of the arena, to be spoilt."""
    folder = tmp_path / 'height_copy'
    shutil.copytree(resolve_checkpoint('height_arena'), folder)
    return folder


def robot(**changes) -> RobotInterface:
    """The TurtleBot, with some fields of some terms changed."""
    values = yaml.safe_load(robot_file('turtlebot').read_text())
    for place, fields in changes.items():
        kind = 'actions' if place == 'base' else 'observations'
        if fields is None:
            del values[kind][place]
        else:
            values[kind][place].update(fields)
    return RobotInterface.from_mapping(values)


def rewrite(folder, change):
    """Change the contract of a checkpoint as an editor would."""
    file = folder / 'contract.yaml'
    values = yaml.safe_load(file.read_text())
    change(values)
    file.write_text(yaml.safe_dump(values))


@pytest.mark.parametrize('name', SHIPPED)
def test_a_shipped_checkpoint_agrees_with_its_robot(name):
    opened = Checkpoint.open(resolve_checkpoint(name))
    agreement = opened.compare(robot())
    assert agreement.agrees, agreement.disagreements
    assert agreement.terms == ('scan', 'odometry', 'people', 'goal', 'base')


@pytest.mark.parametrize('name', SHIPPED)
def test_a_shipped_checkpoint_still_answers_its_golden_trace(name):
    opened = Checkpoint.open(resolve_checkpoint(name))
    trace = opened.golden()
    assert trace.resets.sum() >= 2, 'a trace without a second episode proves no reset'
    assert first_difference(trace, golden_run(opened)) is None


@pytest.mark.parametrize(
    ('changes', 'place'),
    [
        ({'scan': {'frame': 'laser'}}, 'scan.frame'),
        ({'scan': {'unit': 'mm'}}, 'scan.unit'),
        ({'scan': {'rate_hz': 5.0}}, 'scan.rate_hz'),
        ({'scan': {'source': 'sensor_msgs/msg/PointCloud2'}}, 'scan.source'),
        ({'odometry': {'frame': 'map'}}, 'odometry.frame'),
        ({'odometry': {'names': ['x', 'y', 'yaw', 'v', 'spin']}}, 'odometry.names'),
        ({'odometry': {'unit': ['m', 'm', 'deg', 'm/s', 'rad/s']}}, 'odometry.unit'),
        ({'people': {'frame': 'base_link'}}, 'people.frame'),
        ({'people': {'rate_hz': 2.0}}, 'people.rate_hz'),
        ({'people': None}, 'people'),
        ({'goal': {'frame': 'map'}}, 'goal.frame'),
        ({'base': {'frame': 'base_footprint'}}, 'base.frame'),
        ({'base': {'unit': ['m/s', 'deg/s']}}, 'base.unit'),
        ({'base': {'rate_hz': 50.0}}, 'base.rate_hz'),
        ({'base': {'kind': 'joint_position'}}, 'base.kind'),
        ({'base': None}, 'base'),
    ],
)
def test_every_disagreement_with_the_robot_is_named(changes, place):
    opened = Checkpoint.open(resolve_checkpoint('height_arena'))
    agreement = opened.compare(robot(**changes))
    assert not agreement.agrees
    assert any(
        f'{found.term}.{found.field}'.startswith(place) for found in agreement.disagreements
    )
    with pytest.raises(ContractError, match=place.split('.')[0]):
        agreement.require()


def test_all_disagreements_are_named_at_once():
    opened = Checkpoint.open(resolve_checkpoint('height_arena'))
    with pytest.raises(ContractError) as error:
        opened.compare(robot(scan={'unit': 'mm'}, goal={'frame': 'map'})).require()
    assert 'scan.unit' in str(error.value)
    assert 'goal.frame' in str(error.value)


def test_entries_in_another_order_are_taken_by_name():
    opened = Checkpoint.open(resolve_checkpoint('height_arena'))
    swapped = {
        'names': ['y', 'x', 'yaw', 'w', 'v'],
        'unit': ['m', 'm', 'rad', 'rad/s', 'm/s'],
    }
    agreement = opened.compare(robot(odometry=swapped))
    assert agreement.agrees
    assert agreement.arrange('odometry', [1.0, 0.0, 2.0, 4.0, 3.0]).tolist() == [0, 1, 2, 3, 4]


def test_one_flipped_bit_in_the_weights_is_refused(copy):
    file = copy / 'model.safetensors'
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    loaded = Checkpoint.open(copy)
    assert [found.term for found in loaded.compare(robot()).disagreements] == ['weights']
    for refuse in (loaded.verify, lambda: load_height(loaded)):
        with pytest.raises(ContractError, match='SHA-256'):
            refuse()


@pytest.mark.parametrize(
    ('section', 'term', 'field', 'value'),
    [
        ('observations', 'scan', 'scale', 0.1),
        ('observations', 'scan', 'offset', 1.0),
        ('observations', 'scan', 'clip', [0.0, 10.0]),
        ('observations', 'scan', 'history', 2),
        ('observations', 'scan', 'stale_after_s', 30.0),
        ('observations', 'people', 'fill', 0.0),
        ('observations', 'people', 'names', ['vx', 'vy', 'x', 'y']),
        ('observations', 'odometry', 'unit', ['m', 'm', 'deg', 'm/s', 'rad/s']),
        ('observations', 'goal', 'frame', 'map'),
        ('actions', 'base', 'scale', 2.0),
        ('actions', 'base', 'limits', {'linear.x': [-0.5, 2.0], 'angular.z': [-1.0, 1.0]}),
    ],
)
def test_a_contract_edited_away_from_what_the_code_computes_is_refused(
    copy, section, term, field, value
):
    rewrite(copy, lambda values: values[section][term].update({field: value}))
    with pytest.raises(ContractError) as error:
        load_height(Checkpoint.open(copy))
    said = str(error.value)
    assert f'{term}.{field}' in said
    assert 'contract.yaml' in said


def test_a_deployment_may_ask_for_fresher_observations(copy):
    rewrite(copy, lambda values: values['observations']['scan'].update(stale_after_s=0.15))
    assert load_policy('height', checkpoint=str(copy)).staleness['scan'] == 0.15


@pytest.mark.parametrize(
    ('network', 'said'),
    [
        ({'class': 'Other', 'arguments': {}}, "class 'Other'"),
        ({'class': 'Height', 'arguments': {'people': 0}}, 'people is 0'),
        ({'class': 'Height', 'arguments': {'people': True}}, 'people is True'),
        ({'class': 'Height', 'arguments': {'people': 10**9}}, '1 to 100'),
        ({'class': 'Height', 'arguments': {'edge_features': 3}}, 'edge_features is 3'),
        ({'class': 'Height', 'arguments': {'width': 64}}, "takes no 'width'"),
        ({'class': 'Height', 'arguments': {'people': 12}}, 'people'),
        ({'class': 'Height', 'arguments': {'edge_features': 2}}, '4: position and velocity'),
    ],
)
def test_a_network_that_cannot_be_meant_is_refused(copy, network, said):
    rewrite(copy, lambda values: values.update(network=network, policy='height_mirrored'))
    with pytest.raises(ContractError, match=said):
        load_height(Checkpoint.open(copy))


def test_the_checkpoint_of_another_policy_is_refused_by_name(copy):
    rewrite(copy, lambda values: values.update(policy='walker'))
    opened = Checkpoint.open(copy)
    with pytest.raises(ContractError, match=r"policy 'walker', not of height"):
        load_height(opened)
    with pytest.raises(ContractError, match=r"'walker'.*known are height, height_mirrored"):
        golden_run(opened)


@pytest.mark.parametrize(
    ('module', 'name', 'value'),
    [
        (height_observation, 'to_robot_frame', lambda vectors, yaw: vectors),
        (velocity_steps, 'V_STEP', 0.06),
        (velocity_steps, 'W_MAX', 0.3),
    ],
    ids=['people along the axes of the world', 'larger steps', 'slower turns'],
)
def test_the_golden_trace_finds_code_that_computes_otherwise(monkeypatch, module, name, value):
    opened = Checkpoint.open(resolve_checkpoint('height_arena'))
    run, trace = golden_run(opened), opened.golden()
    monkeypatch.setattr(module, name, value)
    found = first_difference(trace, run)
    assert found is not None
    assert found.term in trace.actions


def test_the_golden_trace_finds_ranges_in_another_unit():
    opened = Checkpoint.open(resolve_checkpoint('height_arena'))
    trace = opened.golden()
    trace.observations['scan'][:] *= 0.1
    found = first_difference(trace, golden_run(opened))
    assert found is not None
    assert str(found).startswith(f'step {found.step}, {found.term}')
