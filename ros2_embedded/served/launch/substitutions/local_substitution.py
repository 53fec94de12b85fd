"""LocalSubstitution substitution."""

from __future__ import annotations

import ast
from typing import Any

from ..launch_context import LaunchContext
from ..substitution import Substitution
from ..utilities import ensure_argument_type
from .substitution_failure import SubstitutionFailure


class LocalSubstitution(Substitution):
    """Something among the context's locals, such as `event.process_name`.

    The expression is a chain of attributes and constant subscripts. Calls and operators, which
    ROS 2 would run as Python code, are refused.
    """

    def __init__(self, expression: str, description: str | None = None) -> None:
        """Create a substitution.

        Args:
            expression: what to look up, such as `ros_specific_arguments['name']`.
            description: what to call it in descriptions.
        """
        super().__init__()
        ensure_argument_type(expression, str, 'expression', 'LocalSubstitution')
        self.__expression = expression
        self.__description = description

    @property
    def expression(self) -> str:
        """What is looked up."""
        return self.__expression

    @property
    def description(self) -> str | None:
        """What it is called in descriptions."""
        return self.__description

    def describe(self) -> str:
        """Return the substitution for people."""
        return f"LocalVar('{self.expression if self.description is None else self.description}')"

    def perform(self, context: LaunchContext) -> str:
        """Return what is found.

        Raises:
            SubstitutionFailure: the expression is more than attributes and subscripts.
            AttributeError: there is no such local or attribute.
        """
        try:
            tree = ast.parse(self.expression, mode='eval')
        except SyntaxError as error:
            raise self.__refusal() from error
        return self.__look_up(tree.body, context.locals)

    def __look_up(self, node: ast.expr, root: Any) -> Any:
        if isinstance(node, ast.Name) and not node.id.startswith('_'):
            return getattr(root, node.id)
        if isinstance(node, ast.Attribute) and not node.attr.startswith('_'):
            return getattr(self.__look_up(node.value, root), node.attr)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            return self.__look_up(node.value, root)[node.slice.value]
        raise self.__refusal()

    def __refusal(self) -> SubstitutionFailure:
        return SubstitutionFailure(
            f"LocalSubstitution('{self.expression}'): ros2_embedded looks up attributes and "
            "constant subscripts only, such as event.returncode or names['a']; "
            'use an OpaqueFunction for anything more'
        )
