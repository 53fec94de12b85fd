"""Draws one moment of an episode with Pillow: robot, people, laser, obstacles, safety level."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from policy_nodes.evaluation.episode_data import EpisodeData
from policy_nodes.evaluation.episode_measures import LEVELS, at_times
from policy_nodes.evaluation.episode_streams import Floats, Scan
from policy_nodes.evaluation.outcomes import SUCCEEDED, WORDS
from policy_nodes.evaluation.report.palette import LEVELS as LEVEL_COLOURS
from policy_nodes.evaluation.report.palette import rgb, tint

RGB = tuple[int, int, int]
SIZE = 480  # of the picture [px]
_FINE = 2  # drawn so much larger, then made smaller, for smooth edges
_STRIP = 30  # height of the line of words at the top [px]
_MARGIN = 0.7  # around what has to be seen [m]
_TOLERANCE = 1e-6  # of times [s]


class FramePainter:
    """Paints the moments of one episode, all in the same view."""

    def __init__(self, episode: EpisodeData, radius: float, words: str = '') -> None:
        """Choose the view.

        Args:
            episode: to paint.
            radius: of the robot [m].
            words: beside the number of the episode, such as the speed of the picture.
        """
        self.episode = episode
        self.radius = radius
        self.words = words
        self._font = ImageFont.load_default(size=13 * _FINE)
        self._middle, self._scale = _view(episode)
        self._scan_times = np.array([each.time for each in episode.scans])

    def paint(self, time: float) -> Image.Image:
        """Return the picture of a moment [s]."""
        side = SIZE * _FINE
        image = Image.new('RGB', (side, side + _STRIP * _FINE), rgb('page'))
        draw = ImageDraw.Draw(image)
        self._obstacles(draw)
        row = int(np.searchsorted(self.episode.motion.time, time + _TOLERANCE, side='right')) - 1
        self._laser(draw, time)
        self._goal(draw)
        self._people(draw, time)
        if row >= 0:
            self._robot(draw, row)
        self._headline(draw, time)
        return image.resize((SIZE, SIZE + _STRIP), Image.Resampling.BOX)

    def _spot(self, spots: Floats) -> list[tuple[float, float]]:
        """Pixels of spots (n, 2) [m]; y points up."""
        moved = (np.atleast_2d(spots) - self._middle) * self._scale
        half = SIZE * _FINE / 2
        return [(half + x, half - y + _STRIP * _FINE) for x, y in moved.tolist()]

    def _disc(
        self,
        draw: ImageDraw.ImageDraw,
        spot: Floats,
        radius: float,
        fill: RGB | None,
        outline: RGB | None = None,
        width: int = 2,
    ) -> None:
        [(x, y)] = self._spot(spot)
        reach = max(radius * self._scale, 1.0)
        draw.ellipse(
            (x - reach, y - reach, x + reach, y + reach),
            fill=fill,
            outline=outline,
            width=width * _FINE,
        )

    def _obstacles(self, draw: ImageDraw.ImageDraw) -> None:
        obstacles = self.episode.obstacles
        for corners in obstacles.boxes:
            draw.polygon(self._spot(corners), fill=rgb('solid'))
        for x, y, radius in obstacles.discs:
            self._disc(draw, np.array([x, y]), radius, rgb('solid'))
        for segment in obstacles.segments:
            draw.line(self._spot(segment.reshape(2, 2)), fill=rgb('solid'), width=3 * _FINE)

    def _laser(self, draw: ImageDraw.ImageDraw, time: float) -> None:
        scan, pose = self._scan_at(time)
        if scan is None or pose is None:
            return
        for x, y in self._spot(scan.points(pose)[::2]):
            draw.rectangle((x - _FINE, y - _FINE, x + _FINE, y + _FINE), fill=rgb('quiet'))

    def _scan_at(self, time: float) -> tuple[Scan | None, Floats | None]:
        row = int(np.searchsorted(self._scan_times, time + _TOLERANCE, side='right')) - 1
        if row < 0 or not len(self.episode.motion.time):
            return None, None
        scan = self.episode.scans[row]
        at = int(np.searchsorted(self.episode.motion.time, scan.time + _TOLERANCE, side='right'))
        return scan, self.episode.motion.pose[max(at - 1, 0)]

    def _goal(self, draw: ImageDraw.ImageDraw) -> None:
        if self.episode.goal is not None:
            reach = max(self.episode.goal_tolerance, 0.15)
            self._disc(draw, self.episode.goal, reach, None, rgb('goal'), 2)
            self._disc(draw, self.episode.goal, 0.07, rgb('goal'))

    def _people(self, draw: ImageDraw.ImageDraw, time: float) -> None:
        [true] = at_times(self.episode.people, np.array([time]))
        if true is not None:
            for spot, radius in zip(true.positions, true.radii, strict=True):
                self._disc(draw, spot, radius, tint('person', 0.45), rgb('person'), 1)
        [tracked] = at_times(self.episode.tracked, np.array([time]))
        if tracked is not None:
            rows = zip(tracked.positions, tracked.radii, tracked.unseen, strict=True)
            for spot, radius, unseen in rows:
                self._disc(draw, spot, radius + 0.08, None, rgb('tracked'), 1 if unseen else 2)

    def _robot(self, draw: ImageDraw.ImageDraw, row: int) -> None:
        poses = self.episode.motion.pose[: row + 1]
        poses = poses[self.episode.motion.time[: row + 1] >= 0]
        if len(poses) > 1:
            draw.line(self._spot(poses[:, :2]), fill=rgb('robot'), width=2 * _FINE)
        x, y, yaw = self.episode.motion.pose[row]
        here = np.array([x, y])
        self._disc(draw, here, self.radius, rgb('robot'))
        nose = here + self.radius * np.array([math.cos(yaw), math.sin(yaw)])
        draw.line(self._spot(np.stack((here, nose))), fill=rgb('page'), width=2 * _FINE)

    def _headline(self, draw: ImageDraw.ImageDraw, time: float) -> None:
        strip = _STRIP * _FINE
        draw.rectangle((0, 0, SIZE * _FINE, strip), fill=rgb('page'))
        middle = strip / 2
        over = time >= self.episode.end
        told = f'episode {self.episode.index}   {time:5.1f} s   {self.words}'
        if over:
            told = f'episode {self.episode.index}   {WORDS[self.episode.outcome]}'
        colour = 'bad' if over and self.episode.outcome != SUCCEEDED else 'ink'
        draw.text((10 * _FINE, middle), told, fill=rgb(colour), font=self._font, anchor='lm')
        level = self._level(time)
        if level is not None:
            right = SIZE * _FINE - 10 * _FINE
            name = f'safety: {LEVELS[level].lower()}'
            draw.text((right, middle), name, fill=rgb('ink'), font=self._font, anchor='rm')
            left = right - draw.textlength(name, font=self._font) - 18 * _FINE
            box = (left, middle - 6 * _FINE, left + 12 * _FINE, middle + 6 * _FINE)
            draw.rectangle(box, fill=rgb(LEVEL_COLOURS[level]))

    def _level(self, time: float) -> int | None:
        safety = self.episode.safety
        row = int(np.searchsorted(safety.time, time + _TOLERANCE, side='right')) - 1
        level = int(safety.level[row]) if row >= 0 else -1
        return level if 0 <= level < len(LEVELS) else None


def _view(episode: EpisodeData) -> tuple[Floats, float]:
    """Middle of the view [m] and its scale [px/m]."""
    parts = [episode.motion.pose[:, :2]]
    parts += [moment.positions for moment in episode.people[:: max(1, len(episode.people) // 50)]]
    if episode.goal is not None:
        parts.append(episode.goal[None])
    points = np.concatenate(parts)
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return np.zeros(2), SIZE * _FINE / 10.0
    low, high = points.min(axis=0) - _MARGIN, points.max(axis=0) + _MARGIN
    return (low + high) / 2, SIZE * _FINE / float((high - low).max())
