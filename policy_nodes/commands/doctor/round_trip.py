"""Messages to another process and back, by the very way that the nodes use."""

from __future__ import annotations

import array
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policy_nodes.commands.doctor.finding import Finding, failed, ok, warning

if TYPE_CHECKING:
    from rclpy.executors import Executor
    from rclpy.node import Node

ECHO = 'policy_nodes.commands.doctor.echo'
CONTACT_TIMEOUT = 15.0  # [s]; includes the start of the other process
ANSWER_TIMEOUT = 5.0  # [s]
ROUNDS, SMALL = 200, 1_000  # messages, [bytes]
IMAGES, IMAGE = 20, 640 * 480 * 3
WARM_UP = 10
SLOW = 0.02  # median of small messages above which a robot at 10 Hz would notice [s]
COMMAND_TOPIC = '/cmd_vel'


@dataclass(frozen=True)
class RoundTrips:
    """What was measured.

    Attributes:
        contact: from the start of the other process until both ends had found each other [s].
        small: round trips of SMALL bytes [s].
        images: round trips of IMAGE bytes [s].
        lost: messages that did not come back.
        others: full names of the other nodes in the domain.
        commanders: publishers of COMMAND_TOPIC.
    """

    contact: float
    small: list[float]
    images: list[float]
    lost: int
    others: list[str]
    commanders: int


class NoContactError(Exception):
    """The other process was not found, or ended."""


def check_round_trip() -> Iterator[Finding]:
    """Start another process, send it messages of two sizes and wait for them."""
    try:
        trips = measure()
    except NoContactError as error:
        yield failed(
            'round trip',
            str(error),
            'let UDP through on the interface in use (firewall, CYCLONEDDS_URI), and see that '
            'less than 33 ROS processes run in this domain',
        )
        return
    yield from judge(trips)


def judge(trips: RoundTrips) -> Iterator[Finding]:
    """Say what the measured figures mean."""
    figures = f'{_figures(trips.small)} for 1 kB, {_figures(trips.images)} for an image of 0.9 MB'
    found = f'{figures}; the other process was found after {trips.contact:.1f} s'
    if trips.lost:
        yield failed(
            'round trip', f'{trips.lost} messages lost; {found}', 'end other programs; try again'
        )
    elif np.median(trips.small) > SLOW:
        yield warning('round trip', f'slow: {found}', 'end other programs; try again')
    else:
        yield ok('round trip', found)
    yield _judge_others(trips)


def _judge_others(trips: RoundTrips) -> Finding:
    domain = os.environ.get('ROS_DOMAIN_ID') or '0'
    if trips.commanders:
        return warning(
            'other nodes',
            f'{trips.commanders} already publish {COMMAND_TOPIC} in domain {domain}; there are: '
            f'{", ".join(trips.others)}',
            'end them, or choose a domain of your own: export ROS_DOMAIN_ID=7',
        )
    listed = f': {", ".join(trips.others)}' if trips.others else ''
    return ok('other nodes', f'{len(trips.others)} in domain {domain}{listed}')


def _figures(seconds: list[float]) -> str:
    median, p99 = np.percentile(seconds, (50, 99)) * 1e3 if seconds else (np.nan, np.nan)
    return f'{median:.2f} ms (p99 {p99:.2f})'


def measure() -> RoundTrips:
    """Measure round trips between this process and one that it starts.

    Raises:
        NoContactError: the other process is not found; the message says what it said.
    """
    import rclpy
    from rclpy.executors import SingleThreadedExecutor

    name = f'policy_stack_doctor_{os.getpid()}'
    context = rclpy.Context()
    rclpy.init(args=[], context=context, signal_handler_options=rclpy.SignalHandlerOptions.NO)
    executor = SingleThreadedExecutor(context=context)
    try:
        node = rclpy.create_node(
            f'{name}_near',
            context=context,
            start_parameter_services=False,
            enable_rosout=False,
        )
        executor.add_node(node)
        with _other_process(name) as process:
            trips = _measure(name, node, executor, process)
        node.destroy_node()
        return trips
    finally:
        executor.shutdown(timeout_sec=1.0)
        context.try_shutdown()


@contextmanager
def _other_process(name: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603 (a module of this package)
        [sys.executable, '-m', ECHO, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, 'PYTHONPATH': os.pathsep.join(filter(None, sys.path))},
    )
    try:
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(5.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stderr.close()


def _measure(
    name: str, node: Node, executor: Executor, process: subprocess.Popen[bytes]
) -> RoundTrips:
    from std_msgs.msg import UInt8MultiArray

    answers: list[Any] = []
    publisher = node.create_publisher(UInt8MultiArray, f'{name}/there', 10)
    node.create_subscription(UInt8MultiArray, f'{name}/back', answers.append, 10)

    began = time.monotonic()
    while not (publisher.get_subscription_count() and node.count_publishers(f'{name}/back')):
        executor.spin_once(timeout_sec=0.02)
        if process.poll() is not None:
            said = process.stderr.read().decode(errors='replace').strip().splitlines()
            raise NoContactError(f'the other process ended: {said[-1] if said else "silently"}')
        if time.monotonic() - began > CONTACT_TIMEOUT:
            raise NoContactError(f'no other process was found within {CONTACT_TIMEOUT:.0f} s')
    contact = time.monotonic() - began

    def round_trips(count: int, size: int, timeout: float = ANSWER_TIMEOUT) -> list[float]:
        message = UInt8MultiArray(data=array.array('B', bytes(size)))
        seconds = []
        for _ in range(count):
            answers.clear()
            start = time.perf_counter()
            publisher.publish(message)
            while not answers and time.perf_counter() - start < timeout:
                executor.spin_once(timeout_sec=timeout)
            if answers:
                seconds.append(time.perf_counter() - start)
        return seconds

    # The way back may be open a little later than the way there.
    end = time.monotonic() + ANSWER_TIMEOUT
    while not round_trips(1, SMALL, timeout=0.1) and time.monotonic() < end:
        pass
    round_trips(WARM_UP, SMALL, timeout=0.5)
    small, images = round_trips(ROUNDS, SMALL), round_trips(IMAGES, IMAGE)
    return RoundTrips(
        contact=contact,
        small=small,
        images=images,
        lost=ROUNDS + IMAGES - len(small) - len(images),
        others=_others(node, name),
        commanders=node.count_publishers(COMMAND_TOPIC),
    )


def _others(node: Node, name: str) -> list[str]:
    found = (
        f'{namespace.rstrip("/")}/{each}'
        for each, namespace in node.get_node_names_and_namespaces()
    )
    return sorted(each for each in found if not each.startswith(f'/{name}'))
