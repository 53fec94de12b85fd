"""From one encoding to another, with the results of OpenCV.

OpenCV does what concerns colours where it is installed. Without it, gray, colours and alpha are
converted by numpy, to the same values; Bayer patterns and YUV need it.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

import numpy as np
from cv_bridge.encodings import Encoding, find_encoding

# OpenCV calls a Bayer pattern by the second and third pixel of its second row.
_BAYER = {
    'BAYER_RGGB': 'BayerBG',
    'BAYER_BGGR': 'BayerRG',
    'BAYER_GBRG': 'BayerGR',
    'BAYER_GRBG': 'BayerGB',
}
_PLAIN = {'GRAY', 'RGB', 'BGR', 'RGBA', 'BGRA'}
# Weights of red, green and blue in gray, in 2**-15.
_GRAY_WEIGHTS = {'R': 9798, 'G': 19235, 'B': 3735}
_GRAY_SHIFT = 15


def opencv(purpose: str) -> ModuleType:
    """Return OpenCV.

    Args:
        purpose: what needs it, for the error.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    found = find_opencv()
    if found is None:
        raise ModuleNotFoundError(
            f'{purpose} needs OpenCV: pip install opencv-python-headless', name='cv2'
        )
    return found


@cache
def find_opencv() -> ModuleType | None:
    """Return OpenCV, None where it is not installed."""
    try:
        import cv2
    except ModuleNotFoundError:
        return None
    return cv2


def convert(image: np.ndarray, source: str, target: str) -> np.ndarray:
    """Return an image in another encoding.

    Args:
        image: (height, width), or (height, width, channels).
        source: encoding that it has.
        target: encoding to return.

    Raises:
        RuntimeError: an encoding is unknown, or there is no way from one to the other.
        ModuleNotFoundError: it needs OpenCV, which is not installed.
    """
    if target in ('', source):
        return image.copy()
    old, new = find_encoding(source), find_encoding(target)
    _check(old, new)
    if old.colours != new.colours and old.colours and new.colours:
        image = _recolour(image, old.colours, new.colours)
    return _change_depth(image, old, new)


def _check(old: Encoding, new: Encoding) -> None:
    if not old.colours and new.colours:
        raise RuntimeError(
            f'[{old.name}] is not a color format. but [{new.name}] is. The conversion does not '
            'make sense'
        )
    if not (old.colours and new.colours):
        if old.channels != new.channels:
            raise RuntimeError(
                f'[{old.name}] has {old.channels} channels and [{new.name}] has {new.channels}; '
                'where one of them says nothing of colours they must have the same number'
            )
        return
    into_plain = new.colours in _PLAIN
    if old.colours in _BAYER:
        into_plain = new.colours in ('GRAY', 'RGB', 'BGR')
    if old.colours != new.colours and not into_plain:
        raise RuntimeError(f'Unsupported conversion from [{old.name}] to [{new.name}]')


def _recolour(image: np.ndarray, old: str, new: str) -> np.ndarray:
    cv2 = find_opencv()
    if cv2 is None:
        if old not in _PLAIN:
            opencv(f'a conversion from {old} to {new}')
        return _recolour_plainly(image, old, new)
    if old in _BAYER:
        code = f'COLOR_{_BAYER[old]}2{new}'
    elif old in _PLAIN:
        code = f'COLOR_{old}2{new}'
    else:
        code = f'COLOR_YUV2{new}_{old}'
    return cv2.cvtColor(image, getattr(cv2, code))


def _recolour_plainly(image: np.ndarray, old: str, new: str) -> np.ndarray:
    channels = dict(zip(old, np.moveaxis(image, -1, 0), strict=True)) if old != 'GRAY' else {}
    if new == 'GRAY':
        total = sum(channels[each].astype(np.uint32) * w for each, w in _GRAY_WEIGHTS.items())
        return ((total + (1 << _GRAY_SHIFT - 1)) >> _GRAY_SHIFT).astype(image.dtype)
    if old == 'GRAY':
        channels = dict.fromkeys('RGB', image.reshape(image.shape[:2]))
    opaque = np.full(image.shape[:2], np.iinfo(image.dtype).max, dtype=image.dtype)
    return np.stack([channels.get(each, opaque) for each in new], axis=-1)


def _change_depth(image: np.ndarray, old: Encoding, new: Encoding) -> np.ndarray:
    """Return the elements in another type: rounded, at most the largest, least the smallest."""
    scale = {(8, 16): 65535.0 / 255.0, (16, 8): 255.0 / 65535.0}.get((old.bits, new.bits), 1.0)
    if old.dtype == new.dtype:
        return image
    if new.dtype.kind == 'f':
        return image.astype(new.dtype)
    limits = np.iinfo(new.dtype)
    values = np.rint(image.astype(np.float64) * scale)
    clipped = np.clip(np.nan_to_num(values, nan=limits.min), limits.min, limits.max)
    return clipped.astype(new.dtype)
