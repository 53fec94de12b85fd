"""How much a scene may look other than the one a policy was trained on.

Every kind of change is off by default, and each is drawn from the seed alone, apart from
everything else: switching one on changes nothing of the others or of the task.
"""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np
from numpy.typing import NDArray

from policy_nodes.simulation.tabletop.camera_placement import NAMES
from policy_nodes.simulation.tabletop.scene import BACKGROUND, LAMP
from policy_nodes.simulation.tabletop.view import View

Floats = NDArray[np.float64]

KINDS = ('background', 'tint', 'light', 'camera')


@dataclass(frozen=True)
class Randomisation:
    """Greatest change of each kind.

    Attributes:
        background: share of a random colour in table, floor and walls, 0 to 1.
        tint: of every other thing, added to red, green and blue, 0 to 1.
        light: of the brightness of the lamp, as a share, and of its direction, 0 to 1.
        camera_position: of every camera along each axis [m].
        camera_angle: of every camera [rad].
        camera_known: views state where the camera is; else where it was before it was moved.
        distractors: things that have nothing to do with the task.
        rgb_noise: standard deviation, of 255.
        depth_noise: standard deviation [m].
    """

    background: float = 0.0
    tint: float = 0.0
    light: float = 0.0
    camera_position: float = 0.0
    camera_angle: float = 0.0
    camera_known: bool = True
    distractors: int = 0
    rgb_noise: float = 0.0
    depth_noise: float = 0.0

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ValueError: a value is out of its range.
        """
        for name in ('background', 'tint', 'light'):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f'{name} is {getattr(self, name)}; it has to be from 0 to 1')
        for name in ('camera_position', 'camera_angle', 'distractors', 'rgb_noise', 'depth_noise'):
            if not 0.0 <= getattr(self, name) < np.inf:
                raise ValueError(f'{name} is {getattr(self, name)}; it has to be 0 or more')


def change_looks(
    model: mujoco.MjModel, changes: Randomisation, seed: np.random.SeedSequence
) -> None:
    """Change colours, light and cameras of a compiled scene.

    Args:
        model: to be changed.
        changes: greatest ones.
        seed: they are drawn from it.
    """
    streams = seed.spawn(len(KINDS))
    random = {
        kind: np.random.default_rng(stream) for kind, stream in zip(KINDS, streams, strict=True)
    }
    background = [model.geom(name).id for name in BACKGROUND]
    _mix(model, background, changes.background, random['background'])
    rest = sorted(set(range(model.ngeom)) - set(background))
    _tint(model, rest, changes.tint, random['tint'])
    _dim(model, changes.light, random['light'])
    _move_cameras(model, changes, random['camera'])


def noisy(view: View, changes: Randomisation, random: np.random.Generator) -> View:
    """Add the noise of a sensor to a view."""
    if changes.rgb_noise > 0.0:
        noise = random.normal(0.0, changes.rgb_noise, view.rgb.shape)
        view = view._replace(rgb=np.clip(np.rint(view.rgb + noise), 0, 255).astype(np.uint8))
    if changes.depth_noise > 0.0:
        noise = random.normal(0.0, changes.depth_noise, view.depth.shape)
        view = view._replace(depth=np.maximum(view.depth + noise, 0.0).astype(np.float32))
    return view


def _mix(
    model: mujoco.MjModel, geoms: list[int], share: float, random: np.random.Generator
) -> None:
    for geom in geoms:
        colour = random.uniform(0.0, 1.0, 3)
        part = share * random.uniform(0.0, 1.0)
        model.geom_rgba[geom, :3] = (1.0 - part) * model.geom_rgba[geom, :3] + part * colour


def _tint(
    model: mujoco.MjModel, geoms: list[int], most: float, random: np.random.Generator
) -> None:
    for geom in geoms:
        changed = model.geom_rgba[geom, :3] + most * random.uniform(-1.0, 1.0, 3)
        model.geom_rgba[geom, :3] = np.clip(changed, 0.0, 1.0)


def _dim(model: mujoco.MjModel, most: float, random: np.random.Generator) -> None:
    lamp = model.light(LAMP).id
    model.light_diffuse[lamp] *= 1.0 + most * random.uniform(-1.0, 1.0)
    model.light_diffuse[lamp] *= 1.0 + 0.2 * most * random.uniform(-1.0, 1.0, 3)
    direction = model.light_dir[lamp] + most * random.uniform(-0.5, 0.5, 3)
    model.light_dir[lamp] = direction / np.linalg.norm(direction)


def _move_cameras(
    model: mujoco.MjModel, changes: Randomisation, random: np.random.Generator
) -> None:
    for name in NAMES:
        camera = model.camera(name).id
        move = random.uniform(-1.0, 1.0, 3)
        axis = random.normal(size=3)
        angle = changes.camera_angle * random.uniform(-1.0, 1.0)
        model.cam_pos[camera] += changes.camera_position * move
        turn, turned = np.zeros(4), np.zeros(4)
        mujoco.mju_axisAngle2Quat(turn, axis / np.linalg.norm(axis), angle)
        mujoco.mju_mulQuat(turned, model.cam_quat[camera], turn)
        model.cam_quat[camera] = turned
