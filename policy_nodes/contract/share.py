"""Where this package keeps the files that are no Python: config and checkpoints."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from policy_nodes.contract.errors import ContractError, suggest

_PACKAGE = 'policy_stack'


def share_folders() -> list[Path]:
    """List the folders that may hold ``config`` and ``checkpoints``, nearest first.

    The source checkout that this module runs from, then the ROS 2 overlays in AMENT_PREFIX_PATH,
    then the Python environment that pip installed into.
    """
    checkout = Path(__file__).resolve().parents[2]
    found = [checkout] if (checkout / 'package.xml').is_file() else []
    prefixes = os.environ.get('AMENT_PREFIX_PATH', '').split(os.pathsep)
    for prefix in [*filter(None, prefixes), sys.prefix]:
        share = Path(prefix) / 'share' / _PACKAGE
        if share.is_dir() and share not in found:
            found.append(share)
    return found


def robot_file(robot: str) -> Path:
    """Find config/<robot>/robot.yaml.

    Raises:
        ContractError: no such robot; the known ones are listed.
    """
    known: dict[str, Path] = {}
    for folder in share_folders():
        for file in sorted(folder.glob('config/*/robot.yaml')):
            known.setdefault(file.parent.name, file)
    if robot not in known:
        raise ContractError(f'there is no robot {robot!r}', remedy=suggest(robot, known))
    return known[robot]
