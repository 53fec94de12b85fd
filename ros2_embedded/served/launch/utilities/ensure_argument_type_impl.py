"""Check of an argument's type that names the argument and its caller."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def ensure_argument_type(
    argument: Any,
    types: type | Iterable[type],
    argument_name: str,
    caller: str | None = None,
) -> None:
    """Refuse an argument that is of none of the types.

    Args:
        argument: the value to check.
        types: allowed type or types.
        argument_name: name of the argument for the refusal.
        caller: who asks, for the refusal.

    Raises:
        TypeError: the argument is of none of the types.
    """
    allowed = [types] if isinstance(types, type) else list(types)
    if isinstance(argument, tuple(allowed)):
        return
    start = 'Expected' if caller is None else f"'{caller}' expected"
    raise TypeError(
        f"{start} '{argument_name}' to be one of [{', '.join(map(str, allowed))}], "
        f"but got '{argument}' of type '{type(argument)}'"
    )
