"""What is written comes back; a file that was damaged in any way is refused in one sentence."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import save_file
from small_entries import entry, facts

from policy_nodes.memory.contents import Contents
from policy_nodes.memory.entry import Entry
from policy_nodes.memory.errors import MemoryBankError
from policy_nodes.memory.memory_bank import MemoryBank
from policy_nodes.memory.snapshot import FORMAT, read_snapshot, write_snapshot
from policy_nodes.memory.snapshot_layout import pack

WRITER = Path(__file__).with_name('snapshot_writer.py')
ROOM = 1 << 20
NAMES = st.text(min_size=1, max_size=8).filter(lambda n: n.isprintable() and n == n.strip())
ARRAYS = hnp.arrays(
    st.sampled_from(['f4', 'f8', 'f2', 'u1', 'i4', 'i8', 'u8', '?', '>i2']),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3),
)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
ENTRIES = st.builds(
    Entry,
    NAMES,
    NAMES,
    st.integers(0, 2**64 - 1),
    st.dictionaries(NAMES, ARRAYS, max_size=3),
    stamp_ns=st.integers(0, 2**63 - 1),
    frame=st.one_of(st.just(''), NAMES),
    position=st.tuples(FINITE, FINITE, FINITE),
    quaternion=st.tuples(FINITE, FINITE, FINITE, FINITE),
)


@pytest.fixture
def contents() -> Contents:
    """Two episodes, two streams, one tensor each."""
    bank = MemoryBank()
    for step in range(2):
        for stream in ('front', 'left'):
            bank.store(entry('one', stream, step, value=step, frame='base'))
    bank.begin('two')
    return bank.contents()


@pytest.fixture
def file(tmp_path, contents) -> Path:
    """A sound snapshot."""
    write_snapshot(tmp_path / 'bank.safetensors', contents)
    return tmp_path / 'bank.safetensors'


@settings(deadline=None, max_examples=40)  # the disk may be busy
@given(st.lists(ENTRIES, max_size=6), st.one_of(st.none(), NAMES))
def test_what_is_written_comes_back_to_the_bit(tmp_path_factory, entries, begun):
    bank = MemoryBank(max_episodes=10)
    for each in entries:
        bank.store(each)
    if begun is not None:
        bank.begin(begun)
    before = bank.contents()
    file = tmp_path_factory.getbasetemp() / 'any.safetensors'
    assert write_snapshot(file, before) == file.stat().st_size
    after = read_snapshot(file, ROOM)
    assert (after.episodes, after.announced) == (before.episodes, before.announced)
    assert [facts(each) for each in after.entries] == [facts(each) for each in before.entries]


def test_a_file_cut_anywhere_is_refused(file):
    whole = file.read_bytes()
    for length in range(0, len(whole), 7):
        file.write_bytes(whole[:length])
        with pytest.raises(MemoryBankError, match=r'bank\.safetensors: .*; remove the file to'):
            read_snapshot(file, ROOM)


def test_a_byte_that_changed_anywhere_is_noticed(file):
    whole = file.read_bytes()
    for place in range(0, len(whole), 3):
        data = bytearray(whole)
        data[place] ^= 0x10
        file.write_bytes(data)
        with pytest.raises(MemoryBankError, match=r'bank\.safetensors: '):
            read_snapshot(file, ROOM)


def test_a_file_that_goes_on_after_its_end_is_refused(file):
    file.write_bytes(file.read_bytes() + b'\0')
    with pytest.raises(MemoryBankError, match='tensors need'):
        read_snapshot(file, ROOM)


class Trap:
    """Leaves a file behind where it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self):
        return Path.touch, (self.trace,)


@pytest.mark.parametrize('packed', ['bare', 'in_an_archive'])
def test_a_pickle_is_refused_and_does_not_run(file, tmp_path, packed):
    trace = tmp_path / 'it_ran'
    data = pickle.dumps(Trap(trace))
    if packed == 'in_an_archive':
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, 'w') as archive:
            archive.writestr('bank/data.pkl', data)
        data = stream.getvalue()
    file.write_bytes(data)
    with pytest.raises(MemoryBankError, match='whatever its name says; remove the file'):
        read_snapshot(file, ROOM)
    assert not trace.exists()


def test_a_file_of_weights_is_refused(file):
    save_file({'weight': np.zeros(3, np.float32)}, file)
    with pytest.raises(MemoryBankError, match='it is no snapshot of a memory bank'):
        read_snapshot(file, ROOM)


def test_another_version_is_refused_before_anything_of_it_is_believed(file):
    save_file({'later': np.zeros(3, np.float32)}, file, {'format': FORMAT, 'version': '2'})
    with pytest.raises(MemoryBankError, match="it has version '2', only version '1' is read; rem"):
        read_snapshot(file, ROOM)


