"""Between the tuples of the dataclasses and the plain values of yaml."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from policy_nodes.contract.errors import ContractError


def single(values: Sequence[Any]) -> Any:
    """Write one value for itself and several as a list."""
    return values[0] if len(values) == 1 else list(values)


def plain_shape(shape: Sequence[int | None]) -> list[int | str]:
    """Write a shape, ``any`` for a size that varies."""
    return ['any' if size is None else size for size in shape]


def pairs(field: str, rows: Sequence[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    """Turn rows into (low, high) pairs.

    Raises:
        ContractError: a row of another length.
    """
    for row in rows:
        if len(row) != 2:
            raise ContractError(
                f'{len(row)} numbers where two are needed', remedy='write [low, high]', path=field
            )
    return tuple((float(row[0]), float(row[1])) for row in rows)


def check_plain(value: object, path: str, depth: int = 0) -> None:
    """Refuse what yaml would not give back as it was: anything but plain values.

    Raises:
        ContractError: naming the place inside the value.
    """
    if isinstance(value, float) and math.isnan(value):
        raise ContractError('NaN is no value', remedy='write a number or null', path=path)
    if value is None or isinstance(value, bool | int | float | str):
        return
    if depth < 6 and isinstance(value, list):
        for index, item in enumerate(value):
            check_plain(item, f'{path}[{index}]', depth + 1)
        return
    if depth < 6 and isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise ContractError(
                    f'the key {key!r} is not text', remedy='use text keys', path=path
                )
            check_plain(item, f'{path}.{key}', depth + 1)
        return
    raise ContractError(
        f'a {type(value).__name__} at depth {depth} is no plain value',
        remedy='use numbers, text, lists and mappings, at most 6 deep',
        path=path,
    )
