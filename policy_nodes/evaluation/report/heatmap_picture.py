"""Heat maps drawn over the views that they belong to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

FAINT = 0.02  # of a view's peak: what is below is not drawn
COLD, HOT = (213, 0, 130), (255, 214, 0)  # of a heat map's foot and peak
LEAST, MOST = 0.25, 0.85  # opacity at foot and peak
RING = 0.045  # of the side: radius of the ring around the peak


def over_view(
    view: NDArray[np.uint8], heatmap: NDArray[np.floating], side: int = 256
) -> NDArray[np.uint8]:
    """Lay a heat map over its view, and a ring around its peak.

    The root of the likelihood is shown: where a map is sharp its feet are still seen.

    Args:
        view: (size, size, 3).
        heatmap: (size, size), not below 0.
        side: of the picture [px].

    Returns:
        (side, side, 3).
    """
    peak = float(heatmap.max())
    share = np.sqrt(np.clip(heatmap / peak, 0.0, 1.0)) if peak > 0 else np.zeros(heatmap.shape)
    hue = np.array(COLD) + share[..., None] * (np.array(HOT) - np.array(COLD))
    opacity = np.where(share**2 >= FAINT, LEAST + (MOST - LEAST) * share, 0.0)[..., None]
    mixed = (1.0 - opacity) * view + opacity * hue
    image = Image.fromarray(np.rint(mixed).astype(np.uint8))
    image = image.resize((side, side), Image.Resampling.NEAREST)
    if peak > 0:
        _ring(image, heatmap)
    return np.asarray(image)


def _ring(image: Image.Image, heatmap: NDArray[np.floating]) -> None:
    """Draw a dark ring within a light one, to be seen on any ground."""
    scale = image.width / heatmap.shape[1]
    row, column = np.unravel_index(int(heatmap.argmax()), heatmap.shape)
    x, y, reach = (column + 0.5) * scale, (row + 0.5) * scale, RING * image.width
    draw = ImageDraw.Draw(image)
    for colour, width in (((255, 255, 255), 4), ((20, 20, 20), 2)):
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), outline=colour, width=width)
