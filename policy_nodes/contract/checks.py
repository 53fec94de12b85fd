"""Range checks that every term shares; each names its field and the remedy."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence

from policy_nodes.contract.errors import ContractError, suggest
from policy_nodes.contract.vocabulary import UNITS

_TERM_NAME = re.compile(r'[a-z][a-z0-9_]{0,63}')
_TOPIC_TYPE = re.compile(r'[a-z][a-z0-9_]*/msg/[A-Z][A-Za-z0-9]*')
_FRAME = re.compile(r'[A-Za-z][A-Za-z0-9_./-]{0,127}')


def check_identifier(field: str, value: str) -> None:
    """Refuse a name that is not lower-case letters, digits and underscores."""
    if not _TERM_NAME.fullmatch(value):
        raise ContractError(
            f'{value!r} is no valid name',
            remedy='use lower-case letters, digits and underscores, a letter first',
            path=field,
        )


def check_choice(field: str, value: str, known: Collection[str]) -> None:
    """Refuse a word that is not in the list of known ones."""
    if value not in known:
        raise ContractError(f'{value!r} is not known', remedy=suggest(value, known), path=field)


def check_topic_type(field: str, value: str) -> None:
    """Refuse what is no message type in full, such as sensor_msgs/msg/LaserScan."""
    if not _TOPIC_TYPE.fullmatch(value):
        raise ContractError(
            f'{value!r} is no message type',
            remedy='write package/msg/Type, for example sensor_msgs/msg/LaserScan',
            path=field,
        )


def check_frame(field: str, value: str) -> None:
    """Refuse a frame that tf2 could not look up; an empty one stands for no frame."""
    if value and not _FRAME.fullmatch(value):
        raise ContractError(
            f'{value!r} is no frame id',
            remedy='write it as tf2 knows it, without a leading slash',
            path=field,
        )


def check_names(field: str, names: Sequence[str]) -> None:
    """Refuse empty, doubled, over-long or unprintable names of entries."""
    seen: set[str] = set()
    for name in names:
        if not name.isprintable() or not name.strip() or name != name.strip() or len(name) > 128:
            raise ContractError(
                f'{name!r} is no usable name',
                remedy='use 1 to 128 printable characters, as in the URDF',
                path=field,
            )
        if name in seen:
            raise ContractError(
                f'{name!r} is there twice', remedy='name every entry once', path=field
            )
        seen.add(name)


def check_units(units: Sequence[str], names: Sequence[str]) -> None:
    """Refuse unknown units, and several of them where the entries have no names to match."""
    for unit in units:
        check_choice('unit', unit, UNITS)
    check_length('unit', units, len(names) or 1)


def check_length(field: str, values: Sequence[object], entries: int | None) -> None:
    """Refuse a list that has neither one value for all nor one for each entry."""
    if len(values) == 1 or len(values) == entries:
        return
    shown = 'a varying number of' if entries is None else entries
    raise ContractError(
        f'{len(values)} values for {shown} entries',
        remedy='give one value for all entries or one for each, in the order of names',
        path=field,
    )


def check_finite(field: str, values: Sequence[float]) -> None:
    """Refuse NaN and infinity."""
    for value in values:
        if not math.isfinite(value):
            raise ContractError(f'{value} is not finite', remedy='write a real number', path=field)


def check_positive(field: str, value: float) -> None:
    """Refuse zero, negative numbers, NaN and infinity."""
    check_finite(field, (value,))
    if value <= 0.0:
        raise ContractError(
            f'{value:g} is not positive', remedy='write a number above zero', path=field
        )


def check_count(field: str, value: int, low: int, high: int) -> None:
    """Refuse a whole number outside low to high, both included."""
    if not low <= value <= high:
        raise ContractError(f'{value} is out of range', remedy=f'use {low} to {high}', path=field)


def check_bounds(field: str, low: float, high: float) -> None:
    """Refuse a pair of bounds that is not finite or not low before high."""
    check_finite(field, (low, high))
    if low >= high:
        raise ContractError(
            f'the lower bound {low:g} is not below the upper bound {high:g}',
            remedy='write [low, high]',
            path=field,
        )


def check_shape(shape: Sequence[int | None], names: Sequence[str]) -> None:
    """Refuse empty or non-positive sizes, and names that do not match the last axis."""
    if len(shape) > 8:
        raise ContractError(
            f'{len(shape)} axes are too many', remedy='use at most 8', path='shape'
        )
    for size in shape:
        if size is not None:
            check_count('shape', size, 1, 100_000_000)
    if names and (not shape or shape[-1] != len(names)):
        last = 'none' if not shape else 'any' if shape[-1] is None else shape[-1]
        raise ContractError(
            f'{len(names)} names for a last axis of {last}',
            remedy='names label the last axis: make both the same length',
            path='names',
        )