def test_a_file_larger_than_the_bank_is_refused(file):
    with file.open('ab') as stream:
        stream.truncate(100 << 20)
    with pytest.raises(MemoryBankError, match=r'more than \d+ bytes, .*; raise max_bytes, or'):
        read_snapshot(file, 1 << 20)


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / 'pipe.safetensors')
    for name, said in (
        ('pipe.safetensors', 'it is not a regular file'),
        ('.', 'it is not a regular file'),
        ('none.safetensors', r'it cannot be read \(No such file or directory\); check that'),
    ):
        with pytest.raises(MemoryBankError, match=said):
            read_snapshot(tmp_path / name, ROOM)


def _without(arrays, metadata, name):
    del arrays[name]


def _with(arrays, metadata, name, values):
    arrays[name] = values


def _says(arrays, metadata, name, text):
    metadata[name] = text


NONE = {'episodes': [], 'streams': [], 'frames': [], 'tensors': []}


@pytest.mark.parametrize(
    ('change', 'arguments', 'said'),
    [
        (_without, ('index.step',), 'index.step is absent'),
        (_with, ('index.step', np.zeros(4)), 'index.step is absent, or not of the type uint64'),
        (_with, ('index.pose', np.zeros((4, 6))), r'index.pose .* rows of shape \(7,\)'),
        (_with, ('index.stream', np.zeros(3, np.int32)), 'index.stream has 3 rows, index.step'),
        (_with, ('index.stream', np.full(4, 2, np.int32)), 'refers to names that are not there'),
        (_with, ('index.frame', np.full(4, -1, np.int32)), 'refers to names that are not there'),
        (_with, ('index.step', np.zeros(4, np.uint64)), 'a step of a stream is there twice'),
        (_with, ('index.stamp_ns', np.full(4, -1)), 'stamp_ns: -1 is out of range'),
        (_with, ('index.pose', np.full((4, 7), np.nan)), 'are not 3 finite numbers'),
        (_with, ('4.0', np.zeros(1)), "the array '4.0' belongs to no entry"),
        (_with, ('0.1', np.zeros(1)), "the array '0.1' belongs to no entry"),
        (_with, ('00.0', np.zeros(1)), "the array '00.0' belongs to no entry"),
        (_with, ('__import__', np.zeros(1)), "the array '__import__' belongs to no entry"),
        (_says, ('announced', '1'), 'announced is neither true nor false'),
        (_says, ('announced', '(true'), r'it is damaged \('),
        (_says, ('names', '[]'), 'it has no list of episodes'),
        (_says, ('names', '[' * 100_000), 'it is damaged'),
        (_says, ('names', '{"episodes": [1]}'), 'it has no list of episodes'),
        (_says, ('names', '{"episodes": ["a", "a"]}'), 'a name is twice among its episodes'),
    ],
)
def test_a_file_that_only_claims_to_be_sound_is_refused(
    file, contents, monkeypatch, change, arguments, said
):
    def forged(held):
        arrays, metadata = pack(held)
        change(arrays, metadata, *arguments)
        return arrays, metadata

    # so that the digest is right, and only what it covers is wrong
    monkeypatch.setattr('policy_nodes.memory.snapshot.pack', forged)
    write_snapshot(file, contents)
    with pytest.raises(MemoryBankError, match=said):
        read_snapshot(file, ROOM)


def test_more_than_could_be_read_again_is_not_written(file):
    before = file.read_bytes()
    tensors = {str(number): np.zeros(0) for number in range(16)}
    many = tuple(entry('one', step=step, tensors=tensors) for step in range(6_260))
    with pytest.raises(MemoryBankError, match='arrays could not be read again; lower max_entries'):
        write_snapshot(file, Contents(('one',), False, many))
    assert file.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told(file, contents):
    with pytest.raises(MemoryBankError, match=r'the snapshot cannot be written .*; check folder'):
        write_snapshot(file / 'below' / 'bank.safetensors', contents)


def test_a_disk_that_takes_no_more_leaves_the_snapshot_before(file, contents):
    before = file.read_bytes()
    done = subprocess.run(
        [sys.executable, str(WRITER), str(file), '1000000'],
        cwd=WRITER.parents[2],
        env={**os.environ, 'PYTHONPATH': str(WRITER.parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert 'the snapshot cannot be written (File too large); check folder' in done.stderr
    assert file.read_bytes() == before


def test_a_writer_that_is_killed_at_any_time_leaves_a_whole_snapshot(file):
    for _ in range(3):
        before = file.stat().st_mtime_ns
        writer = subprocess.Popen(
            [sys.executable, str(WRITER), str(file), '0'],
            cwd=WRITER.parents[2],
            env={**os.environ, 'PYTHONPATH': str(WRITER.parents[2])},
        )
        try:
            while file.stat().st_mtime_ns == before:
                assert writer.poll() is None
        finally:
            writer.kill()
            writer.wait(10.0)
        (kept,) = read_snapshot(file, 8 << 20).entries
        assert (kept.tensors['v'] == kept.step).all()
