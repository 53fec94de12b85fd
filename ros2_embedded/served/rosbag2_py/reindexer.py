"""Writes a metadata.yaml that is missing."""

from __future__ import annotations

from pathlib import Path

from rosbag2_py.bag_scan import scan_bag
from rosbag2_py.metadata_io import MetadataIo
from rosbag2_py.options import StorageOptions


class Reindexer:
    """Makes metadata.yaml of a bag from its files; compressed files it does not look into."""

    def reindex(self, storage_options: StorageOptions) -> None:
        """Write metadata.yaml into the folder of a bag.

        Raises:
            RuntimeError: there are no files of a bag in it, or one is damaged.
        """
        folder = Path(storage_options.uri)
        if not folder.is_dir():
            raise RuntimeError(f'{folder} is no folder; name the folder of the bag')
        metadata = scan_bag(folder, storage_options.storage_id)
        MetadataIo().write_metadata(storage_options.uri, metadata)
