"""`ros service echo`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
import yaml

from ros2_embedded.cli.errors import command
from ros2_embedded.cli.message_printing import TRUNCATE_LENGTH, Style
from ros2_embedded.cli.options import (
    SPIN_TIME,
    Csv,
    FlowStyle,
    FullLength,
    NoArrays,
    NoTexts,
    ServiceName,
    SpinTime,
    TruncateLength,
)
from ros2_embedded.cli.service_call import service_class
from ros2_embedded.cli.service_list import find_service_types
from ros2_embedded.cli.session import cli_node, wait_until

# By the numbers of service_msgs/msg/ServiceEventInfo.
EVENTS = ('REQUEST_SENT', 'REQUEST_RECEIVED', 'RESPONSE_SENT', 'RESPONSE_RECEIVED')


@command
def service_echo(
    service_name: ServiceName,
    service_type: Annotated[
        str | None,
        typer.Argument(help='Type, such as `std_srvs/srv/Trigger`; else it is found.'),
    ] = None,
    csv: Csv = False,
    full_length: FullLength = False,
    truncate_length: TruncateLength = TRUNCATE_LENGTH,
    no_arr: NoArrays = False,
    no_str: NoTexts = False,
    flow_style: FlowStyle = False,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """Print the calls of a service, if its server or its clients tell of them.

    They do where service introspection is switched on.

    Example: `ros service echo /add`
    """
    import rclpy
    from rclpy.qos import qos_profile_services_default

    style = Style(csv, full_length, truncate_length, no_arr, no_str, flow_style)
    full = service_name if service_name.startswith('/') else f'/{service_name}'
    with cli_node() as node:
        name = service_type or find_service_types(node, full, spin_time)[0]
        topic = f'{full}/_service_event'
        subscription = node.create_subscription(
            service_class(name).Event, topic, _printer(style), qos_profile_services_default
        )
        if not wait_until(subscription.get_publisher_count, spin_time):
            print(
                f"No publishers on topic '{topic}'; is service introspection on the client or "
                'server enabled?'
            )
        rclpy.spin(node)


def _printer(style: Style) -> Callable[[Any], None]:
    from rosidl_runtime_py import message_to_csv, message_to_ordereddict

    def show(message: Any) -> None:
        if style.csv:
            print(message_to_csv(message, **style.options))
            return
        content = _plain(message_to_ordereddict(message, **style.options))
        number = content['info']['event_type']
        content['info']['event_type'] = EVENTS[number] if number < len(EVENTS) else number
        text = yaml.safe_dump(
            content,
            allow_unicode=True,
            width=sys.maxsize,
            default_flow_style=style.flow_style,
            sort_keys=False,
        )
        print(text, end='---\n')

    return show


def _plain(value: Any) -> Any:
    """Return dictionaries without a subclass, as safe_dump wants them."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
