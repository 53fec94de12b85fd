"""Heat maps drawn over the views that they belong to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

SURE = 20.0  # times likelier than an even guess: peaks below stay faint
COLD, HOT = (213, 0, 130), (255, 214, 0)  # of a heat map's foot and peak
LEAST, MOST = 0.25, 0.85  # opacity at foot and peak
FADING = 0.15  # of the strength of a peak
RING = 0.045  # of the side: radius of the ring around the peak


def over_view(
    view: NDArray[np.uint8], heatmap: NDArray[np.floating], side: int = 256
) -> NDArray[np.uint8]:
    """Lay a heat map over its view, and a ring around its peak.

    What is drawn is the logarithm of how many times likelier a pixel is than an even guess: feet
    of sharp maps are seen, and a map that is flat hides nothing.

    Args:
        view: (size, size, 3).
        heatmap: (size, size), not below 0.
        side: of the picture [px].

    Returns:
        (side, side, 3).
    """
    mean, peak = float(heatmap.mean()), float(heatmap.max())
    known = mean > 0 and np.isfinite(peak)
    times = heatmap / mean if known else np.ones(heatmap.shape)
    strength = np.log(np.maximum(times, 1.0)) / np.log(max(times.max(), SURE))
    hue = np.array(COLD) + strength[..., None] * (np.array(HOT) - np.array(COLD))
    opacity = np.where(strength > 0, LEAST + (MOST - LEAST) * strength, 0.0)[..., None]
    # what is hardly above an even guess fades
    opacity *= np.minimum(strength / FADING, 1.0)[..., None]
    mixed = (1.0 - opacity) * view + opacity * hue
    image = Image.fromarray(np.rint(mixed).astype(np.uint8))
    image = image.resize((side, side), Image.Resampling.NEAREST)
    if known:
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
