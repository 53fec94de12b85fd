"""What the processes of ros2_transport.py do; each prints `up`, then its figures as JSON.

Stamps are those of the steady clock, which all processes of a machine share. CPU time is that of
the whole process from the first message to the last.
"""

import json
import resource
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import policy_nodes  # noqa: F401 from here on rclpy is there; a ROS 2 that is sourced comes first

# isort: split
import rclpy
from geometry_msgs.msg import Vector3Stamped
from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.clock import Clock, ClockType
from rclpy.executors import MultiThreadedExecutor, SingleThreadedExecutor
from rclpy.node import Node
from sensor_msgs.msg import Image, Imu, JointState
from std_msgs.msg import Float64MultiArray, String
from std_srvs.srv import Trigger

CAMERAS, HEIGHT, WIDTH, RATE = 4, 480, 640, 15.0
KINDS = {'colour': ('8UC3', np.uint8, 3), 'depth': ('16UC1', np.uint16, 1)}
JOINTS = 12
DEPTH = 10_000  # of the small messages: a second of them
PATIENCE = 3.0  # [s] without a message after the last was sent: the rest is lost


def cpu_s() -> float:
    """User and system time of this process [s]."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def camera_topics() -> list[tuple[str, str]]:
    """Topics of all cameras, and the kind of their images."""
    return [(f'camera_{number}/{kind}', kind) for number in range(CAMERAS) for kind in KINDS]


def image(kind: str) -> Image:
    """An image of noise."""
    encoding, dtype, channels = KINDS[kind]
    pixels = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH, channels)).astype(dtype)
    found = Image(height=HEIGHT, width=WIDTH, encoding=encoding)
    found.step = WIDTH * channels * pixels.itemsize
    found.data = pixels.tobytes()
    return found


def stamp(message: Any) -> Any:
    """The message, stamped with now."""
    at = message.header.stamp
    at.sec, at.nanosec = divmod(time.monotonic_ns(), 10**9)
    return message


class Counter:
    """Counts messages and notes how old they are."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self.ages_ms: list[float] = []
        self.last = time.monotonic()
        self.before = self.after = cpu_s()

    def take(self, message: Any) -> None:
        """One more message."""
        now, at = time.monotonic_ns(), message.header.stamp
        if not self.ages_ms:
            self.before = cpu_s()
        self.ages_ms.append((now - at.sec * 10**9 - at.nanosec) * 1e-6)
        self.last = now * 1e-9

    def report(self) -> dict[str, Any]:
        """What came."""
        return {
            'received': len(self.ages_ms),
            'ages_ms': np.round(self.ages_ms, 4).tolist(),
            'cpu_s': self.after - self.before,
        }


def wait_for_readers(publishers: Sequence[Any]) -> None:
    """Until every publisher has a subscription, and a moment more."""
    end = time.monotonic() + 30.0
    while not all(each.get_subscription_count() for each in publishers):
        if time.monotonic() > end:
            raise SystemExit('no subscription was discovered within 30 s')
        time.sleep(0.01)
    time.sleep(1.0)


def send(publish: Sequence[Callable[[], None]], rate: float, seconds: float) -> dict[str, Any]:
    """Call all functions at a rate [Hz]; say how many calls there were and how long they took."""
    rounds = round(rate * seconds)
    before, began = cpu_s(), time.monotonic()
    for number in range(rounds):
        for each in publish:
            each()
        time.sleep(max(0.0, began + (number + 1) / rate - time.monotonic()))
    took = time.monotonic() - began
    return {'sent': rounds * len(publish), 'cpu_s': cpu_s() - before, 'seconds': took}


def send_images(node: Node, seconds: float) -> dict[str, Any]:
    """All cameras at once, 15 times a second."""
    pairs = [
        (node.create_publisher(Image, topic, 10), image(kind)) for topic, kind in camera_topics()
    ]
    wait_for_readers([publisher for publisher, _ in pairs])
    return send(
        [lambda made=made, sent=sent: made.publish(stamp(sent)) for made, sent in pairs],
        RATE,
        seconds,
    )


