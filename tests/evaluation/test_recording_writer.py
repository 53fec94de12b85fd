from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
import yaml
from mcap.reader import make_reader
from small_recordings import TWIST, put, speeds, twist

from policy_nodes.evaluation.bag_metadata import FIELD, QOS_KEY, RECORD, offered_qos
from policy_nodes.evaluation.message_definitions import message_definition
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_reader import read_recording
from policy_nodes.evaluation.recording_writer import RecordingWriter

HERE = Path(__file__).parent


def run_python(code: str, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, '-c', textwrap.dedent(code), *arguments],
        cwd=HERE.parents[1],
        env={**os.environ, 'PYTHONPATH': os.pathsep.join([str(HERE), str(HERE.parents[1])])},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_what_was_written_is_read_back_unchanged(tmp_path):
    path = tmp_path / 'new' / 'episode_000.mcap'
    with RecordingWriter(path) as writer:
        for number in range(5):
            put(writer, number)
        writer.attach('contract.yaml', 'application/yaml', b'version: 1\n')
        writer.add_metadata('score', {'json': '{"time_s": 1.5}'})
    recording = read_recording(path)
    assert recording.complete
    assert recording.losses == ()
    assert recording.topics['/cmd_vel'].count == 5
    assert recording.span_ns == (0, 4 * 10**6)
    assert recording.attachments == {'contract.yaml': b'version: 1\n'}
    assert recording.json('score') == {'time_s': 1.5}
    assert [each.payload for each in recording.messages()] == [twist(n) for n in range(5)]
    assert speeds(path) == [0, 1, 2, 3, 4]


def test_another_mcap_reader_finds_profile_schema_index_and_checksums_in_order(tmp_path):
    path = tmp_path / 'a.mcap'
    with RecordingWriter(path) as writer:
        for number in (3, 1, 2):
            put(writer, number)
    with path.open('rb') as stream:
        reader = make_reader(stream, validate_crcs=True)
        assert reader.get_header().profile == 'ros2'
        summary = reader.get_summary()
        assert summary is not None
        schema = summary.schemas[1]
        assert (schema.name, schema.encoding) == (TWIST, 'ros2msg')
        assert schema.data.decode() == message_definition(TWIST)
        assert summary.channels[1].message_encoding == 'cdr'
        assert summary.statistics.message_count == 3
        assert all(index.compression == 'zstd' for index in summary.chunk_indexes)
        times = [message.log_time for _, _, message in reader.iter_messages()]
    assert times == [10**6, 2 * 10**6, 3 * 10**6]


def test_rosbag2_finds_its_metadata_and_the_qos_of_topics(tmp_path):
    path = tmp_path / 'a.mcap'
    with RecordingWriter(path, distribution='jazzy') as writer:
        put(writer, 4)
        put(writer, 9)
    recording = read_recording(path)
    metadata = yaml.safe_load(recording.metadata[RECORD][FIELD])
    assert metadata['version'] == 8
    assert metadata['storage_identifier'] == 'mcap'
    assert metadata['message_count'] == 2
    assert metadata['starting_time']['nanoseconds_since_epoch'] == 4 * 10**6
    assert metadata['duration']['nanoseconds'] == 5 * 10**6
    assert metadata['relative_file_paths'] == ['a.mcap']
    assert metadata['ros_distro'] == 'jazzy'
    topic = metadata['topics_with_message_count'][0]['topic_metadata']
    assert topic['name'] == '/cmd_vel'
    assert topic['type'] == TWIST
    assert topic['type_description_hash'].startswith('RIHS01_')
    [profile] = yaml.safe_load(topic['offered_qos_profiles'])
    assert (profile['history'], profile['depth'], profile['durability']) == (1, 1, 2)
    assert recording.topics['/cmd_vel'].qos == topic['offered_qos_profiles']
    assert QOS_KEY == 'offered_qos_profiles'


def test_rosbags_reads_the_file_as_a_bag(tmp_path):
    from rosbags.rosbag2.storage_mcap import McapReader

    path = tmp_path / 'a.mcap'
    with RecordingWriter(path) as writer:
        put(writer, 1)
    reader = McapReader(path)
    reader.open()
    assert [connection.topic for connection in reader.connections] == ['/cmd_vel']
    assert reader.metadata.message_count == 1
    reader.close()


