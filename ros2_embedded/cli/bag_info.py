"""`ros bag info` and `ros bag reindex`."""

from __future__ import annotations

from typing import Annotated

import typer

from ros2_embedded.cli.errors import CommandError, command

Storage = Annotated[
    str, typer.Option('--storage', '-s', help='mcap or sqlite3, else as the bag says.')
]


@command
def bag_info(
    bag_path: Annotated[str, typer.Argument(help='Folder of the bag, or one file of it.')],
    storage: Storage = '',
    topic_name: Annotated[
        bool, typer.Option('--topic-name', '-t', help='Print the names of topics only.')
    ] = False,
) -> None:
    """Print what is in a bag.

    Example: `ros bag info run`
    """
    from rosbag2_py import Info

    try:
        metadata = Info().read_metadata(bag_path, storage)
    except (ModuleNotFoundError, RuntimeError) as error:
        raise CommandError(str(error)) from error
    if not topic_name:
        print(metadata)
        return
    for each in metadata.topics_with_message_count:
        topic = each.topic_metadata
        if not (topic.name.endswith('/_service_event') and topic.type.endswith('_Event')):
            print(topic.name)


@command
def bag_reindex(
    bag_path: Annotated[str, typer.Argument(help='Folder of the bag.')], storage: Storage = ''
) -> None:
    """Make the metadata.yaml anew that a bag lacks, as when its recorder was killed.

    Example: `ros bag reindex run`
    """
    from rosbag2_py import Reindexer, StorageOptions

    try:
        Reindexer().reindex(StorageOptions(uri=bag_path, storage_id=storage))
    except (ModuleNotFoundError, RuntimeError) as error:
        raise CommandError(str(error)) from error
