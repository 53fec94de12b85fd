"""A replay as a whole: played, measured, and written as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_nodes.evaluation.replay.bag import open_bag
from policy_nodes.evaluation.replay.measures import (
    GRACE,
    MARKS,
    Figures,
    asked_spans,
    figures,
    held_spans,
)
from policy_nodes.evaluation.replay.player import Player
from policy_nodes.evaluation.replay.topic_map import TopicMap, own_topics
from policy_nodes.evaluation.replay.trace import Spans, Trace, spans_where
from policy_nodes.evaluation.replay.windows import AUTO, Danger, found_windows, given_windows
from policy_nodes.evaluation.run_files import write_text
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.ladder import Level


@dataclass(frozen=True)
class Replayed:
    """What came out of a replay.

    Attributes:
        bag: name of the file or folder.
        safety: name of the parameter file.
        trace: what happened.
        windows: of danger [s].
        found: the windows were looked for, not given.
        figures: measures.
        held: when the command was held.
        asked: when the proposal asked for motion.
        notes: what a reader of the figures has to know.
    """

    bag: str
    safety: str
    trace: Trace
    windows: Spans
    found: bool
    figures: Figures
    held: Spans
    asked: Spans
    notes: tuple[str, ...]

    def reasons(self) -> dict[str, dict[str, Any]]:
        """Onsets, time [s] and last words of each reason, the longest first."""
        times = reason_spans(self.trace)
        seconds = {code: sum(end - start for start, end in spans) for code, spans in times.items()}
        return {
            code: {
                'onsets': self.trace.onsets[code],
                'seconds': seconds[code],
                'last': self.trace.details.get(code, ''),
            }
            for code in sorted(seconds, key=lambda code: -seconds[code])
        }

    def levels(self) -> dict[str, float]:
        """Share of the bag's time on each level; without a decision none was taken yet."""
        spans = level_spans(self.trace)
        length = max(self.trace.duration, 1e-9)
        return {
            level.name.lower(): sum(b - a for a, b in spans[level.name.lower()]) / length
            for level in Level
        }

    def to_mapping(self) -> dict[str, Any]:
        """Write as plain values."""
        changes: list[tuple[float, str]] = []
        for time, level in zip(self.trace.sent.time, self.trace.level, strict=True):
            name = Level(int(level)).name.lower()
            if not changes or changes[-1][1] != name:
                changes.append((round(float(time), 6), name))
        return {
            **self.figures.to_mapping(),
            'marks': {
                name: {'mark': MARKS[name], 'met': met}
                for name, met in self.figures.marks().items()
            },
            'bag': self.bag,
            'safety': self.safety,
            'duration_s': self.trace.duration,
            'grace_s': GRACE,
            'windows_found': self.found,
            'reasons': self.reasons(),
            'levels': self.levels(),
            'level_timeline': [list(change) for change in changes],
            'taken': self.trace.taken,
            'refused': self.trace.refused,
            'latched_at_s': self.trace.latched_at,
            'notes': list(self.notes),
        }

    def write_json(self, path: Path) -> None:
        """Write the figures as JSON; what is not known is null."""
        text = json.dumps(self.to_mapping(), indent=1, allow_nan=False)
        write_text(path, f'{text}\n')


def replay(
    bag: Path,
    safety: str,
    config: BaseSafetyConfig,
    topics: TopicMap | None,
    windows: Sequence[str],
    danger: Danger,
    on_start: Callable[[float], None] = lambda seconds: None,
    on_progress: Callable[[float], None] = lambda seconds: None,
) -> Replayed:
    """Play a bag to the safety controller and measure what it did.

    Args:
        bag: file or folder.
        safety: name of the parameter file, for the record.
        config: parameters of the controller.
        topics: what is what in the bag; None for one of our own recorder.
        windows: as typed, or only `AUTO`.
        danger: what `AUTO` looks for.
        on_start: is told the length of the bag [s].
        on_progress: is told the bag time that has been played [s].

    Raises:
        RecordingError: the bag, a topic or a window cannot be used.
        ContractError: the map contradicts the parameters.
    """
    source = open_bag(bag)
    duration = (source.span_ns[1] - source.span_ns[0]) / 1e9
    found = list(windows) == [AUTO]
    spans = () if found else given_windows(windows, duration)
    topics = topics or own_topics(source.topics)
    player = Player(source, topics, config)
    on_start(duration)
    trace = player.play(on_progress)
    if found:
        spans = found_windows(trace, danger)
    timeout = config.proposal.timeout
    return Replayed(
        bag=bag.name,
        safety=safety,
        trace=trace,
        windows=spans,
        found=found,
        figures=figures(trace, spans, timeout),
        held=held_spans(trace),
        asked=asked_spans(trace.proposed, timeout, duration),
        notes=(*topics.assumed(), *_notes(trace, config), *source.losses),
    )


def _notes(trace: Trace, config: BaseSafetyConfig) -> list[str]:
    old = sum(end - start for start, end in reason_spans(trace).get('source_old', ()))
    return replay_notes(
        config,
        latched_at=trace.latched_at,
        refused=trace.refused,
        taken=trace.taken,
        details=trace.details,
        old=old,
        duration=trace.duration,
    )


def replay_notes(
    config: BaseSafetyConfig,
    *,
    latched_at: float | None,
    refused: Mapping[str, int],
    taken: Mapping[str, int],
    details: Mapping[str, str],
    old: float,
    duration: float,
) -> list[str]:
    """Say what a reader of the figures has to know.

    Args:
        config: parameters of the controller.
        latched_at: when a stop was latched [s], or None.
        refused: messages that the controller refused, by what they were.
        taken: messages that it took, by what they were.
        details: the last words of each reason, by code.
        old: time in which stamps were old [s].
        duration: of all [s].
    """
    notes = []
    if config.heartbeat.nodes:
        nodes = ', '.join(config.heartbeat.nodes)
        notes.append(f'The heartbeat of {nodes} is taken for sound all the time.')
    if latched_at is not None:
        notes.append(
            f'A stop was latched at {latched_at:.2f} s; nobody resets it in a replay, so '
            'nothing moves from there on.'
        )
    for kind in refused:
        if kind in details or not taken.get(kind):
            said = [words for words in details.values() if words.startswith(f'{kind}:')]
            notes.append(f'No {kind} message could be used.' + (f' {said[-1]}' if said else ''))
    if old > duration / 2:
        notes.append(
            'Most of the time the stamps are old by the times of receipt: they may be of another '
            'clock. Name a recorded one with `clock:` in the topic map, or write '
            '`stamps: arrival`.'
        )
    if not taken.get('proposal'):
        notes.append('No proposal came, so there was nothing to hold.')
    return notes


def level_spans(trace: Trace) -> dict[str, Spans]:
    """When the controller stood on each level, by its name."""
    return {
        level.name.lower(): spans_where(trace.sent.time, trace.level == level, trace.duration)
        for level in Level
    }


def reason_spans(trace: Trace) -> dict[str, Spans]:
    """When each reason stood, by its code."""
    times: dict[str, list[tuple[float, float]]] = {}
    ends = [*trace.sent.time[1:], trace.duration]
    for start, end, codes in zip(trace.sent.time, ends, trace.reasons, strict=True):
        for code in codes:
            spans = times.setdefault(code, [])
            if spans and math.isclose(spans[-1][1], start, abs_tol=1e-12):
                spans[-1] = (spans[-1][0], float(end))
            else:
                spans.append((float(start), float(end)))
    return {code: tuple(spans) for code, spans in times.items()}
