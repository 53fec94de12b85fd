"""Reading contract.yaml: what is taken, and each refusal by place and remedy."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from policy_nodes.contract.contract_file import (
    contract_from_mapping,
    contract_text,
    read_contract,
)
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.yaml_file import parse_yaml

DOCS = Path(__file__).parents[2] / 'docs' / 'reference' / 'contract.md'


def test_a_contract_is_read_as_it_is_written(make_contract):
    contract = make_contract()
    joints = contract.observation('joints')
    assert joints.history == 15
    assert joints.offset == (0.0, 0.5, 0.0, 0.5)
    assert contract.action('legs').limits[1] == (-0.5, 2.0)
    assert contract.command('linear.x').admits(1.5)
    assert not contract.command('linear.x').admits(float('nan'))
    assert contract.trained.metrics[0].ci95 == (0.25, 0.75)


def test_the_example_of_the_reference_page_is_a_contract():
    text = DOCS.read_text(encoding='utf-8').split('```yaml\n')[1].split('```')[0]
    contract = contract_from_mapping(parse_yaml(text))
    assert [term.name for term in contract.observations] == ['scan', 'odometry', 'people', 'goal']
    assert len(contract.action('base').choices) == 9
    assert contract_from_mapping(parse_yaml(contract_text(contract))) == contract


def test_every_key_is_on_the_reference_page(make_contract, key_pose_text):
    page = DOCS.read_text(encoding='utf-8')
    contract = make_contract()
    fields = set(type(contract.observations[0]).__dataclass_fields__)
    fields |= set(type(contract.actions[0]).__dataclass_fields__)
    fields |= set(type(contract.trained).__dataclass_fields__)
    missing = [name for name in fields - {'name'} if f'`{name}`' not in page]
    assert [name for name in missing if f'`trained.{name}' not in page] == []


def test_a_key_pose_policy_has_no_rate(key_pose_text):
    contract = contract_from_mapping(parse_yaml(key_pose_text))
    assert contract.rate_hz is None
    assert contract.action('tool').rate_hz is None
    assert contract_from_mapping(parse_yaml(contract_text(contract))) == contract


def test_writing_keeps_the_order_of_terms(make_contract):
    lines = contract_text(make_contract()).splitlines()
    terms = [line.strip(' :') for line in lines if line.startswith('  ') and line.endswith(':')]
    assert terms.index('joints') < terms.index('imu') < terms.index('camera')


def test_a_refusal_names_file_place_problem_and_remedy(tmp_path, contract_text):
    file = tmp_path / 'contract.yaml'
    file.write_text(contract_text.replace('clip: [-5.0, 5.0]', 'clip: [5.0, -5.0]'))
    with pytest.raises(ContractError) as refusal:
        read_contract(file)
    assert str(refusal.value) == (
        f'{file}: observations.joints.clip: the lower bound 5 is not below the upper bound -5; '
        'write [low, high]'
    )


NAN, INF = float('nan'), float('inf')
JOINTS, LEGS, CAMERA = 'observations/joints/', 'actions/legs/', 'observations/camera/'

REFUSED = {
    'another version of the format': ({'version': 2}, 'version', 'version 1 is read here'),
    'a version that is text': ({'version': '1'}, 'version', 'whole number'),
    'no version': ({'version': KeyError}, 'version', 'needs this key'),
    'an unknown key': ({'observation': {}}, 'observation', "did you mean 'observations'"),
    'an unknown key of a term': ({JOINTS + 'scal': 1.0}, 'joints.scal', "did you mean 'scale'"),
    'an unknown key of an action': ({LEGS + 'limit': 1.0}, 'legs.limit', "did you mean 'limits'"),
    'an unknown key of trained': ({'trained/sed': 1}, 'trained.sed', "did you mean 'seed'"),
    'an unknown key of network': ({'network/args': {}}, 'network.args', 'arguments'),
    'no robot': ({'robot': KeyError}, 'robot', 'add `robot:`'),
    'a robot that is a number': ({'robot': 3}, 'robot', 'text'),
    'a robot with capitals': ({'robot': 'Spot'}, 'robot', 'lower-case'),
    'a policy with a path': ({'policy': '../x'}, 'policy', 'lower-case'),
    'no observations': ({'observations': {}}, 'observations', 'at least one'),
    'no actions': ({'actions': KeyError}, 'actions', 'at least one'),
    'a list of terms': ({'observations': []}, 'observations', 'mapping'),
    'a term that is empty': ({'observations/imu': None}, 'observations.imu', 'mapping'),
    'a rate of zero': ({'rate_hz': 0.0}, 'rate_hz', 'above zero'),
    'a rate that is NaN': ({'rate_hz': NAN}, 'rate_hz', 'not finite'),
    'a rate that is text': ({'rate_hz': '5e1'}, 'rate_hz', '1.0e-3'),
    'a rate that is true': ({'rate_hz': True}, 'rate_hz', 'number'),
    'a number beyond floats': ({'rate_hz': 10**400}, 'rate_hz', 'smaller'),
    'a source that is no type': (
        {JOINTS + 'source': '/joint_states'},
        'joints.source',
        'msg/Type',
    ),
    'a frame with a slash': ({JOINTS + 'frame': '/base'}, 'joints.frame', 'leading slash'),
    'an unknown unit': ({JOINTS + 'unit': 'radian'}, 'joints.unit', "did you mean 'rad'"),
    'too few units': ({JOINTS + 'unit': ['rad', 'rad']}, 'joints.unit', 'one for each'),
    'a shape of zero': ({JOINTS + 'shape': [0]}, 'joints.shape', 'out of range'),
    'a shape with a point': ({JOINTS + 'shape': [4.0]}, 'joints.shape', 'whole number'),
    'a shape of nine axes': ({JOINTS + 'shape': [1] * 9}, 'joints.shape', 'at most 8'),
    'a shape that is a number': ({JOINTS + 'shape': 4}, 'joints.shape', 'a list'),
    'names that do not fill the shape': ({JOINTS + 'shape': [5]}, 'joints.names', 'last axis'),
    'a name twice': (
        {JOINTS + 'names': ['a', 'b', 'a', 'c']},
        'joints.names',
        'every entry once',
    ),
    'an empty name': ({JOINTS + 'names': ['a', 'b', '', 'c']}, 'joints.names', 'printable'),
    'a name that yaml made a bool': (
        {JOINTS + 'names': ['a', 'b', True, 'c']},
        'joints.names',
        'in quotes',
    ),
    'a negative rate': ({JOINTS + 'rate_hz': -1.0}, 'joints.rate_hz', 'above zero'),
    'a staleness of zero': ({JOINTS + 'stale_after_s': 0.0}, 'joints.stale_after_s', 'above zero'),
    'a staleness below one period': (
        {JOINTS + 'stale_after_s': 0.001},
        'joints.stale_after_s',
        'always stale',
    ),
    'a scale of zero': ({JOINTS + 'scale': 0.0}, 'joints.scale', 'leave the term out'),
    'a scale that is NaN': ({JOINTS + 'scale': NAN}, 'joints.scale', 'not finite'),
    'a scale of another length': ({JOINTS + 'scale': [1.0, 1.0]}, 'joints.scale', 'one for each'),
    'no scale at all': ({JOINTS + 'scale': []}, 'joints.scale', 'one for each'),
    'an infinite offset': ({JOINTS + 'offset': INF}, 'joints.offset', 'not finite'),
    'a clip of three numbers': ({JOINTS + 'clip': [0, 1, 2]}, 'joints.clip', '[low, high]'),
    'a reversed clip': ({JOINTS + 'clip': [1.0, -1.0]}, 'joints.clip', '[low, high]'),
    'a clip that is NaN': ({JOINTS + 'clip': [NAN, 1.0]}, 'joints.clip', 'not finite'),
    'clips of another number': (
        {JOINTS + 'clip': [[0, 1], [0, 1]]},
        'joints.clip',
        'one for each',
    ),
    'a fill that is infinite': ({JOINTS + 'fill': INF}, 'joints.fill', 'not finite'),
    'a history of zero': ({JOINTS + 'history': 0}, 'joints.history', 'out of range'),
    'a history with a point': ({JOINTS + 'history': 1.5}, 'joints.history', 'whole number'),
    'an unknown order': ({JOINTS + 'order': 'oldest'}, 'joints.order', 'oldest_first'),
    'an unknown padding': ({JOINTS + 'padding': 'zero'}, 'joints.padding', 'zeros'),
    'an unknown dtype': ({JOINTS + 'dtype': 'float'}, 'joints.dtype', 'float32'),
    'scaling of whole numbers': ({JOINTS + 'dtype': 'int64'}, 'joints.dtype', 'float32'),
    'an image without a colour order': ({CAMERA + 'colour': ''}, 'camera.colour', 'rgb, bgr'),
    'an unknown colour order': ({CAMERA + 'colour': 'grb'}, 'camera.colour', 'known are rgb'),
    'a colour order against the shape': ({CAMERA + 'colour': 'mono'}, 'camera.shape', 'channels'),
    'channels first': ({CAMERA + 'shape': [3, 4, 6]}, 'camera.shape', 'channels last'),
    'a colour order of joints': ({JOINTS + 'colour': 'rgb'}, 'joints.colour', 'no colours'),
    'an unknown kind': ({LEGS + 'kind': 'joint_positions'}, 'legs.kind', 'did you mean'),
    'an action without names': ({LEGS + 'names': []}, 'legs.names', 'every joint'),
    'a missing limit': ({LEGS + 'limits/FR_hip': KeyError}, 'legs.limits.FR_hip', 'needs'),
    'a limit of an unknown joint': (
        {LEGS + 'limits/FR_hop': [0, 1]},
        'legs.limits.FR_hop',
        "did you mean 'FR_hip'",
    ),
    'reversed limits': ({LEGS + 'limits/FR_hip': [2.0, -0.5]}, 'legs.limits.FR_hip', 'low'),
    'equal limits': ({LEGS + 'limits/FR_hip': [1.0, 1.0]}, 'legs.limits.FR_hip', 'low'),
    'infinite limits': ({LEGS + 'limits/FR_hip': [0.0, INF]}, 'legs.limits.FR_hip', 'finite'),
    'an action without a rate': ({LEGS + 'rate_hz': KeyError}, 'legs.rate_hz', 'needs a rate'),
    'an action at another rate than its policy': (
        {LEGS + 'rate_hz': 25.0},
        'legs.rate_hz',
        'horizon above 1',
    ),
    'a rate of the action alone': ({'rate_hz': KeyError}, 'legs.rate_hz', 'top-level'),
    'a horizon of zero': ({LEGS + 'horizon': 0}, 'legs.horizon', 'out of range'),
    'an action scale of zero': ({LEGS + 'scale': 0.0}, 'legs.scale', 'silences'),
    'choices of joints': ({LEGS + 'choices': [[0, 0, 0, 0]]}, 'legs.choices', 'only for'),
    'negative gains': ({LEGS + 'kp': -1.0}, 'legs.kp', 'negative'),
    'one gain without the other': ({LEGS + 'kd': KeyError}, 'legs.kp, kd', 'give both'),
    'a network that is a path': ({'network/class': 'os.system'}, 'network.class', 'bare name'),
    'an argument that is NaN': (
        {'network/arguments': {'width': NAN}},
        'network.arguments.width',
        'NaN',
    ),
    'an argument that is a date': (
        {'network/arguments': {'day': date(2026, 1, 1)}},
        'network.arguments.day',
        'plain value',
    ),
    'a reversed command range': (
        {'commands/linear.x/range': [1.0, -1.0]},
        'commands.linear.x.range',
        'low',
    ),
    'a command range of one number': (
        {'commands/linear.x/range': [1.0]},
        'commands.linear.x.range',
        '[low, high]',
    ),
    'weights of torch': (
        {'weights': {'file': 'model.pt', 'sha256': '0' * 64}},
        'weights.file',
        'policy-stack import',
    ),
    'weights outside the folder': (
        {'weights': {'file': '../model.safetensors', 'sha256': '0' * 64}},
        'weights.file',
        'this folder',
    ),
    'weights with a null byte in their name': (
        {'weights': {'file': 'a\0.safetensors', 'sha256': '0' * 64}},
        'weights.file',
        'cannot be printed',
    ),
    'a text that clears the terminal': (
        {'trained/hardware': '\x1b[2J'},
        'trained.hardware',
        'cannot be printed',
    ),
    'a digest that is none': (
        {'weights': {'file': 'model.safetensors', 'sha256': 'abc'}},
        'weights.sha256',
        '64',
    ),
    'weights without a network': (
        {
            'network': KeyError,
            'weights': {'file': 'model.safetensors', 'sha256': '0' * 64},
        },
        'network',
        'add `network:`',
    ),
    'a revision that is none': ({'trained/revision': 'main'}, 'trained.revision', 'hexadecimal'),
    'a negative seed': ({'trained/seed': -1}, 'trained.seed', 'out of range'),
    'negative hours': ({'trained/hours': -1.0}, 'trained.hours', 'negative'),
    'a figure that is NaN': (
        {'trained/metrics/score/value': NAN},
        'trained.metrics.score.value',
        'not finite',
    ),
    'a figure outside its interval': (
        {'trained/metrics/score/value': 0.9},
        'trained.metrics.score.ci95',
        'around the value',
    ),
}


@pytest.mark.parametrize('case', REFUSED)
def test_a_contract_is_refused_for(case, make_contract):
    changes, place, words = REFUSED[case]
    with pytest.raises(ContractError) as refusal:
        make_contract(changes)
    assert place in refusal.value.path
    assert words in str(refusal.value)


def test_a_name_that_is_observation_and_action_is_refused(make_contract):
    contract = make_contract()
    imu_action = replace(contract.action('legs'), name='imu')
    with pytest.raises(ContractError, match=r"'imu' is there twice.*every entry once"):
        replace(contract, actions=(imu_action,))


def test_a_term_name_with_a_dash_is_refused(make_contract):
    with pytest.raises(ContractError, match=r"'left-arm' is no valid name"):
        replace(make_contract().observation('imu'), name='left-arm')


def test_an_index_action_needs_rows_of_the_right_length():
    text = DOCS.read_text(encoding='utf-8').split('```yaml\n')[1].split('```')[0]
    with pytest.raises(ContractError, match=r'base\.choices.*one number for each name'):
        contract_from_mapping(parse_yaml(text.replace('[0.0, 0.0]', '[0.0]')))
    with pytest.raises(ContractError, match=r'base\.scale.*cannot be scaled'):
        contract_from_mapping(parse_yaml(text.replace('choices:', 'scale: 2.0\n    choices:')))


def test_looking_up_an_unknown_term_lists_the_known_ones(make_contract):
    with pytest.raises(ContractError, match=r"did you mean 'joints'\? known are joints, imu"):
        make_contract().observation('joint')


def test_what_would_not_read_back_is_not_written(make_contract):
    contract = replace(make_contract(), rate_hz=np.float32(50.0))
    with pytest.raises(ContractError, match='plain numbers'):
        contract_text(contract)