def test_an_unknown_qos_policy_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"no reliability 'sure'; known: .*best_effort"):
        offered_qos(reliability='sure')


def test_a_killed_process_leaves_everything_up_to_its_last_second(tmp_path):
    path = tmp_path / 'a.mcap'
    process = run_python(
        """
        import sys, time
        from pathlib import Path
        from small_recordings import put
        from policy_nodes.evaluation.recording_writer import RecordingWriter
        writer = RecordingWriter(Path(sys.argv[1]))
        begin = time.monotonic()
        number = 0
        while True:
            put(writer, number)
            number += 1
            print(number, flush=True)
            time.sleep(0.002)
        """,
        str(path),
    )
    written = []
    for line in process.stdout:
        written.append((int(line), time.monotonic()))
        if written[-1][1] - written[0][1] > 1.7:
            break
    process.send_signal(signal.SIGKILL)
    end = time.monotonic()
    process.wait(timeout=10)
    process.stdout.close()
    safe = max(number for number, at in written if at < end - 1.0)
    recording = read_recording(path)
    found = speeds(path)
    assert found == list(range(len(found)))
    assert len(found) >= safe > 100
    assert not recording.complete
    assert recording.losses == ('it was never closed: its last moments may be missing',)


def test_messages_reach_the_disk_without_any_further_call(tmp_path):
    path = tmp_path / 'a.mcap'
    writer = RecordingWriter(path, flush_period=0.05)
    before = path.stat().st_size
    put(writer, 1)
    deadline = time.monotonic() + 10
    while path.stat().st_size == before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert speeds(path) == [1]
    writer.close()


def test_a_full_disk_is_said_once_and_the_file_stays_readable(tmp_path):
    path = tmp_path / 'a.mcap'
    process = run_python(
        """
        import resource, sys
        from pathlib import Path
        from small_recordings import put
        from policy_nodes.evaluation.recording_error import RecordingError
        from policy_nodes.evaluation.recording_writer import RecordingWriter
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        writer = RecordingWriter(Path(sys.argv[1]), flush_period=60)
        number = 0
        try:
            while True:
                put(writer, number)
                number += 1
                if number % 20 == 0:
                    writer.flush()
        except RecordingError as error:
            print(error)
        try:
            put(writer, number)
        except RecordingError as error:
            print(error)
        writer.close()
        print(number)
        """,
        str(path),
    )
    output, _ = process.communicate(timeout=60)
    first, second, number = output.splitlines()
    assert first == second
    assert 'cannot be written any further: File too large; raise the limit' in first
    assert path.stat().st_size <= 20_000
    found = speeds(path)
    assert found == list(range(len(found)))
    assert int(number) - 20 <= len(found) < int(number)
    assert not read_recording(path).complete


@pytest.mark.parametrize(
    ('make', 'sentence'),
    [
        (lambda folder: folder / 'there.mcap', 'File exists; choose another name'),
        (lambda folder: folder / 'there.mcap' / 'a.mcap', 'choose another'),
        (lambda folder: Path('/proc/none/a.mcap'), 'cannot be written: .*; choose another folder'),
    ],
)
def test_a_path_that_cannot_be_written_is_refused_with_the_reason(tmp_path, make, sentence):
    (tmp_path / 'there.mcap').write_bytes(b'keep me')
    with pytest.raises(RecordingError, match=sentence):
        RecordingWriter(make(tmp_path))
    assert (tmp_path / 'there.mcap').read_bytes() == b'keep me'


def test_wrong_messages_are_refused_and_leave_the_recording_whole(tmp_path):
    path = tmp_path / 'a.mcap'
    with RecordingWriter(path) as writer:
        put(writer, 1)
        with pytest.raises(RecordingError, match='carries std_msgs/msg/String now and geometry'):
            writer.write('/cmd_vel', 'std_msgs/msg/String', 'string data\n', b'\0\1\0\0', 2, 2)
        with pytest.raises(RecordingError, match='the log time -5 ns'):
            writer.write('/cmd_vel', TWIST, '', twist(1.0), -5, 2)
        with pytest.raises(RecordingError, match='has 0 bytes, too few for CDR'):
            writer.write('/cmd_vel', TWIST, '', b'', 2, 2)
        put(writer, 2)
    assert speeds(path) == [1, 2]
    assert read_recording(path).complete
    with pytest.raises(RecordingError, match='is closed'):
        put(writer, 3)
    writer.close()
