"""Pictures of pixels for the body of a page: they lie in it."""

from __future__ import annotations

import base64
import html
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from policy_nodes.evaluation.report.page import Html

_QUALITY = 88  # of JPEG: small renders stay clean


def picture(pixels: NDArray[np.uint8], words: str) -> Html:
    """Return an element with a picture.

    Args:
        pixels: (height, width, 3).
        words: what it shows, for those who cannot see it.
    """
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(
        stream, format='JPEG', quality=_QUALITY, subsampling=0
    )
    source = data_uri('image/jpeg', stream.getvalue())
    height, width = pixels.shape[:2]
    return Html(
        f'<img src="{source}" alt="{html.escape(words, quote=True)}" '
        f'width="{width}" height="{height}">'
    )


def animation(moving: bytes, still: bytes, words: str) -> Html:
    """Return an element with an animation that stands still for readers who want no motion.

    Args:
        moving: GIF.
        still: PNG of the same size.
        words: what it shows, for those who cannot see it.
    """
    return Html(
        '<picture><source media="(prefers-reduced-motion: reduce)" '
        f'srcset="{data_uri("image/png", still)}">'
        f'<img src="{data_uri("image/gif", moving)}" alt="{html.escape(words, quote=True)}">'
        '</picture>'
    )


def data_uri(kind: str, data: bytes) -> str:
    """Return data as an address that holds it."""
    return f'data:{kind};base64,{base64.b64encode(data).decode("ascii")}'