def send_small(node: Node, seconds: float, rate: float) -> dict[str, Any]:
    """Vectors with a header at a rate [Hz], ten at a time."""
    publisher = node.create_publisher(Vector3Stamped, 'small', DEPTH)
    wait_for_readers([publisher])
    message = Vector3Stamped()
    return send([lambda: publisher.publish(stamp(message))] * 10, rate / 10, seconds)


def listen(node: Node, kinds: Sequence[tuple[type, str, int]]) -> dict[str, Any]:
    """Count what comes on topics until as much came as the standard input says was sent."""
    counter, sent = Counter(), []
    for kind, topic, depth in kinds:
        node.create_subscription(kind, topic, counter.take, depth)
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    print('up', flush=True)
    threading.Thread(target=lambda: sent.append(int(sys.stdin.readline())), daemon=True).start()
    counter.last = time.monotonic()
    while not sent or len(counter.ages_ms) < sent[0]:
        executor.spin_once(timeout_sec=0.2)
        if sent and time.monotonic() - counter.last > PATIENCE:
            break
        if counter.ages_ms:
            counter.after = cpu_s()
    return counter.report()


def listen_images(node: Node) -> dict[str, Any]:
    """Count images of all cameras."""
    return listen(node, [(Image, topic, 10) for topic, _ in camera_topics()])


def listen_small(node: Node) -> dict[str, Any]:
    """Count vectors."""
    return listen(node, [(Vector3Stamped, 'small', DEPTH)])


def same_process(node: Node, seconds: float) -> dict[str, Any]:
    """All cameras to subscriptions of the same process; say whether pixels were copied."""
    counter, shared = Counter(), []
    pairs = []
    for topic, kind in camera_topics():
        sent = image(kind)

        def take(message: Image, sent: Image = sent) -> None:
            counter.take(message)
            shared.append(np.shares_memory(np.asarray(message.data), np.asarray(sent.data)))

        node.create_subscription(Image, topic, take, 10)
        pairs.append((node.create_publisher(Image, topic, 10), sent))
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    threading.Thread(target=executor.spin, daemon=True).start()
    wait_for_readers([publisher for publisher, _ in pairs])
    print('up', flush=True)
    found = send(
        [lambda made=made, sent=sent: made.publish(stamp(sent)) for made, sent in pairs],
        RATE,
        seconds,
    )
    while len(counter.ages_ms) < found['sent'] and time.monotonic() - counter.last < PATIENCE:
        time.sleep(0.01)
    executor.shutdown()
    return {**counter.report(), **found, 'by_reference': sum(shared)}


def serve(node: Node) -> dict[str, Any]:
    """Answer requests until told to stop."""
    node.create_service(Trigger, 'trigger', lambda request, response: response)
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    threading.Thread(target=executor.spin, daemon=True).start()
    print('up', flush=True)
    before = cpu_s()
    sys.stdin.readline()
    executor.shutdown()
    return {'cpu_s': cpu_s() - before}


def call(node: Node, count: int) -> dict[str, Any]:
    """Call the service one time after the other."""
    client = node.create_client(Trigger, 'trigger')
    if not client.wait_for_service(timeout_sec=30.0):
        raise SystemExit('the service was not discovered within 30 s')
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    ages_ms, before = [], cpu_s()
    for _ in range(count):
        began = time.perf_counter()
        executor.spin_until_future_complete(client.call_async(Trigger.Request()), 10.0)
        ages_ms.append((time.perf_counter() - began) * 1e3)
    return {'sent': count, 'ages_ms': ages_ms, 'cpu_s': cpu_s() - before}


