"""Whatever contract can be built is written and read back unchanged."""

from hypothesis import given, settings
from hypothesis import strategies as st

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.command_range import CommandRange
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.contract_file import contract_from_mapping, contract_text
from policy_nodes.contract.network import Network, Weights
from policy_nodes.contract.observation_term import ObservationTerm
from policy_nodes.contract.trained import Metric, Trained
from policy_nodes.contract.vocabulary import DTYPES, KINDS, ORDERS, PADDINGS, UNITS
from policy_nodes.contract.yaml_file import parse_yaml

finite = st.floats(allow_nan=False, allow_infinity=False, width=64)
factors = finite.filter(lambda value: value != 0.0)
rates = st.floats(0.1, 1000.0)
identifiers = st.from_regex(r'[a-z][a-z0-9_]{0,20}', fullmatch=True)
texts = st.text(max_size=30).filter(str.isprintable)
labels = st.text(min_size=1, max_size=20).filter(
    lambda name: name.isprintable() and name == name.strip()
)
units = st.sampled_from(list(UNITS))
bounds = (
    st.tuples(finite, finite)
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda p: tuple(sorted(p)))
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | finite | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def for_each(values, count):
    """One value for all entries, or one for each."""
    return st.tuples(values) | st.lists(values, min_size=count, max_size=count).map(tuple)


@st.composite
def observations(draw, name):
    names = tuple(draw(st.lists(labels, max_size=4, unique=True)))
    leading = draw(st.lists(st.none() | st.integers(1, 50), max_size=2))
    shape = (*leading, len(names)) if names else tuple(draw(st.just([3]) | st.just([])))
    entries = shape[-1] if shape else 1
    dtype = draw(st.sampled_from(DTYPES))
    scaled = {}
    if dtype.startswith('float'):
        scaled = {
            'scale': draw(for_each(factors, entries)),
            'offset': draw(for_each(finite, entries)),
            'clip': draw(st.just(()) | for_each(bounds, entries)),
        }
    rate = draw(st.none() | rates)
    return ObservationTerm(
        name=name,
        source=draw(st.sampled_from(['policy', 'sensor_msgs/msg/JointState'])),
        shape=shape,
        unit=draw(for_each(units, len(names) or 1)),
        frame=draw(st.sampled_from(['', 'odom', 'robot1/base_link'])),
        names=names,
        rate_hz=rate,
        stale_after_s=draw(st.none() | st.floats(11.0, 100.0)),
        fill=draw(st.none() | finite),
        history=draw(st.integers(1, 100)),
        order=draw(st.sampled_from(ORDERS)),
        padding=draw(st.sampled_from(list(PADDINGS))),
        dtype=dtype,
        **scaled,
    )


@st.composite
def actions(draw, name, rate):
    names = tuple(draw(st.lists(labels, min_size=1, max_size=4, unique=True)))
    count = len(names)
    kind = draw(st.sampled_from(list(KINDS)))
    shaping = {'choices': draw(st.lists(st.tuples(*[finite] * count), min_size=1).map(tuple))}
    if kind != 'acceleration_index':
        gains = st.floats(0.0, 1e4)
        gained = draw(st.booleans())
        shaping = {
            'scale': draw(for_each(factors, count)),
            'offset': draw(for_each(finite, count)),
            'clip': draw(st.just(()) | for_each(bounds, count)),
            'kp': draw(for_each(gains, count)) if gained else (),
            'kd': draw(for_each(gains, count)) if gained else (),
        }
    return ActionTerm(
        name=name,
        kind=kind,
        names=names,
        unit=draw(for_each(units, count)),
        limits=tuple(draw(bounds) for _ in names),
        rate_hz=rate,
        frame=draw(st.sampled_from(['', 'base_link'])),
        horizon=draw(st.integers(1, 50)),
        **shaping,
    )


@st.composite
def metrics(draw, name):
    low, value, high = sorted(draw(st.tuples(finite, finite, finite)))
    interval = draw(st.just(()) | st.just((low, high)))
    return Metric(name, value, interval, draw(st.integers(0, 10**6)))


@st.composite
def contracts(draw):
    terms = draw(st.lists(identifiers, min_size=2, max_size=5, unique=True))
    cut = draw(st.integers(1, len(terms) - 1))
    rate = draw(rates)
    figures = draw(st.lists(labels, max_size=3, unique=True))
    network = draw(st.none() | st.builds(Network, st.just('Net'), st.dictionaries(texts, plain)))
    weights = Weights('model.safetensors', 'ab' * 32) if network else None
    axes = draw(st.lists(labels, max_size=3, unique=True))
    return Contract(
        robot=draw(identifiers),
        policy=draw(identifiers),
        rate_hz=rate,
        observations=tuple(draw(observations(name)) for name in terms[:cut]),
        actions=tuple(draw(actions(name, rate)) for name in terms[cut:]),
        network=network,
        commands=tuple(CommandRange(axis, draw(units), *draw(bounds)) for axis in axes),
        weights=draw(st.none() | st.just(weights)),
        trained=draw(
            st.none()
            | st.builds(
                Trained,
                recipe=identifiers,
                source=texts,
                revision=st.sampled_from(['', '0123abc', '0123abc-dirty']),
                seed=st.none() | st.integers(0, 2**63 - 1),
                steps=st.none() | st.integers(0, 10**12),
                hardware=texts,
                hours=st.none() | st.floats(0.0, 1e4),
                metrics=st.tuples(*[metrics(name) for name in figures]),
            )
        ),
    )


@settings(max_examples=40, deadline=None)
@given(contracts())
def test_a_written_contract_reads_back_equal_and_writes_the_same_text(contract):
    text = contract_text(contract)
    again = contract_from_mapping(parse_yaml(text))
    assert again == contract
    assert contract_text(again) == text
