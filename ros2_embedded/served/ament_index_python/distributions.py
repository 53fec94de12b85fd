"""Distributions installed by pip, seen as packages; not part of ROS 2's package."""

from __future__ import annotations

import re
import sys
import sysconfig
from importlib import metadata
from pathlib import Path


def find_distribution(package_name: str) -> metadata.Distribution | None:
    """Return the distribution of a package: `policy-stack` is that of `policy_stack`."""
    try:
        return metadata.distribution(re.sub('[-_.]+', '-', package_name))
    except metadata.PackageNotFoundError:
        return None


def console_scripts(package_name: str) -> list[str]:
    """Return the names of the programs that the distribution of a package installs."""
    distribution = find_distribution(package_name)
    if distribution is None:
        return []
    return sorted(
        {script.name for script in distribution.entry_points.select(group='console_scripts')}
    )


def script_path(name: str) -> Path | None:
    """Return where pip has put a program, or None."""
    folders = [Path(sys.executable).parent, Path(sysconfig.get_path('scripts'))]
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    return None
