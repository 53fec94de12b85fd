"""Draws one moment of an episode on the table top: camera, words, where the policy looked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from policy_nodes.evaluation.report import manipulation_words as words
from policy_nodes.evaluation.report.heatmap_picture import over_view
from policy_nodes.evaluation.report.palette import rgb
from policy_nodes.evaluation.tabletop_record import FILMED, EpisodeRecord
from policy_nodes.policies.key_picture import VIEWS

CAMERA, INSET = 336, 112  # sides of the camera's and of a view's picture [px]
STRIP = 28  # height of a line of words [px]
SIZE = (CAMERA + INSET, CAMERA + 2 * STRIP)
_EDGE, _FONT = 8, 13
_ELLIPSIS = '...'


class FilmPainter:
    """Paints the moments of one episode."""

    def __init__(self, record: EpisodeRecord) -> None:
        """Prepare what stays the same for a while.

        Args:
            record: with a film.
        """
        self.record = record
        self._font = ImageFont.load_default(size=_FONT)
        self._starts = np.array([step.time for step in record.steps])
        self._insets = [self._looked(number) for number in range(len(record.steps))]

    def paint(self, time: float, pixels: NDArray[np.uint8], *, last: bool) -> Image.Image:
        """Return the picture of a moment.

        Args:
            time: since the episode began [s].
            pixels: (height, width, 3) of the camera.
            last: whether the episode is over.
        """
        image = Image.new('RGB', SIZE, rgb('page'))
        camera = Image.fromarray(np.ascontiguousarray(pixels))
        image.paste(camera.resize((CAMERA, CAMERA), Image.Resampling.BILINEAR), (0, STRIP))
        number = int(np.searchsorted(self._starts, time + 1e-6, side='right'))
        if number:
            image.paste(self._insets[number - 1], (CAMERA, STRIP))
        draw = ImageDraw.Draw(image)
        told = self.record.instruction or words.task_of(self.record)
        self._line(draw, STRIP // 2, told, f'{time:.1f} s')
        good = not last or self.record.succeeded
        foot = words.end_of(self.record) if last else self._under_way(number)
        policy = self.record.policy
        self._line(draw, SIZE[1] - STRIP // 2, foot, policy, 'ink' if good else 'bad')
        return image

    def _under_way(self, number: int) -> str:
        """Say which key step is under way, counted from 1; 0 before the first."""
        if not number:
            return 'looks'
        step = self.record.steps[number - 1]
        told = f'key step {number} of {len(self.record.steps)}, hand {words.hand_of(step)}'
        return told if words.went_well(step) else f'{told}: {words.result_of(step)}'

    def _line(
        self, draw: ImageDraw.ImageDraw, middle: int, left: str, right: str, colour: str = 'ink'
    ) -> None:
        """Write to both ends of a line; what is too long on the left is cut."""
        taken = draw.textlength(right, font=self._font)
        room = SIZE[0] - 3 * _EDGE - taken
        if draw.textlength(left, font=self._font) > room:
            while left and draw.textlength(left + _ELLIPSIS, font=self._font) > room:
                left = left[:-1]
            left += _ELLIPSIS
        draw.text((_EDGE, middle), left, fill=rgb(colour), font=self._font, anchor='lm')
        end = (SIZE[0] - _EDGE, middle)
        draw.text(end, right, fill=rgb('quiet'), font=self._font, anchor='rm')

    def _looked(self, number: int) -> Image.Image:
        """What was looked at in a key step, counted from 0, one under another.

        Views with their heat maps; of a policy without any what the other cameras saw.
        """
        column = Image.new('RGB', (INSET, INSET * len(VIEWS)), rgb('page'))
        step = self.record.steps[number]
        if step.picture is not None:
            pairs = zip(step.picture.views, step.picture.heatmaps, strict=True)
            parts = [over_view(view, heatmap, INSET) for view, heatmap in pairs]
        else:
            parts = [step.images[name] for name in step.images if name != FILMED][: len(VIEWS)]
        for row, pixels in enumerate(parts):
            part = Image.fromarray(np.ascontiguousarray(pixels)).resize((INSET, INSET))
            column.paste(part, (0, row * INSET))
        return column
