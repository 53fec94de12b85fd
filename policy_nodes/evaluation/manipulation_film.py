"""Makes the animated picture of episodes on the table top."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from policy_nodes.evaluation.film_frame import FilmPainter
from policy_nodes.evaluation.gif import encode_gif
from policy_nodes.evaluation.tabletop_record import EpisodeRecord

LARGEST = 4_000_000  # bytes
_FRAMES = 300  # at most, over all episodes
_FRAME_MS = 100
_LAST_MS = 1500  # that the end of an episode is shown
_COLOURS = 96


@dataclass(frozen=True)
class MadeFilm:
    """An animation and a picture for readers who want no motion.

    Attributes:
        moving: GIF.
        still: its last frame, PNG.
    """

    moving: bytes
    still: bytes


def make_film(records: Sequence[EpisodeRecord], *, largest: int = LARGEST) -> MadeFilm | None:
    """Show episodes one after another.

    Frames are left out until it is small enough.

    Args:
        records: to show; those without a film are left out.
        largest: size that it may have [bytes].

    Returns:
        None where there is nothing to show.
    """
    shown = [each for each in records if each.film is not None and len(each.film.times)]
    if not shown:
        return None
    count = sum(len(each.film.times) for each in shown if each.film is not None)
    every = max(1, math.ceil(count / _FRAMES))
    while True:
        frames, times = _paint(shown, every)
        moving = encode_gif(frames, times, _COLOURS)
        if len(moving) < largest or len(frames) <= 2 * len(shown):
            stream = io.BytesIO()
            frames[-1].save(stream, format='PNG', optimize=True)
            return MadeFilm(moving, stream.getvalue())
        every = max(every + 1, math.ceil(1.1 * every * len(moving) / largest))


def _paint(records: Sequence[EpisodeRecord], every: int) -> tuple[list[Image.Image], list[int]]:
    """Frames of all episodes, their last ones included, and how long to show each [ms]."""
    frames, times = [], []
    for record in records:
        assert record.film is not None
        painter, last = FilmPainter(record), len(record.film.times) - 1
        rows = [*range(0, last, every), last]
        for row in rows:
            time, pixels = float(record.film.times[row]), record.film.frames[row]
            frames.append(painter.paint(time, pixels, last=row == last))
        times += [_FRAME_MS] * (len(rows) - 1) + [_LAST_MS]
    return frames, times
