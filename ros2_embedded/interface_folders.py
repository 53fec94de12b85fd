"""Interface packages near a program: beside it, and beside its source package in a workspace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

VARIABLE = 'ROS2_EMBEDDED_INTERFACES'


def add_interfaces_near(folder: Path) -> None:
    """Let interface packages near a folder be found, also by processes started from now on.

    Those that ROS2_EMBEDDED_INTERFACES names already go before them.
    """
    known = os.environ.get(VARIABLE, '').split(os.pathsep)
    near = [str(each) for each in _near(folder.resolve()) if str(each) not in known]
    os.environ[VARIABLE] = os.pathsep.join(filter(None, [*known, *near]))


def _near(folder: Path) -> Iterator[Path]:
    """Yield the folder, the source package that it lies in, and that one's neighbours."""
    yield folder
    for parent in (folder, *folder.parents):
        if os.path.isfile(parent / 'package.xml'):
            yield parent
            yield from (each.parent for each in sorted(parent.parent.glob('*/package.xml')))
            return
