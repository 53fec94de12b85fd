"""Measures ros2_embedded on this machine; not a test, since figures depend on the machine.

Run as ``python tests/ros2_embedded/measure.py [NAME...]`` with any of startup and the names in
MEASUREMENTS; all of them without a name. Two processes each, on a domain of their own; 25 for
`join`. Latency is from before `publish` to the beginning of the callback.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import ros2_embedded

STARTUP = """
import time
start = time.perf_counter()
import ros2_embedded
ros2_embedded.install()
import rclpy
from rclpy.node import Node
imported = time.perf_counter()
rclpy.init()
initialised = time.perf_counter()
Node('node')
made = time.perf_counter()
print(f'import {1e3 * (imported - start):.0f} ms, init {1e3 * (initialised - imported):.0f} ms, '
      f'node {1e3 * (made - initialised):.0f} ms')
"""


def processor_time() -> float:
    """User and system time of this process [s]."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def cost(count: int) -> str:
    """Processor time of this process by messages."""
    return f'{1e6 * processor_time() / count:.0f} us of processor time each'


def summary(latencies: list[float]) -> str:
    """Median and 99th percentile of latencies [s]."""
    ordered = sorted(latencies)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return f'p50 {1e3 * p50:.2f} ms, p99 {1e3 * p99:.2f} ms'


def make_node(name: str):
    import rclpy

    rclpy.init(signal_handler_options=rclpy.SignalHandlerOptions.NO)
    return rclpy.create_node(name)


def camera_topics(count: int) -> list[tuple[str, int]]:
    """Topics and bytes of cameras of 640x480 with colour and 16-bit depth."""
    sizes = (('color', 640 * 480 * 3), ('depth', 640 * 480 * 2))
    return [(f'camera_{i}/{kind}', size) for i in range(count) for kind, size in sizes]


def publish(topics: list[tuple[str, int]], count: int, rate: float) -> None:
    """Publish images on topics at a rate [Hz], then tell how much processor time that took."""
    from sensor_msgs.msg import Image

    node = make_node('publisher')
    made = [
        (node.create_publisher(Image, name, 10), Image(encoding='any', data=bytes(size)))
        for name, size in topics
    ]
    while not all(publisher.get_subscription_count() for publisher, _ in made):
        time.sleep(0.01)
    time.sleep(1.0)
    before, start = processor_time(), time.perf_counter()
    for number in range(count):
        for publisher, message in made:
            now = time.time_ns()
            message.header.stamp.sec, message.header.stamp.nanosec = divmod(now, 10**9)
            publisher.publish(message)
        time.sleep(max(0.0, start + (number + 1) / rate - time.perf_counter()))
    print(f'  sender: {processor_time() - before:.2f} s of processor time in {count / rate:.0f} s')
    time.sleep(1.0)


def subscribe(topics: list[tuple[str, int]], count: int) -> None:
    """Count images and their latencies until all arrived or none come any more."""
    import rclpy
    from sensor_msgs.msg import Image

    node = make_node('subscriber')
    latencies: list[float] = []

    def take(message: Image) -> None:
        stamp = message.header.stamp
        latencies.append(time.time() - stamp.sec - stamp.nanosec * 1e-9)

    for name, _ in topics:
        node.create_subscription(Image, name, take, 10)
    print('up', flush=True)
    wanted, last, before = count * len(topics), time.monotonic(), 0.0
    while len(latencies) < wanted and time.monotonic() - last < (5.0 if latencies else 30.0):
        got = len(latencies)
        rclpy.spin_once(node, timeout_sec=0.5)
        if len(latencies) > got:
            last = time.monotonic()
            before = before or processor_time()
    print(f'  receiver: {len(latencies)} of {wanted}, {summary(latencies)}, '
          f'{processor_time() - before:.2f} s of processor time')  # fmt: skip


def serve() -> None:
    """Answer requests for a while."""
    import rclpy
    from std_srvs.srv import Trigger

    node = make_node('server')
    node.create_service(Trigger, 'trigger', lambda request, response: response)
    print('up', flush=True)
    end = time.monotonic() + 10.0
    while time.monotonic() < end:
        rclpy.spin_once(node, timeout_sec=0.5)


def call(count: int) -> None:
    """Call the service again and again."""
    import rclpy
    from std_srvs.srv import Trigger

    client = make_node('client').create_client(Trigger, 'trigger')
    assert client.wait_for_service(timeout_sec=10.0)
    node = rclpy.create_node('caller')
    client = node.create_client(Trigger, 'trigger')
    client.wait_for_service(timeout_sec=10.0)
    latencies = []
    for _ in range(count):
        start = time.perf_counter()
        rclpy.spin_until_future_complete(node, client.call_async(Trigger.Request()))
        latencies.append(time.perf_counter() - start)
    print(f'  {count} calls: {summary(latencies)}')


