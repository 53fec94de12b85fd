"""Fingertips that feel: a soft gel on each pad, seen from within the finger.

The gel stands a millimetre out of the pad and yields without force, so that what the pad presses
on is in it to its full depth: the image shows shape and place of a contact, its force only by how
far the thing goes into the pad itself. Three coloured lamps at the sides shade the gel, as
in R. Johnson and E. Adelson, Retrographic sensing for the measurement of surface texture and
shape, CVPR 2009.
"""

from __future__ import annotations

import mujoco
import numpy as np
from numpy.typing import NDArray

from policy_nodes.simulation.tabletop.hand_model import PAD_CENTRE, PAD_SIZE

Floats = NDArray[np.float64]

FINGERS = {'left_finger': 'panda_leftfinger', 'right_finger': 'panda_rightfinger'}
SIZE = 64  # [pixel] width and height of an image
RAYS = 32  # along each side of a pad
GEL = 0.001  # [m] how far the gel stands out of the pad
DEEPEST = 0.004  # [m] that it can be pressed in, with what is behind it
SOFTNESS = 1.0  # [ray] how far the gel rounds edges off, standard deviation
EYE = PAD_SIZE[1]  # [m] from the outer face of a pad back to the lens
BASE = np.array([0.34, 0.36, 0.38])  # of each colour where the gel is flat
LAMP_STRENGTH = 0.5
# directions of the red, green and blue lamp: across the pad, along the finger, out of the pad
LAMPS = np.array([[1.0, 0.0, 0.35], [-0.5, 0.87, 0.35], [-0.5, -0.87, 0.35]])
LAMPS /= np.linalg.norm(LAMPS, axis=1, keepdims=True)


class Gel:
    """The gel on the pad of one finger.

    Columns of its image run across the pad, rows along the finger, the tip of it below.
    """

    def __init__(self, model: mujoco.MjModel, finger: str) -> None:
        """Lay the rays.

        Args:
            model: of the scene.
            finger: body that carries the pad.
        """
        self._finger = model.body(finger).id
        across, along = (
            (np.arange(RAYS) + 0.5) / RAYS * side - 0.5 * side
            for side in (PAD_SIZE[0], PAD_SIZE[2])
        )
        columns, rows = np.meshgrid(across, along)
        # towards the pad's outer face, which looks along -y of the finger
        self._rays = np.stack([columns, np.full_like(columns, -EYE), rows], -1).reshape(-1, 3)
        self._length = np.linalg.norm(self._rays, axis=1)
        self._eye = np.array(PAD_CENTRE) + np.array((0.0, EYE - 0.5 * PAD_SIZE[1], 0.0))

    def depth(self, model: mujoco.MjModel, data: mujoco.MjData) -> Floats:
        """How deep things are in the gel (RAYS, RAYS) [m], 0 where nothing touches it."""
        body = data.body(self._finger)
        turn = body.xmat.reshape(3, 3)
        eye = body.xpos + turn @ self._eye
        rays = (self._rays / self._length[:, None]) @ turn.T
        count = len(rays)
        hit, distance = np.zeros(count, dtype=np.int32), np.zeros(count)
        reach = 1.5 * float(self._length.max())
        mujoco.mj_multiRay(
            model, data, eye, rays.ravel(), None, True, self._finger, hit, distance, None, count,
            reach,
        )  # fmt: skip
        beyond = distance * EYE / self._length - EYE  # outside the pad's face
        depth = np.where(hit >= 0, np.clip(GEL - beyond, 0.0, DEEPEST), 0.0)
        return depth.reshape(RAYS, RAYS)

    def image(self, model: mujoco.MjModel, data: mujoco.MjData) -> NDArray[np.uint8]:
        """Colour image (SIZE, SIZE, 3) of the gel."""
        return shade(self.depth(model, data))


def shade(depth: Floats) -> NDArray[np.uint8]:
    """Colour image (SIZE, SIZE, 3) of a gel that is pressed in by so much (RAYS, RAYS) [m]."""
    surface = _enlarge(_soften(depth), SIZE)
    down, right = np.gradient(surface, PAD_SIZE[2] / SIZE, PAD_SIZE[0] / SIZE)
    normals = np.stack([right, down, np.ones_like(right)], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    flat = LAMPS[:, 2]
    bright = BASE + LAMP_STRENGTH * (np.maximum(normals @ LAMPS.T, 0.0) - flat)
    # pressed gel is thinner and lets more light through
    bright += 0.1 * (surface / GEL)[..., None]
    return np.clip(np.rint(bright * 255.0), 0, 255).astype(np.uint8)


def reference() -> NDArray[np.uint8]:
    """Image (SIZE, SIZE, 3) of a gel that nothing touches."""
    return shade(np.zeros((RAYS, RAYS)))


def _soften(depth: Floats) -> Floats:
    """Round edges off, with the gel going on beyond the image as at its rim."""
    reach = int(np.ceil(3.0 * SOFTNESS))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / SOFTNESS) ** 2)
    kernel /= kernel.sum()
    soft = np.pad(depth, reach, mode='edge')
    for axis in (0, 1):
        soft = np.apply_along_axis(np.convolve, axis, soft, kernel, mode='valid')
    return soft


def _enlarge(values: Floats, size: int) -> Floats:
    """Interpolate a square between the middles of its cells to size x size values."""
    cells = len(values)
    at = np.clip((np.arange(size) + 0.5) * cells / size - 0.5, 0.0, cells - 1.0)
    low = np.minimum(at.astype(np.intp), cells - 2)
    part = at - low
    rows = values[low] * (1.0 - part)[:, None] + values[low + 1] * part[:, None]
    wide: Floats = rows[:, low] * (1.0 - part) + rows[:, low + 1] * part
    return wide
