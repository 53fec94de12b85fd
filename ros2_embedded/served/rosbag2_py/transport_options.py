"""What recorders and players are told."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

from rclpy.qos import QoSProfile


class RecordOptions:
    """What to record.

    Attributes:
        all_topics, all_services: everything, but hidden topics.
        topics, topic_types, services: what else; services by their event topics.
        regex: topics and services in whose name it is found.
        exclude_topics, exclude_topic_types, exclude_service_events, exclude_regex: what not.
        include_hidden_topics: also names with a part that starts with an underscore.
        include_unpublished_topics: also topics that have only subscriptions.
        ignore_leaf_topics: not topics that have no subscription.
        is_discovery_disabled: only what is there at the beginning.
        topic_polling_interval: how often to look for new topics.
        topic_qos_profile_overrides: QoS to subscribe with, by topic.
        compression_mode, compression_format: as `CompressionOptions`, the mode by its name.
        start_paused: write nothing until `~/resume` is called.
        use_sim_time: stamp by /clock.
        rmw_serialization_format: cdr, or ''.
        node_prefix, compression_queue_size, compression_threads, compression_threads_priority,
            disable_keyboard_controls: taken and not used.
    """

    def __init__(self) -> None:
        self.all_topics = False
        self.all_services = False
        self.topics: list[str] = []
        self.topic_types: list[str] = []
        self.services: list[str] = []
        self.regex = ''
        self.exclude_topics: list[str] = []
        self.exclude_topic_types: list[str] = []
        self.exclude_service_events: list[str] = []
        self.exclude_regex = ''
        self.include_hidden_topics = False
        self.include_unpublished_topics = False
        self.ignore_leaf_topics = False
        self.is_discovery_disabled = False
        self.topic_polling_interval = timedelta(milliseconds=100)
        self.topic_qos_profile_overrides: dict[str, QoSProfile] = {}
        self.compression_mode = ''
        self.compression_format = ''
        self.start_paused = False
        self.use_sim_time = False
        self.rmw_serialization_format = ''
        self.node_prefix = ''
        self.compression_queue_size = 1
        self.compression_threads = 0
        self.compression_threads_priority = 0
        self.disable_keyboard_controls = False


class ServiceRequestsSource(Enum):
    """Which of a service's events its requests are taken from."""

    SERVICE_INTROSPECTION = 0
    CLIENT_INTROSPECTION = 1


class PlayOptions:
    """How to play.

    Attributes:
        rate: times as fast as it was recorded.
        topics_to_filter, services_to_filter, regex_to_filter, exclude_topics_to_filter,
            exclude_service_events_to_filter, exclude_regex_to_filter: as `StorageFilter`.
        topic_qos_profile_overrides: QoS to publish with, by topic.
        topic_remapping_options: arguments such as --ros-args --remap a:=b.
        loop: begin anew at the end.
        clock_publish_frequency: of /clock [Hz]; 0 for none.
        clock_publish_on_topic_publish, clock_topics: publish /clock before the messages of these
            topics, of all where none is named.
        delay: before each beginning [s].
        start_offset: where to begin, from the first message [s].
        playback_duration: how much to play [s]; negative for all.
        playback_until_timestamp: when to end [ns since 1970]; negative for never. Of the two, the
            later counts.
        start_paused: wait for `~/resume`.
        wait_acked_timeout: how long to wait at the end until subscriptions have all [ms]; 0 for
            ever, negative not at all.
        node_prefix, read_ahead_queue_size, disable_keyboard_controls, disable_loan_message,
            publish_service_requests, service_requests_source: taken and not used.
    """

    def __init__(self) -> None:
        self.rate = 1.0
        self.topics_to_filter: list[str] = []
        self.services_to_filter: list[str] = []
        self.regex_to_filter = ''
        self.exclude_topics_to_filter: list[str] = []
        self.exclude_service_events_to_filter: list[str] = []
        self.exclude_regex_to_filter = ''
        self.topic_qos_profile_overrides: dict[str, QoSProfile] = {}
        self.topic_remapping_options: list[str] = []
        self.loop = False
        self.clock_publish_frequency = 0.0
        self.clock_publish_on_topic_publish = False
        self.clock_topics: list[str] = []
        self.delay = 0.0
        self.start_offset = 0.0
        self.playback_duration = -1.0
        self.playback_until_timestamp = -1
        self.start_paused = False
        self.wait_acked_timeout = -1
        self.node_prefix = ''
        self.read_ahead_queue_size = 1000
        self.disable_keyboard_controls = False
        self.disable_loan_message = False
        self.publish_service_requests = False
        self.service_requests_source = ServiceRequestsSource.SERVICE_INTROSPECTION