def memory() -> float:
    """Resident memory of this process [MB]."""
    import psutil

    return psutil.Process().memory_info().rss / 1e6


def send_small(count: int, rate: float) -> None:
    """Publish small messages at a rate [Hz], ten at a time."""
    from std_msgs.msg import String

    node = make_node('publisher')
    publisher, message = node.create_publisher(String, 'flood', 1000), String(data='x' * 100)
    while not publisher.get_subscription_count():
        time.sleep(0.01)
    time.sleep(1.0)
    start, early = time.perf_counter(), 0.0
    for number in range(0, count, 10):
        for _ in range(10):
            publisher.publish(message)
        time.sleep(max(0.0, start + (number + 10) / rate - time.perf_counter()))
        if number == count // 10:
            early = memory()
    took = time.perf_counter() - start
    print(f'  sender: {count / took:.0f} a second, {cost(count)}, {early:.1f} MB at a tenth, '
          f'{memory():.1f} MB at the end')  # fmt: skip
    time.sleep(1.0)


def take_small(count: int) -> None:
    """Count small messages, and look at the memory meanwhile."""
    import rclpy
    from rclpy.executors import SingleThreadedExecutor
    from std_msgs.msg import String

    node = make_node('subscriber')
    got, early, last = 0, 0.0, time.monotonic()

    def take(message: String) -> None:
        nonlocal got, early, last
        got += 1
        if got % 1000 == 0:
            last = time.monotonic()
            if got == count // 10:
                early = memory()

    node.create_subscription(String, 'flood', take, 1000)
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    print('up', flush=True)
    while got < count and time.monotonic() - last < (5.0 if got else 30.0):
        executor.spin_once(timeout_sec=0.5)
    print(f'  receiver: {got} of {count}, {cost(max(got, 1))}, {early:.1f} MB at a tenth, '
          f'{memory():.1f} MB at the end')  # fmt: skip
    rclpy.shutdown()


def join(nodes: int, all_nodes: int) -> None:
    """Make nodes, and wait until as many are known as there are to be."""
    import rclpy

    start = time.time()
    first = make_node(f'node_{os.getpid()}_0')
    more = [rclpy.create_node(f'node_{os.getpid()}_{i}') for i in range(1, nodes)]
    while len(first.get_node_names()) < all_nodes and time.time() - start < 60.0:
        time.sleep(0.05)
    known = len(first.get_node_names())
    print(f'  {known} nodes known after {time.time() - start:.1f} s', flush=True)
    time.sleep(15.0)  # the others need this one
    del more


def idle() -> None:
    """Spin a node that has nothing to do."""
    import threading

    import rclpy

    node = make_node('idle')
    threading.Thread(target=rclpy.spin, args=(node,), daemon=True).start()
    time.sleep(1.0)
    before = processor_time()
    time.sleep(5.0)
    print(f'  {1e3 * (processor_time() - before):.1f} ms of processor time in 5 s')
    os._exit(0)


#: What each process of a measurement does, the one that must be up first in front.
MEASUREMENTS: dict[str, list[Callable[[], None]]] = {
    'idle': [idle],
    'small': [
        lambda: subscribe([('small', 1000)], 2000),
        lambda: publish([('small', 1000)], 2000, 500.0),
    ],
    'image': [
        lambda: subscribe([('image', 640 * 480 * 3)], 300),
        lambda: publish([('image', 640 * 480 * 3)], 300, 30.0),
    ],
    'flood': [lambda: take_small(200_000), lambda: send_small(200_000, 10_000.0)],
    'million': [lambda: take_small(1_000_000), lambda: send_small(1_000_000, 10_000.0)],
    'join': [lambda: join(2, 50)] * 25,
    'service': [serve, lambda: call(2000)],
    'cameras': [
        lambda: subscribe(camera_topics(4), 180),
        lambda: publish(camera_topics(4), 180, 15.0),
    ],
}


def main(names: list[str]) -> None:
    """Run measurements by name."""
    os.environ['ROS_DOMAIN_ID'] = str(os.getpid() % 100 + 1)
    for name in names or ['startup', *MEASUREMENTS]:
        print(name, flush=True)
        if name == 'startup':
            for _ in range(3):
                subprocess.run([sys.executable, '-c', STARTUP], check=True)
            continue
        processes = []
        for index in range(len(MEASUREMENTS[name])):
            command = [sys.executable, __file__, '--process', name, str(index)]
            first = index == 0 and len(MEASUREMENTS[name]) == 2
            processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            if first:
                assert processes[0].stdout.readline() == 'up\n'
        for process in processes:
            print(process.communicate(timeout=300)[0], end='', flush=True)


if __name__ == '__main__':
    if sys.argv[1:2] == ['--process']:
        ros2_embedded.install()
        MEASUREMENTS[sys.argv[2]][int(sys.argv[3])]()
        sys.stdout.flush()
    else:
        main(sys.argv[1:])
