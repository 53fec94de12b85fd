"""Listens to a robot for a while, and tells what it said; publishes nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policy_nodes.commands.doctor.hardware import Hardware

if TYPE_CHECKING:
    from rclpy.node import Node

NANO = 1_000_000_000
OURS = 'policy_stack_doctor'


@dataclass
class Heard:
    """What came on one topic.

    Attributes:
        types: that publishers offer, by the graph.
        publishers: full names of their nodes.
        reliable: of each publisher, whether it offers reliable transport.
        latched: of each publisher, whether it keeps its last message for late subscribers.
        arrivals: steady times [s].
        ages: time of arrival less stamp, by the system clock or /clock [s].
        frames: that messages named.
        names: entries of the last message, such as joints.
        positions: of these, where it tells any.
    """

    types: set[str] = field(default_factory=set)
    publishers: list[str] = field(default_factory=list)
    reliable: list[bool] = field(default_factory=list)
    latched: list[bool] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    frames: set[str] = field(default_factory=set)
    names: tuple[str, ...] = ()
    positions: tuple[float, ...] = ()

    @property
    def rate_hz(self) -> float:
        """Messages a second; 0 for fewer than two."""
        if len(self.arrivals) < 2 or self.arrivals[-1] <= self.arrivals[0]:
            return 0.0
        return (len(self.arrivals) - 1) / (self.arrivals[-1] - self.arrivals[0])


@dataclass
class Scene:
    """All that was heard.

    Attributes:
        topics: by the names of the hardware file.
        commanders: full names of the nodes that publish the command.
        obeying: full names of those that listen to it.
        command_types: that are offered or asked for there.
        placed: (parent, child) of every transform.
        simulated: time comes from /clock.
        seconds: listened.
    """

    topics: dict[str, Heard]
    commanders: list[str] = field(default_factory=list)
    obeying: list[str] = field(default_factory=list)
    command_types: set[str] = field(default_factory=set)
    placed: set[tuple[str, str]] = field(default_factory=set)
    simulated: bool = False
    seconds: float = 0.0


def listen_to(hardware: Hardware, seconds: float, namespace: str = '') -> Scene:
    """Listen to everything that a robot has to say.

    Args:
        hardware: of the robot.
        seconds: to listen, after discovery has had the same time or 1 s.
        namespace: of the robot.
    """
    import rclpy
    from rclpy.executors import SingleThreadedExecutor

    context = rclpy.Context()
    rclpy.init(args=[], context=context, signal_handler_options=rclpy.SignalHandlerOptions.NO)
    executor = SingleThreadedExecutor(context=context)
    try:
        node = rclpy.create_node(
            f'{OURS}_{os.getpid()}_listener',
            namespace=namespace,
            context=context,
            start_parameter_services=False,
            enable_rosout=False,
        )
        executor.add_node(node)
        scene = Scene({each.topic: Heard() for each in hardware.topics})
        _subscribe(node, hardware, scene)
        began = time.monotonic()
        while time.monotonic() - began < seconds + min(1.0, seconds):
            executor.spin_once(timeout_sec=0.05)
        scene.seconds = seconds
        _look_around(node, hardware, scene)
        node.destroy_node()
        return scene
    finally:
        executor.shutdown(timeout_sec=1.0)
        context.try_shutdown()


def _subscribe(node: Node, hardware: Hardware, scene: Scene) -> None:
    from rclpy.qos import QoSDurabilityPolicy, QoSProfile, QoSReliabilityPolicy
    from rosgraph_msgs.msg import Clock
    from rosidl_runtime_py.utilities import get_message
    from tf2_msgs.msg import TFMessage

    # matches publishers of any QoS
    any_qos = QoSProfile(depth=50, reliability=QoSReliabilityPolicy.BEST_EFFORT)
    latched = QoSProfile(
        depth=100,
        reliability=QoSReliabilityPolicy.RELIABLE,
        durability=QoSDurabilityPolicy.TRANSIENT_LOCAL,
    )
    clock: list[int] = []

    def now_ns() -> int:
        return clock[-1] if clock else time.time_ns()

    def take(topic: str, message: Any) -> None:
        heard = scene.topics[topic]
        heard.arrivals.append(time.monotonic())
        stamp = message.header.stamp.sec * NANO + message.header.stamp.nanosec
        heard.ages.append((now_ns() - stamp) / NANO)
        heard.frames.add(message.header.frame_id)
        names = getattr(message, 'name', None)
        if names is not None:
            heard.names = tuple(names)
            heard.positions = tuple(float(value) for value in getattr(message, 'position', ()))

    def take_clock(message: Any) -> None:
        clock.append(message.clock.sec * NANO + message.clock.nanosec)
        scene.simulated = True

    def take_tf(message: Any) -> None:
        for each in message.transforms:
            scene.placed.add((each.header.frame_id, each.child_frame_id))

    for each in hardware.topics:
        kind = get_message(each.type_name)
        node.create_subscription(
            kind, each.topic, lambda message, topic=each.topic: take(topic, message), any_qos
        )
    node.create_subscription(Clock, '/clock', take_clock, any_qos)
    node.create_subscription(TFMessage, '/tf', take_tf, any_qos)
    node.create_subscription(TFMessage, '/tf_static', take_tf, latched)


def _look_around(node: Node, hardware: Hardware, scene: Scene) -> None:
    from rclpy.qos import QoSDurabilityPolicy, QoSReliabilityPolicy

    space = node.get_namespace().rstrip('/')
    for topic, heard in scene.topics.items():
        infos = node.get_publishers_info_by_topic(f'{space}/{topic}')
        heard.types = {info.topic_type for info in infos}
        heard.publishers = _names(infos)
        reliable = QoSReliabilityPolicy.RELIABLE
        heard.reliable = [info.qos_profile.reliability == reliable for info in infos]
        kept = QoSDurabilityPolicy.TRANSIENT_LOCAL
        heard.latched = [info.qos_profile.durability == kept for info in infos]
    command = f'{space}/{hardware.command}'
    publishers = node.get_publishers_info_by_topic(command)
    subscribers = node.get_subscriptions_info_by_topic(command)
    scene.commanders, scene.obeying = _names(publishers), _names(subscribers)
    scene.command_types = {info.topic_type for info in [*publishers, *subscribers]}


def _names(infos: Sequence[Any]) -> list[str]:
    return sorted(f'{info.node_namespace.rstrip("/")}/{info.node_name}' for info in infos)
