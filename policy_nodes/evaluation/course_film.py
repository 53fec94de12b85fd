"""Makes the animated picture of a run of legs over courses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from policy_nodes.evaluation.course_frame import CourseFrame, FilmedEpisode
from policy_nodes.evaluation.gif import encode_gif

LARGEST = 4_000_000  # bytes of the file
_FRAMES = 360  # at most, over all episodes
_FRAME_MS = 70
_LAST_MS = 1500  # that the end of an episode is shown
_COLOURS = 48
_PERIOD = 0.08  # the finest step between frames [s]


def write_course_film(
    episodes: Sequence[FilmedEpisode], path: Path, *, largest: int = LARGEST
) -> Image.Image | None:
    """Write a GIF that shows the episodes one after another.

    Frames are left out until it is small enough.

    Args:
        episodes: to show; those without odometry are left out.
        path: of the file.
        largest: size that the file may have [bytes].

    Returns:
        The last frame, for readers who want no motion; None where there is nothing to show, and
        then no file is written.
    """
    shown = [each for each in episodes if len(each.legs.body)]
    if not shown:
        return None
    seconds = sum(max(each.end, _PERIOD) for each in shown)
    step = _PERIOD * max(1, math.ceil(seconds / _PERIOD / _FRAMES))
    while True:
        frames, times = _paint(shown, step)
        data = encode_gif(frames, times, _COLOURS)
        if len(data) < largest or len(frames) <= len(shown) + 1:
            path.write_bytes(data)
            return frames[-1]
        step *= max(1.25, 1.1 * len(data) / largest)


def _paint(episodes: Sequence[FilmedEpisode], step: float) -> tuple[list[Image.Image], list[int]]:
    """Frames of all episodes, and how long to show each [ms]."""
    frames, times = [], []
    for episode in episodes:
        painter = CourseFrame(episode)
        moments = [*np.arange(0.0, episode.end, step).tolist(), episode.end]
        frames += [painter.paint(moment) for moment in moments]
        times += [_FRAME_MS] * (len(moments) - 1) + [_LAST_MS]
    return frames, times
