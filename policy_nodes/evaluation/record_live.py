"""Records a graph that runs already, from a process of its own; it listens and never publishes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import rclpy
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import (
    QoSDurabilityPolicy,
    QoSHistoryPolicy,
    QoSProfile,
    QoSReliabilityPolicy,
)
from rclpy.signals import SignalHandlerOptions
from rosidl_runtime_py.utilities import get_message

from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_tape import Tape
from policy_nodes.evaluation.recording_topics import Kept, read_topics

NAME = 'bag_recorder'
DEPTH = 200
TURN = 0.2  # between two looks at the clock and at signals [s]
STATUS = 'policy_stack/msg/PolicyStatus'


def topics_of(robot: str, namespace: str = '') -> list[Kept]:
    """List what the recorder of a robot keeps, by the files of config/.

    Args:
        robot: folder of config/.
        namespace: that its graph runs in.

    Raises:
        RecordingError: nothing is listed for it.
    """
    inner = namespace.strip('/')

    def resolve(name: str) -> str:
        return name if name.startswith('/') or not inner else f'{inner}/{name}'

    lines: Sequence[str] = node_parameters('recorder', robot).get('topics', ())
    found = read_topics(lines, lambda name: '/' + resolve(name).lstrip('/'))
    if not found:
        raise RecordingError(
            f'config/{robot} lists no topics to record; write recorder.yaml there'
        )
    return found


class LiveRecorder:
    """Subscriptions to topics, raw, and a tape that keeps what comes."""

    def __init__(self, topics: Sequence[Kept], tape: Tape, checkpoint: str = '') -> None:
        """Join the graph.

        Args:
            topics: to record.
            tape: on which a file is under way.
            checkpoint: whose contract to keep; empty takes those that policies name.

        Raises:
            RecordingError: a type of message is not known here.
        """
        self._tape, self._checkpoint = tape, checkpoint
        self._context = Context()
        rclpy.init(args=[], context=self._context, signal_handler_options=SignalHandlerOptions.NO)
        try:
            self.node = Node(
                NAME,
                context=self._context,
                use_global_arguments=False,
                enable_rosout=False,
                start_parameter_services=False,
            )
            for kept in topics:
                kind = _class(kept)
                self.node.create_subscription(
                    kind, kept.name, partial(tape.keep, kept), _profile(kept), raw=True
                )
                if kept.type_name == STATUS:
                    self.node.create_subscription(kind, kept.name, self._hear, _profile(kept))
        except Exception:
            rclpy.shutdown(context=self._context)
            raise

    def _hear(self, said: Any) -> None:
        """Keep the contract of the checkpoint that a policy names."""
        if said.checkpoint:
            self._tape.take_checkpoint(self._checkpoint or said.checkpoint)

    def run(self, seconds: float | None, on_turn: Callable[[], bool]) -> None:
        """Record what comes.

        Args:
            seconds: of wall time; until Ctrl-C if None.
            on_turn: called several times a second; ends it by True.
        """
        executor = SingleThreadedExecutor(context=self._context)
        executor.add_node(self.node)
        ends = None if seconds is None else time.monotonic() + seconds
        looks = time.monotonic()
        try:
            while ends is None or time.monotonic() < ends:
                left = TURN if ends is None else min(TURN, max(0.0, ends - time.monotonic()))
                executor.spin_once(timeout_sec=left)
                if time.monotonic() >= looks:
                    looks = time.monotonic() + TURN
                    if on_turn():
                        return
        finally:
            executor.shutdown()

    def close(self) -> None:
        """Leave the graph."""
        self.node.destroy_node()
        rclpy.shutdown(context=self._context)


def _class(kept: Kept) -> Any:
    try:
        return get_message(kept.type_name)
    except (ValueError, LookupError, AttributeError, ImportError) as error:
        raise RecordingError(
            f'{kept.name} cannot be recorded, since no message {kept.type_name} is known: {error}'
        ) from error


def _profile(kept: Kept) -> QoSProfile:
    """Listen to every publisher, also to those that only try; take what is latched reliably."""
    profile = QoSProfile(
        history=QoSHistoryPolicy.KEEP_LAST,
        depth=DEPTH,
        reliability=QoSReliabilityPolicy.BEST_EFFORT,
    )
    if kept.latched:
        profile.reliability = QoSReliabilityPolicy.RELIABLE
        profile.durability = QoSDurabilityPolicy.TRANSIENT_LOCAL
    return profile
