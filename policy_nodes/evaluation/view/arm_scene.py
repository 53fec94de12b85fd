"""An arm at work: arrays in, calls to Rerun out.

Everything under `world` is in the world frame of the table top.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import rerun as rr
from numpy.typing import NDArray

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.evaluation.report.heatmap_picture import over_view
from policy_nodes.evaluation.view import palette
from policy_nodes.evaluation.view.palette import Colour
from policy_nodes.policies.key_picture import VIEWS

Floats = NDArray[np.float64]

AXIS = 0.08  # length of a triad's axes [m]
TABLE = ((-0.45, 0.85), (-0.75, 0.75), 0.752)  # x, y and height of the table top [m]
BLANK = 237  # grey of views that are not known


class ArmScene:
    """Draws into one recording at the time that was set on it."""

    def __init__(self, recording: rr.RecordingStream) -> None:
        """Hold the recording.

        Args:
            recording: to draw into.
        """
        self._recording = recording

    def prepare(self, joints: Sequence[str]) -> None:
        """Draw what never changes.

        Args:
            joints: names of the joints whose positions are shown.
        """
        (left, right), (near, far), height = TABLE
        corners = [(left, near), (right, near), (right, far), (left, far), (left, near)]
        edge = rr.LineStrips3D(
            [[(x, y, height) for x, y in corners]], colors=[palette.OBSTACLE], radii=0.004
        )
        self._recording.log('world/table', edge, static=True)
        triad = rr.Arrows3D(
            vectors=(AXIS * np.eye(3)).tolist(),
            origins=np.zeros((3, 3)),
            colors=palette.TRIAD,
            radii=0.004,
        )
        self._recording.log('world/key_pose/triad', triad, static=True)
        series = rr.SeriesLines(names=list(joints))
        self._recording.log('joints/position', series, static=True)

    def joints(self, positions: Sequence[float]) -> None:
        """Add positions [rad, or m of fingers] to their time series."""
        self._recording.log('joints/position', rr.Scalars(list(positions)))

    def arm(self, points: Floats) -> None:
        """Draw the arm from its foot to its tip (n, 3)."""
        strip = rr.LineStrips3D([points], colors=[palette.MEASURED], radii=0.02)
        self._recording.log('world/arm', strip)

    def key_pose(self, pose: KeyPose) -> None:
        """Move the triad to where the tip is to go."""
        turn = rr.Quaternion(xyzw=pose.quaternion)
        self._recording.log(
            'world/key_pose', rr.Transform3D(translation=pose.position, quaternion=turn)
        )

    def mark(self, label: str, colour: Colour) -> None:
        """Write beside the triad how it stands with its key pose."""
        point = rr.Points3D([(0.0, 0.0, 0.0)], radii=0.012, colors=[colour], labels=[label])
        self._recording.log('world/key_pose/mark', point)

    def path(self, places: Floats) -> None:
        """Draw the order of key poses (n, 3)."""
        strip = rr.LineStrips3D([places], colors=[palette.PATH], radii=0.003)
        self._recording.log('world/key_poses', strip)

    def image(self, camera: str, pixels: NDArray[np.uint8]) -> None:
        """Show what a camera sees (height, width, 3)."""
        self._recording.log(f'camera/{camera}', rr.Image(pixels))

    def heatmaps(self, views: NDArray[np.uint8] | None, shares: NDArray[np.floating]) -> None:
        """Show heat maps (3, size, size) over their views (3, size, size, 3)."""
        if views is None:
            views = np.full((*shares.shape, 3), BLANK, np.uint8)
        for name, view, share in zip(VIEWS, views, shares, strict=True):
            self._recording.log(f'policy/{name}', rr.Image(over_view(view, share)))

    def remembered(self, shares: NDArray[np.floating]) -> None:
        """Show the attention (steps,) to remembered key steps, the newest first."""
        self._recording.log('memory/attention', rr.BarChart(shares, color=palette.ATTENTION))
