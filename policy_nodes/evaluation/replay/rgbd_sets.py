"""Keeps sets of images until they are asked for: colour, depth and intrinsics of one stamp."""

from __future__ import annotations

from collections import OrderedDict
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.evaluation.replay.role_topics import CAMERAS
from policy_nodes.evaluation.replay.tf_tree import TfTree
from policy_nodes.policies.sam2act_run import TracedView

KINDS = ('color', 'depth', 'info')
APART_NS = 250_000_000  # images of one observation lie no farther apart; the arm stands
LARGEST = 256 << 20  # bytes of images of all cameras that are kept
_COLOURS = {'rgb8': (0, 1, 2), 'bgr8': (2, 1, 0), 'rgba8': (0, 1, 2), 'bgra8': (2, 1, 0)}
_DEPTHS = {'32FC1': ('f4', 1.0), '16UC1': ('u2', 1e-3), 'mono16': ('u2', 1e-3)}


class RgbdSets:
    """Complete and incomplete sets of all cameras, the oldest dropped first.

    Attributes:
        pinned_ns: sets of this stamp are kept, whatever comes; None pins nothing.
    """

    def __init__(self) -> None:
        """Begin without images."""
        self.pinned_ns: int | None = None
        self._sets: dict[str, OrderedDict[int, dict[str, Any]]] = {
            camera: OrderedDict() for camera in CAMERAS
        }
        self._bytes = 0

    def take(self, camera: str, kind: str, fields: Any, stamp_ns: int) -> None:
        """Take a message."""
        sets = self._sets[camera]
        parts = sets.setdefault(stamp_ns, {})
        self._bytes += _size(fields) - _size(parts.get(kind))
        parts[kind] = fields
        while self._bytes > LARGEST and self._drop():
            pass

    def first_ns(self) -> int | None:
        """Stamp of the oldest set that all cameras have; None without one."""
        complete = [self._complete(camera) for camera in CAMERAS]
        return max(each[0] for each in complete) if all(complete) else None

    def views(self, stamp_ns: int, world: str, tf: TfTree) -> list[TracedView] | None:
        """What all cameras saw at a time.

        Args:
            stamp_ns: the time.
            world: frame that views are to be stated in.
            tf: places the cameras.

        Returns:
            None where a camera has no set of that time, or tf does not place it.

        Raises:
            ValueError: an image that cannot be read.
        """
        found = []
        for camera in CAMERAS:
            nearest = min(self._complete(camera), key=lambda it: abs(it - stamp_ns), default=None)
            if nearest is None or abs(nearest - stamp_ns) > APART_NS:
                return None
            parts = self._sets[camera][nearest]
            pose = tf.pose(parts['color'].header.frame_id, world, nearest)
            if pose is None:
                return None
            found.append(
                TracedView(
                    colour_of(parts['color']),
                    depth_of(parts['depth']),
                    np.array(parts['info'].k, dtype=np.float64).reshape(3, 3),
                    np.asarray(np.linalg.inv(pose), dtype=np.float64),
                )
            )
        return found

    def _complete(self, camera: str) -> list[int]:
        return [at for at, parts in self._sets[camera].items() if len(parts) == len(KINDS)]

    def _drop(self) -> bool:
        """Drop the oldest set that is neither pinned nor the newest of its camera."""
        loose = (
            (at, camera)
            for camera, sets in self._sets.items()
            for at in islice(sets, max(len(sets) - 1, 0))
            if self.pinned_ns is None or abs(at - self.pinned_ns) > APART_NS
        )
        oldest = min(loose, default=None)
        if oldest is None:
            return False
        parts = self._sets[oldest[1]].pop(oldest[0])
        self._bytes -= sum(map(_size, parts.values()))
        return True


def _size(fields: Any) -> int:
    return len(getattr(fields, 'data', ()))


def colour_of(fields: Any) -> NDArray[np.uint8]:
    """Read a colour image (height, width, 3) as red, green, blue.

    Raises:
        ValueError: another encoding, or too few bytes.
    """
    order = _COLOURS.get(fields.encoding)
    if order is None:
        raise ValueError(
            f'colour is encoded as {fields.encoding!r}, read are {", ".join(_COLOURS)}'
        )
    channels = 4 if 'a' in fields.encoding else 3
    rows = _rows(fields, channels).reshape(fields.height, fields.width, channels)
    return np.ascontiguousarray(rows[..., order])


def depth_of(fields: Any) -> NDArray[np.float32]:
    """Read a depth image (height, width) [m], REP-118.

    Raises:
        ValueError: another encoding, or too few bytes.
    """
    if fields.encoding not in _DEPTHS:
        known = ', '.join(_DEPTHS)
        raise ValueError(f'depth is encoded as {fields.encoding!r}, read are {known}')
    kind, unit = _DEPTHS[fields.encoding]
    order = '>' if fields.is_bigendian else '<'
    rows = _rows(fields, int(kind[1])).view(f'{order}{kind}')
    return rows.astype(np.float32) * np.float32(unit)


def _rows(fields: Any, size: int) -> NDArray[np.uint8]:
    """Bytes (height, width * size) of an image whose rows may be padded."""
    height, width = fields.height, fields.width * size
    data = np.asarray(fields.data, dtype=np.uint8)
    if fields.step < width or data.size < height * fields.step or not height * width:
        raise ValueError(
            f'{data.size} bytes in steps of {fields.step} for {fields.width} x {height} pixels'
        )
    rows = data[: height * fields.step].reshape(height, fields.step)[:, :width]
    return np.ascontiguousarray(rows)
