"""The group `ros bag`."""

from __future__ import annotations

import typer

from ros2_embedded.cli.bag_arguments import BagCommand
from ros2_embedded.cli.bag_convert import bag_convert
from ros2_embedded.cli.bag_info import bag_info, bag_reindex
from ros2_embedded.cli.bag_play import bag_play
from ros2_embedded.cli.bag_record import bag_record


def fill_bag_group(group: typer.Typer) -> typer.Typer:
    """Put the bag commands into a group; return it."""
    for name, function in (
        ('convert', bag_convert),
        ('info', bag_info),
        ('play', bag_play),
        ('record', bag_record),
        ('reindex', bag_reindex),
    ):
        group.command(name, cls=BagCommand)(function)
    return group
