"""S25, S26: bad parameters are refused at configure, loosening ones are locked; the file."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from policy_nodes.safety.arm_config import ArmSafetyConfig
from policy_nodes.safety.arm_controller import ArmSafetyController
from policy_nodes.safety.parameters.parameter import KINDS, ConfigError
from policy_nodes.safety.parameters.table import parameters_table

ROOT = Path(__file__).parents[3]
JOINTS, CAPSULES = ('panda_joint1',), ('hand',)
NUMBERS = [
    known for known in ArmSafetyConfig.describe(JOINTS, CAPSULES) if known.kind in ('float', 'int')
]


def read(make, **changes):
    dotted = {name.replace('__', '.'): value for name, value in changes.items()}
    return ArmSafetyConfig.from_mapping(make.values | dotted)


@pytest.mark.parametrize('known', NUMBERS, ids=[known.name for known in NUMBERS])
@pytest.mark.parametrize('bad', [math.nan, math.inf, -math.inf, 'fast', None, True])
def test_s25_a_number_that_is_none_is_refused_by_name(make, known, bad):
    with pytest.raises(ConfigError) as refusal:
        ArmSafetyConfig.from_mapping(make.values | {known.name: bad})
    assert refusal.value.name == known.name


@pytest.mark.parametrize('known', NUMBERS, ids=[known.name for known in NUMBERS])
def test_s25_a_number_out_of_its_range_is_refused_by_name(make, known):
    for bad in (known.low - 1.0, known.high + 1.0):
        value = int(bad) if known.kind == 'int' else bad
        with pytest.raises(ConfigError, match='out of range'):
            ArmSafetyConfig.from_mapping(make.values | {known.name: value})


@pytest.mark.parametrize('word', ['lower', 'upper', 'velocity', 'acceleration', 'jerk'])
def test_s2_an_arm_without_limits_is_not_configured(make, word):
    values = dict(make.values)
    del values[f'limits.panda_joint4.{word}']
    with pytest.raises(ConfigError, match=rf'limits\.panda_joint4\.{word}'):
        ArmSafetyConfig.from_mapping(values)
    with pytest.raises(ConfigError, match=r'joints\.names'):
        ArmSafetyConfig.from_mapping({})


@pytest.mark.parametrize(
    ('changes', 'name'),
    [
        ({'limits.panda_joint1.lower': 2.9}, 'limits.panda_joint1.lower'),
        ({'limits.panda_joint4.margin': 1.0, 'limits.panda_joint4.upper': -2.0}, 'joint4.lower'),
        ({'joints.names': []}, 'joints.names'),
        ({'joints.names': ['panda_joint1', 'panda_joint1']}, 'joints.names'),
        ({'limits.panda_joint9.lower': 0.0}, 'limits.panda_joint9.lower'),
        ({'chunk.tiemout': 1.0}, 'chunk.timeout?'),
        ({'chunk.min_dt': 0.1, 'chunk.max_dt': 0.05}, 'chunk.min_dt'),
        ({'self_distance.stop': 0.2}, 'self_distance.stop'),
        ({'singularity.stop': 0.02}, 'singularity.stop'),
        ({'self_distance.pairs': ['hand', 'foot', 'hand']}, 'self_distance.pairs'),
        ({'self_distance.pairs': ['hand', 'tail']}, 'self_distance.pairs'),
        ({'capsules.hand.link': 'finger'}, 'capsules.hand.link'),
        ({'capsules.hand.start': [0.0, 0.0]}, 'capsules.hand.start'),
        ({'kinematics.panda_joint2.origin': []}, 'kinematics.panda_joint2.origin'),
        ({'kinematics.panda_joint2.axis': [0.0, 0.0, 0.0]}, 'kinematics.panda_joint2.axis'),
        ({'tool.origin': [0.0]}, 'tool.origin'),
        ({'workspace.lower': [0.0, 0.0, 2.0]}, 'workspace.lower'),
    ],
)
def test_s25_parameters_that_contradict_each_other_are_refused_by_name(make, changes, name):
    with pytest.raises(ConfigError) as refusal:
        ArmSafetyConfig.from_mapping(make.values | changes)
    assert name in str(refusal.value)


def test_s25_what_loosens_safety_is_locked_and_says_what_it_risks():
    locked = set(ArmSafetyConfig.locked(JOINTS, CAPSULES))
    for known in ArmSafetyConfig.describe(JOINTS, CAPSULES):
        assert known.kind in KINDS
        assert known.meaning.endswith('.')
        assert known.loosened_by in ('', 'raising', 'lowering', 'changing')
        assert bool(known.risk) is (known.name in locked)
        if known.kind in ('float', 'int'):
            assert known.low is not None
            assert known.high is not None
    assert {
        'limits.panda_joint1.upper',
        'limits.panda_joint1.tracking_error',
        'chunk.timeout',
        'workspace.enabled',
        'capsules.hand.radius',
        'stop.require_neutral',
    } <= locked


def test_every_parameter_is_in_the_reference():
    page = (ROOT / 'docs/reference/safety_arm.md').read_text(encoding='utf-8')
    assert (
        parameters_table(ArmSafetyConfig.describe(['JOINT'], ['CAPSULE'], ['NAME'], ['NAME']))
        in page
    )


DOCUMENTED = {  # of the maker's public specification
    'lower': [-2.8973, -1.7628, -2.8973, -3.0718, -2.8973, -0.0175, -2.8973],
    'upper': [2.8973, 1.7628, 2.8973, -0.0698, 2.8973, 3.7525, 2.8973],
    'velocity': [2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61],
    'acceleration': [15.0, 7.5, 10.0, 12.5, 15.0, 20.0, 20.0],
    'jerk': [7500.0, 3750.0, 5000.0, 6250.0, 7500.0, 10000.0, 10000.0],
}


class TestPandaFile:
    def test_the_file_configures_a_controller_that_watches_everything(self, make):
        controller = ArmSafetyController(read(make))
        assert not controller.active
        watched = {barrier.name for barrier in controller.guard.barriers}
        assert watched == {'workspace', 'self_distance', 'singularity'}

    @pytest.mark.parametrize('joint', range(7))
    def test_no_limit_is_wider_than_documented(self, make, joint):
        given = read(make).limits[f'panda_joint{joint + 1}']
        most = {word: values[joint] for word, values in DOCUMENTED.items()}
        assert given.lower >= most['lower']
        assert given.upper <= most['upper']
        for word in ('velocity', 'acceleration', 'jerk'):
            assert getattr(given, word) <= most[word]


def test_the_controller_loads_neither_torch_nor_rclpy_nor_yaml():
    program = (
        'import sys, policy_nodes.safety.arm_controller\n'
        'heavy = ("torch", "rclpy", "yaml", "scipy", "cyclonedds")\n'
        'print([name for name in heavy if name in sys.modules])'
    )
    done = subprocess.run(
        [sys.executable, '-c', program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == '[]'


def test_s26_the_measurement_of_a_tick_prints_its_distribution():
    file = 'config/panda/safety_controller.yaml'
    program = 'policy_nodes.safety.arm_tick_budget'
    done = subprocess.run(
        [sys.executable, '-m', program, file, '--ticks', '200'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report['joints'] == 7
    for clock in ('wall_ms', 'processor_ms'):
        assert 0 < report[clock]['p50'] <= report[clock]['p99'] <= report[clock]['max']
