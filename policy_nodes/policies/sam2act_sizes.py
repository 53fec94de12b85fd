"""Sizes of SAM2Act as plain values of a contract, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from policy_nodes.contract.errors import ContractError, inside, suggest
from policy_nodes.models.sam2act.config import Sam2ActConfig

Sizes = TypeVar('Sizes')
LARGEST = 1 << 16  # of any size: a contract must not ask for all memory there is


def plain_sizes(sizes: object) -> dict[str, Any]:
    """Write a dataclass of sizes as a mapping of numbers, lists and mappings."""
    assert is_dataclass(sizes)
    plain: dict[str, Any] = {}
    for field in fields(sizes):
        value = getattr(sizes, field.name)
        if is_dataclass(value):
            value = plain_sizes(value)
        plain[field.name] = list(value) if isinstance(value, tuple) else value
    return plain


def read_sizes(plain: Mapping[str, Any]) -> Sam2ActConfig:
    """Read sizes that `plain_sizes` wrote; what is left out is as in the published network.

    Raises:
        ContractError: an unknown name, a value of another type, or sizes that do not fit.
    """
    try:
        return _read(Sam2ActConfig(), plain)
    except ContractError:
        raise
    except ValueError as error:
        raise ContractError(str(error), remedy='correct the sizes of the network') from error


def _read(default: Sizes, plain: Mapping[str, Any]) -> Sizes:
    known = {field.name: getattr(default, field.name) for field in fields(default)}  # type: ignore[arg-type]  # a dataclass
    read: dict[str, Any] = {}
    for name, value in plain.items():
        if name not in known:
            raise ContractError(
                f'there is no size {name!r}', remedy=suggest(name, known), path=name
            )
        usual = known[name]
        if is_dataclass(usual) and isinstance(value, Mapping):
            with inside(name):
                read[name] = _read(usual, value)
            continue
        value = tuple(value) if isinstance(value, list) else value
        if not _alike(usual, value):
            raise ContractError(
                f'it is {value!r}', remedy=f'give a value like {usual!r}', path=name
            )
        read[name] = value
    return replace(default, **read)  # type: ignore[type-var]  # a dataclass


def _alike(usual: object, value: object) -> bool:
    """Whether a value can stand for the usual one: same type, not negative, not beyond reason."""
    if isinstance(usual, bool) or isinstance(value, bool):
        return isinstance(usual, bool) and isinstance(value, bool)
    if isinstance(usual, tuple):
        return isinstance(value, tuple) and all(_alike(1, item) for item in value)
    if isinstance(usual, float):
        return isinstance(value, int | float) and 0 <= value <= LARGEST
    return isinstance(usual, int) and isinstance(value, int) and 0 <= value <= LARGEST
