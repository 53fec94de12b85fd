"""Draws one moment of a run over a course with Pillow: from above, and the legs from the side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from policy_nodes.evaluation.barkour_samples import filled
from policy_nodes.evaluation.barkour_score import BarkourScore
from policy_nodes.evaluation.episode_streams import Floats
from policy_nodes.evaluation.leg_recording import LegRecord, Rows
from policy_nodes.evaluation.outcomes import SUCCEEDED
from policy_nodes.evaluation.report.foot_contact_figure import STANDS
from policy_nodes.evaluation.report.palette import rgb, tint
from policy_nodes.simulation.barkour.course import (
    FIELD,
    JUMP_LENGTH,
    JUMP_WIDTH,
    TABLE,
    Course,
    Obstacle,
)

FIELD_SIDE, SIDE = 400, 200  # of the views [px]
STRIP = 28  # height of the line of words at the top [px]
_FINE = 2  # drawn so much larger, then made smaller, for smooth edges
_MARGIN = 0.2  # round the field [m]
# sizes of the published model of the Barkour [m]; another quadruped is drawn with them too
_HIP, _WIDE, _THIGH, _SHANK, _BODY = 0.19, 0.145, 0.22, 0.19, (0.5, 0.24)
_RAMP = (2.6, 1.0)  # of the A-frame on the floor [m]
_SEEN = 0.9  # width of what the side view shows [m]


@dataclass(frozen=True)
class FilmedEpisode:
    """An episode to be drawn.

    Attributes:
        index: counts from 0.
        outcome: one of `outcomes.OUTCOMES`.
        words: how it ended.
        end: when [s].
        course: that was run.
        legs: from its recording.
        touched: of what must not be.
    """

    index: int
    outcome: str
    words: str
    end: float
    course: Course
    legs: LegRecord
    touched: tuple[str, ...] = ()


class CourseFrame:
    """Paints the moments of one episode."""

    def __init__(self, episode: FilmedEpisode) -> None:
        """Score the way once, so that each moment knows its gates."""
        self.episode = episode
        self._font = ImageFont.load_default(size=13 * _FINE)
        self._scale = FIELD_SIDE * _FINE / (FIELD + 2 * _MARGIN)
        self._gates: dict[tuple[str, int], float] = {}
        score = BarkourScore(episode.course)
        track = [(row[0], row[1], row[2]) for row in episode.legs.body[:, :3].tolist()]
        dense = [*track[:1], *(each for two in pairwise(track) for each in filled(*two))]
        first = track[0][0] if track else 0.0
        for sample in dense:
            for passed in score.take(*sample):
                self._gates[passed.obstacle, passed.gate] = passed.at + first

    def paint(self, time: float) -> Image.Image:
        """Return the picture of a moment [s]."""
        size = ((FIELD_SIDE + SIDE) * _FINE, (FIELD_SIDE + STRIP) * _FINE)
        image = Image.new('RGB', size, rgb('page'))
        draw = ImageDraw.Draw(image)
        for obstacle in self.episode.course.obstacles:
            self._obstacle(draw, obstacle)
        self._draw_gates(draw, time)
        row = int(np.searchsorted(self.episode.legs.body[:, 0], time + 1e-6, side='right')) - 1
        row = max(row, 0)
        pose = at(self.episode.legs.position, time)
        stands = at(self.episode.legs.feet, time)
        self._robot(draw, row, pose, stands)
        self._legs(draw, row, pose, stands)
        self._words(draw, time)
        return image.resize((size[0] // _FINE, size[1] // _FINE), Image.Resampling.BOX)

    def _spot(self, x: float, y: float) -> tuple[float, float]:
        """Pixel of a place on the field [m]; y points up."""
        return (x + _MARGIN) * self._scale, (_MARGIN - y) * self._scale + STRIP * _FINE

    def _obstacle(self, draw: ImageDraw.ImageDraw, obstacle: Obstacle) -> None:
        if obstacle.kind == 'weave_poles':
            for pole in obstacle.poles:
                x, y = self._spot(*pole)
                reach = 4 * _FINE
                draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=rgb('ink'))
            return
        length, width = {
            'a_frame': _RAMP,
            'broad_jump': (JUMP_LENGTH, JUMP_WIDTH),
        }.get(obstacle.kind, (TABLE, TABLE))
        corners = [
            self._spot(*obstacle.place.at(a * length / 2, b * width / 2))
            for a, b in ((1, 1), (1, -1), (-1, -1), (-1, 1))
        ]
        touched = obstacle.kind in self.episode.touched
        draw.polygon(corners, fill=tint('bad', 0.4) if touched else tint('solid', 0.6))
        if obstacle.kind == 'a_frame':
            ridge = [self._spot(*obstacle.place.at(0.0, b * width / 2)) for b in (1, -1)]
            draw.line(ridge, fill=rgb('solid'), width=2 * _FINE)

    def _draw_gates(self, draw: ImageDraw.ImageDraw, time: float) -> None:
        for obstacle in self.episode.course.obstacles:
            for number, gate in enumerate(obstacle.gates):
                passed = self._gates.get((obstacle.kind, number), math.inf) <= time
                ends = [self._spot(*gate.left), self._spot(*gate.right)]
                draw.line(ends, fill=rgb('goal' if passed else 'rule'), width=2 * _FINE)

    def _robot(
        self, draw: ImageDraw.ImageDraw, row: int, pose: dict[str, float], stands: dict[str, float]
    ) -> None:
        """Body, feet and way from above."""
        body = self.episode.legs.body
        if row:
            way = [self._spot(x, y) for x, y in body[: row + 1, 1:3].tolist()]
            draw.line(way, fill=rgb('robot'), width=_FINE)
        _, x, y, _, yaw, _ = body[row]
        cosine, sine = math.cos(yaw), math.sin(yaw)

        def placed(ahead: float, left: float) -> tuple[float, float]:
            return self._spot(x + cosine * ahead - sine * left, y + sine * ahead + cosine * left)

        half, wide = _BODY[0] / 2, _BODY[1] / 2
        corners = [placed(a * half, b * wide) for a, b in ((1, 1), (1, -1), (-1, -1), (-1, 1))]
        draw.polygon(corners, fill=tint('robot', 0.55), outline=rgb('robot'))
        draw.line([placed(0.0, 0.0), placed(half, 0.0)], fill=rgb('page'), width=2 * _FINE)
        for leg in stands:
            _, foot = leg_points(leg, pose)
            spot = placed(foot[0], _WIDE if 'left' in leg else -_WIDE)
            self._foot(draw, spot, stands[leg] >= STANDS)

    def _legs(
        self, draw: ImageDraw.ImageDraw, row: int, pose: dict[str, float], stands: dict[str, float]
    ) -> None:
        """Body and legs from the right, on level ground below the lowest foot."""
        scale = SIDE * _FINE / _SEEN
        middle = ((FIELD_SIDE + SIDE / 2) * _FINE, (STRIP + FIELD_SIDE * 0.4) * _FINE)
        pitch = self.episode.legs.body[row][5]
        cosine, sine = math.cos(pitch), math.sin(pitch)

        def placed(ahead: float, up: float) -> tuple[float, float]:
            along, high = cosine * ahead + sine * up, cosine * up - sine * ahead
            return middle[0] + along * scale, middle[1] - high * scale

        half = _BODY[0] / 2
        draw.line([placed(-half, 0.03), placed(half, 0.03)], fill=rgb('robot'), width=14 * _FINE)
        lowest = middle[1]
        for leg in stands:
            knee, foot = leg_points(leg, pose)
            hip = (_HIP if 'front' in leg else -_HIP, 0.0)
            near = 'right' in leg
            colour = rgb('ink') if near else rgb('quiet')
            points = [placed(*hip), placed(*knee), placed(*foot)]
            draw.line(points, fill=colour, width=(4 if near else 3) * _FINE, joint='curve')
            self._foot(draw, points[2], stands[leg] >= STANDS)
            lowest = max(lowest, points[2][1])
        edge = FIELD_SIDE * _FINE
        if stands:
            ground = lowest + 4 * _FINE
            draw.line(
                [(edge + 8 * _FINE, ground), (edge + (SIDE - 8) * _FINE, ground)],
                fill=rgb('solid'),
                width=2 * _FINE,
            )

    def _foot(self, draw: ImageDraw.ImageDraw, spot: tuple[float, float], stands: bool) -> None:
        """A foot; filled where it stands."""
        reach = 4 * _FINE
        box = (spot[0] - reach, spot[1] - reach, spot[0] + reach, spot[1] + reach)
        draw.ellipse(box, fill=rgb('person' if stands else 'page'), outline=rgb('person'))

    def _words(self, draw: ImageDraw.ImageDraw, time: float) -> None:
        over = time >= self.episode.end
        told = f'episode {self.episode.index}   {time:5.1f} s'
        if over:
            told = f'episode {self.episode.index}   {self.episode.words}'
        colour = 'bad' if over and self.episode.outcome != SUCCEEDED else 'ink'
        middle = STRIP * _FINE / 2
        draw.text((10 * _FINE, middle), told, fill=rgb(colour), font=self._font, anchor='lm')
        passed = sum(each <= time for each in self._gates.values())
        total = sum(len(each.gates) for each in self.episode.course.obstacles)
        asked = [name for begin, name in self.episode.legs.behaviours if begin <= time]
        right = [f'{passed} of {total} gates', *asked[-1:]]
        end = ((FIELD_SIDE + SIDE - 10) * _FINE, middle)
        draw.text(end, '   '.join(right), fill=rgb('ink'), font=self._font, anchor='rm')


def at(rows: Rows, time: float) -> dict[str, float]:
    """Values at a moment, by name; none where nothing was recorded."""
    row = int(np.searchsorted(rows.time, time + 1e-6, side='right')) - 1
    if row < 0:
        return dict.fromkeys(rows.names, 0.0) if len(rows.time) else {}
    return dict(zip(rows.names, rows.values[row].tolist(), strict=True))


def leg_points(leg: str, pose: dict[str, float]) -> tuple[Floats, Floats]:
    """Knee and foot (2,) ahead of and above the middle of the body [m], seen from the side.

    Args:
        leg: its name, such as front_left.
        pose: angles of joints by name; a leg without them hangs folded.
    """
    hip, knee = pose.get(f'hip_{leg}', 0.0), pose.get(f'knee_{leg}', 0.0)
    start = np.array([_HIP if 'front' in leg else -_HIP, 0.0])
    middle = start + _THIGH * np.array([-math.cos(hip), -math.sin(hip)])
    below = knee - hip
    return middle, middle + _SHANK * np.array([math.cos(below), -math.sin(below)])
