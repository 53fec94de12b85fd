"""A quadruped described by a file, so that another one needs no code."""

from __future__ import annotations

from dataclasses import fields
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from policy_nodes.simulation.barkour.legged_robot import Capsule, LeggedRobot, Vector


def read_robot(path: Path) -> LeggedRobot:
    """Read the description of a robot: a mapping with the names of LeggedRobot's attributes.

    Each capsule of `trunk` is a row of seven: begin and end (3,) [m] and radius [m].

    Raises:
        ValueError: it is no such mapping; the sentence says where.
        OSError: it cannot be read.
    """
    try:
        given = yaml.safe_load(path.read_text(encoding='utf-8'))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f'{path}: is no yaml: {error}') from error
    wanted = {field.name for field in fields(LeggedRobot)}
    if not isinstance(given, dict) or set(given) != wanted:
        found = set(given) if isinstance(given, dict) else set()
        raise ValueError(
            f'{path}: has to name {", ".join(sorted(wanted))}; '
            f'missing: {", ".join(sorted(wanted - found)) or "none"}; '
            f'unknown: {", ".join(sorted(map(str, found - wanted))) or "none"}'
        )
    try:
        return LeggedRobot(
            name=_text('name', given['name']),
            wheel=_text('wheel', given['wheel']),
            package=_text('package', given['package']),
            file=_text('file', given['file']),
            base=_text('base', given['base']),
            joints=_names('joints', given['joints'], 12),
            feet=_names('feet', given['feet'], 4),
            trunk=tuple(map(_capsule, _list('trunk', given['trunk']))),
            stand=_row('stand', given['stand'], 12),
            fold=_row('fold', given['fold'], 12),
            kp=_row('kp', [given['kp']], 1)[0],
            kd=_row('kd', [given['kd']], 1)[0],
            max_torque=_row('max_torque', given['max_torque'], 12),
            camera=_vector('camera', given['camera']),
            camera_pitch=_row('camera_pitch', [given['camera_pitch']], 1)[0],
        )
    except ValueError as error:
        raise ValueError(f'{path}: {error}') from error


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f'{name} is {value!r}; it has to be a list')
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f'{name} is {value!r}; it has to be a text')
    return value


def _names(name: str, value: Any, count: int) -> tuple[str, ...]:
    found = tuple(_text(name, each) for each in _list(name, value))
    if len(found) != count or len(set(found)) != count:
        raise ValueError(f'{name} has to hold {count} different names, not {len(set(found))}')
    return found


def _row(name: str, value: Any, count: int) -> tuple[float, ...]:
    found = _list(name, value)
    if len(found) != count:
        raise ValueError(f'{name} has to hold {count} numbers, not {len(found)}')
    for each in found:
        if isinstance(each, bool) or not isinstance(each, int | float) or not isfinite(each):
            raise ValueError(f'{name} holds {each!r}; it has to be a finite number')
    return tuple(float(each) for each in found)


def _vector(name: str, value: Any) -> Vector:
    x, y, z = _row(name, value, 3)
    return x, y, z


def _capsule(value: Any) -> Capsule:
    row = _row('a capsule of trunk', value, 7)
    return Capsule(_vector('begin', [*row[:3]]), _vector('end', [*row[3:6]]), row[6])
