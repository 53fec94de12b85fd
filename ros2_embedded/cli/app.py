"""The commands as a typer application, to be run alone or mounted in another one."""

from __future__ import annotations

import typer

from ros2_embedded.cli.launch_command import launch

app = typer.Typer(
    name='ros',
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode='markdown',
    pretty_exceptions_enable=False,
)
app.command()(launch)


@app.callback()
def _ros() -> None:
    """Look at and run a ROS graph, as the ros2 command does, with or without ROS 2."""
