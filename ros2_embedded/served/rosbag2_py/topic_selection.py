"""Which topics of a bag a filter lets through."""

from __future__ import annotations

import re
from collections.abc import Callable

from rosbag2_py.options import StorageFilter

SERVICE_EVENT_ENDING = '/_service_event'


def is_service_event_topic(name: str, kind: str) -> bool:
    """Tell whether a topic carries the events of a service."""
    return name.endswith(SERVICE_EVENT_ENDING) and '/srv/' in kind and kind.endswith('_Event')


def selection(wanted: StorageFilter) -> Callable[[str], bool]:
    """Return a function that tells of a topic's name whether the filter lets it through.

    Raises:
        RuntimeError: a regular expression of the filter is none.
    """
    include, exclude = _pattern(wanted.regex), _pattern(wanted.regex_to_exclude)

    def selects(name: str) -> bool:
        of_service = name.endswith(SERVICE_EVENT_ENDING)
        left_out = wanted.exclude_service_events if of_service else wanted.exclude_topics
        if name in left_out or (exclude is not None and exclude.fullmatch(name)):
            return False
        names = wanted.services_events if of_service else wanted.topics
        if not names and include is None:
            return True
        return name in names or (include is not None and include.fullmatch(name) is not None)

    return selects


def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text) if text else None
    except re.error as error:
        raise RuntimeError(f'{text!r} is no regular expression: {error}') from error
