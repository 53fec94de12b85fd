"""`ros param set`."""

from __future__ import annotations

from typing import Annotated

import typer

from ros2_embedded.cli.asking import answer, find_node, parameter_client
from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, NodeName, NodeTime, ParameterName
from ros2_embedded.cli.session import cli_node


@command
def param_set(
    node_name: NodeName,
    parameter_name: ParameterName,
    value: Annotated[str, typer.Argument(help='Value, read as YAML.')],
    spin_time: NodeTime = SPIN_TIME,
) -> None:
    """Set a parameter; the exit code is 1 where the node refuses the value.

    Example: `ros param set /safety_controller v_max 0.4`
    """
    from rcl_interfaces.msg import Parameter
    from rclpy.parameter import get_parameter_value

    with cli_node() as node:
        other = find_node(node, node_name, spin_time)
        client = parameter_client(node, other)
        parameter = Parameter(name=parameter_name, value=get_parameter_value(string_value=value))
        (result,) = answer(node, client.set_parameters([parameter]), other).results
        reason = f': {result.reason}' if result.reason else ''
        if not result.successful:
            raise CommandError(f'Setting parameter failed{reason}')
        print(f'Set parameter successful{reason}')
