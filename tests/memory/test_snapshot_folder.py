"""Snapshots lie below one folder, whatever name is asked for."""

from __future__ import annotations

import pytest

from policy_nodes.memory.errors import MemoryBankError
from policy_nodes.memory.snapshot_folder import SnapshotFolder


@pytest.mark.parametrize('path', ['bank.safetensors', 'evening/bank.safetensors'])
def test_a_relative_path_lies_below_the_folder(tmp_path, path):
    assert SnapshotFolder(tmp_path).file(path) == tmp_path.resolve() / path


def test_a_folder_that_is_a_link_is_where_the_link_leads(tmp_path):
    (tmp_path / 'real').mkdir()
    (tmp_path / 'link').symlink_to('real')
    folder = SnapshotFolder(tmp_path / 'link')
    assert folder.file('a.safetensors') == tmp_path.resolve() / 'real' / 'a.safetensors'


@pytest.mark.parametrize(
    'path',
    [
        '../bank.safetensors',
        'a/../../bank.safetensors',
        'a/../bank.safetensors',
        'out/bank.safetensors',
        'out.safetensors',
    ],
)
def test_a_path_that_leads_out_is_refused(tmp_path, path):
    folder = tmp_path / 'folder'
    folder.mkdir()
    (folder / 'out').symlink_to(tmp_path)
    (folder / 'out.safetensors').symlink_to(tmp_path / 'secret.safetensors')
    with pytest.raises(MemoryBankError, match='leads out of the folder of snapshots'):
        SnapshotFolder(folder).file(path)


@pytest.mark.parametrize(
    'path',
    [
        '',
        '.',
        '/etc/passwd',
        '/tmp/a.safetensors',
        'bank',
        'a.pkl',
        '.safetensors',
        'a\0.safetensors',
    ],
)
def test_a_path_of_another_kind_is_refused(tmp_path, path):
    with pytest.raises(MemoryBankError, match=r'use a relative path that ends in \.safetensors'):
        SnapshotFolder(tmp_path).file(path)
