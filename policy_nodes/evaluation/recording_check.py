"""Reads a recording back after it was written, and says whether everything is in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_reader import read_recording


def check_recording(path: Path, counts: Mapping[str, int]) -> str:
    """Read a file as a stranger would: every chunk is unpacked, every checksum compared.

    Args:
        path: of a recording that was closed.
        counts: messages that were written, by topic.

    Returns:
        A sentence about what is missing; empty where all is there.
    """
    try:
        found = read_recording(path)
    except RecordingError as error:
        return f'it was written and cannot be read back: {error}'
    lacking = [
        f'{found.topics[topic].count if topic in found.topics else 0} of {count} on {topic}'
        for topic, count in counts.items()
        if count and (topic not in found.topics or found.topics[topic].count != count)
    ]
    if lacking:
        return f'{path} was read back and holds {", ".join(lacking)}; look at the disk'
    if not found.complete:
        return f'{path} was read back and is not whole: {"; ".join(found.losses)}'
    return ''
