"""The golden trace: read without trust, replayed to the first difference."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.first_difference import first_difference
from policy_nodes.contract.golden_trace import GoldenTrace


class Follower:
    """Proposes the joint positions that it sees, counted from the start of the episode."""

    def __init__(self, change=lambda step, legs: legs):
        self.change = change
        self.resets = 0
        self.step = 0

    def reset(self):
        self.resets += 1

    def act(self, observation):
        legs = self.change(self.step, observation['joints'].astype(np.float64))
        self.step += 1
        return {'legs': legs}


def test_a_trace_reads_back_as_it_was_written(tmp_path, trace):
    trace.write(tmp_path / 'golden.npz')
    again = GoldenTrace.read(tmp_path / 'golden.npz')
    assert again.steps == 3
    assert again.tolerance == {'legs': 1e-5}
    np.testing.assert_array_equal(again.resets, trace.resets)
    for name, array in trace.observations.items():
        assert again.observations[name].dtype == array.dtype
        np.testing.assert_array_equal(again.observations[name], array)


def test_a_policy_that_answers_as_recorded_has_no_difference(trace):
    run = Follower()
    assert first_difference(trace, run) is None
    assert run.resets == 2
    assert run.step == 3


def test_an_answer_within_tolerance_is_no_difference(trace):
    assert first_difference(trace, Follower(lambda step, legs: legs + 0.9e-5)) is None


def test_the_first_difference_names_step_term_entry_and_both_values(trace):
    def change(step, legs):
        legs[2] += 0.25 * (step >= 1)
        return legs

    found = first_difference(trace, Follower(change))
    assert (found.step, found.term, found.entry) == (1, 'legs', (2,))
    assert str(found) == ('step 1, legs[2]: expected 6, got 6.25, allowed difference 1e-05')


def test_nan_in_the_answer_is_a_difference(trace):
    found = first_difference(trace, Follower(lambda step, legs: legs * np.nan))
    assert found.step == 0
    assert 'got nan' in str(found)


def test_nan_where_nan_was_recorded_is_none(trace):
    unknown = replace(trace, actions={'legs': np.full((3, 4), np.nan)})
    assert first_difference(unknown, Follower(lambda step, legs: legs * np.nan)) is None


def test_a_missing_action_is_a_difference(trace):
    extra = replace(
        trace,
        actions={'logits': np.zeros((3, 9)), **trace.actions},
        tolerance={'logits': 0.0, 'legs': 1e-5},
    )
    assert str(first_difference(extra, Follower())) == (
        'step 0, logits: the policy gives no such action'
    )


def test_an_answer_of_another_shape_is_a_difference(trace):
    found = first_difference(trace, Follower(lambda step, legs: legs[:3]))
    assert str(found) == 'step 0, legs: expected shape (4,), got (3,)'


def test_a_scalar_action_is_compared_too(trace):
    scalar = replace(trace, actions={'legs': np.array([0, 1, 2])}, tolerance={'legs': 0.0})
    found = first_difference(scalar, Follower(lambda step, legs: min(step, 1)))
    assert str(found) == 'step 2, legs: expected 2, got 1, allowed difference 0'


def test_an_answer_without_names_or_numbers_is_refused(trace):
    run = Follower()
    run.act = lambda observation: observation['joints']
    with pytest.raises(ContractError, match='arrays by name'):
        first_difference(trace, run)
    with pytest.raises(ContractError, match=r'legs: .*return numbers'):
        first_difference(trace, Follower(lambda step, legs: np.array(['a'] * 4)))


def test_a_policy_cannot_change_the_trace(trace):
    before = trace.observations['joints'].copy()
    run = Follower()

    def act(observation):
        observation['joints'][:] = 7
        return {'legs': np.zeros(4)}

    run.act = act
    first_difference(trace, run)
    np.testing.assert_array_equal(trace.observations['joints'], before)


STEPS = np.array([True, False, True])
JOINTS = {'joints': np.zeros((3, 4))}
LEGS = {'legs': np.zeros((3, 4))}

REFUSED = {
    'resets that are numbers': ((JOINTS, LEGS, np.ones(3), {'legs': 0.0}), 'one bool'),
    'no steps': ((JOINTS, LEGS, STEPS[:0], {'legs': 0.0}), 'one bool'),
    'a start in mid-episode': ((JOINTS, LEGS, ~STEPS, {'legs': 0.0}), 'no reset'),
    'no observations': (({}, LEGS, STEPS, {'legs': 0.0}), 'observations: there are none'),
    'no actions': ((JOINTS, {}, STEPS, {}), 'actions: there are none'),
    'another length': (
        ({'joints': np.zeros((2, 4))}, LEGS, STEPS, {'legs': 0.0}),
        'observations.joints: the shape (2, 4)',
    ),
    'a scalar': (({'joints': np.array(1.0)}, LEGS, STEPS, {'legs': 0.0}), 'the 3 steps'),
    'objects': (
        ({'joints': np.array([{}, {}, {}])}, LEGS, STEPS, {'legs': 0.0}),
        'it holds object',
    ),
    'no tolerance': ((JOINTS, LEGS, STEPS, {}), 'tolerance.legs: the tolerance is None'),
    'a negative tolerance': ((JOINTS, LEGS, STEPS, {'legs': -1.0}), 'zero or more'),
    'a tolerance that is NaN': ((JOINTS, LEGS, STEPS, {'legs': np.nan}), 'zero or more'),
    'an infinite tolerance': ((JOINTS, LEGS, STEPS, {'legs': np.inf}), 'zero or more'),
    'a tolerance of nothing': ((JOINTS, LEGS, STEPS, {'legs': 0.0, 'arm': 0.0}), 'no action'),
}


@pytest.mark.parametrize('case', REFUSED)
def test_a_trace_is_refused_for(case):
    parts, words = REFUSED[case]
    with pytest.raises(ContractError) as refusal:
        GoldenTrace(*parts)
    assert words in str(refusal.value)


def test_a_trace_of_another_policy_is_refused(make_contract, trace):
    contract = make_contract()
    trace.check_against(contract)
    fewer = {name: array for name, array in trace.observations.items() if name != 'imu'}
    with pytest.raises(ContractError, match=r'observations\.imu: it is missing'):
        replace(trace, observations=fewer).check_against(contract)
    other = {**trace.observations, 'scan': np.zeros((3, 4))}
    with pytest.raises(ContractError, match="'scan' is no observation of the contract"):
        replace(trace, observations=other).check_against(contract)
    reshaped = {**trace.observations, 'imu': np.zeros((3, 3))}
    with pytest.raises(ContractError, match=r'imu: one step has the shape \(3,\)'):
        replace(trace, observations=reshaped).check_against(contract)
    with pytest.raises(ContractError, match=r'actions\.legs: it is missing'):
        replace(trace, actions={'arm': np.zeros(3)}, tolerance={'arm': 0.0}).check_against(
            contract
        )


def test_a_term_may_be_recorded_in_parts(make_contract, trace):
    parts = {name: array for name, array in trace.observations.items() if name != 'imu'}
    parts |= {'imu.rate': np.zeros(3), 'imu.gravity': np.zeros((3, 3))}
    replace(trace, observations=parts).check_against(make_contract())


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def header_of(text, version=1):
    body = text.encode().ljust(118) + b'\n'
    return b'\x93NUMPY' + bytes([version, 0]) + len(body).to_bytes(2, 'little') + body


HUGE = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"

HOSTILE = {
    'objects': ({'resets.npy': npy(np.array([{}]))}, 'resets: it holds Python objects'),
    'a header that claims terabytes': ({'resets.npy': header_of(HUGE)}, 'do not fill the shape'),
    'a header with code': ({'resets.npy': header_of("__import__('os')")}, 'cannot be read'),
    'another version of npy': ({'resets.npy': header_of(HUGE, 9)}, 'cannot be read'),
    'no array': ({'resets.npy': b'hello'}, 'cannot be read'),
    'an unknown array': ({'weights.npy': npy(np.zeros(3))}, "it holds 'weights'"),
    'no resets': ({'action/legs.npy': npy(np.zeros(3))}, 'resets: it is missing'),
    'a tolerance that is a list': (
        {'resets.npy': npy(STEPS), 'tolerance/legs.npy': npy(np.zeros(2))},
        'store one float',
    ),
    'very many arrays': ({f'action/{n}.npy': b'' for n in range(300)}, 'at most 256'),
}


@pytest.mark.parametrize('case', HOSTILE)
def test_a_golden_file_is_refused_that_holds(case, tmp_path):
    members, words = HOSTILE[case]
    file = tmp_path / 'golden.npz'
    with zipfile.ZipFile(file, 'w') as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(ContractError) as refusal:
        GoldenTrace.read(file)
    assert words in str(refusal.value)
    assert str(file) in str(refusal.value)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    file = tmp_path / 'golden.npz'
    with (
        zipfile.ZipFile(file, 'w', zipfile.ZIP_DEFLATED) as archive,
        archive.open('resets.npy', 'w', force_zip64=True) as member,
    ):
        block = bytes(1 << 20)
        for _ in range(257):
            member.write(block)
    assert file.stat().st_size < 1 << 20
    with pytest.raises(ContractError, match='unpacks to'):
        GoldenTrace.read(file)


def test_a_directory_that_lies_about_the_size_is_refused(tmp_path):
    file = tmp_path / 'golden.npz'
    with zipfile.ZipFile(file, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('resets.npy', bytes(100_000))
    data = file.read_bytes().replace((100_000).to_bytes(4, 'little'), (10).to_bytes(4, 'little'))
    file.write_bytes(data)
    with pytest.raises(ContractError, match=r'no sound npz|not as listed'):
        GoldenTrace.read(file)


def test_an_array_that_is_there_twice_is_refused(tmp_path):
    file = tmp_path / 'golden.npz'
    with zipfile.ZipFile(file, 'w') as archive:
        archive.writestr('resets.npy', npy(STEPS))
        archive.writestr('resets', npy(STEPS))
    with pytest.raises(ContractError, match='resets: it is there twice'):
        GoldenTrace.read(file)


def test_an_odd_compression_is_refused(tmp_path):
    file = tmp_path / 'golden.npz'
    with zipfile.ZipFile(file, 'w', zipfile.ZIP_BZIP2) as archive:
        archive.writestr('resets.npy', npy(STEPS))
    with pytest.raises(ContractError, match='its compression is not read'):
        GoldenTrace.read(file)


def test_a_damaged_archive_is_refused(tmp_path, trace):
    file = tmp_path / 'golden.npz'
    trace.write(file)
    whole = file.read_bytes()
    for data in (b'', b'hello', whole[: len(whole) // 2], whole[:-1]):
        file.write_bytes(data)
        with pytest.raises(ContractError, match='no sound npz archive'):
            GoldenTrace.read(file)
    with pytest.raises(ContractError, match='no such file'):
        GoldenTrace.read(tmp_path / 'none.npz')
