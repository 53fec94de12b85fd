"""`ros topic list`."""

from __future__ import annotations

from typing import Annotated

import typer

from ros2_embedded.cli.errors import command
from ros2_embedded.cli.options import SPIN_TIME, IncludeHiddenTopics, SpinTime, UseSimTime
from ros2_embedded.cli.session import cli_node, is_hidden, settle


@command
def topic_list(
    show_types: Annotated[
        bool, typer.Option('--show-types', '-t', help='Show the types of the topics.')
    ] = False,
    count_topics: Annotated[
        bool, typer.Option('--count-topics', '-c', help='Show only how many topics there are.')
    ] = False,
    verbose: Annotated[
        bool, typer.Option('--verbose', '-v', help='Show types, publishers and subscribers.')
    ] = False,
    include_hidden_topics: IncludeHiddenTopics = False,
    spin_time: SpinTime = SPIN_TIME,
    use_sim_time: UseSimTime = False,
) -> None:
    """List the topics that are there.

    Example: `ros topic list -t`
    """
    with cli_node(use_sim_time=use_sim_time) as node:
        settle(node, spin_time)
        topics = [
            (name, ', '.join(types), node.count_publishers(name), node.count_subscribers(name))
            for name, types in sorted(node.get_topic_names_and_types())
            if include_hidden_topics or not is_hidden(name)
        ]
    if count_topics:
        print(len(topics))
    elif verbose:
        print('Published topics:')
        for name, types, publishers, _ in topics:
            if publishers:
                print(f' * {name} [{types}] {_count(publishers, "publisher")}')
        print('\nSubscribed topics:')
        for name, types, _, subscribers in topics:
            if subscribers:
                print(f' * {name} [{types}] {_count(subscribers, "subscriber")}')
        print()
    else:
        for name, types, _, _ in topics:
            print(f'{name} [{types}]' if show_types else name)


def _count(number: int, what: str) -> str:
    return f'{number} {what}{"s" if number > 1 else ""}'
