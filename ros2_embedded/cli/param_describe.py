"""`ros param describe`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ros2_embedded.cli.asking import answer, find_node, parameter_client
from ros2_embedded.cli.errors import command
from ros2_embedded.cli.options import SPIN_TIME, NodeName, NodeTime
from ros2_embedded.cli.param_types import type_word
from ros2_embedded.cli.session import cli_node


@command
def param_describe(
    node_name: NodeName,
    parameter_names: Annotated[list[str], typer.Argument(help='Names of parameters.')],
    spin_time: NodeTime = SPIN_TIME,
) -> None:
    """Show type, description, range and further constraints of parameters.

    Example: `ros param describe /safety_controller v_max`
    """
    with cli_node() as node:
        other = find_node(node, node_name, spin_time)
        client = parameter_client(node, other)
        for each in answer(node, client.describe_parameters(parameter_names), other).descriptors:
            _show(each)


def _show(descriptor: Any) -> None:
    print(f'Parameter name: {descriptor.name}')
    print(f'  Type: {type_word(descriptor.type)}')
    if descriptor.description:
        print(f'  Description: {descriptor.description}')
    print('  Constraints:')
    if descriptor.read_only:
        print('    Read only: true')
    for each in (*descriptor.floating_point_range, *descriptor.integer_range):
        print(f'    Min value: {each.from_value}')
        print(f'    Max value: {each.to_value}')
        if each.step:
            print(f'    Step: {each.step}')
    if descriptor.additional_constraints:
        print(f'    Additional constraints: {descriptor.additional_constraints}')
