"""`ros component`: the components within containers, which run with ROS 2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ros2_embedded.cli.asking import ask
from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.options import SPIN_TIME, SpinTime
from ros2_embedded.cli.session import cli_node, settle, wait_for_name

if TYPE_CHECKING:
    from rclpy.node import Node

LOAD = '/_container/load_node'
LOAD_TYPE = 'composition_interfaces/srv/LoadNode'
RESOURCE = 'rclcpp_components'  # where packages list their components
ContainerName = Annotated[
    str, typer.Argument(help='Full name of the container, such as `/nav2_container`.')
]
Quiet = Annotated[bool, typer.Option('--quiet', '-q', help='Print ids and names only.')]
Pairs = list[str] | None


@command
def component_list(
    container_node_name: Annotated[
        str | None, typer.Argument(help='Full name of the container; all without it.')
    ] = None,
    containers_only: Annotated[
        bool, typer.Option('--containers-only', help='Without what is in them.')
    ] = False,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """List containers and the components in them.

    Example: `ros component list /nav2_container`
    """
    from composition_interfaces.srv import ListNodes

    def components(container: str) -> list[str]:
        found = ask(node, container, '_container/list_nodes', ListNodes)
        return [
            f'{number}  {name}'
            for number, name in zip(found.unique_ids, found.full_node_names, strict=True)
        ]

    with cli_node() as node:
        if container_node_name is not None:
            container = _find_container(node, container_node_name, spin_time)
            for line in () if containers_only else components(container):
                print(line)
            return
        settle(node, spin_time)
        for container in _containers(node):
            print(container)
            for line in () if containers_only else components(container):
                print(f'  {line}')


@command
def component_load(
    container_node_name: ContainerName,
    package_name: Annotated[str, typer.Argument(help='Package that the component is in.')],
    plugin_name: Annotated[
        str, typer.Argument(help='Name of the component, such as `composition::Talker`.')
    ],
    node_name: Annotated[
        str | None, typer.Option('--node-name', '-n', help='Name of its node.')
    ] = None,
    node_namespace: Annotated[str | None, typer.Option(help='Namespace of its node.')] = None,
    log_level: Annotated[int, typer.Option(min=0, max=255, help='Log level of its node.')] = 0,
    remap_rule: Annotated[
        Pairs, typer.Option('--remap-rule', '-r', help='As `from:=to`; may be repeated.')
    ] = None,
    parameter: Annotated[
        Pairs, typer.Option('--parameter', '-p', help='As `name:=value`; may be repeated.')
    ] = None,
    extra_argument: Annotated[
        Pairs,
        typer.Option('--extra-argument', '-e', help='For the container, as `name:=value`.'),
    ] = None,
    quiet: Quiet = False,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """Load a component into a container.

    Example: `ros component load /container composition composition::Talker -p rate:=2.0`
    """
    from composition_interfaces.srv import LoadNode

    parameters, extra = _parameters(parameter), _parameters(extra_argument)
    with cli_node() as node:
        container = _find_container(node, container_node_name, spin_time)
        done = ask(
            node,
            container,
            '_container/load_node',
            LoadNode,
            seconds=None,
            package_name=package_name,
            plugin_name=plugin_name,
            node_name=node_name or '',
            node_namespace=node_namespace or '',
            log_level=log_level,
            remap_rules=remap_rule or [],
            parameters=parameters,
            extra_arguments=extra,
        )
        if not done.success:
            raise CommandError(f'Failed to load component: {done.error_message}')
        if quiet:
            print(f'{done.unique_id}  {done.full_node_name}')
        else:
            print(
                f"Loaded component {done.unique_id} into '{container}' container node as "
                f"'{done.full_node_name}'"
            )


@command
def component_unload(
    container_node_name: ContainerName,
    component_uid: Annotated[list[int], typer.Argument(help='Numbers of the components.')],
    quiet: Quiet = False,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """Unload components from a container.

    Example: `ros component unload /container 1 2`
    """
    from composition_interfaces.srv import UnloadNode

    with cli_node() as node:
        container = _find_container(node, container_node_name, spin_time)
        for number in component_uid:
            done = ask(node, container, '_container/unload_node', UnloadNode, unique_id=number)
            if not done.success:
                raise CommandError(
                    f"Failed to unload component {number} from '{container}' container node\n"
                    f'    {done.error_message}'
                )
            print(
                number
                if quiet
                else f"Unloaded component {number} from '{container}' container node"
            )


@command
def component_types(
    package_name: Annotated[
        str | None, typer.Argument(help='Name of the package; all without it.')
    ] = None,
) -> None:
    """List the components of the packages on this machine.

    Example: `ros component types composition`
    """
    from ament_index_python.resources import get_resource, get_resources

    known = sorted(get_resources(RESOURCE))
    if package_name is not None and package_name not in known:
        raise CommandError(
            f"package '{package_name}' has no components; packages with components: "
            f'{", ".join(known) or "none"}'
        )
    for name in known if package_name is None else [package_name]:
        if package_name is None:
            print(name)
        for line in get_resource(RESOURCE, name)[0].splitlines():
            print(f'{"  " if package_name is None else ""}{line.partition(";")[0]}')


def _containers(node: Node) -> list[str]:
    return sorted(
        name.removesuffix(LOAD)
        for name, types in node.get_service_names_and_types()
        if name.endswith(LOAD) and LOAD_TYPE in types
    )


def _find_container(node: Node, name: str, seconds: float) -> str:
    full = name if name.startswith('/') else f'/{name}'
    if not wait_for_name(node, lambda: full in _containers(node), seconds):
        there = ', '.join(_containers(node)) or 'none'
        raise CommandError(f"Unable to find container node '{full}'; containers there: {there}")
    return full


def _parameters(pairs: Pairs) -> list[Any]:
    from rcl_interfaces.msg import Parameter
    from rclpy.parameter import get_parameter_value

    found = []
    for pair in pairs or ():
        name, separator, value = pair.partition(':=')
        if not separator:
            raise CommandError(f"'{pair}' must be name:=value")
        found.append(Parameter(name=name, value=get_parameter_value(string_value=value)))
    return found
