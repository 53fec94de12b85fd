"""Conditions of actions in markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..conditions import IfCondition, UnlessCondition

if TYPE_CHECKING:
    from .entity import Entity
    from .parser import Parser


def parse_condition(entity: Entity, parser: Parser) -> dict[str, Any]:
    """Return the arguments that the attributes `if` and `unless` stand for.

    Raises:
        RuntimeError: both are there.
    """
    found = {
        kind: entity.get_attr(name, optional=True)
        for name, kind in (('if', IfCondition), ('unless', UnlessCondition))
    }
    given = [(kind, text) for kind, text in found.items() if text is not None]
    if not given:
        return {}
    if len(given) > 1:
        raise RuntimeError("if and unless conditions can't be used simultaneously")
    ((kind, text),) = given
    return {'condition': kind(parser.parse_substitution(text))}
