"""Weights are read only from sound safetensors files; each damage gives one sentence."""

import json
import os
import pickle
import struct
import zipfile

import numpy as np
import pytest

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.safetensors_file import (
    MAX_HEADER,
    read_safetensors,
    sha256_of,
    write_safetensors,
)


def bytes_of(header, data=b'\0' * 8):
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack('<Q', len(raw)) + raw + data


def tensor(dtype='F32', shape=(2,), offsets=(0, 8)):
    return {'dtype': dtype, 'shape': list(shape), 'data_offsets': list(offsets)}


def archive_of_torch(tmp_path):
    file = tmp_path / 'inner.zip'
    with zipfile.ZipFile(file, 'w') as archive:
        archive.writestr('data.pkl', b'x')
    return file.read_bytes()


def test_what_is_written_reads_back_with_its_types_and_shapes(tmp_path, weights):
    digest = write_safetensors(tmp_path / 'a.safetensors', weights)
    again = read_safetensors(tmp_path / 'a.safetensors', digest)
    assert sorted(again) == sorted(weights)
    for name, array in weights.items():
        assert again[name].dtype == array.dtype
        assert again[name].shape == array.shape
        np.testing.assert_array_equal(again[name], array)


def test_the_digest_of_the_file_is_the_one_that_writing_returned(tmp_path, weights):
    file = tmp_path / 'a.safetensors'
    assert write_safetensors(file, weights) == sha256_of(file)


def test_changed_weights_are_refused_and_named(tmp_path, weights):
    file = tmp_path / 'a.safetensors'
    digest = write_safetensors(file, weights)
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    with pytest.raises(ContractError, match=r'a\.safetensors: weights\.sha256: .*changed'):
        read_safetensors(file, digest)


