"""Bags whose writer was killed, and bags that were damaged."""

from __future__ import annotations

import random
import signal
import subprocess
import sys

import pytest
import rosbag2_py
from rclpy.serialization import serialize_message
from std_msgs.msg import String

STORAGES = ['mcap', 'sqlite3']
ENDINGS = {'mcap': 'mcap', 'sqlite3': 'db3'}
WRITER = """
import sys
import ros2_embedded
ros2_embedded.install()
import rosbag2_py
from rclpy.serialization import serialize_message
from std_msgs.msg import String

writer = rosbag2_py.SequentialWriter()
writer.open(
    rosbag2_py.StorageOptions(uri=sys.argv[1], storage_id=sys.argv[2]),
    rosbag2_py.ConverterOptions('cdr', 'cdr'),
)
writer.create_topic(rosbag2_py.TopicMetadata(0, '/text', 'std_msgs/msg/String', 'cdr'))
for number in range(1000):
    writer.write('/text', serialize_message(String(data=str(number))), number)
writer.flush()
writer.write('/text', serialize_message(String(data='not yet with the system')), 1000)
print('written', flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize('storage', STORAGES)
def test_what_a_killed_writer_had_handed_on_is_read(bag, storage):
    process = subprocess.Popen(
        [sys.executable, '-c', WRITER, str(bag.path), storage],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == 'written\n'
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert not (bag.path / 'metadata.yaml').exists()
    found = bag.read()
    assert [stamp for _, _, stamp in found[:1000]] == list(range(1000))
    assert len(found) <= 1001
    metadata = rosbag2_py.Info().read_metadata(str(bag.path), '')
    assert metadata.message_count == len(found)
    rosbag2_py.Reindexer().reindex(rosbag2_py.StorageOptions(uri=str(bag.path)))
    assert bag.read() == found


@pytest.fixture
def big(bag):
    """Writes a bag of some chunks; returns its file and its messages."""

    def write(storage, **options):
        writer = bag.writer(storage, **options)
        written = []
        for number in range(40):
            written.append(('/text', serialize_message(String(data='x' * 300)), number))
            writer.write(*written[-1])
            if number % 10 == 9:
                writer.flush()
        writer.close()
        (bag.path / 'metadata.yaml').unlink()
        return bag.path / f'bag_0.{ENDINGS[storage]}', written

    return write


@pytest.mark.parametrize('preset', ['none', 'fastwrite', 'zstd_fast'])
def test_an_mcap_file_that_ends_early_gives_what_is_whole(bag, big, preset):
    path, written = big('mcap', storage_preset_profile=preset)
    whole = path.read_bytes()
    pick = random.Random(7)
    counts = set()
    for size in sorted(pick.randrange(8, len(whole)) for _ in range(60)):
        path.write_bytes(whole[:size])
        found = bag.read()
        assert found == written[: len(found)]
        counts.add(len(found))
    assert {0, 40} <= counts
    assert len(counts) > 3


@pytest.mark.parametrize('storage', STORAGES)
def test_damage_is_an_error_that_names_the_file_and_never_another(bag, big, storage):
    path, written = big(storage)
    whole = path.read_bytes()
    pick = random.Random(11)
    refusals = []
    for _ in range(150):
        damaged = bytearray(whole)
        start = pick.randrange(len(whole))
        kind = pick.randrange(3)
        if kind == 0:
            damaged[start] ^= 1 << pick.randrange(8)
        elif kind == 1:
            damaged[start : start + 64] = pick.randbytes(64)
        else:
            del damaged[start : start + pick.randrange(1, 5000)]
        path.write_bytes(damaged)
        try:
            found = bag.read()
        except RuntimeError as error:
            refusals.append(str(error))
        else:
            assert len(found) <= len(written)
    assert len(refusals) > 20
    assert all(str(path) in each or 'in the bag' in each for each in refusals)


@pytest.mark.parametrize(
    ('content', 'reason'),
    [
        (b'', 'is empty'),
        (b'SQLite format 3\0' + bytes(200), 'no MCAP file'),
        (b'\x89MCAP0\r\n' + bytes(100), 'damaged at byte 8'),
    ],
)
def test_what_is_no_mcap_file_is_refused(bag, content, reason):
    bag.path.mkdir()
    (bag.path / 'a_0.mcap').write_bytes(content)
    with pytest.raises(RuntimeError, match=reason):
        bag.read()


def test_what_is_no_database_is_refused(bag):
    bag.path.mkdir()
    path = bag.path / 'a_0.db3'
    for content in (b'', b'nonsense' * 50):
        path.write_bytes(content)
        with pytest.raises(RuntimeError, match=r'a_0\.db3 is'):
            bag.read()


@pytest.mark.parametrize(
    ('text', 'reason'),
    [
        ('', 'lacks rosbag2_bagfile_information'),
        ('[1, 2', 'is no YAML'),
        ('rosbag2_bagfile_information: {version: 9}', 'storage_identifier'),
        ('rosbag2_bagfile_information: {version: 99}', 'newer than 9'),
        ('rosbag2_bagfile_information: 3', 'is damaged'),
    ],
)
def test_damaged_metadata_is_refused(bag, text, reason):
    bag.write()
    (bag.path / 'metadata.yaml').write_text(text)
    with pytest.raises(RuntimeError, match=reason):
        bag.read()


def test_damaged_compression_is_refused(bag):
    bag.write(compression='file')
    (path,) = bag.path.glob('*.zstd')
    path.write_bytes(path.read_bytes()[:-20] + bytes(20))
    with pytest.raises(RuntimeError, match='damaged'):
        bag.read()
    path.unlink()
    with pytest.raises(RuntimeError, match='No such file'):
        bag.read()
