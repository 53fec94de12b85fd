"""`ros param dump`."""

from __future__ import annotations

import yaml

from ros2_embedded.cli.asking import answer, find_node, parameter_client
from ros2_embedded.cli.errors import command
from ros2_embedded.cli.options import SPIN_TIME, NodeName, SpinTime
from ros2_embedded.cli.param_types import nested
from ros2_embedded.cli.session import cli_node


@command
def param_dump(node_name: NodeName, spin_time: SpinTime = SPIN_TIME) -> None:
    """Print all parameters of a node as a parameter file.

    Example: `ros param dump /talker > talker.yaml`
    """
    from rclpy.parameter import parameter_value_to_python

    with cli_node() as node:
        other = find_node(node, node_name, spin_time)
        client = parameter_client(node, other)
        names = sorted(answer(node, client.list_parameters(), other).result.names)
        content = {}
        for name in names:
            # One by one: a node answers nothing at all where one of them has no value.
            for value in answer(node, client.get_parameters([name]), other).values:
                content[name] = parameter_value_to_python(value)
        file = {other: {'ros__parameters': nested(content)}}
        print(yaml.safe_dump(file, default_flow_style=False))
