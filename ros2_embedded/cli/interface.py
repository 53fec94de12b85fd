"""`ros interface list` and its kin: which types are known, and how they are defined."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.idl import library
from ros2_embedded.idl.definition_text import definition_text
from ros2_embedded.idl.parse import parse_type

SEPARATOR = '---'
Types = Mapping[str, Sequence[str]]  # names of types by package


OnlyMessages = Annotated[bool, typer.Option('--only-msgs', '-m', help='Only messages.')]
OnlyServices = Annotated[bool, typer.Option('--only-srvs', '-s', help='Only services.')]
OnlyActions = Annotated[bool, typer.Option('--only-actions', '-a', help='Only actions.')]
InterfaceType = Annotated[
    str, typer.Argument(metavar='TYPE', help='Such as `sensor_msgs/msg/LaserScan`.')
]


@command
def interface_list(
    only_msgs: OnlyMessages = False,
    only_srvs: OnlyServices = False,
    only_actions: OnlyActions = False,
) -> None:
    """List all types that are known.

    Example: `ros interface list --only-srvs`
    """
    for title, by_package in _chosen(only_msgs, only_srvs, only_actions):
        print(f'{title}:')
        for package, names in sorted(by_package.items()):
            for name in sorted(names):
                print(f'    {package}/{name}')


def _chosen(messages: bool, services: bool, actions: bool) -> Iterator[tuple[str, Types]]:
    """Yield titles and types of the kinds that are wanted, all where none is named."""
    from rosidl_runtime_py import (
        get_action_interfaces,
        get_message_interfaces,
        get_service_interfaces,
    )

    every = not (messages or services or actions)
    for title, wanted, find in (
        ('Messages', messages, get_message_interfaces),
        ('Services', services, get_service_interfaces),
        ('Actions', actions, get_action_interfaces),
    ):
        if wanted or every:
            yield title, find()


@command
def interface_packages(
    only_msgs: OnlyMessages = False,
    only_srvs: OnlyServices = False,
    only_actions: OnlyActions = False,
) -> None:
    """List the packages that have types.

    Example: `ros interface packages --only-actions`
    """
    found: set[str] = set()
    for _, by_package in _chosen(only_msgs, only_srvs, only_actions):
        found.update(by_package)
    for package in sorted(found):
        print(package)


@command
def interface_package(
    package_name: Annotated[str, typer.Argument(help='Such as `example_interfaces`.')],
    only_msgs: OnlyMessages = False,
    only_srvs: OnlyServices = False,
    only_actions: OnlyActions = False,
) -> None:
    """List the types of a package.

    Example: `ros interface package example_interfaces`
    """
    from rosidl_runtime_py import get_interface_packages

    known = get_interface_packages()
    if package_name not in known:
        raise CommandError(
            f"Unknown package '{package_name}'; known are: {', '.join(sorted(known))}"
        )
    for _, by_package in _chosen(only_msgs, only_srvs, only_actions):
        for name in sorted(by_package.get(package_name, ())):
            print(f'{package_name}/{name}')


@command
def interface_proto(
    interface_type: InterfaceType,
    no_quotes: Annotated[bool, typer.Option('--no-quotes', help='Not between quotes.')] = False,
) -> None:
    """Print a message with all its fields, to be changed and published.

    Example: `ros interface proto geometry_msgs/msg/Twist`
    """
    from rosidl_runtime_py import message_to_yaml
    from rosidl_runtime_py.utilities import get_interface, is_action, is_service

    try:
        kind = get_interface(interface_type)
    except (AttributeError, ImportError, LookupError, ValueError) as error:
        raise CommandError(f"The type '{interface_type}' is invalid: {error}") from error
    part = kind.Goal if is_action(kind) else kind.Request if is_service(kind) else kind
    text = message_to_yaml(part())
    print(text if no_quotes else f'"{text}"')


@command
def interface_show(
    interface_type: Annotated[
        str,
        typer.Argument(
            metavar='TYPE', help='Such as `sensor_msgs/msg/LaserScan`; `-` reads it from a pipe.'
        ),
    ],
    all_comments: Annotated[
        bool, typer.Option('--all-comments', help='Those of nested types, too.')
    ] = False,
    no_comments: Annotated[bool, typer.Option('--no-comments', help='No comments.')] = False,
) -> None:
    """Print the definition of a type, with those of the types in it.

    Example: `ros interface show geometry_msgs/msg/TwistStamped`
    """
    if interface_type == '-':
        interface_type = sys.stdin.readline().strip()
    for line in shown_lines(interface_type, not no_comments, all_comments):
        print(line)


def shown_lines(name: str, comments: bool, nested_comments: bool) -> Iterator[str]:
    """Yield the lines of a definition; those of nested types follow their field, indented.

    Args:
        name: `package/msg/Name`, also srv and action.
        comments: with comments and empty lines.
        nested_comments: with those of nested types.

    Raises:
        CommandError: there is no such type.
    """
    if name.count('/') != 2:
        raise CommandError(
            f"Invalid name '{name}'. Expected three parts separated by '/', such as "
            'std_msgs/msg/String'
        )
    package = name.partition('/')[0]
    for line in _text_of(name).splitlines():
        bare = line.partition('#')[0].rstrip()
        if comments or bare:
            yield line.rstrip() if comments else bare
        nested = _nested_type(package, bare)
        if nested:
            for each in shown_lines(nested, nested_comments, nested_comments):
                yield f'\t{each}' if each else each


def _text_of(name: str) -> str:
    from rosidl_runtime_py import get_interface_path

    try:
        return Path(get_interface_path(name)).read_text(encoding='utf-8')
    except (LookupError, OSError, ValueError):
        pass  # types of the rosbags store have no file
    try:
        return definition_text(name)
    except library.UnknownInterfaceError as error:
        raise CommandError(str(error)) from error


def _nested_type(package: str, line: str) -> str:
    if not line.strip() or line.strip() == SEPARATOR:
        return ''
    kind = parse_type(package, line.split()[0])
    return kind.base if kind.is_message else ''
