"""Recorders and players on a real graph, by rosbag2_py and by the commands."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import pytest
import rosbag2_py
import yaml
from rclpy.clock import Clock, ClockType
from rclpy.qos import (
    QoSDurabilityPolicy,
    QoSProfile,
    QoSReliabilityPolicy,
    qos_profile_sensor_data,
)
from rclpy.serialization import deserialize_message
from rclpy.time import Time
from rosbag2_interfaces.srv import (
    Burst,
    GetRate,
    IsPaused,
    Pause,
    PlayNext,
    Resume,
    Seek,
    SetRate,
    SplitBagfile,
)
from rosbag2_py.recorded_topics import RecordedTopics
from rosgraph_msgs.msg import Clock as ClockMessage
from std_msgs.msg import Int32, String

PATIENCE = 60.0
SECOND = 10**9
LATCHED = QoSProfile(depth=1, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL)


class Running:
    """A recorder or player in a thread."""

    def __init__(self, run, cancel):
        self._cancel = cancel
        self.error = None
        self._thread = threading.Thread(target=self._run, args=(run,))
        self._thread.start()

    def _run(self, run):
        try:
            run()
        except RuntimeError as error:
            self.error = error

    def done(self):
        return not self._thread.is_alive()

    def end(self):
        while not self.done():
            self._cancel()
            self._thread.join(0.1)


@pytest.fixture
def running(domain_id):
    """Runs something that `end` ends, at the latest at the end of the test."""
    begun = []

    def begin(run, cancel):
        begun.append(Running(run, cancel))
        return begun[-1]

    yield begin
    for each in begun:
        each.end()


@pytest.fixture
def record(running, bag):
    def begin(storage='mcap', settings=None, **options):
        wanted = rosbag2_py.RecordOptions()
        for name, value in options.items():
            assert hasattr(wanted, name)
            setattr(wanted, name, value)
        where = rosbag2_py.StorageOptions(
            uri=str(bag.path), storage_id=storage, **(settings or {})
        )
        recorder = rosbag2_py.Recorder()
        return running(lambda: recorder.record(where, wanted), recorder.cancel)

    return begin


@pytest.fixture
def play(running, bag):
    def begin(**options):
        wanted = rosbag2_py.PlayOptions()
        for name, value in options.items():
            assert hasattr(wanted, name)
            setattr(wanted, name, value)
        player = rosbag2_py.Player()
        where = rosbag2_py.StorageOptions(uri=str(bag.path))
        return running(lambda: player.play(where, wanted), player.cancel)

    return begin


def is_with_the_system(bag, text):
    """Tells whether a text stands in a file of a bag that is being recorded."""
    return any(text.encode() in each.read_bytes() for each in bag.path.glob('bag_*'))


def texts_of(bag, topic):
    return [
        deserialize_message(data, String).data for name, data, _ in bag.read() if name == topic
    ]


@pytest.mark.parametrize('storage', ['mcap', 'sqlite3'])
def test_what_is_published_is_recorded_whatever_its_qos(ros, bag, record, storage):
    node = ros.node('robot')
    profiles = {'/reliable': 10, '/sensor': qos_profile_sensor_data, '/latched': LATCHED}
    publishers = {name: node.create_publisher(String, name, qos) for name, qos in profiles.items()}
    publishers['/latched'].publish(String(data='from before'))
    node.create_publisher(String, '/_hidden', 10)
    recording = record(storage, all_topics=True)
    assert ros.until(
        lambda: all(each.get_subscription_count() for each in publishers.values()), PATIENCE
    )
    for number in range(20):
        for name, each in publishers.items():
            each.publish(String(data=f'{name} {number}'))
    for name in publishers:
        assert ros.until(lambda name=name: is_with_the_system(bag, f'{name} 19'), PATIENCE)
    recording.end()
    assert recording.error is None
    for name in publishers:
        sent = [f'{name} {number}' for number in range(20)]
        assert texts_of(bag, name)[-20:] == sent
    assert texts_of(bag, '/latched')[0] == 'from before'
    topics = {each.name: each for each in bag.reader().get_all_topics_and_types()}
    assert '/_hidden' not in topics
    (latched,) = topics['/latched'].offered_qos_profiles
    assert latched.to_profile().durability == QoSDurabilityPolicy.TRANSIENT_LOCAL
    (sensor,) = topics['/sensor'].offered_qos_profiles
    assert sensor.to_profile().reliability == QoSReliabilityPolicy.BEST_EFFORT
    assert topics['/latched'].type_description_hash.startswith('RIHS01_df668c74')
    stamps = [stamp for _, _, stamp in bag.read()]
    assert stamps == sorted(stamps)
    assert abs(stamps[-1] - time.time_ns()) < 600 * SECOND


def test_only_what_was_chosen_is_recorded(ros, other):
    robot = other.node('robot', namespace='arm')
    for name in ('/a/image', '/a/depth', '/b/image', 'state', '/a/_hidden'):
        robot.create_publisher(String, name, 10)
    robot.create_publisher(Int32, '/number', 10)
    robot.create_subscription(Int32, '/asked', lambda _: None, 10)
    node = ros.node('recorder')

    def chosen(**options):
        wanted = rosbag2_py.RecordOptions()
        for name, value in options.items():
            setattr(wanted, name, value)
        return set(RecordedTopics(node, wanted).available()) - {'/rosout', '/parameter_events'}

    everything = {'/a/image', '/a/depth', '/b/image', '/arm/state', '/number'}
    assert ros.until(lambda: chosen(all_topics=True) == everything, PATIENCE)
    assert ros.until(lambda: node.count_subscribers('/asked'), PATIENCE)
    assert chosen(topics=['/arm/state', 'number', '/nowhere']) == {'/arm/state', '/number'}
    assert chosen(regex='^/a/') == {'/a/image', '/a/depth'}
    assert chosen(regex='image', exclude_topics=['/b/image']) == {'/a/image'}
    assert chosen(all_topics=True, exclude_regex='image|state') == {'/a/depth', '/number'}
    assert chosen(topic_types=['std_msgs/msg/Int32']) == {'/number'}
    assert chosen(all_topics=True, exclude_topic_types=['std_msgs/msg/String']) == {'/number'}
    assert '/a/_hidden' in chosen(all_topics=True, include_hidden_topics=True)
    assert '/asked' in chosen(all_topics=True, include_unpublished_topics=True)
    assert chosen(all_topics=True, ignore_leaf_topics=True) == set()
    with pytest.raises(RuntimeError, match='no regular expression'):
        chosen(regex='(')


def test_a_recorder_can_be_paused_and_split(ros, bag, record):
    node = ros.node('robot')
    publisher = node.create_publisher(String, '/text', 10)

    def call(kind, name):
        client = node.create_client(kind, f'/rosbag2_recorder/{name}')
        return ros.call(client, kind.Request())

    def publish(text):
        publisher.publish(String(data=text))
        assert publisher.wait_for_all_acked()

    recording = record(topics=['/text'])
    assert ros.until(publisher.get_subscription_count, PATIENCE)
    publish('first')
    assert ros.until(lambda: is_with_the_system(bag, 'first'), PATIENCE)
    call(SplitBagfile, 'split_bagfile')
    publish('second')
    assert ros.until(lambda: is_with_the_system(bag, 'second'), PATIENCE)
    call(Pause, 'pause')
    publish('unheard')
    for _ in range(3):  # meanwhile the message is taken
        assert call(IsPaused, 'is_paused').paused
    call(Resume, 'resume')
    publish('third')
    assert ros.until(lambda: is_with_the_system(bag, 'third'), PATIENCE)
    recording.end()
    assert texts_of(bag, '/text') == ['first', 'second', 'third']
    assert len(bag.reader().get_metadata().files) == 2


def test_in_simulated_time_messages_are_stamped_by_the_clock(ros, bag, record):
    node = ros.node('simulator')
    clock = node.create_publisher(ClockMessage, '/clock', 10)
    publisher = node.create_publisher(String, '/text', 10)
    tick = node.create_timer(
        0.02, lambda: clock.publish(ClockMessage(clock=Time(seconds=1234).to_msg()))
    )
    recording = record(topics=['/text'], use_sim_time=True)
    assert ros.until(publisher.get_subscription_count, PATIENCE)
    publisher.publish(String(data='simulated'))
    assert ros.until(lambda: is_with_the_system(bag, 'simulated'), PATIENCE)
    tick.cancel()
    recording.end()
    assert [stamp for _, _, stamp in bag.read()] == [1234 * SECOND]


def test_a_publisher_that_comes_later_and_does_not_match_is_told_of(ros, bag, record, capfd):
    node = ros.node('robot')
    reliable = node.create_publisher(String, '/text', 10)
    recording = record(topics=['/text'])
    assert ros.until(reliable.get_subscription_count, PATIENCE)
    node.create_publisher(String, '/text', qos_profile_sensor_data)
    said = []

    def is_told():
        said.append(capfd.readouterr().err)
        return 'Best effort publisher and reliable subscription' in ''.join(said)

    assert ros.until(is_told, PATIENCE)
    recording.end()


def test_a_recorder_that_cannot_begin_says_why(bag, record, tmp_path):
    bag.path.mkdir()
    recording = record(all_topics=True)
    while not recording.done():
        time.sleep(0.01)
    assert 'already exists' in str(recording.error)
    with pytest.raises(RuntimeError, match='known are debug'):
        rosbag2_py.Recorder('chatty')


@pytest.fixture
def heard(ros):
    """What a node hears on /text, /number and other topics."""
    node = ros.node('listener')
    found = {}

    def listen(topic, kind=String, qos=50):
        found[topic] = []
        node.create_subscription(kind, topic, found[topic].append, qos)
        return found[topic]

    listen.node = node
    return listen


def is_heard(*topics):
    """Tells whether the player of this process has a subscription on each topic."""
    return any(
        all(each._publishers[topic].get_subscription_count() for topic in topics)
        for each in rosbag2_py.Player._playing
    )


def call(ros, node, kind, name, **fields):
    client = node.create_client(kind, f'/rosbag2_player/{name}')
    return ros.call(client, kind.Request(**fields))


def test_a_bag_is_played_in_order_with_the_qos_it_was_recorded_with(ros, bag, play, heard):
    bag.write()
    numbers = heard('/number', Int32)
    latched = heard('/renamed', qos=LATCHED)
    playing = play(
        rate=100.0,
        start_paused=True,
        topic_remapping_options=['--ros-args', '--remap', '/text:=/renamed'],
    )
    assert ros.until(lambda: heard.node.count_publishers('/renamed') == 1, PATIENCE)
    (text,) = heard.node.get_publishers_info_by_topic('/renamed')
    assert text.qos_profile.durability == QoSDurabilityPolicy.TRANSIENT_LOCAL
    assert ros.until(lambda: is_heard('/text', '/number'), PATIENCE)
    call(ros, heard.node, Resume, 'resume')
    assert ros.until(lambda: len(numbers) == 6 and latched, PATIENCE)
    assert [each.data for each in numbers] == list(range(6))
    assert ros.until(playing.done, PATIENCE)
    assert playing.error is None


def test_a_paused_player_goes_step_by_step_and_anywhere(ros, bag, play, heard):
    bag.write()
    texts, numbers = heard('/text'), heard('/number', Int32)
    playing = play(start_paused=True, rate=50.0)
    node = heard.node
    assert ros.until(lambda: is_heard('/text', '/number'), PATIENCE)
    assert call(ros, node, PlayNext, 'play_next').success
    assert call(ros, node, Burst, 'burst', num_messages=2).actually_burst == 2
    assert ros.until(lambda: len(texts) + len(numbers) == 3, PATIENCE)
    assert [each.data for each in texts] == ['text 0', 'text 1']
    assert call(ros, node, Seek, 'seek', time=Time(seconds=105).to_msg()).success
    assert call(ros, node, Burst, 'burst', num_messages=0).actually_burst == 2
    assert ros.until(lambda: texts[-1].data == 'text 5', PATIENCE)
    assert not call(ros, node, SetRate, 'set_rate', rate=0.0).success
    assert call(ros, node, SetRate, 'set_rate', rate=200.0).success
    assert call(ros, node, GetRate, 'get_rate').rate == 200.0
    call(ros, node, Seek, 'seek', time=Time(seconds=104).to_msg())
    call(ros, node, Resume, 'resume')
    assert ros.until(playing.done, PATIENCE)
    assert ros.until(lambda: len(texts) == 5, PATIENCE)
    assert [each.data for each in texts[-2:]] == ['text 4', 'text 5']


def test_a_player_loops_between_two_times_and_publishes_the_clock(ros, bag, play, heard):
    bag.write()
    clock = QoSProfile(depth=1000, reliability=QoSReliabilityPolicy.BEST_EFFORT)
    times, texts = heard('/clock', ClockMessage, clock), heard('/text')
    playing = play(
        loop=True,
        rate=20.0,
        start_offset=2.0,
        playback_duration=1.2,
        clock_publish_frequency=200.0,
        exclude_topics_to_filter=['/number'],
    )
    assert ros.until(lambda: len(texts) >= 6 and len(times) >= 20, PATIENCE)
    assert not playing.done()
    playing.end()
    assert {each.data for each in texts} == {'text 2', 'text 3'}
    assert heard.node.count_publishers('/number') == 0
    stamps = [Time.from_msg(each.clock).nanoseconds for each in times]
    assert min(stamps) >= 102 * SECOND
    assert max(stamps) < 200 * SECOND


def test_a_player_keeps_the_time_between_messages(ros, bag, play, heard):
    bag.write()
    steady = Clock(clock_type=ClockType.STEADY_TIME)
    began = steady.now().nanoseconds
    playing = play(rate=5.0)
    assert ros.until(playing.done, PATIENCE)
    assert steady.now().nanoseconds - began >= 5.5 / 5.0 * SECOND


def test_a_player_of_no_bag_says_so(bag, play, tmp_path):
    bag.path.mkdir()
    playing = play()
    while not playing.done():
        time.sleep(0.01)
    assert 'Could not find metadata' in str(playing.error)


@pytest.fixture
def cli(domain_id):
    """Starts bag commands in processes of their own."""
    processes = []

    def begin(*arguments):
        processes.append(
            subprocess.Popen(
                [sys.executable, '-m', 'ros2_embedded.cli', 'bag', *map(str, arguments)],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        return processes[-1]

    yield begin
    for each in processes:
        if each.poll() is None:
            each.kill()
            each.communicate()


def test_the_commands_record_a_bag_until_ctrl_c_and_play_it(ros, bag, cli, heard):
    publisher = heard.node.create_publisher(String, '/text', 10)
    overrides = bag.folder / 'qos.yaml'
    overrides.write_text(yaml.safe_dump({'/text': {'reliability': 'reliable', 'depth': 50}}))
    recorder = cli(
        'record',
        *('-o', bag.path, '-s', 'sqlite3', '--topics', '/text', '/never'),
        *('--qos-profile-overrides-path', overrides, '--custom-data', 'robot=arm'),
    )
    assert ros.until(publisher.get_subscription_count, PATIENCE)
    for number in range(10):
        publisher.publish(String(data=str(number)))
    assert publisher.wait_for_all_acked()
    recorder.send_signal(signal.SIGINT)
    output = recorder.communicate(timeout=PATIENCE)[0]
    assert recorder.returncode == 0, output
    assert 'Overriding subscription profile for /text' in output
    assert texts_of(bag, '/text') == [str(number) for number in range(10)]
    assert bag.reader().get_metadata().custom_data == {'robot': 'arm'}
    info = cli('info', bag.path)
    shown = info.communicate(timeout=PATIENCE)[0]
    assert 'Topic: /text | Type: std_msgs/msg/String | Count: 10 | Serialization' in shown
    texts = heard('/again')
    player = cli('play', bag.path, '--loop', '--rate', '0.1', '--clock', '-m', '/text:=/again')
    assert ros.until(lambda: texts, PATIENCE)
    player.send_signal(signal.SIGINT)
    assert player.communicate(timeout=PATIENCE)[0] is not None
    assert player.returncode == 0


def test_a_killed_recorder_leaves_a_bag_that_can_be_read(ros, bag, cli):
    publisher = ros.node('robot').create_publisher(String, '/text', 10)
    recorder = cli('record', '-a', '-o', bag.path)
    assert ros.until(publisher.get_subscription_count, PATIENCE)
    publisher.publish(String(data='kept'))

    assert ros.until(lambda: is_with_the_system(bag, 'kept'), PATIENCE)
    recorder.kill()
    recorder.communicate()
    assert not (bag.path / 'metadata.yaml').exists()
    assert 'kept' in texts_of(bag, '/text')


@pytest.mark.parametrize(
    ('arguments', 'reason'),
    [
        (('record',), 'at least one option out of --all'),
        (('record', '-a', '-s', 'rosbag1'), 'known are mcap, sqlite3'),
        (('record', '-a', '--compression-format', 'zstd'), 'without a compression mode'),
        (('record', '-a', '-o', '.'), 'already exists'),
        (('play', 'nowhere'), 'does not exist'),
        (('info', 'nowhere'), 'does not exist'),
    ],
)
def test_commands_that_cannot_be_done_say_why(tmp_path, monkeypatch, arguments, reason):
    from typer.testing import CliRunner

    from ros2_embedded.cli import app

    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ['bag', *arguments])
    assert result.exit_code == 1
    assert reason in result.output
