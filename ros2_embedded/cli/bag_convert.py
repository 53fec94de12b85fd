"""`ros bag convert`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ros2_embedded.cli.errors import CommandError, command

if TYPE_CHECKING:
    from rosbag2_py import StorageOptions

STORAGES = ('mcap', 'sqlite3')


@command
def bag_convert(
    inputs: Annotated[
        list[str],
        typer.Option('--input', '-i', help='Bag to read, and its storage if need be; repeatable.'),
    ],
    output_options: Annotated[
        str, typer.Option('--output-options', '-o', help='YAML file with a list `output_bags`.')
    ],
) -> None:
    """Make new bags of old ones: merged, filtered, split, compressed, in another storage.

    The file lists the bags to make, each with its `uri` and what else it shall have, such as
    `{output_bags: [{uri: small, storage_id: mcap, topics: [/scan], compression_mode: file,
    compression_format: zstd}]}`; `all_topics: true` takes everything.

    Example: `ros bag convert -i morning -i evening -o day.yaml`
    """
    from rosbag2_py import bag_rewrite

    try:
        bag_rewrite(_storages(inputs), output_options)
    except (ModuleNotFoundError, RuntimeError) as error:
        raise CommandError(str(error)) from error


def _storages(texts: list[str]) -> list[StorageOptions]:
    """Return the bags; the name of a storage belongs to the bag in front of it."""
    from rosbag2_py import StorageOptions

    found: list[StorageOptions] = []
    for each in texts:
        if each in STORAGES and found and not found[-1].storage_id:
            found[-1].storage_id = each
        else:
            found.append(StorageOptions(uri=each))
    return found
