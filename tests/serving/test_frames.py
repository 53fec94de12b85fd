"""Messages survive the way there, and nothing else is taken for one."""

from __future__ import annotations

import math

import msgpack
import numpy as np
import pytest
from hand_made import CONTRACT, contract_of

from policy_nodes.contract.vocabulary import DTYPES
from policy_nodes.serving.frames import FrameError, pack, unpack
from policy_nodes.serving.served import blank
from policy_nodes.serving.sizes import (
    LARGEST,
    action_shapes,
    check_arrays,
    largest_message,
    observation_shapes,
)


def ask(**changes):
    return {'kind': 'ask', 'sequence': 1, 'generation': 1, 'arrays': {}} | changes


def array(**changes):
    return {'dtype': 'float32', 'shape': [2], 'data': bytes(8)} | changes


@pytest.mark.parametrize('dtype', DTYPES)
@pytest.mark.parametrize('shape', [(), (0,), (3,), (2, 3, 4)])
def test_arrays_come_back_as_they_were(dtype, shape):
    sent = np.arange(math.prod(shape)).reshape(shape).astype(dtype)
    reversed_view = sent[..., ::-1] if shape else sent
    arrays = {'one': sent, 'two': reversed_view}
    kind, fields = unpack(pack('ask', sequence=3, generation=7, arrays=arrays), 'ask')
    assert (kind, fields['sequence'], fields['generation']) == ('ask', 3, 7)
    for name, value in arrays.items():
        found = fields['arrays'][name]
        assert (found.dtype, found.shape) == (value.dtype, value.shape)
        assert np.array_equal(found, value)
        assert found.flags.writeable


@pytest.mark.parametrize(
    ('message', 'words'),
    [
        (ask(kind='begin'), 'not ask'),
        (ask(kind=3), 'not ask'),
        (ask(more=1), 'ask holds'),
        ({'kind': 'ask'}, 'ask holds'),
        (ask(sequence=True), 'sequence of ask is a bool'),
        (ask(sequence='1'), 'sequence of ask is a str'),
        (ask(arrays=[1]), 'arrays of ask is a list'),
        (ask(arrays={'a': 1}), 'does not hold dtype, shape and data'),
        (ask(arrays={'a': array(more=1)}), 'does not hold'),
        (ask(arrays={'a': array(dtype='object')}), 'known: float16'),
        (ask(arrays={'a': array(dtype='<f4')}), 'known: float16'),
        (ask(arrays={'a': array(dtype=['float32'])}), 'known: float16'),
        (ask(arrays={'a': array(shape=[3])}), 'do not fill the shape'),
        (ask(arrays={'a': array(shape=[-2])}), 'no shape of whole numbers'),
        (ask(arrays={'a': array(shape=[2.0])}), 'no shape of whole numbers'),
        (ask(arrays={'a': array(shape=[True, 2])}), 'no shape of whole numbers'),
        (ask(arrays={'a': array(shape=[1 << 40, 1 << 40])}), 'do not fill'),
        (ask(arrays={'a': array(shape=[1] * 7)}), 'cannot be read'),
        (ask(arrays={'a': array(data='12345678')}), 'do not fill'),
        (ask(arrays={str(i): array() for i in range(65)}), 'cannot be read'),
        ([1, 2], 'of kind'),
        (7, 'of kind'),
    ],
)
def test_a_message_of_another_form_is_refused_in_words(message, words):
    with pytest.raises(FrameError, match=words):
        unpack(msgpack.packb(message), 'ask')


def test_bytes_that_are_no_message_are_refused_in_words():
    sound = pack('ask', sequence=1, generation=1, arrays={'a': np.zeros(3)})
    deep = b'\x91' * 5000
    timestamp = msgpack.packb(ask(sequence=msgpack.ExtType(5, b'x')))
    for data in (
        b'',
        sound[:-1],
        sound + b'\x00',
        b'\xc1',
        deep,
        timestamp,
        b'\xdf' + b'\xff' * 8,
    ):
        with pytest.raises(FrameError):
            unpack(data, 'ask')
    with pytest.raises(FrameError, match='a text came'):
        unpack('{}', 'ask')


def test_what_is_no_number_cannot_be_sent():
    for odd in (np.array(['a']), np.array([object()]), np.array([1j])):
        with pytest.raises(FrameError, match='are not sent'):
            pack('ask', sequence=1, generation=1, arrays={'a': odd})


def test_observations_are_held_against_the_contract():
    shapes = observation_shapes(CONTRACT)
    sound = blank(CONTRACT)
    check_arrays(sound, shapes, 'observation')
    for name, wrong, words in (
        ('scan', np.zeros(179), r'scan has the shape \(179,\); the contract says 180'),
        ('goal', np.zeros((2, 1)), 'the contract says 2'),
        ('people.positions', np.zeros((5000, 2)), 'the contract says any x 2'),
        ('people.count', np.zeros(1), 'the contract says one number'),
        ('odometry', np.full(5, np.nan), 'odometry of the observation is not finite'),
    ):
        with pytest.raises(FrameError, match=words):
            check_arrays(sound | {name: wrong}, shapes, 'observation')
    renamed = {('aim' if name == 'goal' else name): one for name, one in sound.items()}
    with pytest.raises(FrameError, match='lacks goal and has aim more'):
        check_arrays(renamed, shapes, 'observation')


def test_a_chunk_has_as_many_rows_as_its_horizon():
    assert action_shapes(contract_of(1)) == {'base': (2,)}
    assert action_shapes(contract_of(8)) == {'base': (8, 2)}


def test_a_message_may_be_as_large_as_the_contract_needs_and_no_larger():
    needed = sum(8 * value.size for value in blank(CONTRACT).values())
    assert needed < largest_message(observation_shapes(CONTRACT)) < 1 << 20
    assert largest_message({'image': (None, None, 3)}) == LARGEST
