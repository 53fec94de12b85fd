"""Remap rules: `from:=to`, `node:from:=to`, `__node:=name`, `__ns:=/namespace`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rclpy.impl import names

_RULE = re.compile(
    r'(?:(?P<node>[A-Za-z_]\w*):(?!//))?'
    r'(?:(?P<scheme>rostopic|rosservice)://)?(?P<match>[^:=]+)$'
)


@dataclass(frozen=True)
class RemapRule:
    """One rule.

    Attributes:
        node: name of the only node that it is for, or ''.
        kind: 'topic', 'service', 'both', 'node' or 'namespace'.
        match: name to replace; '' for node and namespace.
        replacement: name to put in its place.
    """

    node: str
    kind: str
    match: str
    replacement: str

    def applies_to(self, node: str) -> bool:
        """Whether the rule is for a node of that name."""
        return self.node in ('', node)


def parse_rule(text: str) -> RemapRule:
    """Read a rule.

    Raises:
        ValueError: it is none; the message says why.
    """
    left, separator, right = text.partition(':=')
    if not separator:
        raise ValueError("there is no ':=' between the old and the new name")
    if not left or not right:
        raise ValueError("a name is missing beside ':='")
    wildcard = re.search(r'\*{1,2}', left)
    if wildcard:
        raise ValueError(f"Wildcard '{wildcard[0]}' is not implemented")
    found = _RULE.match(left)
    if found is None:
        raise ValueError(f'{left!r} is no name to replace')
    node, scheme, match = found['node'] or '', found['scheme'], found['match']
    if match in ('__node', '__name'):
        fault = names.check_node_name(right)
        kind, match = 'node', ''
    elif match == '__ns':
        fault = names.check_namespace(right)
        kind, match = 'namespace', ''
    else:
        kind = {'rostopic': 'topic', 'rosservice': 'service'}.get(scheme, 'both')
        fault = names.check_topic_name(match) or names.check_topic_name(right)
    if fault is not None:
        raise ValueError(fault[0])
    return RemapRule(node, kind, match, right)


def remapped_name(rules: list[RemapRule], kind: str, node: str, default: str) -> str:
    """Return the node's name or namespace (`kind`) after the first rule that is for it."""
    for rule in rules:
        if rule.kind == kind and rule.applies_to(node):
            return rule.replacement
    return default


def remapped_topic(
    rules: list[RemapRule], kind: str, full_name: str, node: str, namespace: str
) -> str:
    """Return a topic's or service's (`kind`) full name after the first rule that matches it."""
    for rule in rules:
        if rule.kind not in (kind, 'both') or not rule.applies_to(node):
            continue
        if names.expand(rule.match, node, namespace) == full_name:
            return names.expand(rule.replacement, node, namespace)
    return full_name
