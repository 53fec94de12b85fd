"""The reference page of rclpy's public names: which ros2_embedded serves, and where."""

from __future__ import annotations

import importlib
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
NAMES = Path(__file__).resolve().parent / 'rclpy_names.yaml'


def public_names() -> dict[str, Any]:
    """Return the names that rclpy has, and the reasons for those that are not served."""
    return yaml.safe_load(NAMES.read_text(encoding='utf-8'))


def all_names() -> list[str]:
    """Return every name and member in full, such as `rclpy.node.Node.create_timer`."""
    return [
        full
        for module, names in public_names()['names'].items()
        for name, members in names.items()
        for full in (f'{module}.{name}', *(f'{module}.{name}.{each}' for each in members))
    ]


def missing() -> list[str]:
    """Return the names of rclpy that cannot be reached here; not also the members of such."""
    return [
        full
        for module, names in public_names()['names'].items()
        for full in _missing_of(module, names)
    ]


def _missing_of(module_name: str, names: dict[str, list[str]]) -> Iterator[str]:
    module = importlib.import_module(module_name)
    for name, members in names.items():
        if not hasattr(module, name):
            yield f'{module_name}.{name}'
            continue
        for member in members:
            if not _has(getattr(module, name), member):
                yield f'{module_name}.{name}.{member}'


def _has(owner: Any, member: str) -> bool:
    """Whether a class has a member, be it one that its instances are given."""
    if hasattr(owner, member) or member in getattr(owner, '__annotations__', {}):
        return True
    return member in getattr(getattr(owner.__init__, '__code__', None), 'co_names', ())


def api_page() -> str:
    """One section a module of rclpy: its names, the members of its classes, and the file."""
    content = public_names()
    absent = set(missing())
    total = all_names()
    served = [name for name in total if not {name, name.rpartition('.')[0]} & absent]
    lines = [
        "# rclpy's names, and where they are served",
        '',
        'Written by `docs/generate_reference.py` from the code and from `docs/rclpy_names.yaml`, '
        f'the public names of rclpy {content["version"]} (Jazzy). Of {len(total)} names and '
        f'members {len(served)} are served, each at its own place: what '
        '`from rclpy.node import Node` gives lies in `ros2_embedded/served/rclpy/node.py`. Those '
        'that are not are [at the end](#not-served). What else is served, and what behaves '
        'differently: [ros2_embedded](ros2_embedded.md).',
        '',
    ]
    for module, names in content['names'].items():
        lines += _module(module, names, absent)
    lines += ['## Not served', '', '| name | why |', '|---|---|']
    for entry in content['not_served']:
        lines += [f'| `{name}` | {entry["reason"]} |' for name in entry['names']]
    return '\n'.join(lines)


def _module(module_name: str, names: dict[str, list[str]], absent: set[str]) -> list[str]:
    module = importlib.import_module(module_name)
    served = {name: each for name, each in names.items() if f'{module_name}.{name}' not in absent}
    if not served:
        return []
    lines = [f'## {module_name}', '', f'In {_link(module)}.', '']
    plain = [f'`{name}`' for name, members in served.items() if not members]
    if plain:
        lines += [*textwrap.wrap(', '.join(plain), 99, break_long_words=False), '']
    classes = {name: members for name, members in served.items() if members}
    if classes:
        lines += ['| class | members |', '|---|---|']
    for name, members in classes.items():
        shown = (f'`{each}`' for each in members if f'{module_name}.{name}.{each}' not in absent)
        lines.append(f'| `{name}` | {", ".join(shown)} |')
    return [*lines, ''] if classes else lines


def _link(module: ModuleType) -> str:
    assert module.__file__ is not None
    path = Path(module.__file__).resolve().relative_to(ROOT).as_posix()
    return f'[{path.partition("/served/")[2]}](../../{path})'
