"""Which topics the options of a recorder choose."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rosbag2_py.topic_selection import SERVICE_EVENT_ENDING, is_service_event_topic
from rosbag2_py.transport_options import RecordOptions


class TopicChoice:
    """Chooses topics by name and type."""

    def __init__(
        self, options: RecordOptions, full_name: Callable[[str], str] = lambda name: name
    ) -> None:
        """Prepare to choose.

        Args:
            options: what is wanted.
            full_name: turns a name that the options hold into one of the topics.

        Raises:
            RuntimeError: a regular expression is none.
        """
        self._options = options
        self._regex = _pattern(options.regex)
        self._exclude = _pattern(options.exclude_regex)

        def full(names: Sequence[str] | None) -> set[str]:
            return {full_name(each) for each in names or ()}

        self.topics = full(options.topics)
        self._services = full(options.services)
        self._not_topics = full(options.exclude_topics)
        self._not_services = full(options.exclude_service_events)

    def takes(self, name: str, kind: str) -> bool:
        """Tell whether a topic is chosen, hidden or not."""
        options = self._options
        if is_service_event_topic(name, kind):
            shown = name.removesuffix(SERVICE_EVENT_ENDING)
            wanted = options.all_services or name in self._services or self._fits(shown)
            return wanted and name not in self._not_services and not self._is_excluded(shown)
        wanted = (
            options.all_topics
            or name in self.topics
            or kind in options.topic_types
            or self._fits(name)
        )
        left_out = kind in options.exclude_topic_types or name in self._not_topics
        return wanted and not left_out and not self._is_excluded(name)

    def leaves_hidden(self, name: str, kind: str) -> bool:
        """Tell whether a topic is left out because it is hidden."""
        hidden = any(part.startswith('_') for part in name.split('/'))
        return (
            hidden
            and not self._options.include_hidden_topics
            and not is_service_event_topic(name, kind)
        )

    def _fits(self, name: str) -> bool:
        return self._regex is not None and self._regex.search(name) is not None

    def _is_excluded(self, name: str) -> bool:
        return self._exclude is not None and self._exclude.search(name) is not None


def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text) if text else None
    except re.error as error:
        raise RuntimeError(f'{text!r} is no regular expression: {error}') from error
