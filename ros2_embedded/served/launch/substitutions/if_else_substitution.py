"""IfElseSubstitution substitution."""

from __future__ import annotations

from ..launch_context import LaunchContext
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .boolean_substitution import evaluate_bool


class IfElseSubstitution(Substitution):
    """One of two texts, as a condition says."""

    def __init__(
        self,
        condition: SomeSubstitutionsType,
        if_value: SomeSubstitutionsType = '',
        else_value: SomeSubstitutionsType = '',
    ) -> None:
        """Create a substitution.

        Args:
            condition: text that says true or false.
            if_value: text where the condition is true.
            else_value: text where the condition is false.

        Raises:
            RuntimeError: neither text is given.
        """
        super().__init__()
        if if_value == else_value == '':
            raise RuntimeError('One of if_value and else_value must be specified')
        self._condition = normalize_to_list_of_substitutions(condition)
        self._if_value = normalize_to_list_of_substitutions(if_value)
        self._else_value = normalize_to_list_of_substitutions(else_value)

    @property
    def condition(self) -> list[Substitution]:
        """Text that says true or false."""
        return self._condition

    @property
    def if_value(self) -> list[Substitution]:
        """Text where the condition is true."""
        return self._if_value

    @property
    def else_value(self) -> list[Substitution]:
        """Text where the condition is false."""
        return self._else_value

    def describe(self) -> str:
        """Return the substitution for people."""
        return f'IfElseSubstitution({self.condition}, {self.if_value}, {self.else_value})'

    def perform(self, context: LaunchContext) -> str:
        """Return the text that the condition picks."""
        holds = evaluate_bool(context, self.condition)
        return perform_substitutions(context, self.if_value if holds else self.else_value)
