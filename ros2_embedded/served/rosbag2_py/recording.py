"""A recording under way."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from rclpy.clock import Clock, ClockType
from rclpy.node import Node
from rclpy.qos import QoSCompatibility, qos_check_compatible
from rosbag2_interfaces.srv import IsPaused, Pause, Resume, Snapshot, SplitBagfile
from rosbag2_py.bag_metadata import TopicMetadata
from rosbag2_py.options import ConverterOptions, StorageOptions
from rosbag2_py.qos import QoS
from rosbag2_py.recorded_topics import RecordedTopics, request_for, type_hash_of
from rosbag2_py.transport_options import RecordOptions
from rosbag2_py.writer_choice import make_writer
from rosidl_runtime_py.utilities import get_message

_FLUSH_PERIOD = 0.5  # s
_COMPARE_PERIOD = 1.0  # how often subscriptions are compared with new publishers [s]
_FIRST_LOOK = 1.0  # how long topics count as there at the beginning [s]


class Recording:
    """Subscribes to topics, as bytes, and writes what comes; its node must be spun.

    Attributes:
        count: messages that were written.
    """

    def __init__(self, node: Node, storage: StorageOptions, options: RecordOptions) -> None:
        """Begin.

        Raises:
            RuntimeError: the bag cannot be written, or an option is not valid.
        """
        self._node = node
        self._options = options
        self._log = node.get_logger()
        self._topics = RecordedTopics(node, options)
        self._subscriptions: dict[str, Any] = {}
        self._skipped: set[str] = set()
        self._warned: set[str] = set()
        self._paused = options.start_paused
        self.count = 0
        self._writer = make_writer(options)
        self._writer.open(storage, ConverterOptions('cdr', 'cdr'))
        self._serve(storage.snapshot_mode)
        self._began = time.monotonic()
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        period = max(options.topic_polling_interval.total_seconds(), 0.001)
        self._looking = node.create_timer(period, self._look, clock=steady)
        node.create_timer(_FLUSH_PERIOD, self._writer.flush, clock=steady)
        node.create_timer(_COMPARE_PERIOD, self._warn_of_others, clock=steady)
        self._log.info('Listening for topics...')
        if options.use_sim_time:
            self._log.info('use_sim_time set, waiting for /clock before starting recording...')
        if options.start_paused:
            self._log.info(f'Wait for recording: call {node.get_name()}/resume to start.')
        else:
            self._log.info('Recording...')

    def _serve(self, snapshots: bool) -> None:
        """Offer the services of a recorder."""

        def answer(name: str, kind: type, act: Callable[[Any], None]) -> None:
            def callback(_: Any, response: Any) -> Any:
                act(response)
                return response

            self._node.create_service(kind, f'~/{name}', callback)

        answer('pause', Pause, lambda _: self._set_paused(True))
        answer('resume', Resume, lambda _: self._set_paused(False))
        answer('is_paused', IsPaused, lambda response: setattr(response, 'paused', self._paused))
        answer('split_bagfile', SplitBagfile, lambda _: self._writer.split_bagfile())
        if snapshots:
            answer(
                'snapshot',
                Snapshot,
                lambda response: setattr(response, 'success', self._writer.take_snapshot()),
            )

    def _set_paused(self, paused: bool) -> None:
        self._paused = paused
        self._log.info('Pausing recording.' if paused else 'Resuming recording.')

    def _look(self) -> None:
        """Subscribe to the topics that have come."""
        if self._options.use_sim_time and not self._node.get_clock().now().nanoseconds:
            return
        for name, kind in self._topics.available(known=self._subscriptions).items():
            if kind not in self._skipped:
                self._subscribe(name, kind)
        requested = self._topics.requested
        if self._options.is_discovery_disabled:
            if time.monotonic() - self._began > _FIRST_LOOK:
                self._looking.cancel()
        elif requested and requested == set(self._subscriptions) and not self._takes_more():
            self._log.info('All requested topics are subscribed. Stopping discovery...')
            self._looking.cancel()

    def _takes_more(self) -> bool:
        options = self._options
        return bool(
            options.all_topics
            or options.all_services
            or options.regex
            or options.services
            or options.topic_types
        )

    def _subscribe(self, name: str, kind: str) -> None:
        try:
            message_class = get_message(kind)
        except (AttributeError, ImportError, LookupError, ValueError) as error:
            self._skipped.add(kind)
            self._log.warning(
                f"Topic '{name}' has unknown type '{kind}'. Only topics with known type are "
                f"supported. Reason: '{error}'"
            )
            return
        publishers = self._node.get_publishers_info_by_topic(name)
        self._writer.create_topic(
            TopicMetadata(
                id=0,
                name=name,
                type=kind,
                serialization_format='cdr',
                offered_qos_profiles=[QoS.from_profile(each.qos_profile) for each in publishers],
                type_description_hash=type_hash_of(publishers),
            )
        )
        qos = self._options.topic_qos_profile_overrides.get(name)
        if qos is None:
            qos = request_for(name, publishers)
        else:
            self._log.info(f'Overriding subscription profile for {name}')
        self._subscriptions[name] = self._node.create_subscription(
            message_class, name, self._callback(name), qos, raw=True
        )
        self._log.info(f"Subscribed to topic '{name}'")

    def _callback(self, name: str) -> Callable[[bytes, dict[str, Any]], None]:
        simulated = self._node.get_clock() if self._options.use_sim_time else None
        write = self._writer.write

        def callback(data: bytes, info: dict[str, Any]) -> None:
            if self._paused:
                return
            received = info['received_timestamp']
            if simulated is not None:
                received = simulated.now().nanoseconds
            write(name, data, received, info['source_timestamp'])
            self.count += 1

        return callback

    def _warn_of_others(self) -> None:
        """Say once of a topic that a publisher came whose QoS does not match the subscription."""
        for name, subscription in self._subscriptions.items():
            if name in self._warned:
                continue
            used = subscription.qos_profile
            for each in self._node.get_publishers_info_by_topic(name):
                verdict, reason = qos_check_compatible(each.qos_profile, used)
                if verdict == QoSCompatibility.ERROR:
                    self._warned.add(name)
                    self._log.warning(
                        f'A new publisher for subscribed topic {name} was found whose messages '
                        f'will not be recorded: {reason}'
                    )
                    break

    def close(self) -> None:
        """Finish the bag.

        Raises:
            RuntimeError: it cannot be written.
        """
        for each in self._subscriptions.values():
            self._node.destroy_subscription(each)
        self._writer.close()
        self._log.info('Recording stopped')
