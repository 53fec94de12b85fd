"""Substitutions that join texts which say true or false."""

from __future__ import annotations

from ..launch_context import LaunchContext
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions
from ..utilities.type_utils import perform_typed_substitution
from .substitution_failure import SubstitutionFailure


def evaluate_bool(context: LaunchContext, value: list[Substitution]) -> bool:
    """Return the truth of a text by YAML's rules, or of 1 and 0.

    Raises:
        SubstitutionFailure: the text is not boolean.
    """
    try:
        return perform_typed_substitution(context, value, bool)
    except (TypeError, ValueError) as error:
        raise SubstitutionFailure(error) from error


def _text(value: bool) -> str:
    return 'true' if value else 'false'


class NotSubstitution(Substitution):
    """`true` when the value is false, and the reverse."""

    def __init__(self, value: SomeSubstitutionsType) -> None:
        super().__init__()
        self.__value = normalize_to_list_of_substitutions(value)

    @property
    def value(self) -> list[Substitution]:
        """Value to negate."""
        return self.__value

    def describe(self) -> str:
        """Return the substitution for people."""
        return f'NotSubstitution({self.value})'

    def perform(self, context: LaunchContext) -> str:
        """Return `true` or `false`."""
        return _text(not evaluate_bool(context, self.value))


class _PairSubstitution(Substitution):
    def __init__(self, left: SomeSubstitutionsType, right: SomeSubstitutionsType) -> None:
        super().__init__()
        self.__left = normalize_to_list_of_substitutions(left)
        self.__right = normalize_to_list_of_substitutions(right)

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

    def _values(self, context: LaunchContext) -> list[bool]:
        # Both are evaluated, so that a text that is not boolean is always refused.
        return [evaluate_bool(context, self.left), evaluate_bool(context, self.right)]


class AndSubstitution(_PairSubstitution):
    """`true` when both values are true."""

    def perform(self, context: LaunchContext) -> str:
        """Return `true` or `false`."""
        return _text(all(self._values(context)))


class OrSubstitution(_PairSubstitution):
    """`true` when one of two values is true."""

    def perform(self, context: LaunchContext) -> str:
        """Return `true` or `false`."""
        return _text(any(self._values(context)))


class _ManySubstitution(Substitution):
    def __init__(self, *args: SomeSubstitutionsType) -> None:
        super().__init__()
        self.__args = [normalize_to_list_of_substitutions(arg) for arg in args]

    @property
    def args(self) -> list[list[Substitution]]:
        """Values in order."""
        return self.__args

    def describe(self) -> str:
        """Return the substitution for people."""
        return f'{type(self).__name__}({" ".join(str(arg) for arg in self.args)})'

    def _values(self, context: LaunchContext) -> list[bool]:
        return [evaluate_bool(context, arg) for arg in self.args]


class AnySubstitution(_ManySubstitution):
    """`true` when any of the values is true."""

    def perform(self, context: LaunchContext) -> str:
        """Return `true` or `false`."""
        return _text(any(self._values(context)))


class AllSubstitution(_ManySubstitution):
    """`true` when all of the values are true."""

    def perform(self, context: LaunchContext) -> str:
        """Return `true` or `false`."""
        return _text(all(self._values(context)))
