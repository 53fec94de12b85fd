"""S25: bad parameters are refused at configure; what loosens safety is known and locked."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from policy_nodes.safety.legged_config import LeggedSafetyConfig
from policy_nodes.safety.legged_controller import LeggedSafetyController
from policy_nodes.safety.parameters.parameter import KINDS, ConfigError
from policy_nodes.safety.parameters.table import parameters_table

ROOT = Path(__file__).parents[3]
KNOWN = LeggedSafetyConfig.describe()
NUMBERS = [known for known in KNOWN if known.kind in ('float', 'float_array')]
REQUIRED = [known.name for known in KNOWN if known.default is None]


def with_value(make, known, value):
    given = [value] * 12 if known.kind == 'float_array' else value
    return make.parameters | {known.name: given}


@pytest.mark.parametrize('bad', [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize('known', NUMBERS, ids=lambda known: known.name)
def test_s25_nan_and_infinity_are_refused_for_every_number_of_legs(leg_make, known, bad):
    with pytest.raises(ConfigError, match='finite') as refusal:
        LeggedSafetyConfig.from_mapping(with_value(leg_make, known, bad))
    assert refusal.value.name == known.name


@pytest.mark.parametrize('known', NUMBERS, ids=lambda known: known.name)
def test_s25_a_value_out_of_its_range_is_refused_with_the_range_for_legs(leg_make, known):
    assert known.low is not None
    assert known.high is not None
    for bad in (known.low - 1.0, known.high + 1.0):
        with pytest.raises(ConfigError, match='out of range'):
            LeggedSafetyConfig.from_mapping(with_value(leg_make, known, bad))


@pytest.mark.parametrize('name', REQUIRED)
def test_s2_legs_without_limits_poses_and_gains_are_not_configured(leg_make, name):
    values = {key: value for key, value in leg_make.parameters.items() if key != name}
    with pytest.raises(ConfigError, match='not given') as refusal:
        LeggedSafetyConfig.from_mapping(values)
    assert refusal.value.name == name


def test_s2_what_has_to_be_given_are_limits_poses_and_gains():
    assert set(REQUIRED) == {
        *(f'joints.{name}' for name in ('names', 'position_min', 'position_max', 'max_velocity')),
        *(f'joints.{name}' for name in ('max_torque', 'lasting_torque', 'max_kp', 'max_kd')),
        *(f'{mode}.{name}' for mode in ('stand', 'sit') for name in ('pose', 'kp', 'kd')),
        'damping.kd',
    }


@pytest.mark.parametrize(
    ('changes', 'name'),
    [
        ({'joints.names': []}, 'joints.names'),
        ({'joints.names': ['a'] * 12}, 'joints.names'),
        ({'joints.max_kp': [50.0] * 11}, 'joints.max_kp'),
        ({'stand.pose': [0.0]}, 'stand.pose'),
        ({'joints.position_min': [2.6] * 12}, 'joints.position_min'),
        ({'joints.lasting_torque': [19.0] * 12}, 'joints.lasting_torque'),
        ({'stand.pose': [2.0] * 12}, 'stand.pose'),
        ({'sit.pose': [-1.1] * 12}, 'sit.pose'),
        ({'joints.min_kd': 2.5}, 'joints.min_kd'),
        ({'damping.kd': 2.5}, 'damping.kd'),
        ({'damping.kd': 0.01}, 'damping.kd'),
        ({'stand.kp': 60.0}, 'stand.kp'),
        ({'sit.kp': 60.0}, 'sit.kp'),
        ({'sit.kd': 3.0}, 'sit.kd'),
        ({'proposal.timeout': 0.02}, 'proposal.timeout'),
        ({'proposal.max_period': 0.01}, 'proposal.max_period'),
        ({'stop.period': 0.15, 'stop.max_step': 0.2}, 'stop.period'),
        ({'stop.max_step': 0.01}, 'stop.period'),
        ({'stop.on_estop': 'limp'}, 'stop.on_estop'),
        ({'height.minimum': 0.6}, 'height.minimum'),
        ({'imu.max_roll': 1.2}, 'imu.max_roll'),
        ({'imu.max_pitch': 1.2}, 'imu.max_pitch'),
        ({'contacts.feet': ['a', 'a']}, 'contacts.feet'),
        ({'contacts.feet': [], 'contacts.required': True}, 'contacts.feet'),
        ({'joints.max_torqe': 1.0}, 'joints.max_torque'),
        ({'imu.timeout': True}, 'imu.timeout'),
        ({'joints.max_velocity': 20.0}, 'joints.max_velocity'),
    ],
)
def test_s25_parameters_of_legs_that_contradict_each_other_are_refused_by_name(
    leg_make, changes, name
):
    with pytest.raises(ConfigError) as refusal:
        LeggedSafetyConfig.from_mapping(leg_make.parameters | changes)
    assert name in str(refusal.value)
    assert refusal.value.remedy


def test_s25_what_loosens_the_safety_of_legs_is_locked_and_says_what_it_risks():
    locked = set(LeggedSafetyConfig.locked())
    for known in KNOWN:
        assert known.kind in KINDS
        assert known.meaning.endswith('.')
        assert known.loosened_by in ('', 'raising', 'lowering', 'changing')
        assert bool(known.risk) is (known.name in locked)
    free = {known.name for known in KNOWN} - locked
    assert free == {'imu.frame', 'sit.settle', 'proposal.period'}


def test_the_reference_page_of_legs_holds_the_parameters_of_the_code():
    page = (ROOT / 'docs/reference/safety_legged.md').read_text(encoding='utf-8')
    assert parameters_table(LeggedSafetyConfig.describe(['NAME'], ['NAME'])) in page


class TestBarkourFile:
    def config(self):
        text = (ROOT / 'config/barkour/safety_controller.yaml').read_text(encoding='utf-8')
        return LeggedSafetyConfig.from_mapping(yaml.safe_load(text)['/**']['ros__parameters'])

    def test_the_file_configures_a_controller(self):
        controller = LeggedSafetyController(self.config())
        assert controller.config.heartbeat.nodes == ('locomotion_policy',)
        assert not controller.active

    def test_its_limits_lie_within_those_of_the_robot(self):
        joints = self.config().joints
        ranges = {
            'abduction': (-1.0472, 1.0472),
            'hip_front': (-1.22173, 3.24631),
            'hip_hind': (-1.98968, 2.46091),
            'knee': (0.0, 2.5132),
        }
        for i, name in enumerate(joints.names):
            low, high = next(span for kind, span in ranges.items() if name.startswith(kind))
            assert low < joints.position_min[i] < joints.position_max[i] < high
        assert max(joints.max_torque) <= 18.0

    def test_its_joints_are_in_the_order_of_the_actuators_and_not_of_the_coordinates(self):
        legs = [name.split('_', 1)[1] for name in self.config().joints.names[::3]]
        assert legs == ['front_left', 'hind_left', 'front_right', 'hind_right']


def run(*arguments):
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_s26_the_controller_of_legs_loads_neither_torch_nor_rclpy_nor_yaml():
    program = (
        'import sys, policy_nodes.safety.legged_controller\n'
        'heavy = ("torch", "rclpy", "yaml", "scipy", "cyclonedds")\n'
        'print([name for name in heavy if name in sys.modules])'
    )
    assert run('-c', program).strip() == '[]'


def test_s26_the_measurement_of_a_tick_prints_its_distribution():
    report = json.loads(run('-m', 'policy_nodes.safety.legged_tick_budget', '--ticks', '400'))
    assert report['ticks'] == 400
    for part in ('tick', 'samples_and_tick'):
        cost = report[part]
        assert 0 < cost['p50_ms'] <= cost['p99_ms'] <= cost['max_ms']
    assert report['reasons']
