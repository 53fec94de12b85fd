"""Figures as words, the same everywhere in a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MISSING = '-'


def decimal(value: float | None, places: int = 2, unit: str = '') -> str:
    """Write a number with its unit; a dash where there is none."""
    if value is None:
        return MISSING
    number = f'{value:.{places}f}'
    return f'{number}\N{NO-BREAK SPACE}{unit}' if unit else number


def percent(value: float | None) -> str:
    """Write a share as per cent."""
    return MISSING if value is None else f'{100 * value:.0f} %'


def interval(bounds: Sequence[float] | None, scale: float = 1.0, places: int = 0) -> str:
    """Write an interval; empty where there is none."""
    if bounds is None:
        return ''
    low, high = (f'{scale * each:.{places}f}' for each in bounds)
    return f'95 %: {low} to {high}'


def spread(values: Mapping[str, Any] | None) -> str:
    """Write the median and the 99th percentile of a time [ms]."""
    if values is None:
        return MISSING
    return f'{values["p50"]:.1f} / {values["p99"]:.1f}'
