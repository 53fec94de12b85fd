"""The coloured cloud that SAM2Act looks at: all cameras merged, cropped, and put into a cube."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.errors import ContractError

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


class RgbdView(Protocol):
    """What one camera sees; its frame is optical: x right, y down, z ahead."""

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """Colours (height, width, 3)."""

    @property
    def depth(self) -> Singles:
        """Distance (height, width) along z [m]; 0, infinite or NaN where nothing was measured."""

    @property
    def intrinsics(self) -> Floats:
        """Camera matrix (3, 3) [pixel]; the first pixel's centre is (0, 0)."""

    @property
    def camera_from_world(self) -> Floats:
        """Transform (4, 4) from the world to the camera."""


class Cloud(NamedTuple):
    """Points with colours.

    Attributes:
        points: (points, 3) in the world [m].
        colours: (points, 3) red, green, blue in [0, 1].
    """

    points: Singles
    colours: Singles


@dataclass(frozen=True)
class SceneBounds:
    """The box of the world that is looked at; the longest side fills the cube [-1, 1].

    Attributes:
        low: corner (x, y, z) [m].
        high: opposite corner [m].
    """

    low: tuple[float, float, float] = (-0.3, -0.5, 0.6)
    high: tuple[float, float, float] = (0.7, 0.5, 1.6)

    def __post_init__(self) -> None:
        if not all(low < high for low, high in zip(self.low, self.high, strict=True)):
            raise ContractError(
                f'the scene bounds {self.low} to {self.high} are empty',
                remedy='give the lower corner first',
            )

    @property
    def centre(self) -> Floats:
        """Middle (3,) of the box [m]."""
        return (np.array(self.low) + np.array(self.high)) / 2

    @property
    def scale(self) -> float:
        """Units of the cube for a metre."""
        return float(2 / np.max(np.array(self.high) - np.array(self.low)))

    def to_cube(self, points: NDArray[np.floating]) -> NDArray[np.floating]:
        """Put points (..., 3) of the world [m] into the cube, in their own precision."""
        centre = self.centre.astype(points.dtype)
        moved: NDArray[np.floating] = (points - centre) * points.dtype.type(self.scale)
        return moved

    def from_cube(self, points: NDArray[np.floating]) -> Floats:
        """Put points (..., 3) of the cube into the world [m]."""
        return np.asarray(points, np.float64) / self.scale + self.centre

    def crop(self, cloud: Cloud) -> Cloud:
        """Keep the points within the box; NaN and infinity are outside."""
        low, high = np.array(self.low, np.float32), np.array(self.high, np.float32)
        inside = ((cloud.points >= low) & (cloud.points <= high)).all(-1)
        return Cloud(cloud.points[inside], cloud.colours[inside])


def place_pixels(view: RgbdView) -> Singles:
    """Place every pixel in the world (height * width, 3) [m]; NaN where nothing was measured."""
    height, width = view.depth.shape
    camera, rotation = view.intrinsics, view.camera_from_world[:3, :3]
    columns = (np.arange(width) - camera[0, 2]) / camera[0, 0]
    rows = (np.arange(height) - camera[1, 2]) / camera[1, 1]
    measured = np.isfinite(view.depth) & (view.depth > 0)
    depth = np.where(measured, view.depth, np.nan).astype(np.float32)
    seen = np.stack(
        (depth * columns.astype(np.float32), depth * rows.astype(np.float32)[:, None], depth), -1
    ).reshape(-1, 3)
    eye = -rotation.T @ view.camera_from_world[:3, 3]
    placed: Singles = seen @ rotation.astype(np.float32) + eye.astype(np.float32)
    return placed


def merge_views(views: Iterable[RgbdView], bounds: SceneBounds) -> Cloud:
    """Merge what cameras see into one cloud within the bounds.

    Args:
        views: of the cameras, in a fixed order: it decides which of two equally deep points
            shows.
        bounds: of the scene.

    Raises:
        ContractError: a depth image does not fit its colour image.
    """
    clouds = []
    for view in views:
        if view.rgb.shape != (*view.depth.shape, 3):
            raise ContractError(
                f'a colour image of shape {view.rgb.shape} has depth of {view.depth.shape}',
                remedy='give depth that is registered to the colour image',
            )
        colours = view.rgb.reshape(-1, 3).astype(np.float32) / np.float32(255)
        clouds.append(bounds.crop(Cloud(place_pixels(view), colours)))
    return Cloud(
        np.concatenate([cloud.points for cloud in clouds]),
        np.concatenate([cloud.colours for cloud in clouds]),
    )
