"""Parameters as fields of frozen dataclasses that carry their unit, range and risk.

The same declaration checks values, lets a node declare ROS parameters and fills the reference.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KINDS = ('float', 'int', 'bool', 'string', 'float_array', 'string_array')
REQUIRED: Any = dataclasses.MISSING


class ConfigError(ValueError):
    """A parameter that the controller refuses to start with."""

    def __init__(self, name: str, value: object, problem: str, remedy: str) -> None:
        super().__init__(f'{name} = {value!r} {problem}; {remedy}')
        self.name = name
        self.value = value
        self.remedy = remedy


@dataclass(frozen=True)
class Parameter:
    """What is known about one parameter.

    Attributes:
        name: dotted, as in yaml.
        kind: one of KINDS.
        default: None if it has to be given.
        unit: SI, empty for none.
        low: least value, or None.
        high: greatest value, or None.
        choices: the only strings, or none.
        meaning: one sentence.
        loosened_by: raising, lowering or changing, if that loosens safety; else empty.
        risk: what loosening it risks, in words.
    """

    name: str
    kind: str
    default: Any
    unit: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    meaning: str
    loosened_by: str
    risk: str

    def check(self, value: object) -> Any:
        """Return the value in its own type.

        Raises:
            ConfigError: wrong type, NaN, infinite, out of range or unknown choice.
        """
        if self.kind.endswith('_array'):
            if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
                raise ConfigError(self.name, value, 'is no list', f'give a {self._wanted()}')
            return tuple(self._check_one(item, value) for item in value)
        return self._check_one(value, value)

    def _check_one(self, item: object, whole: object) -> Any:
        kind = self.kind.removesuffix('_array')
        number = isinstance(item, int | float) and not isinstance(item, bool)
        fits = {
            'float': number,
            'int': isinstance(item, int) and number,
            'bool': isinstance(item, bool),
            'string': isinstance(item, str),
        }[kind]
        if not fits:
            raise ConfigError(self.name, whole, 'has a wrong type', f'give a {self._wanted()}')
        if kind in ('float', 'int') and isinstance(item, int | float):
            if not math.isfinite(item):
                raise ConfigError(self.name, whole, 'is not finite', f'give a {self._wanted()}')
            low, high = self.low, self.high
            if (low is not None and item < low) or (high is not None and item > high):
                raise ConfigError(self.name, whole, 'is out of range', f'give a {self._wanted()}')
            return float(item) if kind == 'float' else item
        if self.choices and item not in self.choices:
            raise ConfigError(
                self.name, whole, 'is unknown', f'known are {", ".join(self.choices)}'
            )
        return item

    def _wanted(self) -> str:
        unit = f' [{self.unit}]' if self.unit else ''
        bounds = ''
        if self.low is not None and self.high is not None:
            bounds = f' from {self.low:g} to {self.high:g}'
        elif self.low is not None:
            bounds = f' of at least {self.low:g}'
        return f'{self.kind.replace("_", " ")}{bounds}{unit}'

    def loosens(self, old: Any, new: Any) -> bool:
        """Whether going from an old to a new value loosens safety."""
        if self.loosened_by == 'raising':
            return bool(new > old)
        if self.loosened_by == 'lowering':
            return bool(new < old)
        return self.loosened_by == 'changing' and bool(new != old)


def parameter(
    kind: str,
    default: Any,
    meaning: str,
    *,
    unit: str = '',
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    loosened_by: str = '',
    risk: str = '',
    path: str = '',
) -> Any:
    """Declare a dataclass field as a parameter; arguments as the attributes of `Parameter`.

    Args:
        kind: one of KINDS.
        default: REQUIRED for a parameter that has to be given.
        meaning: one sentence.
        unit: SI.
        low: least value.
        high: greatest value.
        choices: the only strings.
        loosened_by: what loosens safety.
        risk: what loosening it risks.
        path: dotted name below its group; the field's own name if empty.
    """
    facts = {
        'kind': kind,
        'unit': unit,
        'low': low,
        'high': high,
        'choices': choices,
        'meaning': meaning,
        'loosened_by': loosened_by,
        'risk': risk,
        'path': path,
    }
    return dataclasses.field(default=default, metadata={'parameter': facts})


def parameters_of(group: type, prefix: str) -> Iterator[tuple[str, Parameter]]:
    """List the fields of a group of parameters.

    Args:
        group: dataclass whose fields are declared by `parameter`.
        prefix: dotted name of the group, empty for none.

    Yields:
        Field name and parameter.
    """
    for field in dataclasses.fields(group):
        facts = dict(field.metadata['parameter'])
        path = facts.pop('path') or field.name
        default = None if field.default is REQUIRED else field.default
        name = f'{prefix}.{path}' if prefix else path
        yield field.name, Parameter(name=name, default=default, **facts)


def read_group(group: type, prefix: str, values: Mapping[str, object]) -> Any:
    """Build a group from dotted parameters.

    Raises:
        ConfigError: a value that is refused, or a required one that is absent.
    """
    given = {}
    for field, known in parameters_of(group, prefix):
        if known.name in values:
            given[field] = known.check(values[known.name])
        elif known.default is None:
            raise ConfigError(
                known.name, None, 'is not given and has no default', f'set it: {known.meaning}'
            )
    return group(**given)


def flatten(values: Mapping[str, object], prefix: str = '') -> dict[str, object]:
    """Turn nested mappings, as yaml gives them, into dotted names."""
    flat: dict[str, object] = {}
    for key, value in values.items():
        name = f'{prefix}.{key}' if prefix else str(key)
        if isinstance(value, Mapping):
            flat.update(flatten(value, name))
        else:
            flat[name] = value
    return flat


def refuse_unknown(values: Mapping[str, object], known: Sequence[str]) -> None:
    """Raise ConfigError for the first name that nobody knows, with the nearest known one."""
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f'did you mean {near[0]}?' if near else 'remove it'
            listing = ', '.join(sorted(known))
            raise ConfigError(name, values[name], 'is no parameter', f'{hint} Known: {listing}')
