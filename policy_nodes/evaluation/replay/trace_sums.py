"""Adds up what the parts of a trace say of the safety controller of a base."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import asdict
from typing import Any

from policy_nodes.evaluation.replay.measures import GRACE, figures
from policy_nodes.evaluation.replay.replayed import level_spans, reason_spans, replay_notes
from policy_nodes.evaluation.replay.trace import Spans, Trace
from policy_nodes.evaluation.replay.windows import Danger, found_windows
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.ladder import Level

_MOST_WINDOWS = 1000  # that are listed one by one


class TraceSums:
    """Takes parts in order; times in what it writes count from the start of the bag [s]."""

    def __init__(self, config: BaseSafetyConfig, windows: Spans, danger: Danger | None) -> None:
        """Begin without a part.

        Args:
            config: parameters of the controller.
            windows: of danger, within the only part, if they were given.
            danger: to be looked for in each part; None where windows were given.
        """
        self._config, self._windows, self._danger = config, windows, danger
        self._at = 0.0
        self._levels: defaultdict[str, float] = defaultdict(float)
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._onsets: Counter[str] = Counter()
        self._taken: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._details: dict[str, str] = {}
        self._latched_at: float | None = None
        self._rows: list[dict[str, Any]] = []
        self._unlisted = 0
        self._false = self._free = 0.0
        self._worst: dict[str, float | None] = {}
        self._old = 0.0

    def add(self, trace: Trace) -> None:
        """Measure a part."""
        windows = self._windows
        if self._danger is not None:
            windows = found_windows(trace, self._danger)
        found = figures(trace, windows, self._config.proposal.timeout)
        for level, spans in level_spans(trace).items():
            self._levels[level] += sum(end - start for start, end in spans)
        for code, spans in reason_spans(trace).items():
            self._seconds[code] += sum(end - start for start, end in spans)
        self._onsets.update(trace.onsets)
        self._taken.update(trace.taken)
        self._refused.update(trace.refused)
        self._details |= trace.details
        if self._latched_at is None and trace.latched_at is not None:
            self._latched_at = self._at + trace.latched_at
        self._false += found.false_s
        self._free += found.free_s
        for row in found.windows:
            self._window(asdict(row))
        self._at += trace.duration

    def to_mapping(self) -> dict[str, Any]:
        """Write everything as plain values; None is not known, or nothing to judge."""
        length = max(self._at, 1e-9)
        return {
            'seconds': self._at,
            'time_to_stop_s': self._worst.get('time_to_stop_s'),
            'held_share': self._worst.get('held_share'),
            'time_to_resume_s': self._worst.get('time_to_resume_s'),
            'false_stop_share': self._false / self._free if self._free > 0 else None,
            'false_stop_s': self._false,
            'free_s': self._free,
            'grace_s': GRACE,
            'windows': self._rows,
            'windows_found': self._danger is not None,
            'levels': {
                level.name.lower(): self._levels[level.name.lower()] / length for level in Level
            },
            'reasons': {
                code: {
                    'onsets': self._onsets[code],
                    'seconds': seconds,
                    'last': self._details.get(code, ''),
                }
                for code, seconds in sorted(self._seconds.items(), key=lambda it: (-it[1], it[0]))
            },
            'latched_at_s': self._latched_at,
            'taken': dict(sorted(self._taken.items())),
            'refused': dict(sorted(self._refused.items())),
        }

    def notes(self) -> list[str]:
        """What a reader of the figures has to know."""
        told = replay_notes(
            self._config,
            latched_at=self._latched_at,
            refused=self._refused,
            taken=self._taken,
            details=self._details,
            old=self._seconds.get('source_old', 0.0),
            duration=self._at,
        )
        if self._unlisted:
            told.append(
                f'{self._unlisted} more windows of danger count but are not listed; only the '
                f'first {_MOST_WINDOWS} are.'
            )
        return told

    def _window(self, row: dict[str, Any]) -> None:
        """Take a window: the worst of each figure, where one saw no stop none is known."""
        asked = row['asked_after']
        for name, worse in (
            ('time_to_stop_s', max),
            ('held_share', min),
            ('time_to_resume_s', max),
        ):
            if name == 'time_to_resume_s' and not asked:
                continue
            value, known = row[name], name in self._worst
            before = self._worst.get(name)
            if value is None or (known and before is None):
                self._worst[name] = None
            else:
                self._worst[name] = value if before is None else worse(before, value)
        if len(self._rows) < _MOST_WINDOWS:
            moved = {key: row[key] + self._at for key in ('begin_s', 'end_s')}
            self._rows.append(
                {
                    key: round(value, 9) if isinstance(value, float) else value
                    for key, value in (row | moved).items()
                    if not (isinstance(value, float) and not math.isfinite(value))
                }
            )
        else:
            self._unlisted += 1
