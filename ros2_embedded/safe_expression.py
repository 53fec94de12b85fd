"""Interpreter of simple expressions in Python's syntax that never runs the text as code.

The text is parsed to a syntax tree, and the tree is walked here: a node that is not listed is
refused, so neither attributes of objects nor calls of anything but a few pure functions can be
reached. Sizes are bounded, so that a short text cannot fill the memory.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

MAX_TEXT = 10_000  # characters of an expression
MAX_ITEMS = 100_000  # characters or items of a value
MAX_BITS = 4_096  # of a whole number

_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
_UNARY: dict[type, Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
    ast.Invert: operator.invert,
}
_COMPARE: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda item, container: item in container,
    ast.NotIn: lambda item, container: item not in container,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (abs, all, any, bool, float, int, len, list, max, min, round, sorted, str, sum)
}
_TEXT_METHODS = frozenset(
    (
        *('capitalize', 'lower', 'swapcase', 'title', 'upper'),
        *('count', 'endswith', 'find', 'index', 'rfind', 'startswith'),
        *('isalpha', 'isdigit', 'islower', 'isnumeric', 'isspace', 'isupper'),
        *('lstrip', 'removeprefix', 'removesuffix', 'rstrip', 'strip'),
        *('join', 'partition', 'replace', 'rpartition', 'rsplit', 'split', 'splitlines'),
    )
)
_MATH = {
    name: value
    for name, value in vars(math).items()
    if not name.startswith('_') and name not in ('comb', 'factorial', 'perm')
}


class UnsafeExpressionError(Exception):
    """Expression that needs more than the interpreter serves."""


def evaluate_expression(
    text: str, *, with_math: bool = True, names: Mapping[str, Any] | None = None
) -> Any:
    """Return the value of an expression.

    Args:
        text: the expression.
        with_math: `math` and its functions are known by name.
        names: further values by name; messages among them have their fields as attributes.

    Raises:
        UnsafeExpressionError: it needs more than is served, or grows too large.
        Exception: what Python would raise for it, such as SyntaxError or NameError.
    """
    if len(text) > MAX_TEXT:
        raise UnsafeExpressionError(f'it is longer than {MAX_TEXT} characters')
    known = {**_FUNCTIONS, **(_MATH if with_math else {}), **(names or {})}
    try:
        text = text.strip()
        return _Interpreter(text, known, with_math).value(ast.parse(text, mode='eval').body)
    except RecursionError:
        raise UnsafeExpressionError('it is nested too deeply') from None


class _Interpreter:
    def __init__(self, text: str, names: dict[str, Any], with_math: bool) -> None:
        self.text = text
        self.names = names
        self.with_math = with_math

    def value(self, node: ast.expr) -> Any:
        handler = getattr(self, f'_{type(node).__name__.lower()}', None)
        if handler is None:
            raise UnsafeExpressionError(
                f"'{self.source(node)}' is not served by ros2_embedded, which interprets "
                'expressions without running Python; use an OpaqueFunction instead'
            )
        return _bounded(handler(node))

    def source(self, node: ast.expr) -> str | None:
        return ast.get_source_segment(self.text, node)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        if node.id not in self.names:
            raise NameError(f"name '{node.id}' is not defined")
        return self.names[node.id]

    def _list(self, node: ast.List) -> list[Any]:
        return [self.value(item) for item in node.elts]

    def _tuple(self, node: ast.Tuple) -> tuple[Any, ...]:
        return tuple(self.value(item) for item in node.elts)

    def _set(self, node: ast.Set) -> set[Any]:
        return {self.value(item) for item in node.elts}

    def _dict(self, node: ast.Dict) -> dict[Any, Any]:
        if None in node.keys:
            raise UnsafeExpressionError("'**' is not served by ros2_embedded")
        return {
            self.value(key): self.value(item)
            for key, item in zip(node.keys, node.values, strict=True)
        }

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        return _UNARY[type(node.op)](self.value(node.operand))

    def _binop(self, node: ast.BinOp) -> Any:
        function = _BINARY.get(type(node.op))
        if function is None:
            raise UnsafeExpressionError(f"'{self.source(node)}' is not served by ros2_embedded")
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Mod) and isinstance(left, (str, bytes)):
            raise UnsafeExpressionError("formatting text by '%' is not served by ros2_embedded")
        if isinstance(node.op, (ast.Mult, ast.Pow)):
            _refuse_large_product(left, right, power=isinstance(node.op, ast.Pow))
        return function(left, right)

    def _boolop(self, node: ast.BoolOp) -> Any:
        stop_at = isinstance(node.op, ast.Or)
        value = None
        for operand in node.values:
            value = self.value(operand)
            if bool(value) is stop_at:
                break
        return value

    def _compare(self, node: ast.Compare) -> bool:
        left = self.value(node.left)
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.value(comparator)
            if not _COMPARE[type(op)](left, right):
                return False
            left = right
        return True

    def _ifexp(self, node: ast.IfExp) -> Any:
        return self.value(node.body if self.value(node.test) else node.orelse)

    def _subscript(self, node: ast.Subscript) -> Any:
        return self.value(node.value)[self.value(node.slice)]

    def _slice(self, node: ast.Slice) -> slice:
        bounds = (node.lower, node.upper, node.step)
        return slice(*(None if bound is None else self.value(bound) for bound in bounds))

    def _attribute(self, node: ast.Attribute) -> Any:
        if self.with_math and isinstance(node.value, ast.Name) and node.value.id == 'math':
            if node.attr in _MATH:
                return _MATH[node.attr]
            raise AttributeError(f"module 'math' has no attribute '{node.attr}' served here")
        value = self.value(node.value)
        if isinstance(value, str) and node.attr in _TEXT_METHODS:
            return getattr(value, node.attr)
        fields = getattr(type(value), 'get_fields_and_field_types', None)
        if fields is not None and node.attr in fields():
            return getattr(value, node.attr)
        raise UnsafeExpressionError(f"'.{node.attr}' is not served by ros2_embedded")

    def _call(self, node: ast.Call) -> Any:
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            raise UnsafeExpressionError("'*' in calls is not served by ros2_embedded")
        function = self.value(node.func)
        arguments = [self.value(argument) for argument in node.args]
        keywords = {keyword.arg: self.value(keyword.value) for keyword in node.keywords}
        if None in keywords:
            raise UnsafeExpressionError("'**' in calls is not served by ros2_embedded")
        if getattr(function, '__name__', '') in ('replace', 'join'):
            _refuse_large_call(function, arguments)
        return function(*arguments, **keywords)


def _refuse_large_product(left: Any, right: Any, *, power: bool) -> None:
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * abs(right) if power else left.bit_length() + right.bit_length()
        if bits > MAX_BITS:
            raise UnsafeExpressionError(f'a number of it is longer than {MAX_BITS} bits')
        return
    for sequence, count in ((left, right), (right, left)):
        if isinstance(count, int) and isinstance(sequence, (str, bytes, list, tuple)):
            _refuse_items(len(sequence) * count)


def _refuse_large_call(function: Callable[..., Any], arguments: list[Any]) -> None:
    text = getattr(function, '__self__', None)
    if isinstance(text, str) and function.__name__ == 'replace' and len(arguments) > 1:
        _refuse_items((len(text) + 1) * (1 + len(arguments[1])))
    if isinstance(text, str) and function.__name__ == 'join' and arguments:
        _refuse_items(len(arguments[0]) * (len(text) + max(map(len, arguments[0]), default=0)))


def _refuse_items(count: int) -> None:
    if count > MAX_ITEMS:
        raise UnsafeExpressionError(f'a value of it is longer than {MAX_ITEMS} items')


def _bounded(value: Any) -> Any:
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise UnsafeExpressionError(f'a number of it is longer than {MAX_BITS} bits')
    if isinstance(value, (str, bytes, list, tuple, set, dict)):
        _refuse_items(len(value))
    return value
