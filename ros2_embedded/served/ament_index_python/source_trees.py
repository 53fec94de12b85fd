"""Source trees of packages that this Python runs from; not part of ROS 2's package."""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlparse

_NAME = re.compile(r'<name>\s*([A-Za-z][\w-]*)\s*</name>')


def source_trees() -> dict[str, Path]:
    """Return the folders with a package.xml on the path or installed editable, by name."""
    found: dict[str, Path] = {}
    for folder in (*map(Path, sys.path), *_editable_folders()):
        name = _package_name(folder)
        if name is not None:
            found.setdefault(name, folder.resolve())
    return found


def source_tree(package_name: str) -> Path | None:
    """Return the source tree of a package, or None."""
    for folder in map(Path, sys.path):
        if _package_name(folder) == package_name:
            return folder.resolve()
    return source_trees().get(package_name)


def _package_name(folder: Path) -> str | None:
    manifest = folder / 'package.xml'
    if not manifest.is_file():
        return None
    match = _NAME.search(manifest.read_text(encoding='utf-8', errors='replace'))
    return match[1] if match else None


@cache
def _editable_folders() -> tuple[Path, ...]:
    folders = []
    for distribution in metadata.distributions():
        text = distribution.read_text('direct_url.json')
        if text is None:
            continue
        origin = json.loads(text)
        if origin.get('dir_info', {}).get('editable') and origin['url'].startswith('file://'):
            folders.append(Path(unquote(urlparse(origin['url']).path)))
    return tuple(folders)
