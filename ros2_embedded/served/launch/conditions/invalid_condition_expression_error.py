"""InvalidConditionExpressionError, raised for text that is neither true nor false."""

from collections.abc import Iterable, Sequence

from ..substitution import Substitution


class InvalidConditionExpressionError(ValueError):
    """Condition whose text is neither true nor false.

    Args:
        expression: the text that was found.
        unexpanded_expression: the substitutions that it came from.
        valid_expressions: the texts that are allowed.
    """

    def __init__(
        self,
        expression: str,
        unexpanded_expression: Iterable[Substitution],
        valid_expressions: Sequence[str],
    ) -> None:
        super().__init__(
            f'invalid condition expression, expected one of [{", ".join(valid_expressions)}] '
            f"but got '{expression}', "
            f"expanded from '{' + '.join(str(part) for part in unexpanded_expression)}'"
        )
