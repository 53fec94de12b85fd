"""`ros service call`."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from ros2_embedded.cli.asking import answer
from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.filling import fill, values_or_stdin
from ros2_embedded.cli.options import ServiceName, Stdin
from ros2_embedded.cli.session import cli_node

LOOK_PERIOD = 0.5  # how often Ctrl-C is noticed while a service is waited for [s]


@command
def service_call(
    service_name: ServiceName,
    service_type: Annotated[str, typer.Argument(help='Type, such as `std_srvs/srv/Trigger`.')],
    values: Annotated[str, typer.Argument(help='Fields of the request, in YAML.')] = '{}',
    stdin: Stdin = False,
    rate: Annotated[
        float | None, typer.Option('--rate', '-r', help='Call so often [Hz]; else once.')
    ] = None,
) -> None:
    """Call a service and print the answer.

    Example: `ros service call /add example_interfaces/srv/AddTwoInts "{a: 1, b: 2}"`
    """
    import rclpy
    from rclpy.executors import ExternalShutdownException

    if rate is not None and rate <= 0.0:
        raise CommandError('rate must be greater than zero')
    kind = service_class(service_type)
    request = fill(kind.Request, values_or_stdin(values, stdin))
    with cli_node() as node:
        client = node.create_client(kind, service_name)
        if not client.service_is_ready():
            print('waiting for service to become available...')
            while not client.wait_for_service(timeout_sec=LOOK_PERIOD):
                if not rclpy.ok():
                    raise ExternalShutdownException
        while True:
            print(f'requester: making request: {request!r}\n')
            called = time.monotonic()
            response = answer(node, client.call_async(request), service_name, seconds=None)
            print(f'response:\n{response!r}\n')
            if rate is None:
                return
            time.sleep(max(0.0, called + 1.0 / rate - time.monotonic()))


def service_class(name: str) -> Any:
    """Return the class of a service type, such as `std_srvs/srv/Trigger`.

    Raises:
        CommandError: there is no such type.
    """
    from rosidl_runtime_py.utilities import get_service

    try:
        return get_service(name)
    except (AttributeError, ImportError, LookupError, ValueError) as error:
        raise CommandError(f"The passed service type '{name}' is invalid: {error}") from error
