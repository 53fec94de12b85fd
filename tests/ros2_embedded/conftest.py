"""Serves rclpy and messages to the tests of ros2_embedded, unless a real ROS 2 is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time

import pytest

import ros2_embedded

ros2_embedded.install()

import rclpy  # noqa: E402  (served since the line above)
from rclpy.executors import SingleThreadedExecutor  # noqa: E402


@pytest.fixture
def capture(shared_data):
    """Reads a JSON file captured from a real ROS 2."""
    return lambda name: json.loads(shared_data('ros2_capture', name).read_text())


@pytest.fixture(autouse=True)
def _environment_of_children():
    """Puts back what commands that run in this process set for the programs that they start."""
    names = ('PYTHONPATH', 'ROS2_EMBEDDED_INTERFACES')
    before = {name: os.environ.get(name) for name in names}
    yield
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


class Ros:
    """A context of its own, its nodes, and one executor for them all."""

    def __init__(self, arguments=()):
        self.context = rclpy.Context()
        rclpy.init(
            args=['test', *arguments],
            context=self.context,
            signal_handler_options=rclpy.SignalHandlerOptions.NO,
        )
        self.executor = SingleThreadedExecutor(context=self.context)

    def node(self, name, **options):
        return self.add(rclpy.create_node(name, context=self.context, **options))

    def add(self, node):
        self.executor.add_node(node)
        return node

    def until(self, condition, timeout=10.0):
        """Spins until a condition holds; says whether it did."""
        end = time.monotonic() + timeout
        while not condition() and time.monotonic() < end:
            self.executor.spin_once(timeout_sec=0.05)
        return bool(condition())

    def result(self, future, timeout=10.0):
        """Spins until a future is done; returns its result."""
        self.executor.spin_until_future_complete(future, timeout_sec=timeout)
        assert future.done()
        return future.result()

    def call(self, client, request):
        """Calls a service; returns the reply."""
        assert client.wait_for_service(timeout_sec=10.0)
        return self.result(client.call_async(request))

    def spin_for(self, seconds):
        """Spins for a time; for what must not happen."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.executor.spin_once(timeout_sec=left)

    def close(self):
        self.executor.shutdown(timeout_sec=5.0)
        self.context.try_shutdown()


@pytest.fixture
def ros(domain_id):
    """Nodes of this process."""
    found = Ros()
    yield found
    found.close()


@pytest.fixture
def spun(ros):
    """Begins to spin an executor in a thread; ends it after the test."""
    spinners = []

    def begin(executor):
        errors = []

        def spin():
            try:
                executor.spin()
            except Exception as error:  # kept for the test to look at
                errors.append(error)

        thread = threading.Thread(target=spin)
        thread.start()
        spinners.append((executor, thread))
        return errors

    yield begin
    for executor, thread in spinners:
        executor.shutdown(timeout_sec=5.0)
        thread.join(10.0)
        assert not thread.is_alive()


@pytest.fixture
def other(domain_id):
    """Nodes of a second context, whose participant is another one in the same process."""
    found = Ros()
    yield found
    found.close()


@pytest.fixture
def start(tmp_path, domain_id):
    """Starts a program in another process, and waits until it says that it is up."""
    processes = []

    def begin(text, *arguments):
        path = tmp_path / f'program_{len(processes)}.py'
        path.write_text(text)
        process = subprocess.Popen(
            [sys.executable, '-m', 'ros2_embedded', 'run', str(path), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        line = process.stdout.readline()
        assert line == 'up\n', process.communicate()[1]
        return process

    yield begin
    for process in processes:
        process.kill()
        process.communicate()
