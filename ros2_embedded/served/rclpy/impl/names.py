"""Rules for names of nodes, namespaces, topics and services, and their expansion.

The checks return None for a good name, else what is wrong and at which character.
"""

from __future__ import annotations

import re

MAX_NODE_NAME = 255
MAX_NAMESPACE = 245
MAX_TOPIC = 247

Fault = tuple[str, int]

_NODE_LETTER = re.compile(r'[A-Za-z0-9_]')
_FULL_LETTER = re.compile(r'[A-Za-z0-9_/]')
_SUBSTITUTION = re.compile(r'\{[^}]*\}')


def _first_bad(name: str, good: re.Pattern) -> int | None:
    return next((at for at, letter in enumerate(name) if not good.match(letter)), None)


def check_node_name(name: str) -> Fault | None:
    """Check a node name."""
    if not name:
        return 'node name must not be empty', 0
    bad = _first_bad(name, _NODE_LETTER)
    if bad is not None:
        return "node name must not contain characters other than alphanumerics or '_'", bad
    if name[0].isdigit():
        return 'node name must not start with a number', 0
    if len(name) > MAX_NODE_NAME:
        return f"node name length should not exceed '{MAX_NODE_NAME}'", MAX_NODE_NAME - 1
    return None


def check_namespace(namespace: str) -> Fault | None:
    """Check a namespace, which must be absolute."""
    if namespace == '/':
        return None
    fault = _check_full(namespace, 'namespace')
    if fault is None and len(namespace) > MAX_NAMESPACE:
        return f"namespace should not exceed '{MAX_NAMESPACE}'", MAX_NAMESPACE - 1
    return fault


def check_full_topic_name(name: str) -> Fault | None:
    """Check a topic or service name after expansion."""
    fault = _check_full(name, 'topic name')
    if fault is None and len(name) > MAX_TOPIC:
        return "topic length should not exceed '255U - 8U'", MAX_TOPIC - 1
    return fault


def _check_full(name: str, what: str) -> Fault | None:
    """Check an absolute name, in the order of the real one."""
    if not name:
        return f'{what} must not be empty', 0
    if name[0] != '/':
        return f"{what} must be absolute, it must lead with a '/'", 0
    if name[-1] == '/':
        last = len(name) - 1
        return f"{what} must not end with a '/'" + (
            ", unless only a '/'" if what == 'namespace' else ''
        ), last
    bad = _first_bad(name, _FULL_LETTER)
    if bad is not None:
        return (
            f"{what} must not contain characters other than alphanumerics, '_', or '/'",
            bad,
        )
    for at in range(1, len(name)):
        if name[at - 1] == '/' and name[at] == '/':
            return f"{what} must not contain repeated '/'", at
        if name[at - 1] == '/' and name[at].isdigit():
            return f'{what} must not have a token that starts with a number', at
    return None


def check_topic_name(name: str) -> Fault | None:
    """Check a topic or service name as users write it: relative, with ~ and {substitutions}."""
    if not name:
        return 'topic name must not be empty string', 0
    if name[0].isascii() and name[0].isdigit():
        return 'topic name token must not start with a number', 0
    if name[-1] == '/':
        return 'topic name must not end with a forward slash', len(name) - 1
    brace: int | None = None
    for at, letter in enumerate(name):
        fault, brace = _check_letter(letter, at, brace)
        if fault is not None:
            return fault, at
    if brace is not None:
        return "topic name must not have unmatched (unbalanced) curly braces '{}'", brace
    for at in range(len(name) - 1):
        if name[at] == '/' and name[at + 1].isdigit():
            return 'topic name token must not start with a number', at + 1
    return None


def _check_letter(letter: str, at: int, brace: int | None) -> tuple[str | None, int | None]:
    """Check one character; `brace` is where an open brace stands, before and after."""
    fault: str | None = None
    unallowed = "substitution name must not contain characters other than alphanumerics or '_'"
    if letter.isascii() and letter.isalnum():
        if letter.isdigit() and brace is not None and at - 1 == brace:
            fault = 'substitution name must not start with a number'
    elif letter == '{':
        if brace is not None:
            fault = unallowed
        brace = at
    elif letter == '}':
        if brace is None:
            fault = "topic name must not have unmatched (unbalanced) curly braces '{}'"
        brace = None
    elif letter == '~':
        if at:
            fault = "topic name must not have tilde '~' unless it is the first character"
    elif letter == '/':
        fault = unallowed if brace is not None else None
    elif letter != '_':
        fault = (
            unallowed
            if brace is not None
            else (
                'topic name must not contain characters other than alphanumerics, '
                "'_', '~', '{', or '}'"
            )
        )
    return fault, brace


class UnknownSubstitutionError(ValueError):
    """A name contains {something} that stands for nothing."""


def expand(name: str, node: str, namespace: str) -> str:
    """Return the absolute name that a checked name means to a node.

    Raises:
        UnknownSubstitutionError: a substitution is not {node}, {ns} or {namespace}.
    """
    base = namespace.rstrip('/')
    if name.startswith('~'):
        name = f'{base}/{node}{name[1:]}'
    known = {'{node}': node, '{ns}': namespace, '{namespace}': namespace}
    for found in _SUBSTITUTION.findall(name):
        if found not in known:
            raise UnknownSubstitutionError(f'unknown substitution: {found}')
        name = name.replace(found, known[found])
    return name if name.startswith('/') else f'{base}/{name}'
