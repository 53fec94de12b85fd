"""Bringing remapping rules to the normal form."""

from __future__ import annotations

from collections.abc import Iterator

from launch.utilities import ensure_argument_type, normalize_to_list_of_substitutions

from ..remap_rule_type import RemapRule, SomeRemapRule, SomeRemapRules


def normalize_remap_rule(remap_rule: SomeRemapRule) -> RemapRule:
    """Return a rule as two tuples of substitutions.

    Raises:
        TypeError: it is not a pair.
    """
    ensure_argument_type(remap_rule, tuple, 'remap_rule')
    if len(remap_rule) != 2:
        raise TypeError(f'remap_rule must be a tuple of length 2, got length {len(remap_rule)}')
    source, target = (tuple(normalize_to_list_of_substitutions(side)) for side in remap_rule)
    return source, target


def normalize_remap_rules(remap_rules: SomeRemapRules) -> Iterator[RemapRule]:
    """Return rules in the normal form.

    Raises:
        TypeError: one of them is not a pair.
    """
    return map(normalize_remap_rule, remap_rules)
