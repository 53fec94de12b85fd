"""`ros param list`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from ros2_embedded.cli.asking import answer, find_node, parameter_client
from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.node_list import full_node_names
from ros2_embedded.cli.options import SPIN_TIME, SpinTime
from ros2_embedded.cli.param_types import type_word
from ros2_embedded.cli.session import cli_node, settle

if TYPE_CHECKING:
    from rclpy.node import Node


@command
def param_list(
    node_name: Annotated[
        str | None, typer.Argument(help='Full name of the node; all nodes without it.')
    ] = None,
    include_hidden_nodes: Annotated[
        bool, typer.Option('--include-hidden-nodes', help='Consider hidden nodes as well.')
    ] = False,
    param_prefixes: Annotated[
        list[str] | None, typer.Option(help='Only parameters that begin so; may be repeated.')
    ] = None,
    param_type: Annotated[bool, typer.Option('--param-type', help='Show the types.')] = False,
    pattern: Annotated[
        str | None, typer.Option('--filter', help='Only names that this pattern matches.')
    ] = None,
    spin_time: SpinTime = SPIN_TIME,
) -> None:
    """List the parameters of a node, or of all nodes.

    Example: `ros param list /talker --param-type`
    """
    wanted = _compiled(pattern)
    with cli_node() as node:
        if node_name is not None:
            _show(node, find_node(node, node_name, spin_time), param_prefixes, wanted, param_type)
            return
        settle(node, spin_time)
        for name in sorted(set(full_node_names(node, include_hidden=include_hidden_nodes))):
            try:
                _show(node, name, param_prefixes, wanted, param_type, title=f'{name}:')
            except CommandError as error:
                # One node that does not answer hides no other.
                print(error)


def _compiled(pattern: str | None) -> re.Pattern[str]:
    try:
        return re.compile(pattern or '')
    except re.error as error:
        raise CommandError(f"--filter '{pattern}' is no regular expression: {error}") from error


def _show(
    node: Node,
    other: str,
    prefixes: list[str] | None,
    wanted: re.Pattern[str],
    with_types: bool,
    title: str = '',
) -> None:
    client = parameter_client(node, other)
    listed = answer(node, client.list_parameters(prefixes or None), other).result.names
    names = sorted(name for name in listed if wanted.match(name))
    words = [''] * len(names)
    if with_types and names:
        described = answer(node, client.describe_parameters(names), other).descriptors
        words = [f' (type: {type_word(each.type)})' for each in described]
    if title and names:
        print(title)
    for name, word in zip(names, words, strict=True):
        print(f'  {name}{word}')
