"""Bags that are written, read, filtered, split and compressed, here and by rosbags."""

from __future__ import annotations

import pytest
import rosbag2_py
import yaml
from rclpy.duration import Duration
from rclpy.qos import DurabilityPolicy, HistoryPolicy, ReliabilityPolicy
from rclpy.serialization import deserialize_message, serialize_message
from rclpy.time import Time
from rosbag2_py._storage import QoS
from rosbags.rosbag2 import CompressionFormat, CompressionMode, StoragePlugin
from rosbags.rosbag2 import Reader as RosbagsReader
from rosbags.rosbag2 import Writer as RosbagsWriter
from rosbags.typesys import Stores, get_typestore
from rosidl_runtime_py.utilities import get_message
from std_msgs.msg import String

STORAGES = ['mcap', 'sqlite3']
SECOND = 10**9


@pytest.fixture(params=STORAGES)
def storage(request):
    return request.param


@pytest.mark.parametrize('compression', [None, 'file', 'message'])
def test_what_is_written_is_read(bag, storage, compression):
    written = bag.write(storage, compression)
    reader = bag.reader()
    assert {each.name: each.type for each in reader.get_all_topics_and_types()} == {
        '/text': 'std_msgs/msg/String',
        '/number': 'std_msgs/msg/Int32',
    }
    found = bag.read()
    assert found == written
    assert deserialize_message(found[2][1], get_message('std_msgs/msg/String')).data == 'text 1'
    if compression:
        assert reader.get_metadata().compression_mode == compression.upper()


@pytest.mark.parametrize('compression', [None, 'file', 'message'])
def test_rosbags_reads_what_is_written(bag, storage, compression):
    written = bag.write(storage, compression)
    with RosbagsReader(bag.path) as reader:
        found = [(each.topic, data, stamp) for each, stamp, data in reader.messages()]
        (text,) = [each for each in reader.connections if each.topic == '/text']
        assert text.msgcount == 6
        assert text.ext.offered_qos_profiles[0].durability.name == 'TRANSIENT_LOCAL'
        assert 'string data' in text.msgdef.data
    assert found == written


@pytest.mark.parametrize('version', [8, 9])
@pytest.mark.parametrize(
    ('storage', 'mode'),
    [(each, mode) for each in STORAGES for mode in ('NONE', 'FILE', 'MESSAGE')]
    + [('mcap', 'STORAGE')],
)
def test_what_rosbags_writes_is_read(bag, storage, version, mode):
    store = get_typestore(Stores.ROS2_JAZZY)
    plugin = StoragePlugin[storage.upper()]
    writer = RosbagsWriter(bag.path, version=version, storage_plugin=plugin)
    writer.set_compression(CompressionMode[mode], CompressionFormat.ZSTD)
    written = []
    with writer:
        topic = writer.add_connection('/text', 'std_msgs/msg/String', typestore=store)
        for number in range(20):
            data = serialize_message(String(data=f'text {number}'))
            writer.write(topic, number * SECOND, data)
            written.append(('/text', data, number * SECOND))
    assert bag.read() == written
    (topic,) = bag.reader().get_all_topics_and_types()
    assert topic.type_description_hash.startswith('RIHS01_')


