"""`ros param dump`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import yaml

from ros2_embedded.cli.asking import answer, find_node, parameter_client
from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, NodeName, NodeTime
from ros2_embedded.cli.param_types import nested
from ros2_embedded.cli.session import cli_node


@command
def param_dump(
    node_name: NodeName,
    output_dir: Annotated[
        Path | None,
        typer.Option(help='Write a file to this folder, such as `robot__base.yaml`.'),
    ] = None,
    spin_time: NodeTime = SPIN_TIME,
) -> None:
    """Print all parameters of a node as a parameter file, or write the file.

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
    text = yaml.safe_dump({other: {'ros__parameters': nested(content)}}, default_flow_style=False)
    if output_dir is None:
        print(text)
        return
    path = output_dir / f'{other[1:].replace("/", "__")}.yaml'
    try:
        path.write_text(text, encoding='utf-8')
    except OSError as error:
        raise CommandError(f'{path} cannot be written: {error.strerror}') from error
    print(f'Saving to:  {path}')
