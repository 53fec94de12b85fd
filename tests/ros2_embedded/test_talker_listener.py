"""Two processes talk, as the tutorials have it."""

import contextlib
import signal
import subprocess
import sys
import time

import pytest
import rclpy
from std_msgs.msg import String

TALKER = """
import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from std_msgs.msg import String


class Talker(Node):
    def __init__(self):
        super().__init__('talker')
        self.publisher = self.create_publisher(String, 'chatter', 10)
        self.timer = self.create_timer(0.02, self.talk)
        self.count = 0

    def talk(self):
        self.publisher.publish(String(data=f'hello {self.count}'))
        self.count += 1


rclpy.init()
node = Talker()
print('up', flush=True)
try:
    rclpy.spin(node)
except (KeyboardInterrupt, ExternalShutdownException):
    pass
print('stopped', flush=True)
"""

IDLER = """
import threading
import time
import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.impl.signal_handling import _State


def tell_when_waiting():
    while not _State.main_thread_waits:
        time.sleep(0.001)
    print('up', flush=True)


rclpy.init()
node = rclpy.create_node('idler')
threading.Thread(target=tell_when_waiting, daemon=True).start()
try:
    rclpy.spin(node)
except ExternalShutdownException:
    print('external shutdown', rclpy.ok(), flush=True)
"""


@contextlib.contextmanager
def running(path, program):
    path.write_text(program)
    process = subprocess.Popen(
        [sys.executable, '-m', 'ros2_embedded', 'run', str(path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == 'up\n'
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def talker(tmp_path, domain_id):
    with running(tmp_path / 'talker.py', TALKER) as process:
        yield process


@pytest.fixture
def node(domain_id):
    rclpy.init(signal_handler_options=rclpy.SignalHandlerOptions.NO)
    node = rclpy.create_node('listener')
    yield node
    node.destroy_node()
    rclpy.shutdown()


def spin_until(node, condition, timeout=10.0):
    end = time.monotonic() + timeout
    while not condition() and time.monotonic() < end:
        rclpy.spin_once(node, timeout_sec=0.1)
    return condition()


def test_a_listener_hears_a_talker_in_another_process(node, talker):
    heard = []
    node.create_subscription(String, 'chatter', lambda message: heard.append(message.data), 10)
    assert spin_until(node, lambda: len(heard) >= 5)
    first = int(heard[0].split()[1])
    assert heard[:5] == [f'hello {first + index}' for index in range(5)]


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_spin_and_the_node_leaves_the_graph_at_once(node, talker, number):
    heard = []
    node.create_subscription(String, 'chatter', heard.append, 10)
    assert spin_until(node, lambda: heard and 'talker' in node.get_node_names())
    talker.send_signal(number)
    output, _ = talker.communicate(timeout=10)
    left_at = time.monotonic()
    assert output == 'stopped\n'
    assert talker.returncode == 0
    assert spin_until(node, lambda: 'talker' not in node.get_node_names())
    # Ten seconds is the lease of a participant that dies without a word.
    assert time.monotonic() - left_at < 5


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_signal_raises_external_shutdown_in_a_spin_that_waits(tmp_path, domain_id, number):
    with running(tmp_path / 'idler.py', IDLER) as process:
        process.send_signal(number)
        output, _ = process.communicate(timeout=10)
    assert (output, process.returncode) == ('external shutdown False\n', 0)


OWN_HANDLER = """
import signal
import threading
import time
import rclpy
from rclpy.impl.signal_handling import _State
from rclpy.signals import SignalHandlerOptions


def tell_when_waiting():
    while not _State.main_thread_waits:
        time.sleep(0.001)
    print('up', flush=True)


def interrupt(number, frame):
    raise KeyboardInterrupt


rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
signal.signal(signal.SIGTERM, interrupt)
node = rclpy.create_node('idler')
threading.Thread(target=tell_when_waiting, daemon=True).start()
try:
    rclpy.spin(node)
except KeyboardInterrupt:
    print('interrupted', rclpy.ok(), flush=True)
"""


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_handler_of_ones_own_runs_while_nothing_else_happens(tmp_path, domain_id, number):
    with running(tmp_path / 'own.py', OWN_HANDLER) as process:
        process.send_signal(number)
        output, _ = process.communicate(timeout=10)
    assert (output, process.returncode) == ('interrupted True\n', 0)


def test_domains_do_not_hear_each_other(talker, domain_id):
    context = rclpy.Context()
    context.init(domain_id=domain_id % 100 + 101)
    node = rclpy.create_node('elsewhere', context=context)
    try:
        end = time.monotonic() + 1.0
        while time.monotonic() < end:
            assert node.get_node_names() == ['elsewhere']
            time.sleep(0.1)
    finally:
        node.destroy_node()
        context.shutdown()


def test_the_run_command_refuses_what_it_cannot_run():
    missing = subprocess.run(
        [sys.executable, '-m', 'ros2_embedded', 'run', 'nowhere.py'],
        capture_output=True,
        text=True,
        check=False,
    )
    assert missing.returncode == 2
    assert 'nowhere.py: there is no such file' in missing.stderr
    wrong = subprocess.run(
        [sys.executable, '-m', 'ros2_embedded', 'walk'],
        capture_output=True,
        text=True,
        check=False,
    )
    assert wrong.returncode == 2
    assert 'usage' in wrong.stderr.lower()
