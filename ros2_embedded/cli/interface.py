"""`ros interface list` and `ros interface show`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.idl import library
from ros2_embedded.idl.definition_text import definition_text
from ros2_embedded.idl.parse import parse_type

SEPARATOR = '---'


@command
def interface_list(
    only_msgs: Annotated[bool, typer.Option('--only-msgs', '-m', help='Only messages.')] = False,
    only_srvs: Annotated[bool, typer.Option('--only-srvs', '-s', help='Only services.')] = False,
    only_actions: Annotated[
        bool, typer.Option('--only-actions', '-a', help='Only actions.')
    ] = False,
) -> None:
    """List all types that are known.

    Example: `ros interface list --only-srvs`
    """
    from rosidl_runtime_py import (
        get_action_interfaces,
        get_message_interfaces,
        get_service_interfaces,
    )

    every = not (only_msgs or only_srvs or only_actions)
    for title, wanted, find in (
        ('Messages', only_msgs, get_message_interfaces),
        ('Services', only_srvs, get_service_interfaces),
        ('Actions', only_actions, get_action_interfaces),
    ):
        if not (wanted or every):
            continue
        print(f'{title}:')
        for package, names in sorted(find().items()):
            for name in sorted(names):
                print(f'    {package}/{name}')


@command
def interface_show(
    interface_type: Annotated[
        str, typer.Argument(metavar='TYPE', help='Such as `sensor_msgs/msg/LaserScan`.')
    ],
    all_comments: Annotated[
        bool, typer.Option('--all-comments', help='Those of nested types, too.')
    ] = False,
    no_comments: Annotated[bool, typer.Option('--no-comments', help='No comments.')] = False,
) -> None:
    """Print the definition of a type, with those of the types in it.

    Example: `ros interface show geometry_msgs/msg/TwistStamped`
    """
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
