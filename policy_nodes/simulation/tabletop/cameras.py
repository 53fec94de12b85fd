"""Colour and depth images of a scene, drawn without shadows and multisampling."""

from __future__ import annotations

import atexit
from typing import Any
from weakref import finalize

import mujoco
import numpy as np
from numpy.typing import NDArray

from policy_nodes.simulation.tabletop.camera_placement import (
    NAMES,
    SIZE,
    camera_from_world,
    intrinsics,
)
from policy_nodes.simulation.tabletop.gl_backend import gl_context
from policy_nodes.simulation.tabletop.view import View

Images = tuple[NDArray[np.uint8], NDArray[np.float32]]

NEAR, FAR = 0.01, 8.0  # [m] what is drawn
MOST_GEOMS = 500
PLAIN_FONT = mujoco.mjtFontScale.mjFONTSCALE_100


class Cameras:
    """Draws one model after another; it belongs to the thread that draws first."""

    def __init__(self, size: int = SIZE) -> None:
        """Prepare images of size x size pixels; nothing is loaded before the first one."""
        self.size = size
        self._drawing = _Drawing()
        finalize(self, self._drawing.free).atexit = False
        self._model: mujoco.MjModel | None = None
        self._rectangle = mujoco.MjrRect(0, 0, size, size)
        self._camera = mujoco.MjvCamera()
        self._camera.type = mujoco.mjtCamera.mjCAMERA_FIXED
        self._options = mujoco.MjvOption()

    def view(self, model: mujoco.MjModel, data: mujoco.MjData, name: str) -> View:
        """Draw what a camera sees.

        Args:
            model: built with `plain_drawing`.
            data: after its kinematics.
            name: of the camera.

        Raises:
            DrawingError: this machine cannot draw images.
            ValueError: there is no such camera.
        """
        if name not in NAMES:
            raise ValueError(f'there is no camera {name!r}; known: {", ".join(NAMES)}')
        rgb, depth = self._draw(model, data, model.camera(name).id)
        placed = data.camera(name)
        return View(
            rgb,
            depth,
            intrinsics(float(np.deg2rad(model.camera(name).fovy[0])), self.size),
            camera_from_world(placed.xmat.reshape(3, 3), placed.xpos),
        )

    def close(self) -> None:
        """Give the context back."""
        self._drawing.free()
        self._model = None

    def _draw(self, model: mujoco.MjModel, data: mujoco.MjData, camera: int) -> Images:
        self._drawing.begin(self.size)
        if model is not self._model:
            self._take(model)
        self._camera.fixedcamid = camera
        everything = mujoco.mjtCatBit.mjCAT_ALL
        mujoco.mjv_updateScene(
            model, data, self._options, None, self._camera, everything, self._scene
        )
        mujoco.mjr_render(self._rectangle, self._scene, self._drawing.context)
        rgb = np.empty((self.size, self.size, 3), dtype=np.uint8)
        buffer = np.empty((self.size, self.size), dtype=np.float32)
        mujoco.mjr_readPixels(rgb, buffer, self._rectangle, self._drawing.context)
        # rows come from below; the buffer runs from 1 at the near plane to 0 at the far one
        inverse = buffer[::-1].astype(np.float64) * (FAR - NEAR) + NEAR
        return np.ascontiguousarray(rgb[::-1]), (NEAR * FAR / inverse).astype(np.float32)

    def _take(self, model: mujoco.MjModel) -> None:
        """Load another model into the context."""
        model.vis.global_.offwidth = model.vis.global_.offheight = self.size
        self._drawing.load(model)
        self._scene = mujoco.MjvScene(model, maxgeom=MOST_GEOMS)
        # no shadows, reflections, sky or fog: drawing them on a CPU takes most of the time
        self._scene.flags[:] = 0
        self._model = model


class _Drawing:
    """What has to be freed, in order."""

    def __init__(self) -> None:
        self.gl: Any = None
        self.context: Any = None

    def begin(self, size: int) -> None:
        """Draw into images of size x size pixels from now on."""
        if self.gl is None:
            self.gl = gl_context(size, size)
            # ends run in reverse: this one comes before the library's own, which it needs, and
            # before Python is too far gone to free anything
            atexit.register(self.free)
        self.gl.make_current()

    def load(self, model: mujoco.MjModel) -> None:
        """Take the shapes of another model."""
        if self.context is not None:
            self.context.free()
        self.context = mujoco.MjrContext(model, PLAIN_FONT.value)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN.value, self.context)
        self.context.readDepthMap = mujoco.mjtDepthMap.mjDEPTH_ZEROFAR

    def free(self) -> None:
        """Give everything back; it can begin again."""
        if self.gl is not None:
            atexit.unregister(self.free)
            self.gl.make_current()
            if self.context is not None:
                self.context.free()
            self.gl.free()
        self.gl = self.context = None


def plain_drawing(spec: mujoco.MjSpec) -> None:
    """Set what is drawn and how: quickly, within NEAR and FAR."""
    spec.stat.extent = 1.0  # near and far plane are multiples of it
    spec.visual.map.znear, spec.visual.map.zfar = NEAR, FAR
    spec.visual.quality.shadowsize, spec.visual.quality.offsamples = 0, 0
    spec.visual.quality.numslices, spec.visual.quality.numstacks = 16, 8
