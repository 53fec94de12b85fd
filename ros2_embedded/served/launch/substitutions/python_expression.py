"""PythonExpression substitution."""

from __future__ import annotations

from collections.abc import Iterable

from ros2_embedded.safe_expression import UnsafeExpressionError, evaluate_expression

from ..launch_context import LaunchContext
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..utilities import (
    ensure_argument_type,
    normalize_to_list_of_substitutions,
    perform_substitutions,
)
from .substitution_failure import SubstitutionFailure


class PythonExpression(Substitution):
    """Value of an expression in Python's syntax.

    ROS 2 runs the text as Python code. Here it is only interpreted: numbers, text, lists,
    comparisons, arithmetic, `and`/`or`/`not`, `if`-`else`, the module `math`, methods of text,
    and functions such as int, float, str, len, min and max. Anything else is refused.
    """

    def __init__(
        self, expression: SomeSubstitutionsType, python_modules: SomeSubstitutionsType = ('math',)
    ) -> None:
        """Create a substitution.

        Args:
            expression: the expression; its parts are joined without spaces.
            python_modules: modules that it uses; `math` alone is served.
        """
        super().__init__()
        kinds = (str, Substitution, Iterable)
        ensure_argument_type(expression, kinds, 'expression', 'PythonExpression')
        ensure_argument_type(python_modules, kinds, 'python_modules', 'PythonExpression')
        self.__expression = normalize_to_list_of_substitutions(expression)
        self.__python_modules = normalize_to_list_of_substitutions(python_modules)

    @property
    def expression(self) -> list[Substitution]:
        """The expression."""
        return self.__expression

    @property
    def python_modules(self) -> list[Substitution]:
        """Modules that the expression uses."""
        return self.__python_modules

    def describe(self) -> str:
        """Return the substitution for people."""
        expression = ' + '.join(sub.describe() for sub in self.expression)
        return (
            f'PythonExpr({expression}, [{", ".join(m.describe() for m in self.python_modules)}])'
        )

    def perform(self, context: LaunchContext) -> str:
        """Return the value as text.

        Raises:
            SubstitutionFailure: the expression needs more than is served.
            Exception: what Python would raise, such as NameError or ZeroDivisionError.
        """
        modules = [context.perform_substitution(sub) for sub in self.python_modules]
        unserved = [name for name in modules if name != 'math']
        if unserved:
            raise SubstitutionFailure(
                f'PythonExpression with python_modules {unserved}: ros2_embedded interprets '
                "expressions without running Python and serves the module 'math' only; "
                'use an OpaqueFunction instead'
            )
        text = perform_substitutions(context, self.expression)
        try:
            return str(evaluate_expression(text, with_math='math' in modules))
        except UnsafeExpressionError as error:
            raise SubstitutionFailure(f"PythonExpression '{text}': {error}") from error
