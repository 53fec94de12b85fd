"""New bags from old ones."""

from __future__ import annotations

import pytest
import rosbag2_py
import yaml
from rclpy.serialization import serialize_message
from std_msgs.msg import Int32, String
from typer.testing import CliRunner

from ros2_embedded.cli import app


@pytest.fixture
def convert(bag):
    """Rewrites bags into outputs; returns what each holds."""

    def rewrite(inputs, *outputs):
        listed = [{**each, 'uri': str(bag.folder / each['uri'])} for each in outputs]
        config = bag.folder / 'config.yaml'
        config.write_text(yaml.safe_dump({'output_bags': listed}))
        options = [rosbag2_py.StorageOptions(uri=str(each)) for each in inputs]
        rosbag2_py.bag_rewrite(options, str(config))
        return [bag.read(each['uri']) for each in listed]

    return rewrite


def test_a_bag_goes_to_another_storage_and_back(bag, convert):
    written = bag.write('sqlite3', 'message')
    (found,) = convert([bag.path], {'uri': 'mcap', 'all_topics': True, 'storage_id': 'mcap'})
    assert found == written
    again = {'uri': 'sqlite', 'all': True, 'storage_id': 'sqlite3', 'max_bagfile_duration': 2}
    (found,) = convert([bag.folder / 'mcap'], again)
    assert found == written
    before, after = (
        rosbag2_py.Info().read_metadata(str(path), '')
        for path in (bag.path, bag.folder / 'sqlite')
    )
    assert len(after.files) == 3
    assert [each.topic_metadata.name for each in after.topics_with_message_count] == [
        each.topic_metadata.name for each in before.topics_with_message_count
    ]
    qos = [each.topic_metadata.offered_qos_profiles for each in after.topics_with_message_count]
    assert qos == [
        each.topic_metadata.offered_qos_profiles for each in before.topics_with_message_count
    ]


def test_topics_are_shared_out_and_bags_are_merged_by_time(bag, convert):
    written = bag.write()
    bag.path = bag.folder / 'other'
    writer = bag.writer()
    late = ('/text', serialize_message(String(data='between')), 102 * 10**9 + 1)
    writer.write(*late)
    writer.close()
    texts, numbers, compressed = convert(
        [bag.folder / 'bag', bag.path],
        {'uri': 'texts', 'topics': ['/text']},
        {'uri': 'numbers', 'regex': 'num', 'start_time_ns': 103 * 10**9},
        {
            'uri': 'compressed',
            'all_topics': True,
            'exclude_topics': ['/number'],
            'compression_mode': 'file',
            'compression_format': 'zstd',
        },
    )
    merged = sorted([*written[::2], late], key=lambda each: each[2])
    assert texts == compressed == merged
    assert numbers == written[7::2]
    assert list((bag.folder / 'compressed').glob('*.zstd'))


def test_a_type_that_is_not_known_here_keeps_its_definition(bag, convert):
    writer = bag.writer()
    topic = rosbag2_py.TopicMetadata(0, '/strange', 'nowhere_msgs/msg/Strange', 'cdr')
    definition = rosbag2_py.MessageDefinition(topic.type, 'ros2msg', 'int32 a\n', '')
    writer.add_topic(topic, definition)
    writer.write('/strange', serialize_message(Int32(data=5)), 7)
    writer.close()
    ((message,),) = convert([bag.path], {'uri': 'new', 'topics': ['/strange']})
    assert message == ('/strange', serialize_message(Int32(data=5)), 7)
    definitions = bag.reader(bag.folder / 'new').get_all_message_definitions()
    assert [each.encoded_message_definition for each in definitions] == ['int32 a\n']


@pytest.mark.parametrize(
    ('text', 'reason'),
    [
        ('[1]', 'top-level key'),
        ('output_bags: {uri: a}', 'must contain a list'),
        ('output_bags: [{storage_id: mcap}]', 'lacks its uri'),
        ('output_bags: [{uri: a, colour: red}]', "'colour' is no option"),
        ('output_bags: [{uri: a, topics: /text}]', 'topics must be of type list'),
        ('output_bags: []', 'at least one'),
        ('{', 'is no YAML'),
    ],
)
def test_what_is_no_configuration_is_refused(bag, text, reason):
    bag.write()
    config = bag.folder / 'config.yaml'
    config.write_text(text)
    with pytest.raises(RuntimeError, match=reason):
        rosbag2_py.bag_rewrite([rosbag2_py.StorageOptions(uri=str(bag.path))], str(config))


def test_the_command_converts(bag):
    written = bag.write('sqlite3')
    config = bag.folder / 'config.yaml'
    target = bag.folder / 'new'
    config.write_text(yaml.safe_dump({'output_bags': [{'uri': str(target), 'all_topics': True}]}))
    result = CliRunner().invoke(
        app, ['bag', 'convert', '-i', str(bag.path), 'sqlite3', '-o', str(config)]
    )
    assert result.exit_code == 0, result.output
    assert bag.read(target) == written
    again = CliRunner().invoke(app, ['bag', 'convert', '-i', str(bag.path), '-o', str(config)])
    assert again.exit_code == 1
    assert 'already exists' in again.output
