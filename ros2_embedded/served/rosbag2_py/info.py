"""What is known of a bag."""

from __future__ import annotations

from pathlib import Path

from rosbag2_py.bag_metadata import BagMetadata
from rosbag2_py.bag_scan import scan_bag
from rosbag2_py.metadata_io import MetadataIo
from rosbag2_py.storages import open_reader


class Info:
    """Reads the metadata of bags."""

    def read_metadata(self, uri: str, storage_id: str) -> BagMetadata:
        """Return what is known of a bag.

        Args:
            uri: its folder, or one file; a folder without metadata.yaml is looked through.
            storage_id: mcap or sqlite3, '' to tell it by the files.

        Raises:
            RuntimeError: there is no bag, or it is damaged.
        """
        path = Path(uri)
        if not path.exists():
            raise RuntimeError(f'Bag path {uri} does not exist.')
        if MetadataIo().metadata_file_exists(uri):
            return MetadataIo().read_metadata(uri)
        if path.is_dir():
            return scan_bag(path, storage_id)
        storage = open_reader(path, storage_id)
        metadata = storage.metadata()
        storage.close()
        return metadata
