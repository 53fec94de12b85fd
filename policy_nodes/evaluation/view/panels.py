"""What stands beside the scene: time series, texts, weights; arrays in, calls to Rerun out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import rerun as rr
from numpy.typing import NDArray

from policy_nodes.evaluation.view import palette
from policy_nodes.evaluation.view.palette import Colour

Floats = NDArray[np.float64]

AXES = ('linear', 'angular')
SERIES: tuple[tuple[str, Colour], ...] = (
    ('measured', palette.MEASURED),
    ('proposed', palette.PROPOSED),
    ('sent', palette.SENT),
)
DELAYS: tuple[tuple[str, str, Colour], ...] = (
    ('inference', 'policy', palette.PROPOSED),
    ('observation', 'oldest observation', palette.MEASURED),
    ('decision', 'safety controller', palette.SENT),
)


class Panels:
    """Draws into one recording at the time that was set on it."""

    def __init__(self, recording: rr.RecordingStream) -> None:
        """Name and colour the series.

        Args:
            recording: to draw into.
        """
        self._recording = recording
        for axis in AXES:
            for name, colour in SERIES:
                self._style(f'command/{axis}/{name}', name, colour)
        for name, title, colour in DELAYS:
            self._style(f'delay/{name}', title, colour)
        self._style('safety/level', 'level', palette.SENT)

    def command(self, name: str, twist: Floats) -> None:
        """Add v [m/s] and w [rad/s] of a stage in `SERIES` to the time series."""
        for axis, value in zip(AXES, twist, strict=True):
            self._recording.log(f'command/{axis}/{name}', rr.Scalars([float(value)]))

    def delay(self, name: str, milliseconds: float) -> None:
        """Add a duration in `DELAYS` to the time series [ms]; NaN is left out."""
        if np.isfinite(milliseconds):
            self._recording.log(f'delay/{name}', rr.Scalars([float(milliseconds)]))

    def level(self, number: int) -> None:
        """Add the level of the safety controller to its time series."""
        self._recording.log('safety/level', rr.Scalars([float(number)]))

    def weights(self, weights: Floats) -> None:
        """Show the attention (n,), the nearest person first."""
        self._recording.log('attention/weights', rr.BarChart(weights, color=palette.ATTENTION))

    def say(self, topic: str, text: str, severity: str = 'INFO') -> None:
        """Add a line to the log.

        Args:
            topic: safety, episode, policy or viewer.
            text: the line.
            severity: INFO, WARN or ERROR.
        """
        self._recording.log(f'log/{topic}', rr.TextLog(text, level=severity))

    def status(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show how everything stands, as names and values."""
        lines = ['| | |', '|---|---|']
        lines += [f'| {name} | {value} |' for name, value in rows]
        text = rr.TextDocument('\n'.join(lines), media_type=rr.MediaType.MARKDOWN)
        self._recording.log('status', text)

    def _style(self, entity: str, title: str, colour: Colour) -> None:
        series = rr.SeriesLines(names=[title], colors=[colour])
        self._recording.log(entity, series, static=True)
