"""Reads the parameters of a safety controller from the file that its node reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from policy_nodes.contract.errors import ContractError, in_file
from policy_nodes.contract.yaml_file import read_yaml
from policy_nodes.safety.base_config import BaseSafetyConfig

KEY = 'ros__parameters'
NODES = ('/**', 'safety_controller', '/safety_controller')
OF_NODE = ('wait', 'sensor_reliability', 'use_sim_time')  # around the core: no part of a replay


def read_safety(path: Path) -> BaseSafetyConfig:
    """Read a parameter file of a base.

    Raises:
        ContractError: absent, no plain yaml, or no parameter file.
        ConfigError: a parameter that the controller refuses.
    """
    return BaseSafetyConfig.from_mapping(
        {name: value for name, value in read_parameters(path).items() if name not in OF_NODE}
    )


def read_parameters(path: Path) -> dict[str, Any]:
    """Read what a parameter file says to a safety controller of whatever robot.

    Raises:
        ContractError: absent, no plain yaml, or no parameter file.
    """
    values = read_yaml(path)
    with in_file(path):
        found: dict[str, Any] = {}
        for node in NODES:
            section = values.get(node)
            if isinstance(section, dict) and isinstance(section.get(KEY), dict):
                found.update(section[KEY])
        if not found:
            raise ContractError(
                f'there is no {KEY}: of a safety controller in it',
                remedy=f'write them below `{NODES[0]}:` and `{KEY}:`, as in config/turtlebot',
            )
    return found
