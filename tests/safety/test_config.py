"""S25: bad parameters are refused at configure; what loosens safety is known and locked."""

import math
from pathlib import Path

import pytest
import yaml

from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.base_controller import BaseSafetyController
from policy_nodes.safety.parameters.parameter import KINDS, ConfigError, flatten

ROOT = Path(__file__).parents[2]


def config(make, **changes):
    values = {name.replace('__', '.'): value for name, value in changes.items()}
    return BaseSafetyConfig.from_mapping(make.limits | values)


def numbers_of(zones=('near',)):
    return [known for known in BaseSafetyConfig.describe(zones) if known.kind == 'float']


@pytest.mark.parametrize('bad', [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize('known', numbers_of(), ids=lambda known: known.name)
def test_s25_nan_and_infinity_are_refused_for_every_number(make, known, bad):
    values = make.limits | {'zones.names': ['near'], known.name: bad}
    with pytest.raises(ConfigError) as refusal:
        BaseSafetyConfig.from_mapping(values)
    assert refusal.value.name == known.name
    assert known.name in str(refusal.value)
    assert refusal.value.remedy


@pytest.mark.parametrize('known', numbers_of(), ids=lambda known: known.name)
def test_s25_a_value_out_of_its_range_is_refused_with_the_range(make, known):
    assert known.low is not None
    assert known.high is not None
    for bad in (known.low - 1.0, known.high + 1.0):
        with pytest.raises(ConfigError, match='out of range'):
            BaseSafetyConfig.from_mapping(make.limits | {'zones.names': ['near'], known.name: bad})


@pytest.mark.parametrize(
    'name',
    [
        'proposal.timeout',
        'proposal.max_age',
        'scan.timeout',
        'odometry.timeout',
        'people.timeout',
        'heartbeat.timeout',
        'stop.timeout',
        'limits.linear.x.deceleration',
    ],
)
@pytest.mark.parametrize('bad', [0, 0.0, -1.0])
def test_s25_zero_and_negative_never_switch_a_protection_off(make, name, bad):
    with pytest.raises(ConfigError, match='range'):
        BaseSafetyConfig.from_mapping(make.limits | {name: bad})


@pytest.mark.parametrize(
    ('changes', 'name'),
    [
        (
            {'limits.linear.x.min_velocity': 0.0, 'limits.linear.x.max_velocity': 0.0},
            'limits.linear.x.min_velocity',
        ),
        ({'proposal.timeout': 0.1, 'proposal.period': 0.2}, 'proposal.timeout'),
        ({'proposal.max_period': 0.1}, 'proposal.max_period'),
        ({'stop.watchdog_period': 0.4}, 'stop.watchdog_period'),
        ({'scan.ignored_angles': [0.1]}, 'scan.ignored_angles'),
        ({'scan.ignored_angles': [0.2, 0.1]}, 'scan.ignored_angles'),
        ({'zones.names': ['a', 'a']}, 'zones.names'),
        ({'zones.names': ['a'], 'zones.a.polygon': [0.0, 0.0, 1.0]}, 'zones.a.polygon'),
        ({'zones.names': ['a'], 'zones.a.speed_low': 1.0, 'zones.a.speed_high': 0.5}, 'zones.a'),
        ({'zones.names': ['a'], 'zones.a.model': 'explode'}, 'zones.a.model'),
        ({'people.response': 'hide'}, 'people.response'),
        ({'zones.b.radius': 1.0}, 'zones.b.radius'),
        ({'scan.timeut': 1.0}, 'scan.timeout'),
        ({'scan.timeout': '0.5'}, 'scan.timeout'),
        ({'scan.timeout': True}, 'scan.timeout'),
        ({'people.enabled': 1}, 'people.enabled'),
        ({'heartbeat.proving_beats': 1.5}, 'heartbeat.proving_beats'),
        ({'heartbeat.nodes': 'policy'}, 'heartbeat.nodes'),
        ({'heartbeat.nodes': [1]}, 'heartbeat.nodes'),
    ],
)
def test_s25_parameters_that_contradict_each_other_are_refused_by_name(make, changes, name):
    with pytest.raises(ConfigError) as refusal:
        BaseSafetyConfig.from_mapping(make.limits | changes)
    assert name in str(refusal.value)


def test_s25_a_polygon_without_area_is_refused_when_the_controller_is_built(make):
    flat = config(make, zones__names=['a'], zones__a__polygon=[0.0, 0.0, 1.0, 0.0, 2.0, 0.0])
    with pytest.raises(ConfigError, match=r'zones\.a\.polygon'):
        BaseSafetyController(flat)


def test_s25_what_loosens_safety_is_locked_and_says_what_it_risks():
    locked = set(BaseSafetyConfig.locked(['near']))
    for known in BaseSafetyConfig.describe(['near']):
        assert known.kind in KINDS
        assert known.meaning.endswith('.')
        assert known.loosened_by in ('', 'raising', 'lowering', 'changing')
        assert bool(known.risk) is (known.name in locked)
    assert {
        'proposal.timeout',
        'scan.timeout',
        'limits.linear.x.max_velocity',
        'approach.enabled',
        'zones.names',
        'zones.near.radius',
        'stop.require_neutral',
    } <= locked


@pytest.mark.parametrize(
    ('name', 'old', 'new', 'looser'),
    [
        ('scan.timeout', 0.5, 1.0, True),
        ('scan.timeout', 0.5, 0.3, False),
        ('approach.radius', 0.2, 0.1, True),
        ('approach.enabled', True, False, True),
        ('approach.enabled', False, True, False),
        ('people.response', 'slow', 'give_way', True),
        ('base_frame', 'a', 'b', False),
    ],
)
def test_which_way_a_parameter_loosens_is_known(name, old, new, looser):
    known = {parameter.name: parameter for parameter in BaseSafetyConfig.describe()}[name]
    assert known.loosens(old, new) is looser


def test_a_config_is_what_was_given_over_the_defaults(make):
    given = config(make, scan__timeout=1, zones__names=['a'], zones__a__radius=0.7)
    assert given.scan.timeout == 1.0
    assert given.scan.max_age == 0.5
    assert given.linear.max_velocity == 0.5
    assert given.zones['a'].radius == 0.7


def test_nested_and_dotted_names_mean_the_same(make):
    nested = {'scan': {'timeout': 0.4}, 'limits': {'linear.x': {}, 'angular': {'z': {}}}}
    for name, value in make.limits.items():
        group = nested['limits']['linear.x' if 'linear' in name else 'angular']
        group = group if 'linear' in name else group['z']
        group[name.rsplit('.', 1)[1]] = value
    assert BaseSafetyConfig.from_mapping(nested) == config(make, scan__timeout=0.4)


class TestTurtlebotFile:
    def values(self):
        text = (ROOT / 'config/turtlebot/safety_controller.yaml').read_text(encoding='utf-8')
        return yaml.safe_load(text)['/**']['ros__parameters']

    def test_the_file_configures_a_controller(self):
        controller = BaseSafetyController(BaseSafetyConfig.from_mapping(self.values()))
        assert controller.config.heartbeat.nodes == ('navigation_policy',)
        assert not controller.active

    def test_the_limits_are_those_that_the_robot_offers_to_policies(self):
        robot = yaml.safe_load((ROOT / 'config/turtlebot/robot.yaml').read_text(encoding='utf-8'))
        base = robot['actions']['base']
        flat = flatten(self.values())
        for axis, (low, high) in base['limits'].items():
            assert flat[f'limits.{axis}.min_velocity'] == low
            assert flat[f'limits.{axis}.max_velocity'] == high
        assert 1.0 / base['rate_hz'] == pytest.approx(flat['proposal.period'])
        assert base['frame'] == flat['base_frame']