def test_a_file_cut_anywhere_is_refused(tmp_path, weights):
    file = tmp_path / 'a.safetensors'
    write_safetensors(file, weights)
    whole = file.read_bytes()
    for length in [0, 1, 7, 8, 9, 40, len(whole) // 2, len(whole) - 1]:
        file.write_bytes(whole[:length])
        with pytest.raises(ContractError, match='copy or download it again'):
            read_safetensors(file)


def test_bytes_after_the_last_tensor_are_refused(tmp_path, weights):
    file = tmp_path / 'a.safetensors'
    write_safetensors(file, weights)
    file.write_bytes(file.read_bytes() + b'\0')
    with pytest.raises(ContractError, match='tensors need'):
        read_safetensors(file)


DEEP = b'[' * 200_000

HOSTILE = {
    'a header that claims exabytes': (struct.pack('<Q', 2**62) + b'{}', 'its header claims'),
    'a header at the limit that is not there': (
        struct.pack('<Q', MAX_HEADER) + b'{}',
        'ends inside its header',
    ),
    'a header that is no JSON': (bytes_of(b'{"a": '), 'no JSON'),
    'a header that is no text': (bytes_of(b'\xff\xfe'), 'no JSON'),
    'a header nested without end': (bytes_of(DEEP), 'no JSON'),
    'a header that is a list': (bytes_of([1]), 'no mapping'),
    'no tensor': (bytes_of({'__metadata__': {'a': 'b'}}, b''), 'no tensor'),
    'a name twice': (
        bytes_of(b'{"a": 1, "a": 2}'),
        'there twice',
    ),
    'an entry that is a number': (bytes_of({'a': 1}), "entry of tensor 'a'"),
    'an entry without a shape': (
        bytes_of({'a': {'dtype': 'F32', 'data_offsets': [0, 8]}}),
        "entry of tensor 'a'",
    ),
    'an unknown type': (bytes_of({'a': tensor('BF16', (4,))}), "has the type 'BF16'"),
    'a type that is a list': (bytes_of({'a': tensor(['F32'])}), 'has the type'),
    'a negative size': (bytes_of({'a': tensor(shape=(-2,))}), 'no whole numbers'),
    'a size with a point': (bytes_of({'a': tensor(shape=(2.0,))}), 'no whole numbers'),
    'a size beyond all bytes': (bytes_of({'a': tensor(shape=(2**61,))}), 'does not fill'),
    'sizes whose product overflows': (
        bytes_of({'a': tensor(shape=(2**32, 2**32))}),
        'does not fill',
    ),
    'offsets beyond the end': (bytes_of({'a': tensor(offsets=(8, 16))}), 'starts at byte 8'),
    'tensors that overlap': (
        bytes_of({'a': tensor(), 'b': tensor()}),
        "tensor 'b' starts at byte 0 instead of 8",
    ),
    'a hole between tensors': (
        bytes_of({'a': tensor(), 'b': tensor(offsets=(16, 24))}, b'\0' * 24),
        "tensor 'b' starts at byte 16 instead of 8",
    ),
    'a pickle by another name': (pickle.dumps({'a': 1}), 'it is a pickle, whatever its name'),
    'the pointer of a large file': (
        b'version https://git-lfs.github.com/spec/v1\noid sha256:0\n',
        'git lfs pull',
    ),
}


@pytest.mark.parametrize('case', HOSTILE)
def test_weights_are_refused_that_hold(case, tmp_path):
    data, words = HOSTILE[case]
    file = tmp_path / 'model.safetensors'
    file.write_bytes(data)
    with pytest.raises(ContractError) as refusal:
        read_safetensors(file)
    assert words in str(refusal.value)
    assert str(file) in str(refusal.value)


def test_a_torch_archive_by_another_name_is_refused(tmp_path):
    file = tmp_path / 'model.safetensors'
    file.write_bytes(archive_of_torch(tmp_path))
    with pytest.raises(ContractError, match=r'a torch or zip archive.*policy-stack import'):
        read_safetensors(file)


def test_a_header_of_640_bytes_is_not_taken_for_a_pickle(tmp_path):
    header = json.dumps({'a': tensor()})
    file = tmp_path / 'model.safetensors'
    file.write_bytes(bytes_of(header.ljust(640).encode()))
    assert file.read_bytes()[:2] == b'\x80\x02'
    assert read_safetensors(file)['a'].shape == (2,)


def test_a_missing_file_and_a_pipe_are_refused(tmp_path):
    with pytest.raises(ContractError, match='cannot be read'):
        read_safetensors(tmp_path / 'none.safetensors')
    os.mkfifo(tmp_path / 'pipe')
    with pytest.raises(ContractError, match='not a regular file'):
        read_safetensors(tmp_path / 'pipe')


UNWRITABLE = {
    'nothing': ({}, 'no tensors'),
    'NaN': ({'a': np.array([np.nan])}, 'a: it holds NaN or infinity'),
    'infinity': ({'a': np.array([np.inf], np.float16)}, 'a: it holds NaN or infinity'),
    'objects': ({'a': np.array([{}])}, 'a: object cannot be stored'),
    'text': ({'a': np.array(['x'])}, 'cannot be stored'),
    'complex numbers': ({'a': np.array([1j])}, 'cannot be stored'),
}


@pytest.mark.parametrize('case', UNWRITABLE)
def test_weights_are_not_written_that_hold(case, tmp_path):
    arrays, words = UNWRITABLE[case]
    file = tmp_path / 'a.safetensors'
    with pytest.raises(ContractError) as refusal:
        write_safetensors(file, arrays)
    assert words in str(refusal.value)
    assert not file.exists()


def test_an_array_that_is_not_contiguous_is_written_as_it_reads(tmp_path):
    turned = np.arange(6, dtype=np.float32).reshape(2, 3).T
    write_safetensors(tmp_path / 'a.safetensors', {'a': turned})
    np.testing.assert_array_equal(read_safetensors(tmp_path / 'a.safetensors')['a'], turned)
