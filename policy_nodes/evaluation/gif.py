"""Encodes pictures as an animation."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

_SAMPLES = 6  # pictures that the palette is made from


def encode_gif(frames: Sequence[Image.Image], times: Sequence[int], colours: int) -> bytes:
    """Encode frames of one size as a GIF that begins again when it is over.

    Args:
        frames: at least one.
        times: how long each is shown [ms].
        colours: of the palette, at most 256.
    """
    # one palette for all frames: colours do not flicker, and equal areas compress to nothing
    samples = frames[:: max(1, len(frames) // _SAMPLES)]
    strip = Image.new('RGB', (frames[0].width, frames[0].height * len(samples)))
    for number, sample in enumerate(samples):
        strip.paste(sample, (0, number * sample.height))
    palette = strip.quantize(colours, dither=Image.Dither.NONE)
    pictures = [each.quantize(palette=palette, dither=Image.Dither.NONE) for each in frames]
    stream = io.BytesIO()
    pictures[0].save(
        stream,
        format='GIF',
        save_all=True,
        append_images=pictures[1:],
        duration=list(times),
        loop=0,
        disposal=1,
    )
    return stream.getvalue()