def test_metadata_says_what_is_in_the_bag(bag, storage, monkeypatch):
    monkeypatch.setenv('ROS_DISTRO', 'jazzy')
    bag.write(storage, custom_data={'robot': 'panda'})
    ending = {'mcap': 'mcap', 'sqlite3': 'db3'}[storage]
    values = yaml.safe_load((bag.path / 'metadata.yaml').read_text())
    found = values['rosbag2_bagfile_information']
    assert found['version'] == 9
    assert found['storage_identifier'] == storage
    assert found['relative_file_paths'] == [f'bag_0.{ending}']
    assert found['starting_time'] == {'nanoseconds_since_epoch': 100 * SECOND}
    assert found['duration'] == {'nanoseconds': 5 * SECOND + SECOND // 2}
    assert found['message_count'] == 12
    assert found['files'][0]['message_count'] == 12
    assert found['custom_data'] == {'robot': 'panda'}
    assert found['ros_distro'] == 'jazzy'
    (qos,) = found['topics_with_message_count'][0]['topic_metadata']['offered_qos_profiles']
    assert (qos['depth'], qos['durability']) == (3, 'transient_local')
    metadata = rosbag2_py.Info().read_metadata(str(bag.path), '')
    assert metadata.topics_with_message_count[0].message_count == 6
    shown = str(metadata)
    assert f'Storage id:        {storage}\n' in shown
    assert 'Duration:          5.500000000s\n' in shown
    assert 'Topic: /number | Type: std_msgs/msg/Int32 | Count: 6 | Serialization' in shown
    # The file alone tells the same.
    alone = rosbag2_py.Info().read_metadata(str(bag.path / f'bag_0.{ending}'), '')
    assert alone.message_count == 12
    assert alone.starting_time == Time(seconds=100)
    assert alone.custom_data == {'robot': 'panda'}


def test_metadata_goes_to_text_and_back():
    metadata = rosbag2_py.BagMetadata(
        storage_identifier='mcap',
        relative_file_paths=['a.mcap'],
        files=[
            rosbag2_py.FileInformation('a.mcap', Time(nanoseconds=5), Duration(nanoseconds=7), 2)
        ],
        topics_with_message_count=[
            rosbag2_py.TopicInformation(
                rosbag2_py.TopicMetadata(
                    1, '/a', 'std_msgs/msg/Empty', 'cdr', [QoS(2).best_effort()]
                ),
                2,
            )
        ],
    )
    io = rosbag2_py.MetadataIo()
    assert io.deserialize_metadata(io.serialize_metadata(metadata)) == metadata
    metadata.version = 8
    text = io.serialize_metadata(metadata)
    assert 'reliability: 2' in text
    assert io.deserialize_metadata(text) == metadata


def test_qos_in_a_bag_becomes_qos_of_rclpy():
    old = (
        '- history: 1\n  depth: 4\n  reliability: 2\n  durability: 1\n'
        '  deadline: {sec: 2147483647, nsec: 4294967295}\n  lifespan: {sec: 1, nsec: 5}\n'
        '  liveliness: 1\n  liveliness_lease_duration: {sec: 0, nsec: 0}\n'
        '  avoid_ros_namespace_conventions: false'
    )
    (qos,) = rosbag2_py.to_rclcpp_qos_vector(old, 8)
    profile = rosbag2_py.convert_rclcpp_qos_to_rclpy_qos(qos)
    assert (profile.history, profile.depth) == (HistoryPolicy.KEEP_LAST, 4)
    assert profile.reliability == ReliabilityPolicy.BEST_EFFORT
    assert profile.durability == DurabilityPolicy.TRANSIENT_LOCAL
    assert profile.deadline.nanoseconds == 2**63 - 1
    assert profile.lifespan.nanoseconds == SECOND + 5
    assert rosbag2_py.to_rclcpp_qos_vector('', 9) == []
    with pytest.raises(RuntimeError, match='damaged'):
        rosbag2_py.to_rclcpp_qos_vector('- history: sometimes', 9)


def test_a_filter_lets_topics_through_from_where_reading_is(bag, storage, rest):
    written = bag.write(storage)
    reader = bag.reader()
    assert [reader.read_next() for _ in range(3)] == written[:3]
    reader.set_filter(rosbag2_py.StorageFilter(topics=['/number']))
    assert [reader.read_next() for _ in range(2)] == [written[3], written[5]]
    reader.reset_filter()
    assert reader.read_next() == written[6]
    reader.set_filter(rosbag2_py.StorageFilter(regex='/t.*'))
    assert rest(reader) == written[8::2]
    reader.seek(0)
    reader.set_filter(rosbag2_py.StorageFilter(exclude_topics=['/text']))
    assert rest(reader) == written[1::2]
    with pytest.raises(RuntimeError, match='no regular expression'):
        reader.set_filter(rosbag2_py.StorageFilter(regex='['))


def test_seeking_goes_both_ways_and_keeps_the_filter(bag, storage, rest):
    written = bag.write(storage)
    reader = bag.reader()
    reader.set_filter(rosbag2_py.StorageFilter(topics=['/text']))
    reader.seek(103 * SECOND + 1)
    assert rest(reader) == written[8::2]
    reader.seek(101 * SECOND)
    assert reader.read_next() == written[2]
    reader.seek(500 * SECOND)
    assert not reader.has_next()
    with pytest.raises(RuntimeError, match='at end'):
        reader.read_next()


def test_messages_can_be_read_backwards(bag, storage, rest):
    written = bag.write(storage, max_bagfile_duration=2)
    reader = bag.reader()
    assert reader.set_read_order(rosbag2_py.ReadOrder(reverse=True))
    assert rest(reader) == written[::-1]
    reader.seek(102 * SECOND)
    assert rest(reader) == written[4::-1]
    published = rosbag2_py.ReadOrder(sort_by=rosbag2_py.ReadOrderSortBy.PublishedTimestamp)
    assert not reader.set_read_order(published)


def test_messages_are_read_in_the_order_of_time_whatever_the_order_of_the_file(bag, storage, rest):
    writer = bag.writer(storage)
    stamps = [5, 3, 9, 3, 1, 7]
    for number, stamp in enumerate(stamps):
        writer.write('/text', serialize_message(String(data=str(number))), stamp)
        writer.flush()  # a chunk of its own
    writer.close()
    reader = bag.reader()
    found = rest(reader)
    assert [stamp for _, _, stamp in found] == sorted(stamps)
    texts = [deserialize_message(data, String).data for _, data, _ in found]
    assert texts == ['4', '1', '3', '0', '5', '2']
    in_file_order = reader.set_read_order(
        rosbag2_py.ReadOrder(sort_by=rosbag2_py.ReadOrderSortBy.File)
    )
    assert in_file_order == (storage == 'mcap')
    if in_file_order:
        reader.seek(0)
        assert [stamp for _, _, stamp in rest(reader)] == stamps


@pytest.mark.parametrize('compression', [None, 'file'])
def test_a_bag_is_split_by_time_and_is_one_bag_all_the_same(bag, storage, compression, rest):
    written = bag.write(storage, compression, max_bagfile_duration=2)
    reader = bag.reader()
    metadata = reader.get_metadata()
    assert [each.message_count for each in metadata.files] == [5, 5, 2]
    assert len(list(bag.path.glob('bag_*'))) == 3
    assert rest(reader) == written
    for at in (0, 3, 5, 9, 11):
        reader.seek(written[at][2])
        assert rest(reader) == written[at:]
    reader.seek(written[4][2] + 1)  # between two files
    assert rest(reader) == written[5:]
    reader.close()


def test_a_bag_is_split_by_size_and_by_hand(bag, storage):
    smallest = {'mcap': 1024, 'sqlite3': 86016}[storage]
    writer = bag.writer(storage, max_bagfile_size=4 * smallest)
    for number in range(20):
        writer.write('/text', serialize_message(String(data='x' * smallest)), number)
    writer.split_bagfile()
    writer.write('/text', serialize_message(String(data='last')), 20)
    writer.close()
    metadata = bag.reader().get_metadata()
    assert len(metadata.files) > 4
    assert metadata.files[-1].message_count == 1
    assert len(bag.read()) == 21


def test_a_snapshot_holds_the_last_messages(bag):
    writer = bag.writer(snapshot_mode=True, max_cache_size=50)
    written = bag.fill(writer)
    assert writer.take_snapshot()
    writer.close()
    assert bag.read() == written[-4:]


def test_messages_outside_of_a_span_are_not_written(bag):
    written = bag.write(start_time_ns=101 * SECOND, end_time_ns=103 * SECOND)
    assert len(written) == 12
    assert bag.read() == written[2:7]


@pytest.mark.parametrize('preset', ['none', 'fastwrite', 'zstd_fast', 'zstd_small'])
def test_presets_of_mcap(bag, preset):
    written = bag.write(storage_preset_profile=preset)
    assert bag.read() == written


def test_a_missing_metadata_file_is_made_anew(bag, storage):
    written = bag.write(storage, max_bagfile_duration=2)
    before = rosbag2_py.Info().read_metadata(str(bag.path), '')
    (bag.path / 'metadata.yaml').unlink()
    assert bag.read() == written  # also without
    rosbag2_py.Reindexer().reindex(rosbag2_py.StorageOptions(uri=str(bag.path)))
    after = rosbag2_py.Info().read_metadata(str(bag.path), '')
    assert after.message_count == before.message_count
    assert (after.starting_time, after.duration) == (before.starting_time, before.duration)
    assert after.relative_file_paths == before.relative_file_paths
    assert [each.message_count for each in after.topics_with_message_count] == [6, 6]
    assert bag.read() == written


def test_definitions_are_kept_with_those_of_nested_types(bag, storage):
    writer = bag.writer(storage)
    for number, kind in enumerate(
        ('geometry_msgs/msg/PoseStamped', 'example_interfaces/action/Fibonacci_FeedbackMessage')
    ):
        writer.create_topic(rosbag2_py.TopicMetadata(0, f'/{number}', kind, 'cdr'))
    bag.fill(writer)
    writer.close()
    found = {each.topic_type: each for each in bag.reader().get_all_message_definitions()}
    text = found['geometry_msgs/msg/PoseStamped'].encoded_message_definition
    nested = [line for line in text.splitlines() if line.startswith('MSG: ')]
    assert sorted(nested) == [
        'MSG: builtin_interfaces/Time',
        'MSG: geometry_msgs/Point',
        'MSG: geometry_msgs/Pose',
        'MSG: geometry_msgs/Quaternion',
        'MSG: std_msgs/Header',
    ]
    unknown = rosbag2_py.LocalMessageDefinitionSource().get_full_text('no_such/msg/Type')
    assert (unknown.encoding, unknown.encoded_message_definition) == ('unknown', '')
    with RosbagsReader(bag.path) as reader:
        assert len(reader.connections) == 4


def test_what_cannot_be_is_refused_with_a_sentence(bag, tmp_path):
    bag.write()
    with pytest.raises(RuntimeError, match='already exists'):
        bag.writer()
    bag.path = tmp_path / 'other'
    with pytest.raises(RuntimeError, match="'parquet' is known; known are mcap, sqlite3"):
        bag.writer('parquet')
    bag.path = tmp_path / 'third'
    with pytest.raises(RuntimeError, match='greater than 1024'):
        bag.writer(max_bagfile_size=1000)
    bag.path = tmp_path / 'fourth'
    with pytest.raises(RuntimeError, match='fastwrite'):
        bag.writer(storage_preset_profile='quick')
    bag.path = tmp_path / 'fifth'
    writer = bag.writer()
    with pytest.raises(RuntimeError, match='create_topic'):
        writer.write('/nothing', b'', 0)
    with pytest.raises(RuntimeError, match='does not exist'):
        rosbag2_py.Info().read_metadata(str(tmp_path / 'nowhere'), '')
    with pytest.raises(RuntimeError, match='not open'):
        rosbag2_py.SequentialReader().has_next()
    with pytest.raises(RuntimeError, match='no converter'):
        rosbag2_py.SequentialReader().open(
            rosbag2_py.StorageOptions(uri=str(tmp_path / 'bag')),
            rosbag2_py.ConverterOptions('', 'json'),
        )
    with pytest.raises(ValueError, match='not NONE'):
        rosbag2_py.SequentialCompressionWriter(
            rosbag2_py.CompressionOptions('zstd', rosbag2_py.CompressionMode.NONE)
        )
    with pytest.raises(RuntimeError, match="'lz5' is known; known are zstd"):
        rosbag2_py.SequentialCompressionWriter(
            rosbag2_py.CompressionOptions('lz5', rosbag2_py.CompressionMode.FILE)
        )
