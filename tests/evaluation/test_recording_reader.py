from __future__ import annotations

import json
import struct
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcap.writer import CompressionType, Writer
from small_recordings import TWIST, put, speeds, twist

from policy_nodes.evaluation.message_definitions import message_definition
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.evaluation.recording_writer import RecordingWriter


def write(path, count=60, every=20, close=True):
    writer = RecordingWriter(path, flush_period=60)
    for number in range(count):
        put(writer, number)
        put(writer, number, topic='/other')
        if (number + 1) % every == 0:
            writer.flush()
    if close:
        writer.close()
    return path


def chunks(path) -> list[tuple[int, int]]:
    """Offset and length of every chunk record."""
    data, at, found = path.read_bytes(), 8, []
    while at < len(data) - 8:
        length = struct.unpack('<Q', data[at + 1 : at + 9])[0]
        if data[at] == 6:
            found.append((at, 9 + length))
        at += 9 + length
    return found


@pytest.fixture(scope='module')
def whole(tmp_path_factory):
    return write(tmp_path_factory.mktemp('whole') / 'a.mcap').read_bytes()


def test_a_file_cut_within_a_chunk_gives_everything_before_it(tmp_path):
    path = write(tmp_path / 'a.mcap')
    at, length = chunks(path)[2]
    path.write_bytes(path.read_bytes()[: at + length // 2])
    recording = read_recording(path)
    assert speeds(path) == list(range(40))
    assert not recording.complete
    assert recording.losses == (f'it ends within a record, whose {length // 2} bytes are lost',)


def test_a_damaged_chunk_is_left_out_and_what_it_held_is_counted(tmp_path):
    path = write(tmp_path / 'a.mcap')
    at, length = chunks(path)[1]
    data = bytearray(path.read_bytes())
    data[at + length - 10] ^= 0xFF
    path.write_bytes(data)
    recording = read_recording(path)
    assert speeds(path) == [*range(20), *range(40, 60)]
    assert recording.topics['/cmd_vel'].lost == 20
    assert f'the chunk at byte {at} ({length - 9} bytes) is damaged' in recording.losses[0]
    assert recording.losses[1] == '40 messages are known to be lost'


def test_topics_whose_names_were_in_a_damaged_chunk_are_found_in_the_summary(tmp_path):
    path = write(tmp_path / 'a.mcap')
    at, length = chunks(path)[0]
    data = bytearray(path.read_bytes())
    data[at + length - 10] ^= 0xFF
    path.write_bytes(data)
    assert speeds(path) == list(range(20, 60))


def test_without_their_names_messages_are_counted_as_lost(tmp_path):
    path = write(tmp_path / 'a.mcap', close=False)
    at, length = chunks(path)[0]
    data = bytearray(path.read_bytes())
    data[at + length - 10] ^= 0xFF
    path.write_bytes(data)
    recording = read_recording(path)
    assert recording.topics == {}
    assert '80 messages belong to topics whose names are lost' in recording.losses


@pytest.mark.parametrize(
    ('content', 'sentence'),
    [
        (b'', 'is empty: nothing was ever recorded in it'),
        (b'#ROSBAG V2.0\nmore', 'but a ROS 1 bag'),
        (b'SQLite format 3\0more', 'but a sqlite3 database'),
        (b'version https://git-lfs.github.com/spec/v1', 'but a git pointer'),
        (b'\x89PNG\r\n\x1a\n', 'does not begin as one'),
        (b'\x89MCAP', 'does not begin as one'),
    ],
)
def test_foreign_and_empty_files_are_named_for_what_they_are(tmp_path, content, sentence):
    path = tmp_path / 'a.mcap'
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=sentence):
        read_recording(path)


def test_an_absent_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(RecordingError, match='cannot be read: No such file'):
        read_recording(tmp_path / 'none.mcap')
    with pytest.raises(RecordingError, match='cannot be read: Is a directory'):
        read_recording(tmp_path)


def test_a_recording_of_another_world_is_refused_by_its_profile(tmp_path):
    path = tmp_path / 'a.mcap'
    with path.open('wb') as stream:
        writer = Writer(stream)
        writer.start(profile='ros1')
        writer.finish()
    with pytest.raises(RecordingError, match="profile 'ros1'; only ros2"):
        read_recording(path)


@pytest.mark.parametrize('compression', list(CompressionType))
def test_files_of_other_writers_are_read_in_every_compression(tmp_path, compression):
    path = tmp_path / 'a.mcap'
    with path.open('wb') as stream:
        writer = Writer(stream, compression=compression)
        writer.start(profile='ros2')
        schema = writer.register_schema(TWIST, 'ros2msg', message_definition(TWIST).encode())
        channel = writer.register_channel('/cmd_vel', 'cdr', schema)
        writer.add_message(channel, 5, twist(1.5), 5)
        writer.finish()
    assert speeds(path) == [1.5]
    assert read_recording(path).complete


def test_unknown_and_changed_definitions_are_not_decoded_but_said(tmp_path):
    path = tmp_path / 'a.mcap'
    with RecordingWriter(path) as writer:
        writer.write('/odd', 'odd_msgs/msg/Odd', 'int32 a\n', b'\0\1\0\0aaaa', 1, 1)
        writer.write('/cmd_vel', TWIST, 'float64 v\n', b'\0\1\0\0' + bytes(8), 2, 2)
    topics = read_recording(path).topics
    assert topics['/odd'].undecodable == 'its type is not known here'
    assert "with a field 'v'" in topics['/cmd_vel'].undecodable
    assert [each.topic for each in read_recording(path).messages()] == ['/odd', '/cmd_vel']


def test_damaged_message_bytes_are_named_by_topic_and_time(tmp_path):
    path = tmp_path / 'a.mcap'
    with RecordingWriter(path) as writer:
        writer.write('/cmd_vel', TWIST, message_definition(TWIST), b'\0\1\0\0\0\0', 7, 7)
    [message] = read_recording(path).messages()
    with pytest.raises(RecordingError, match='on /cmd_vel at 7 ns is damaged'):
        message.decode()


def test_a_record_that_is_no_json_is_refused(tmp_path):
    path = tmp_path / 'a.mcap'
    with RecordingWriter(path) as writer:
        writer.add_metadata('score', {'json': '{'})
    with pytest.raises(RecordingError, match=r"record 'score' .* is no JSON"):
        read_recording(path).json('score')
    assert read_recording(path).json('run') is None
    assert json.dumps(read_recording(path).metadata['score']) == '{"json": "{"}'


def test_reading_message_by_message_needs_memory_for_one_chunk_only(tmp_path):
    path = tmp_path / 'a.mcap'
    payload = b'\0\1\0\0' + bytes(range(256)) * 400
    with RecordingWriter(path, flush_period=60) as writer:
        for number in range(300):
            writer.write('/blob', TWIST, message_definition(TWIST), payload, number, number)
    tracemalloc.start()
    count = sum(1 for _ in read_recording(path).messages('/blob'))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 300
    assert peak < 8 << 20 < 300 * len(payload)


def test_a_chunk_that_would_unpack_to_gigabytes_is_left_out(tmp_path):
    path = write(tmp_path / 'a.mcap')
    at, _ = chunks(path)[0]
    data = bytearray(path.read_bytes())
    data[at + 9 + 16 : at + 9 + 24] = struct.pack('<Q', 1 << 40)
    path.write_bytes(data)
    recording = read_recording(path)
    assert f'it would unpack to {1 << 40} bytes' in recording.losses[0]
    assert speeds(path) == list(range(20, 60))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_damage_gives_messages_that_were_written_or_one_clear_sentence(tmp_path, whole, data):
    damaged = bytearray(whole)
    cut = data.draw(st.integers(0, len(damaged)))
    del damaged[cut:]
    for _ in range(data.draw(st.integers(0, 3))):
        if damaged:
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / 'damaged.mcap'
    path.write_bytes(damaged)
    try:
        recording = read_recording(path)
        found = [each.payload for each in recording.messages()]
    except RecordingError:
        return
    assert set(found) <= {twist(float(number)) for number in range(60)}
    assert recording.complete is False or damaged == whole or len(found) == 120
