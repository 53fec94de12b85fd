"""`ros service find` and `ros service info`."""

from __future__ import annotations

from typing import Annotated

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, ServiceName, SpinTime
from ros2_embedded.cli.session import cli_node, is_hidden, settle


@command
def service_find(
    service_type: Annotated[
        str, typer.Argument(metavar='TYPE', help='Such as `std_srvs/srv/Trigger`.')
    ],
    count_services: Annotated[
        bool, typer.Option('--count-services', '-c', help='Show only how many there are.')
    ] = False,
    include_hidden_services: Annotated[
        bool, typer.Option('--include-hidden-services', help='Consider hidden ones as well.')
    ] = False,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """List the services of a type.

    Example: `ros service find std_srvs/srv/Trigger`
    """
    with cli_node() as node:
        settle(node, spin_time)
        found = [
            name
            for name, types in sorted(node.get_service_names_and_types())
            if service_type in types and (include_hidden_services or not is_hidden(name))
        ]
    if count_services:
        print(len(found))
        return
    for name in found:
        print(name)


@command
def service_info(service_name: ServiceName, spin_time: SpinTime = SPIN_TIME) -> None:
    """Show the type of a service, and how many nodes offer it and call it.

    Example: `ros service info /talker/get_parameters`
    """
    full = service_name if service_name.startswith('/') else f'/{service_name}'
    with cli_node() as node:
        # All of them count, not the first that is known.
        settle(node, spin_time)
        types = dict(node.get_service_names_and_types()).get(full)
        if types is None:
            raise CommandError(f"Unknown service '{service_name}'")
        print(f'Type: {types[0] if len(types) == 1 else types}')
        print(f'Clients count: {node.count_clients(full)}')
        print(f'Services count: {node.count_services(full)}')
