"""`ros param load`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
import yaml

from ros2_embedded.cli.asking import answer, find_node, parameter_client
from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, NodeName, NodeTime
from ros2_embedded.cli.session import cli_node


@command
def param_load(
    node_name: NodeName,
    parameter_file: Annotated[str, typer.Argument(help='Path of a parameter file.')],
    no_use_wildcard: Annotated[
        bool, typer.Option('--no-use-wildcard', help='Leave out what stands below `/**`.')
    ] = False,
    spin_time: NodeTime = SPIN_TIME,
) -> None:
    """Set the parameters of a node from a file; the exit code is 1 if one is refused.

    Example: `ros param load /talker talker.yaml`
    """
    from rclpy.parameter import parameter_dict_from_yaml_file

    with cli_node() as node:
        other = find_node(node, node_name, spin_time)
        client = parameter_client(node, other)
        try:
            found = parameter_dict_from_yaml_file(parameter_file, not no_use_wildcard, [other])
        except (OSError, RuntimeError, TypeError, yaml.YAMLError) as error:
            raise CommandError(f'{parameter_file} cannot be loaded: {error}') from error
        results = answer(node, client.set_parameters(list(found.values())), other).results
        for name, result in zip(found, results, strict=True):
            reason = f': {result.reason}' if result.reason else ''
            if result.successful:
                print(f'Set parameter {name} successful{reason}')
            else:
                print(f'Set parameter {name} failed{reason}', file=sys.stderr)
        failed = sum(not result.successful for result in results)
        if failed:
            raise CommandError(f'{failed} of {len(results)} parameters were refused')
