"""A bag being played."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from rclpy.clock import Clock, ClockType
from rclpy.duration import Duration
from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile, ReliabilityPolicy
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
    Stop,
    TogglePaused,
)
from rosbag2_py.bag_metadata import TopicMetadata
from rosbag2_py.options import ConverterOptions, StorageFilter, StorageOptions
from rosbag2_py.playback_clock import PlaybackClock
from rosbag2_py.sequential_reader import SequentialReader
from rosbag2_py.stored_message import StoredMessage
from rosbag2_py.topic_selection import selection
from rosbag2_py.transport_options import PlayOptions
from rosgraph_msgs.msg import Clock as ClockMessage
from rosidl_runtime_py.utilities import get_message

_NANO = 10**9
_DEPTH = 10
_LOOK = 0.1  # how often the end is looked for [s]


class Playback:
    """Publishes the messages of a bag when they are due; its node is spun by another thread."""

    def __init__(self, node: Node, storage: StorageOptions, options: PlayOptions) -> None:
        """Open a bag.

        Raises:
            RuntimeError: the bag cannot be read, or an option is not valid.
        """
        if options.rate <= 0.0:
            raise RuntimeError(f'the rate must be greater than 0; it is {options.rate}')
        self._node = node
        self._options = options
        self._log = node.get_logger()
        # No event: `stop` is called by handlers of signals, too, in the midst of anything.
        self._ended = False
        # Held by whoever reads or publishes: the main loop, or a service.
        self._turn = threading.RLock()
        self._next: StoredMessage | None = None
        self._reader = SequentialReader()
        self._reader.open(storage, ConverterOptions('', 'cdr'))
        wanted = StorageFilter(
            topics=self._full(options.topics_to_filter),
            services_events=self._full(options.services_to_filter),
            regex=options.regex_to_filter,
            exclude_topics=self._full(options.exclude_topics_to_filter),
            exclude_service_events=self._full(options.exclude_service_events_to_filter),
            regex_to_exclude=options.exclude_regex_to_filter,
        )
        self._reader.set_filter(wanted)
        first = self._reader.get_metadata().starting_time.nanoseconds
        self._start = first + int(max(options.start_offset, 0.0) * _NANO)
        self._until = self._last_time()
        self.clock = PlaybackClock(self._start, options.rate, options.start_paused)
        selects = selection(wanted)
        self._publishers = self._make_publishers(
            [each for each in self._reader.get_all_topics_and_types() if selects(each.name)]
        )
        self._clock_publisher = self._make_clock_publisher()
        self._serve()

    def _full(self, names: list[str] | None) -> list[str]:
        return [self._node.resolve_topic_name(each, only_expand=True) for each in names or ()]

    def _last_time(self) -> int | None:
        options = self._options
        ends = []
        if options.playback_duration >= 0.0:
            ends.append(self._start + int(options.playback_duration * _NANO))
        if options.playback_until_timestamp >= 0:
            ends.append(options.playback_until_timestamp)
        return max(ends, default=None)

    def _make_publishers(self, topics: list[TopicMetadata]) -> dict[str, Publisher]:
        found = {}
        for topic in topics:
            try:
                kind = get_message(topic.type)
            except (AttributeError, ImportError, LookupError, ValueError) as error:
                self._log.warning(f"Ignoring a topic '{topic.name}', reason: {error}.")
                continue
            qos = self._options.topic_qos_profile_overrides.get(topic.name)
            if qos is None:
                qos = self._offer_for(topic)
            else:
                self._log.info(f'Overriding QoS profile for topic {topic.name}')
            found[topic.name] = self._node.create_publisher(kind, topic.name, qos)
        return found

    def _offer_for(self, topic: TopicMetadata) -> QoSProfile:
        """Return QoS to publish with: that of the recorded publishers, where it was the same."""
        recorded = [each.to_profile() for each in topic.offered_qos_profiles]
        if not recorded:
            return QoSProfile(depth=_DEPTH)
        matters = ('reliability', 'durability', 'deadline', 'liveliness')
        for each in recorded:
            if any(getattr(each, name) != getattr(recorded[0], name) for name in matters):
                self._log.warning(
                    f'Not all original publishers on topic {topic.name} offered the same QoS '
                    'profiles. Falling back to the default publisher offer.'
                )
                return QoSProfile(depth=_DEPTH)
        return QoSProfile(depth=_DEPTH, **{name: getattr(recorded[0], name) for name in matters})

    def _make_clock_publisher(self) -> Publisher | None:
        options = self._options
        if options.clock_publish_frequency <= 0.0 and not options.clock_publish_on_topic_publish:
            return None
        qos = QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT)
        publisher = self._node.create_publisher(ClockMessage, '/clock', qos)
        if options.clock_publish_frequency > 0.0:
            self._node.create_timer(
                1.0 / options.clock_publish_frequency,
                self._publish_clock,
                clock=Clock(clock_type=ClockType.STEADY_TIME),
            )
        return publisher

    def _publish_clock(self) -> None:
        if self._clock_publisher is not None and self._node.context.ok():
            now = Time(nanoseconds=self.clock.now())
            self._clock_publisher.publish(ClockMessage(clock=now.to_msg()))

    def _serve(self) -> None:
        """Offer the services of a player."""

        def answer(name: str, kind: type, act: Callable[[Any], dict[str, Any]]) -> None:
            def callback(request: Any, response: Any) -> Any:
                for field, value in act(request).items():
                    setattr(response, field, value)
                return response

            self._node.create_service(kind, f'~/{name}', callback)

        def pause(paused: bool) -> dict[str, Any]:
            self.clock.paused = paused
            self._log.info('Pausing play.' if paused else 'Resuming play.')
            return {}

        def stop(_: Any) -> dict[str, Any]:
            self.stop()
            return {}

        answer('pause', Pause, lambda _: pause(True))
        answer('resume', Resume, lambda _: pause(False))
        answer('toggle_paused', TogglePaused, lambda _: pause(not self.clock.paused))
        answer('is_paused', IsPaused, lambda _: {'paused': self.clock.paused})
        answer('get_rate', GetRate, lambda _: {'rate': self.clock.rate})
        answer('set_rate', SetRate, lambda asked: {'success': self._set_rate(asked.rate)})
        answer('play_next', PlayNext, lambda _: {'success': self.burst(1) == 1})
        answer('burst', Burst, lambda asked: {'actually_burst': self.burst(asked.num_messages)})
        answer(
            'seek',
            Seek,
            lambda asked: {'success': self.seek(Time.from_msg(asked.time).nanoseconds)},
        )
        answer('stop', Stop, stop)

    def _set_rate(self, rate: float) -> bool:
        if rate <= 0.0:
            self._log.warning(f'Failed to set rate to invalid value {rate}')
            return False
        self.clock.rate = rate
        self._log.info(f'Set rate to {rate}')
        return True

    def play(self, burst: int | None = None) -> None:
        """Play to the end, or over and over, until `stop`.

        Args:
            burst: so many messages at once at the beginning, all for 0.

        Raises:
            RuntimeError: the bag is damaged.
        """
        self._log.info(f'Playback until timestamp: {-1 if self._until is None else self._until}')
        while not self._ended and self._node.context.ok():
            before = self.clock.interruptions
            if self._options.delay > 0.0:
                self._log.info(f'Sleep {int(self._options.delay * _NANO)} ns')
                self.clock.rest(self._options.delay, before)
            self.seek(self._start)
            if burst is not None:
                self._log.info(f'Burst {self.burst(burst)} messages.')
            played = self._play_once()
            if not self._options.loop:
                break
            if not played:
                self.clock.rest(_LOOK, before)  # nothing to play over and over
        self._wait_until_acknowledged()

    def _play_once(self) -> int:
        """Play to the end; return how many messages."""
        count = 0
        while not self._ended and self._node.context.ok():
            before = self.clock.interruptions
            message = self._peek()
            if message is None:
                if not self.clock.paused:
                    break
                # Whoever has paused may still seek back.
                self.clock.rest(_LOOK, before)
            elif self.clock.wait_until(message.received, before):
                with self._turn:
                    # A service may have gone on in the meantime.
                    if self._next is message and not self._ended:
                        self._publish(message)
                        self._next = None
                        count += 1
        return count

    def _peek(self) -> StoredMessage | None:
        """Return the next message, None behind the last one."""
        with self._turn:
            while self._next is None and self._reader.has_next():
                found = self._reader.read_stored()
                if found.topic in self._publishers:
                    self._next = found
            if self._next is not None and self._until is not None:
                return self._next if self._next.received <= self._until else None
            return self._next

    def _publish(self, message: StoredMessage) -> None:
        options = self._options
        if options.clock_publish_on_topic_publish and (
            not options.clock_topics or message.topic in options.clock_topics
        ):
            self._publish_clock()
        self._publishers[message.topic].publish(message.data)

    def burst(self, count: int) -> int:
        """Publish the next messages at once, all for 0, while it is paused; return how many."""
        if not self.clock.paused:
            self._log.warning('Called play next, but not in paused state.')
            return 0
        done = 0
        with self._turn:
            while (done < count or not count) and (message := self._peek()) is not None:
                self.clock.jump(message.received)
                self._publish(message)
                self._next = None
                done += 1
        self.clock.interrupt()
        return done

    def seek(self, bag_time: int) -> bool:
        """Go on at a time [ns], at the beginning for earlier ones."""
        with self._turn:
            bag_time = max(bag_time, self._start)
            self._reader.seek(bag_time)
            self._next = None
            self.clock.jump(bag_time)
        self.clock.interrupt()
        return True

    def _wait_until_acknowledged(self) -> None:
        timeout = self._options.wait_acked_timeout
        if timeout < 0:
            return
        duration = Duration(nanoseconds=timeout * 10**6) if timeout else None
        for topic, publisher in self._publishers.items():
            if publisher.qos_profile.reliability == ReliabilityPolicy.BEST_EFFORT:
                self._log.warning(
                    f'--wait-for-all-acked is invalid for {topic}: it is BEST_EFFORT'
                )
            elif not publisher.wait_for_all_acked(duration):
                self._log.error(
                    'Timed out while waiting for all published messages to be acknowledged for '
                    f'topic {topic}'
                )

    def stop(self) -> None:
        """End playing."""
        self._ended = True
        self.clock.interrupt()

    def close(self) -> None:
        """Let go of the bag."""
        self._reader.close()
