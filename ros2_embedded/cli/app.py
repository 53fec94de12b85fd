"""The commands as a typer application, to be run alone or mounted in another one."""

from __future__ import annotations

import typer

from ros2_embedded.cli.launch_command import launch
from ros2_embedded.cli.node_info import node_info
from ros2_embedded.cli.node_list import node_list
from ros2_embedded.cli.topic_echo import topic_echo
from ros2_embedded.cli.topic_hz import topic_hz
from ros2_embedded.cli.topic_info import topic_info
from ros2_embedded.cli.topic_list import topic_list


def _group(name: str, about: str) -> typer.Typer:
    return typer.Typer(
        name=name,
        help=about,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode='markdown',
        pretty_exceptions_enable=False,
    )


app = _group(
    'ros', 'Look at and run a ROS graph, as the ros2 command does, with or without ROS 2.'
)
topic = _group('topic', 'Look at topics.')
node = _group('node', 'Look at nodes.')

topic.command('echo')(topic_echo)
topic.command('hz')(topic_hz)
topic.command('info')(topic_info)
topic.command('list')(topic_list)
node.command('info')(node_info)
node.command('list')(node_list)
app.add_typer(topic)
app.add_typer(node)
app.command()(launch)
