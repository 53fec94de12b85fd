"""Changes of single values in messages that carry arrays."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

Change = Callable[[Any, random.Random], None]


def one(field: str, value: float) -> Change:
    """Put a value into one random place of an array."""

    def change(message: Any, chance: random.Random) -> None:
        values = list(getattr(message, field))
        if values:
            values[chance.randrange(len(values))] = value
            setattr(message, field, values)

    return change


def every(field: str, make: Callable[[list[float]], Sequence[float]]) -> Change:
    """Make an array anew."""

    def change(message: Any, _chance: random.Random) -> None:
        setattr(message, field, list(make(list(getattr(message, field)))))

    return change


def swapped_names(message: Any, _chance: random.Random) -> None:
    """Exchange the first two names, and not their values."""
    names = list(message.names)
    names[0], names[1] = names[1], names[0]
    message.names = names


def doubled_name(message: Any, _chance: random.Random) -> None:
    """Name a joint twice."""
    names = list(message.names)
    names[1] = names[0]
    message.names = names


def unknown_name(message: Any, _chance: random.Random) -> None:
    """Name a joint that the robot does not have."""
    message.names = ['elbow_of_somebody_else', *list(message.names)[1:]]