def feed_legs(node: Node) -> dict[str, Any]:
    """What a controller of twelve joints hears, until told to stop."""
    sensors = node.create_publisher(JointState, 'joint_states', 10)
    imus = node.create_publisher(Imu, 'imu', 10)
    targets = node.create_publisher(Float64MultiArray, 'target', 10)
    beats = node.create_publisher(String, 'heartbeat', 10)
    for kind, topic in ((Float64MultiArray, 'joint_command'), (String, 'state')):
        node.create_subscription(kind, topic, lambda message: None, 10)
    values = [0.1] * JOINTS
    names = [f'joint_{number}' for number in range(JOINTS)]

    def sense() -> None:
        sensors.publish(JointState(name=names, position=values, velocity=values, effort=values))
        imus.publish(Imu())

    node.create_timer(0.01, sense)
    node.create_timer(0.02, lambda: targets.publish(Float64MultiArray(data=values)))
    node.create_timer(0.1, lambda: beats.publish(String(data='alive')))
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    threading.Thread(target=executor.spin, daemon=True).start()
    print('up', flush=True)
    sys.stdin.readline()
    executor.shutdown()
    return {}


def control_legs(node: Node, seconds: float, threads: int) -> dict[str, Any]:
    """Callbacks of such a controller, which do nothing but publish, in one thread or several."""
    work, watch, others = (MutuallyExclusiveCallbackGroup() for _ in range(3))
    commands = node.create_publisher(Float64MultiArray, 'joint_command', 10)
    states = node.create_publisher(String, 'state', 10)
    calls: list[None] = []

    def note(*_: Any) -> None:
        calls.append(None)

    def obey(message: Float64MultiArray) -> None:
        calls.append(None)
        commands.publish(Float64MultiArray(data=list(message.data)))
        states.publish(String(data='x' * 100))

    def listen_to(kind: type, topic: str, callback: Callable[[Any], None]) -> None:
        node.create_subscription(kind, topic, callback, 10, callback_group=work)

    listen_to(JointState, 'joint_states', note)
    listen_to(Imu, 'imu', note)
    listen_to(String, 'heartbeat', note)
    listen_to(Float64MultiArray, 'target', obey)
    steady = Clock(clock_type=ClockType.STEADY_TIME)
    for period, group in ((0.02, watch), (0.2, others), (1.0, others), (0.1, work)):
        node.create_timer(period, note, callback_group=group, clock=steady)
    for name in ('~/reset', '~/stop'):
        node.create_service(Trigger, name, lambda _, response: response, callback_group=others)
    executor = MultiThreadedExecutor(threads) if threads > 1 else SingleThreadedExecutor()
    executor.add_node(node)
    threading.Thread(target=executor.spin, daemon=True).start()
    time.sleep(3.0)
    before, counted = cpu_s(), len(calls)
    time.sleep(seconds)
    found = {'cpu_s': cpu_s() - before, 'callbacks': len(calls) - counted, 'seconds': seconds}
    executor.shutdown()
    return found


def idle(node: Node, seconds: float) -> dict[str, Any]:
    """Spin a node that has nothing to do."""
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    threading.Thread(target=executor.spin, daemon=True).start()
    time.sleep(2.0)
    before = cpu_s()
    time.sleep(seconds)
    found = {'cpu_s': cpu_s() - before, 'seconds': seconds}
    executor.shutdown()
    return found


ROLES: dict[str, Callable[..., dict[str, Any]]] = {
    each.__name__: each
    for each in (
        send_images, send_small, listen_images, listen_small, same_process, serve, call,
        feed_legs, control_legs, idle,
    )
}  # fmt: skip


def main(role: str, arguments: str) -> None:
    """Play a role, its arguments given as JSON."""
    rclpy.init(args=[], signal_handler_options=rclpy.SignalHandlerOptions.NO)
    node = rclpy.create_node(f'benchmark_{role}')
    print(json.dumps(ROLES[role](node, **json.loads(arguments))), flush=True)
    node.destroy_node()
    rclpy.try_shutdown()


if __name__ == '__main__':
    main(*sys.argv[1:])
