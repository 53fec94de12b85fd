"""Resources of the ament index: a file for each resource, in a folder for each type."""

from __future__ import annotations

from pathlib import Path

from .constants import RESOURCE_INDEX_SUBFOLDER
from .search_paths import get_search_paths


def _folders(resource_type: str) -> list[tuple[str, Path]]:
    if not resource_type:
        raise ValueError('The resource type must not be empty')
    return [
        (prefix, Path(prefix) / RESOURCE_INDEX_SUBFOLDER / resource_type)
        for prefix in get_search_paths()
    ]


def get_resource(resource_type: str, resource_name: str) -> tuple[str, str]:
    """Return the content of a resource and the prefix that it was found in.

    Raises:
        LookupError: no prefix has the resource.
        OSError: its file cannot be read.
        ValueError: a name is empty.
    """
    if not resource_name:
        raise ValueError('The resource name must not be empty')
    for prefix, folder in _folders(resource_type):
        if (folder / resource_name).is_file():
            return (folder / resource_name).read_text(encoding='utf-8'), prefix
    raise LookupError(
        f"Could not find the resource '{resource_name}' of type '{resource_type}', "
        f'searching: {get_search_paths()}'
    )


def get_resources(resource_type: str) -> dict[str, str]:
    """Return all resources of a type, each with the first prefix that has it."""
    found: dict[str, str] = {}
    for prefix, folder in _folders(resource_type):
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if path.is_file() and not path.name.startswith('.'):
                    found.setdefault(path.name, prefix)
    return found


def get_resource_types() -> set[str]:
    """Return all types that there are resources of."""
    folders = [Path(prefix) / RESOURCE_INDEX_SUBFOLDER for prefix in get_search_paths()]
    return {
        path.name
        for folder in folders
        if folder.is_dir()
        for path in folder.iterdir()
        if path.is_dir() and not path.name.startswith('.')
    }


def has_resource(resource_type: str, resource_name: str) -> str | bool:
    """Return the prefix that has a resource, or False."""
    if not resource_name:
        raise ValueError('The resource name must not be empty')
    for prefix, folder in _folders(resource_type):
        if (folder / resource_name).is_file():
            return prefix
    return False
