"""Scaling, limits, history and staleness as the contract states them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.contract_file import contract_from_mapping
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.history_buffer import HistoryBuffer
from policy_nodes.contract.preprocessing import (
    accelerate,
    denormalise,
    limit,
    normalise,
    observation_affine,
    pad_rows,
)
from policy_nodes.contract.yaml_file import parse_yaml

DOCS = Path(__file__).parents[2] / 'docs' / 'reference' / 'contract.md'


@pytest.fixture
def height():
    """The example of the reference page."""
    text = DOCS.read_text(encoding='utf-8').split('```yaml\n')[1].split('```')[0]
    return contract_from_mapping(parse_yaml(text))


@pytest.fixture
def joints(make_contract):
    return make_contract().observation('joints')


@pytest.fixture
def legs(make_contract):
    return make_contract().action('legs')


def test_an_observation_is_offset_then_scaled_then_clipped(joints):
    values = normalise(joints, [1.0, 1.0, -1.0, 9.0])
    assert values.dtype == np.float32
    assert values.tolist() == [2.0, 1.0, -2.0, 5.0]


def test_a_batch_is_scaled_frame_by_frame(joints):
    batch = np.random.default_rng(0).normal(size=(2, 15, 4))
    one_by_one = [[normalise(joints, frame) for frame in frames] for frames in batch]
    np.testing.assert_array_equal(normalise(joints, batch), one_by_one)


def test_the_numbers_for_a_trainer_give_the_same(joints):
    values = np.random.default_rng(0).normal(size=(100, 4)).astype(np.float32)
    affine = observation_affine(joints)
    by_formula = np.clip((values - affine.offset) * affine.scale, affine.low, affine.high)
    np.testing.assert_allclose(normalise(joints, values), by_formula, rtol=1e-6)


def test_an_image_of_bytes_becomes_floats_up_to_one(make_contract):
    camera = make_contract().observation('camera')
    image = normalise(camera, np.full((4, 6, 3), 255, np.uint8))
    assert image.dtype == np.float32
    np.testing.assert_allclose(image, 1.0, rtol=1e-6)


def test_a_term_without_scaling_keeps_its_values_in_its_dtype(make_contract):
    imu = replace(make_contract().observation('imu'), dtype='float64')
    values = np.array([0.1, -9.81])
    assert normalise(imu, values).tolist() == values.tolist()


def test_a_scan_with_nothing_seen_is_clipped_and_nan_is_filled(height):
    ranges = np.full(180, np.inf)
    ranges[:3] = [np.nan, 3.0, -np.inf]
    assert normalise(height.observation('scan'), ranges)[:4].tolist() == [25.0, 3.0, 0.0, 25.0]


def test_nan_without_a_fill_value_is_refused(joints):
    with pytest.raises(ContractError, match='joints: 2 of 4 values are NaN'):
        normalise(joints, [np.nan, 0.0, np.nan, 0.0])


@pytest.mark.parametrize('shape', [(3,), (4, 5), (), (5, 3)])
def test_a_frame_of_another_shape_is_refused(shape, joints):
    with pytest.raises(ContractError, match=r'joints: the shape is .* the contract says'):
        normalise(joints, np.zeros(shape))


def test_free_rows_take_the_fill_value_and_surplus_ones_are_dropped(height):
    people = height.observation('people')
    rows = pad_rows(people, np.ones((2, 4)))
    assert rows.shape == (11, 4)
    assert rows[:2].tolist() == [[1.0] * 4] * 2
    assert (rows[2:] == 15.0).all()
    assert (pad_rows(people, np.zeros((0, 4))) == 15.0).all()
    assert pad_rows(people, np.arange(48.0).reshape(12, 4))[-1].tolist() == [40, 41, 42, 43]


def test_rows_without_a_fill_value_are_refused(joints):
    with pytest.raises(ContractError, match='joints: free rows'):
        pad_rows(joints, np.zeros(2))


def test_an_action_is_clipped_then_scaled_then_offset_then_limited(legs):
    assert denormalise(legs, [1.0, 1.0, -9.0, 9.0]).tolist() == [0.25, 0.75, -0.75, 1.25]
    wide = replace(legs, scale=(1.0,))
    assert denormalise(wide, [9.0, 9.0, -9.0, -9.0]).tolist() == [1.0, 2.0, -1.0, -0.5]


def test_a_chunk_is_limited_row_by_row(legs):
    chunk = denormalise(legs, np.full((8, 4), 100.0))
    assert chunk.shape == (8, 4)
    assert (chunk <= [1.0, 2.0, 1.0, 2.0]).all()


def test_nan_stays_nan_for_the_safety_controller_to_refuse(legs):
    assert np.isnan(denormalise(legs, [np.nan, 0.0, 0.0, 0.0])[0])
    assert np.isnan(limit(legs, [np.nan, 0.0, 0.0, 0.0])[0])


@given(
    output=arrays.arrays(
        np.float64, (3, 4), elements=st.floats(allow_nan=False, allow_infinity=True)
    )
)
def test_no_output_leads_out_of_the_limits(output):
    joints = ActionTerm(
        name='legs',
        kind='joint_position',
        names=('a', 'b', 'c', 'd'),
        unit=('rad',),
        limits=((-1.0, 1.0), (-0.5, 2.0), (0.1, 0.2), (-1e3, 1e3)),
        rate_hz=50.0,
        scale=(0.25, -1.0, 1e6, 1.0),
        offset=(0.5,),
    )
    low, high = np.array(joints.limits).T
    command = denormalise(joints, output)
    assert ((low <= command) & (command <= high)).all()


def test_an_index_adds_its_increments_within_the_limits(height):
    base = height.action('base')
    np.testing.assert_allclose(accelerate(base, [0.1, 0.2], 2), [0.15, 0.1])
    np.testing.assert_allclose(accelerate(base, [0.5, 1.0], 0), [0.5, 1.0])


def test_index_and_value_are_not_mixed_up(height, legs):
    with pytest.raises(ContractError, match=r'base: .*accelerate'):
        denormalise(height.action('base'), [0.0, 0.0])
    with pytest.raises(ContractError, match=r'legs: .*denormalise'):
        accelerate(legs, np.zeros(4), 0)
    for index in (-1, 9):
        with pytest.raises(ContractError, match='use 0 to 8'):
            accelerate(height.action('base'), [0.0, 0.0], index)


def test_an_action_of_another_length_is_refused(legs, height):
    with pytest.raises(ContractError, match=r'legs: the shape is \(3,\) for 4 names'):
        denormalise(legs, np.zeros(3))
    with pytest.raises(ContractError, match='base: '):
        accelerate(height.action('base'), [0.0], 0)


def test_history_stands_oldest_first_and_repeats_the_first_frame():
    history = HistoryBuffer('joints', (1,), 3)
    assert history.push([1.0]).ravel().tolist() == [1.0, 1.0, 1.0]
    assert history.push([2.0]).ravel().tolist() == [1.0, 1.0, 2.0]
    history.push([3.0])
    assert history.push([4.0]).ravel().tolist() == [2.0, 3.0, 4.0]


def test_history_stands_newest_first_if_the_contract_says_so():
    history = HistoryBuffer('joints', (1,), 3, 'newest_first', 'zeros')
    assert history.push([1.0]).ravel().tolist() == [1.0, 0.0, 0.0]
    assert history.push([2.0]).ravel().tolist() == [2.0, 1.0, 0.0]


def test_a_reset_forgets_all_frames():
    for padding, wanted in (('first', [9.0, 9.0]), ('zeros', [0.0, 9.0])):
        history = HistoryBuffer('joints', (1,), 2, padding=padding)
        history.push([1.0])
        history.push([2.0])
        history.reset()
        assert history.push([9.0]).ravel().tolist() == wanted


def test_history_is_built_as_the_term_says(joints):
    history = HistoryBuffer.of(joints)
    stacked = history.push(np.zeros(4))
    assert stacked.shape == (15, 4)
    assert stacked.dtype == np.float32


def test_what_was_handed_out_does_not_change_later():
    history = HistoryBuffer('joints', (1,), 2)
    first = history.push([1.0])
    history.push([2.0])
    assert first.ravel().tolist() == [1.0, 1.0]


def test_a_frame_of_another_shape_leaves_the_history_as_it_was():
    history = HistoryBuffer('joints', (2,), 2)
    history.push([1.0, 1.0])
    with pytest.raises(ContractError, match=r'joints: a frame of shape \(3,\)'):
        history.push([1.0, 2.0, 3.0])
    assert history.push([2.0, 2.0]).tolist() == [[1.0, 1.0], [2.0, 2.0]]


def test_a_varying_shape_and_an_empty_history_are_refused(joints):
    with pytest.raises(ContractError, match='varies has no history'):
        HistoryBuffer.of(replace(joints, shape=(None, 4)))
    with pytest.raises(ContractError, match='at least 1'):
        HistoryBuffer('joints', (1,), 0)
