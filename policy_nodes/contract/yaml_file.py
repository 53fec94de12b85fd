"""Read a yaml file that nobody vouches for.

Only plain values come out. Whatever makes yaml dangerous or ambiguous is refused before a value
is built: anchors and aliases (the billion laughs), tags (object construction), merge keys,
doubled keys, several documents, and any size beyond what a contract can need.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from policy_nodes.contract.errors import ContractError, in_file

MAX_BYTES = 128 * 1024
MAX_DEPTH = 12
MAX_NODES = 10_000
MAX_SCALAR = 4096


def read_yaml(file: Path) -> dict[str, Any]:
    """Read a file whose top level is a mapping with text keys.

    Raises:
        ContractError: no such file, not a regular file, too large, or not plain yaml.
    """
    with in_file(file):
        return parse_yaml(_read_text(file))


def parse_yaml(text: str) -> dict[str, Any]:
    """Turn yaml text into plain values.

    Raises:
        ContractError: naming the line where there is one.
    """
    try:
        _check_events(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if not isinstance(root, yaml.MappingNode):
            raise ContractError(
                'the top level is no mapping', remedy='write it as lines of `key: value`'
            )
        _check_keys(root, '')
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        if isinstance(error, ContractError):
            raise
        raise ContractError(
            f'not readable as yaml ({_first_line(error)})', remedy='mend it there'
        ) from error
    assert isinstance(values, dict)
    return values


def _read_text(file: Path) -> str:
    if not file.exists():
        raise ContractError('there is no such file', remedy='give the path of an existing one')
    if not file.is_file():
        raise ContractError('this is not a regular file', remedy='give the path of a yaml file')
    try:
        with file.open('rb') as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ContractError(
            f'it cannot be opened ({error.strerror})', remedy='check its permissions'
        ) from error
    if len(data) > MAX_BYTES:
        raise ContractError(
            f'it is larger than {MAX_BYTES // 1024} KiB',
            remedy='keep data out of it, only the description belongs here',
        )
    try:
        return data.decode('utf-8')
    except UnicodeDecodeError as error:
        raise ContractError(
            f'byte {error.start} is not UTF-8', remedy='save the file as UTF-8 text'
        ) from error


def _check_events(text: str) -> None:
    depth = nodes = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _refuse(line, 'a second document starts', 'keep one document in a file')
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            raise _refuse(line, 'anchors and aliases are not taken', 'write the values out')
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            raise _refuse(line, f'the tag {event.tag!r} is not taken', 'write a plain value')
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise _refuse(line, f'it is nested deeper than {MAX_DEPTH} levels', 'make it flatter')
        nodes += isinstance(event, yaml.NodeEvent)
        if nodes > MAX_NODES:
            raise _refuse(line, f'it has more than {MAX_NODES} values', 'keep data out of it')
        if isinstance(event, yaml.ScalarEvent) and len(event.value) > MAX_SCALAR:
            raise _refuse(line, f'a value is longer than {MAX_SCALAR} characters', 'shorten it')


def _check_keys(node: yaml.Node, path: str) -> None:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _check_keys(item, f'{path}[{index}]')
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if key.tag != 'tag:yaml.org,2002:str':
            shown = key.value if isinstance(key, yaml.ScalarNode) else 'a list or mapping'
            raise ContractError(
                f'line {line}: the key {shown} is not text', remedy='put it in quotes', path=path
            )
        if not key.value.isprintable():
            raise ContractError(
                f'line {line}: the key {key.value!r} cannot be printed',
                remedy='use plain letters',
                path=path,
            )
        if key.value in seen:
            raise ContractError(
                f'line {line}: the key {key.value!r} is there twice',
                remedy='keep one of the two',
                path=path,
            )
        seen.add(key.value)
        _check_keys(value, f'{path}.{key.value}' if path else key.value)


def _refuse(line: int, problem: str, remedy: str) -> ContractError:
    return ContractError(f'line {line}: {problem}', remedy=remedy)


def _first_line(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f'line {error.problem_mark.line + 1}: {error.problem}'
    return str(error).splitlines()[0] if str(error) else type(error).__name__
