"""Packages and their folders.

A package is found, in this order, in a prefix of AMENT_PREFIX_PATH; as a source tree, which is
a folder with a package.xml that this Python runs from or has installed editable; below the
prefix of this Python; and as a distribution installed by pip, which has no share folder.
"""

from __future__ import annotations

import re
import sys
import warnings
from pathlib import Path

from .distributions import find_distribution
from .resources import get_resources, has_resource
from .search_paths import get_search_paths
from .source_trees import source_tree, source_trees


class PackageNotFoundError(KeyError):
    """No package of that name is installed."""


def get_packages_with_prefixes() -> dict[str, str]:
    """Return the packages that have a package.xml or an index entry, each with its prefix."""
    found = get_resources('packages')
    for prefix in get_search_paths():
        for manifest in sorted(Path(prefix).glob('share/*/package.xml')):
            found.setdefault(manifest.parent.name, prefix)
    for name in source_trees():
        found.setdefault(name, sys.prefix)
    return found


def get_package_prefix(package_name: str) -> str:
    """Return the prefix that a package is installed in; that of this Python for a source tree.

    Raises:
        PackageNotFoundError: there is no such package; it lists those that there are.
        ValueError: that is no name of a package.
    """
    _check_name(package_name)
    installed = _installed_prefix(package_name)
    if installed is not None:
        return installed
    if source_tree(package_name) is not None or find_distribution(package_name) is not None:
        return sys.prefix
    raise PackageNotFoundError(
        f"package '{package_name}' not found, searching: {get_search_paths()}; "
        f'packages there: {", ".join(sorted(get_packages_with_prefixes())) or "none"}'
    )


def _check_name(package_name: str) -> None:
    if not re.fullmatch('[a-zA-Z0-9_-]+', package_name):
        raise ValueError(f"'{package_name}' is not a valid package name")


def _installed_prefix(package_name: str) -> str | None:
    prefix = has_resource('packages', package_name)
    if isinstance(prefix, str):
        return prefix
    for prefix in get_search_paths():
        if (Path(prefix) / 'share' / package_name / 'package.xml').is_file():
            return prefix
    return None


def get_package_share_directory(package_name: str, print_warning: bool = True) -> str:
    """Return the share folder of a package: launch files, configuration, models.

    Args:
        package_name: name of the package.
        print_warning: warn if the folder does not exist.

    Raises:
        PackageNotFoundError: there is no such package; it lists those that there are.
        ValueError: that is no name of a package.
    """
    _check_name(package_name)
    installed = _installed_prefix(package_name)
    tree = source_tree(package_name)
    if tree is not None and installed in (None, sys.prefix):
        return str(tree)
    path = Path(get_package_prefix(package_name)) / 'share' / package_name
    if print_warning and not path.exists():
        warnings.warn(f'Share directory for {package_name} ({path}) does not exist.', stacklevel=2)
    return str(path)


def get_package_share_path(package_name: str, print_warning: bool = True) -> Path:
    """Return the share folder of a package as a path; see `get_package_share_directory`."""
    return Path(get_package_share_directory(package_name, print_warning))
