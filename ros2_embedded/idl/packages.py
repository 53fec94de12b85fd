"""Where interface definition files lie.

Searched in this order: folders named in ROS2_EMBEDDED_INTERFACES, the share folders of
AMENT_PREFIX_PATH, the source tree or installation that holds this library, the definitions that
come with it. A package is a folder with `msg`, `srv` or `action` in it; its name is the one that
its package.xml says, else the folder's.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

KINDS = ('msg', 'srv', 'action')
_OWN = Path(__file__).resolve().parent.parent
_PACKAGE_NAME = re.compile(r'<name>\s*([A-Za-z][\w]*)\s*</name>')


def package_name(folder: Path) -> str:
    """Return the name that package.xml says, or the folder's own where there is none."""
    manifest = folder / 'package.xml'
    if manifest.is_file():
        match = _PACKAGE_NAME.search(manifest.read_text(encoding='utf-8', errors='replace'))
        if match:
            return match[1]
    return folder.name


def _holds_interfaces(folder: Path) -> bool:
    # Not Path.is_dir, which raises where a folder of someone else may not be looked into.
    return any(os.path.isdir(folder / kind) for kind in KINDS)


def _folders_in(folder: Path) -> list[Path]:
    try:
        return sorted(each for each in folder.iterdir() if os.path.isdir(each))
    except OSError:
        return []


def _named_folders() -> Iterator[Path]:
    for entry in os.environ.get('ROS2_EMBEDDED_INTERFACES', '').split(os.pathsep):
        folder = Path(entry)
        if not entry:
            continue
        if _holds_interfaces(folder):
            yield folder
        else:
            yield from _folders_in(folder)
    prefixes = [
        Path(each) for each in os.environ.get('AMENT_PREFIX_PATH', '').split(os.pathsep) if each
    ]
    for prefix in [*prefixes, Path(sys.prefix)]:
        share = prefix / 'share'
        if share.is_dir():
            yield from sorted(each.parent for each in share.glob('*/package.xml'))
    yield _OWN.parent
    yield from sorted((_OWN / 'interfaces').iterdir())


@cache
def package_folders() -> dict[str, tuple[Path, ...]]:
    """Map every package that has definition files to its folders, the winning one first."""
    found: dict[str, list[Path]] = {}
    for folder in _named_folders():
        if _holds_interfaces(folder):
            found.setdefault(package_name(folder), []).append(folder)
    return {name: tuple(folders) for name, folders in found.items()}


def definition_file(package: str, kind: str, name: str) -> Path | None:
    """Return the file that defines `package/kind/name`, or None."""
    for folder in package_folders().get(package, ()):
        path = folder / kind / f'{name}.{kind}'
        if path.is_file():
            return path
    return None


def definition_names(package: str, kind: str) -> set[str]:
    """Return the names of all files of one kind in a package."""
    return {
        path.stem
        for folder in package_folders().get(package, ())
        for path in (folder / kind).glob(f'*.{kind}')
    }
