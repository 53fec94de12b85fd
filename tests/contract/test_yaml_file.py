"""Hostile and broken yaml files are refused with the line and the remedy."""

import os

import pytest

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.yaml_file import MAX_BYTES, MAX_NODES, parse_yaml, read_yaml

LAUGHS = 'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n'

HOSTILE = {
    'a billion laughs': (LAUGHS, 'line 1: anchors and aliases are not taken'),
    'an alias of nothing': ('a: *b\n', 'anchors and aliases'),
    'a python object': ('a: !!python/object/apply:os.system ["true"]\n', 'line 1: the tag'),
    'a python name': ('a: !!python/name:os.system\n', 'the tag'),
    'a plain tag': ('a: !!str 1\n', 'the tag'),
    'a merge key': ('a: {<<: {b: 1}}\n', 'is not text'),
    'a doubled key': ('a: {b: 1, c: 2, b: 3}\n', "a: line 1: the key 'b' is there twice"),
    'a doubled key in a list': ('a: [{b: 1, b: 3}]\n', r'a[0]: line 1: the key'),
    'a key that is a number': ('1: a\n', 'put it in quotes'),
    'a key that is a bool': ('on: a\n', 'the key on is not text'),
    'a key that is a list': ('? [a, b]\n: c\n', 'a list or mapping is not text'),
    'a key that clears the terminal': ('"\\e[2J": a\n', "the key '\\x1b[2J' cannot be printed"),
    'two documents': ('a: 1\n---\nb: 2\n', 'line 2: a second document'),
    'nothing': ('', 'no mapping'),
    'only a comment': ('# nothing\n', 'no mapping'),
    'a list': ('- a\n- b\n', 'no mapping'),
    'a text': ('height\n', 'no mapping'),
    'an open bracket': ('a: [1, 2\n', 'not readable as yaml (line 2'),
    'a tab': ('a:\n\tb: 1\n', 'not readable as yaml (line 2'),
    'a control character': ('a: \x07\n', 'not readable as yaml'),
    'a date that is none': ('a: 2026-99-99\n', 'not readable as yaml'),
    'depth': ('a: ' + '[' * 5000, 'nested deeper'),
    'depth by indentation': (
        ''.join(' ' * n + 'a:\n' for n in range(100)),
        'nested deeper',
    ),
    'very many values': ('a: [' + '1,' * (MAX_NODES + 1) + ']', 'more than'),
    'a very long number': ('a: ' + '9' * 100_000, 'longer than'),
    'a very long sexagesimal': ('a: ' + '1:' * 3000 + '1', 'longer than'),
}


@pytest.mark.parametrize('case', HOSTILE)
def test_yaml_is_refused_that_holds(case):
    text, words = HOSTILE[case]
    with pytest.raises(ContractError) as refusal:
        parse_yaml(text)
    assert words in str(refusal.value)


def test_plain_values_come_out_as_they_are():
    text = "a: [1, 2.5, true, null, 'on', ~]\nb: {c: text}\n"
    assert parse_yaml(text) == {'a': [1, 2.5, True, None, 'on', None], 'b': {'c': 'text'}}


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ContractError, match=r'nowhere\.yaml: there is no such file'):
        read_yaml(tmp_path / 'nowhere.yaml')


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ContractError, match='not a regular file'):
        read_yaml(tmp_path)


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / 'pipe.yaml')
    with pytest.raises(ContractError, match='not a regular file'):
        read_yaml(tmp_path / 'pipe.yaml')


def test_an_oversized_file_is_refused_unread(tmp_path):
    file = tmp_path / 'large.yaml'
    with file.open('wb') as stream:
        stream.truncate(MAX_BYTES * 1000)
    with pytest.raises(ContractError, match='larger than 128 KiB'):
        read_yaml(file)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    file = tmp_path / 'bytes.yaml'
    file.write_bytes(b'a: \xff\n')
    with pytest.raises(ContractError, match='byte 3 is not UTF-8'):
        read_yaml(file)


def test_a_refusal_names_the_file(tmp_path):
    file = tmp_path / 'laughs.yaml'
    file.write_text(LAUGHS)
    with pytest.raises(ContractError, match=r'laughs\.yaml: line 1: anchors'):
        read_yaml(file)
