"""`ros service list` and `ros service type`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, ServiceName, SpinTime
from ros2_embedded.cli.session import cli_node, is_hidden, settle, wait_for_name

if TYPE_CHECKING:
    from rclpy.node import Node


@command
def service_list(
    show_types: Annotated[
        bool, typer.Option('--show-types', '-t', help='Show the types of the services.')
    ] = False,
    count_services: Annotated[
        bool, typer.Option('--count-services', '-c', help='Show only how many there are.')
    ] = False,
    include_hidden_services: Annotated[
        bool, typer.Option('--include-hidden-services', help='Consider hidden ones as well.')
    ] = False,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """List the services that are there.

    Example: `ros service list -t`
    """
    with cli_node() as node:
        settle(node, spin_time)
        services = [
            (name, types)
            for name, types in sorted(node.get_service_names_and_types())
            if include_hidden_services or not is_hidden(name)
        ]
    if count_services:
        print(len(services))
        return
    for name, types in services:
        print(f'{name} [{", ".join(types)}]' if show_types else name)


@command
def service_type(service_name: ServiceName, spin_time: SpinTime = SPIN_TIME) -> None:
    """Print the type of a service.

    Example: `ros service type /talker/get_parameters`
    """
    with cli_node() as node:
        for each in find_service_types(node, service_name, spin_time):
            print(each)


def find_service_types(node: Node, name: str, seconds: float) -> list[str]:
    """Return the types of a service once it is in the graph.

    Raises:
        CommandError: it is not there.
    """
    full = name if name.startswith('/') else f'/{name}'

    def types() -> list[str]:
        return dict(node.get_service_names_and_types()).get(full, [])

    if not wait_for_name(node, types, seconds):
        raise CommandError(f"Unknown service '{full}'; `ros service list` lists those there are")
    return types()
