"""Bags for the tests of what reads and writes them."""

from __future__ import annotations

import pytest
import rosbag2_py
from rclpy.serialization import serialize_message
from rosbag2_py._storage import QoS
from std_msgs.msg import Int32, String

SECOND = 10**9


class Bag:
    """Writes a bag of texts and numbers, and reads bags."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / 'bag'

    def writer(self, storage='mcap', compression=None, **options):
        """Opens a new bag with the topics /text and /number."""
        if compression is None:
            writer = rosbag2_py.SequentialWriter()
        else:
            mode = rosbag2_py.compression_mode_from_string(compression)
            settings = rosbag2_py.CompressionOptions('zstd', mode)
            writer = rosbag2_py.SequentialCompressionWriter(settings)
        writer.open(
            rosbag2_py.StorageOptions(uri=str(self.path), storage_id=storage, **options),
            rosbag2_py.ConverterOptions('cdr', 'cdr'),
        )
        for name, kind, qos in (
            ('/text', 'std_msgs/msg/String', [QoS(3).transient_local()]),
            ('/number', 'std_msgs/msg/Int32', []),
        ):
            writer.create_topic(
                rosbag2_py.TopicMetadata(
                    id=0,
                    name=name,
                    type=kind,
                    serialization_format='cdr',
                    offered_qos_profiles=qos,
                )
            )
        return writer

    def fill(self, writer, count=6, start=100):
        """Writes a text every second, and a number half a second later; returns them."""
        written = []
        for number in range(count):
            for topic, message, offset in (
                ('/text', String(data=f'text {number}'), 0),
                ('/number', Int32(data=number), SECOND // 2),
            ):
                stamp = (start + number) * SECOND + offset
                written.append((topic, serialize_message(message), stamp))
                writer.write(*written[-1])
        return written

    def write(self, storage='mcap', compression=None, count=6, **options):
        """Writes a whole bag; returns what is in it."""
        writer = self.writer(storage, compression, **options)
        written = self.fill(writer, count)
        writer.close()
        return written

    def reader(self, path=None):
        """Opens a bag."""
        reader = rosbag2_py.SequentialReader()
        reader.open_uri(str(path or self.path))
        return reader

    def read(self, path=None):
        """Returns all that is in a bag."""
        return rest(self.reader(path))


def rest(reader):
    """Returns what a reader has left."""
    found = []
    while reader.has_next():
        found.append(reader.read_next())
    return found


@pytest.fixture
def bag(tmp_path):
    return Bag(tmp_path)


@pytest.fixture(name='rest')
def _rest():
    return rest
