"""The parameters that a launched node would have, for runs without nodes."""

from pathlib import Path
from typing import Any

import yaml

from policy_nodes.contract.share import share_folders


def node_parameters(node: str, robot: str) -> dict[str, Any]:
    """Merge config/<node>.yaml and config/<robot>/<node>.yaml as the launch file does.

    Raises:
        ValueError: a file that is no parameter file.
    """
    merged: dict[str, Any] = {}
    for folder in reversed(share_folders()):
        for file in (
            folder / 'config' / f'{node}.yaml',
            folder / 'config' / robot / f'{node}.yaml',
        ):
            if file.is_file():
                _merge(merged, _parameters_of(file))
    return merged


def _parameters_of(file: Path) -> dict[str, Any]:
    content = yaml.safe_load(file.read_text(encoding='utf-8'))
    try:
        return dict(content['/**']['ros__parameters'])
    except (KeyError, TypeError) as error:
        raise ValueError(f'{file}: there is no /**: ros__parameters: in it') from error


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value
