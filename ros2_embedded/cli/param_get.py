"""`ros param get`."""

from __future__ import annotations

from typing import Annotated

import typer

from ros2_embedded.cli.asking import answer, find_node, parameter_client
from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, NodeName, NodeTime, ParameterName
from ros2_embedded.cli.param_types import value_label
from ros2_embedded.cli.session import cli_node


@command
def param_get(
    node_name: NodeName,
    parameter_name: ParameterName,
    hide_type: Annotated[bool, typer.Option('--hide-type', help='Print the value alone.')] = False,
    spin_time: NodeTime = SPIN_TIME,
) -> None:
    """Print the value of a parameter.

    Example: `ros param get /talker use_sim_time`
    """
    from rclpy.parameter import parameter_value_to_python

    with cli_node() as node:
        other = find_node(node, node_name, spin_time)
        client = parameter_client(node, other)
        values = answer(node, client.get_parameters([parameter_name]), other).values
        if not values:
            raise CommandError('Parameter not set')
        value, label = parameter_value_to_python(values[0]), value_label(values[0].type)
        if hide_type:
            print(value)
        else:
            print(label if value is None else f'{label} {value}')
