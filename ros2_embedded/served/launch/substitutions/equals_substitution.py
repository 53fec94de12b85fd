"""EqualsSubstitution substitution."""

from __future__ import annotations

import math
from typing import Any

from ..launch_context import LaunchContext
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from ..utilities.type_utils import is_substitution


class EqualsSubstitution(Substitution):
    """`true` when two values are equal as truths, as numbers, or else as text."""

    def __init__(self, left: Any, right: Any) -> None:
        super().__init__()
        self.__left = _normalize(left)
        self.__right = _normalize(right)

    @property
    def left(self) -> list[Substitution]:
        """First value."""
        return self.__left

    @property
    def right(self) -> list[Substitution]:
        """Second value."""
        return self.__right

    def describe(self) -> str:
        """Return the substitution for people."""
        return f'{type(self).__name__}({self.left} {self.right})'

    def perform(self, context: LaunchContext) -> str:
        """Return `true` or `false`."""
        return 'true' if self._are_equal(context) else 'false'

    def _are_equal(self, context: LaunchContext) -> bool:
        left = perform_substitutions(context, self.left)
        right = perform_substitutions(context, self.right)
        truths = _truth(left), _truth(right)
        if None not in truths:
            return truths[0] == truths[1]
        try:
            return math.isclose(float(left), float(right))
        except ValueError:
            return left == right


def _normalize(value: Any) -> list[Substitution]:
    if not is_substitution(value):
        text = '' if value is None else str(value)
        value = text.lower() if isinstance(value, bool) else text
    return normalize_to_list_of_substitutions(value)


def _truth(text: str) -> bool | None:
    return {'true': True, '1': True, 'false': False, '0': False}.get(text.lower())
