"""OpenCV's numbers of types, and conversions by name."""

from __future__ import annotations

import numpy as np
from cv_bridge.conversions import convert, find_opencv
from cv_bridge.encodings import DEPTHS, find_encoding

_DEPTH_MASK = 7


def _channel_step() -> int:
    """Return what one channel more adds to a type's number: 8, and 32 from OpenCV 5 on."""
    cv2 = find_opencv()
    return 8 if cv2 is None else cv2.CV_8UC2 - cv2.CV_8UC1


def getCvType(encoding: str) -> int:  # noqa: N802  (cv_bridge's name)
    """Return OpenCV's number of the type of an encoding.

    Raises:
        RuntimeError: the encoding is unknown.
    """
    found = find_encoding(encoding)
    return list(DEPTHS).index(found.depth) + (found.channels - 1) * _channel_step()


def CV_MAT_DEPTHWrap(i: int) -> int:  # noqa: N802  (cv_bridge's name)
    """Return OpenCV's number of the depth of a type."""
    return i & _DEPTH_MASK


def CV_MAT_CNWrap(i: int) -> int:  # noqa: N802  (cv_bridge's name)
    """Return the channels of a type."""
    return i // _channel_step() + 1


def cvtColor2(  # noqa: N802  (cv_bridge's name)
    obj_in: np.ndarray, encoding_in: str, encoding_out: str
) -> np.ndarray:
    """Return an image in another encoding; see `conversions.convert`."""
    return convert(obj_in, encoding_in, encoding_out)
