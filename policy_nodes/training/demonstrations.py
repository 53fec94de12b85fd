"""An expert's episode as a keyframe policy learns from it: what was seen, and what was reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.training.keyframes import START_EVERY, Sample, key_frames, samples

DEEPEST = np.iinfo(np.uint16).max
"""Farthest depth that is kept [mm]; what lies behind it has none."""


class Picture(Protocol):
    """One RGB-D image, as a world renders it."""

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """(height, width, 3)."""
        ...

    @property
    def depth(self) -> NDArray[np.float32]:
        """(height, width) along the optical axis [m]."""
        ...

    @property
    def intrinsics(self) -> NDArray[np.floating]:
        """(3, 3) [px]."""
        ...

    @property
    def camera_from_world(self) -> NDArray[np.floating]:
        """(4, 4), into the optical frame of REP-103."""
        ...


class Track(NamedTuple):
    """Every frame of an episode, without images.

    Attributes:
        joints: (frames, 7) of the arm [rad].
        velocities: (frames, 7) [rad/s].
        fingers: (frames, 2) left and right, 0 closed [m].
        gripper_open: (frames,) bool.
        tip_position: (frames, 3) in the world [m].
        tip_quaternion: (frames, 4) xyzw.
        ignore_collisions: (frames,) bool, whether the motion under way, or about to begin, may
            touch things.
    """

    joints: NDArray[Any]
    velocities: NDArray[Any]
    fingers: NDArray[Any]
    gripper_open: NDArray[Any]
    tip_position: NDArray[Any]
    tip_quaternion: NDArray[Any]
    ignore_collisions: NDArray[Any]

    def keys(self) -> list[int]:
        """Find the key frames."""
        return key_frames(np.asarray(self.gripper_open, bool), np.asarray(self.velocities))


@dataclass(frozen=True)
class Demonstration:
    """Frames of one episode, all of them or those that samples need; arrays have a row a frame.

    Attributes:
        task: name.
        variation: of the task.
        seed: of the episode.
        instructions: wordings of what is to be done, at least one.
        rate: frames per second of the episode.
        views: names of the cameras.
        frame: (rows,) int64 number within the episode, ascending, the first is 0.
        key: (rows,) bool, whether it is a key frame.
        joints: (rows, 7) float32 [rad].
        fingers: (rows, 2) float32 left and right [m].
        gripper_open: (rows,) bool.
        tip_position: (rows, 3) float32 in the world [m].
        tip_quaternion: (rows, 4) float32 xyzw, the last never negative.
        ignore_collisions: (rows,) bool, whether the motion that led here might touch things.
        colour: (rows, views, height, width, 3) uint8.
        depth: (rows, views, height, width) uint16 [mm], 0 where nothing was met.
        intrinsics: (views, 3, 3) float32 [px].
        camera_from_world: (rows, views, 4, 4) float32, optical frames of REP-103.
    """

    task: str
    variation: int
    seed: int
    instructions: tuple[str, ...]
    rate: float
    views: tuple[str, ...]
    frame: NDArray[np.int64]
    key: NDArray[np.bool_]
    joints: NDArray[np.float32]
    fingers: NDArray[np.float32]
    gripper_open: NDArray[np.bool_]
    tip_position: NDArray[np.float32]
    tip_quaternion: NDArray[np.float32]
    ignore_collisions: NDArray[np.bool_]
    colour: NDArray[np.uint8]
    depth: NDArray[np.uint16]
    intrinsics: NDArray[np.float32]
    camera_from_world: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong together."""
        shapes = self.shapes(len(self.frame), len(self.views), *self.depth.shape[2:4])
        for name, (dtype, shape) in shapes.items():
            array = getattr(self, name)
            if array.dtype != dtype or array.shape != shape:
                raise ValueError(
                    f'{name} of a demonstration of {self.task} is {array.dtype} {array.shape}; '
                    f'{np.dtype(dtype)} {shape} belongs to {len(self.frame)} frames of '
                    f'{len(self.views)} views'
                )
        if not self.instructions or not self.views:
            raise ValueError(
                f'a demonstration of {self.task} needs at least one wording and one view; '
                f'it has {len(self.instructions)} and {len(self.views)}'
            )
        if len(self.frame) < 2 or self.frame[0] != 0 or (np.diff(self.frame) <= 0).any():
            raise ValueError(
                f'the frames of a demonstration of {self.task} do not ascend from 0; '
                'keep the first frame and their order'
            )
        if self.key[0] or not self.key[-1]:
            raise ValueError(
                f'a demonstration of {self.task} does not end with a key frame, or starts with '
                'one; keep the last frame'
            )

    @staticmethod
    def shapes(
        rows: int, views: int, height: int = 0, width: int = 0
    ) -> dict[str, tuple[type[np.generic], tuple[int, ...]]]:
        """Type and shape of every array."""
        return {
            'frame': (np.int64, (rows,)),
            'key': (np.bool_, (rows,)),
            'joints': (np.float32, (rows, 7)),
            'fingers': (np.float32, (rows, 2)),
            'gripper_open': (np.bool_, (rows,)),
            'tip_position': (np.float32, (rows, 3)),
            'tip_quaternion': (np.float32, (rows, 4)),
            'ignore_collisions': (np.bool_, (rows,)),
            'colour': (np.uint8, (rows, views, height, width, 3)),
            'depth': (np.uint16, (rows, views, height, width)),
            'intrinsics': (np.float32, (views, 3, 3)),
            'camera_from_world': (np.float32, (rows, views, 4, 4)),
        }

    @property
    def keys(self) -> list[int]:
        """Rows of the key frames."""
        return np.flatnonzero(self.key).tolist()

    def key_pose(self, row: int) -> KeyPose:
        """Return the key pose that leads to a row."""
        return KeyPose(
            self.tip_position[row].astype(np.float64),
            self.tip_quaternion[row].astype(np.float64),
            float(self.gripper_open[row]),
            bool(self.ignore_collisions[row]),
        )

    def samples(self, every: int | None = START_EVERY) -> list[Sample]:
        """Training samples, in rows instead of frames.

        Args:
            every: distance of the starts; None for the first frame alone.

        Raises:
            ValueError: a start was not kept.
        """
        row = {int(frame): i for i, frame in enumerate(self.frame)}
        chained = samples(self.frame[self.key].tolist(), every)
        missing = sorted({s.seen for s in chained} - row.keys())
        if missing:
            raise ValueError(
                f'a demonstration of {self.task} lacks frame {missing[0]} and {len(missing) - 1} '
                f'others to start from every {every} frames; keep them, or start at the first '
                'frame alone (every=None)'
            )
        return [Sample(row[s.seen], row[s.reached], s.step) for s in chained]

    def keep(self, rows: Sequence[int]) -> Demonstration:
        """Return the same with some rows only."""
        index = np.asarray(rows, np.int64)
        per_row = set(self.shapes(0, 0)) - {'intrinsics'}
        chosen: dict[str, Any] = {name: getattr(self, name)[index] for name in per_row}
        return replace(self, **chosen)

    def equals(self, other: Demonstration) -> bool:
        """Whether every field is the same."""
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return all(np.array_equal(mine, theirs) for mine, theirs in pairs)


def demonstration(
    track: Track,
    pictures: Mapping[int, Mapping[str, Picture]],
    *,
    task: str,
    variation: int,
    seed: int,
    instructions: Sequence[str],
    rate: float,
    keys: Sequence[int] | None = None,
) -> Demonstration:
    """Put an episode together.

    Args:
        track: every frame.
        pictures: images by frame and by view, of all frames or of `keyframes.frames_to_keep`.
        task: name.
        variation: of the task.
        seed: of the episode.
        instructions: wordings of what is to be done.
        rate: frames per second.
        keys: key frames where a script says them; by default they are found by the rule.

    Raises:
        ValueError: no images of the first or of a key frame, or other views or cameras within
            the episode.
    """
    keys = track.keys() if keys is None else keys
    frames = sorted(pictures)
    missing = sorted({0, *keys} - set(frames))
    if missing:
        raise ValueError(
            f'a demonstration of {task} has no images of the frames {missing}; '
            'render the first frame and every key frame'
        )
    views = tuple(pictures[0])
    shown = [[pictures[frame][view] for view in views] for frame in frames]
    intrinsics = np.array([picture.intrinsics for picture in shown[0]], np.float32)
    for row in shown:
        if not np.array_equal(np.array([p.intrinsics for p in row], np.float32), intrinsics):
            raise ValueError(
                f'the intrinsics change within a demonstration of {task}; keep one set an episode'
            )
    before = np.maximum(np.array(frames) - 1, 0)
    quaternion = np.asarray(track.tip_quaternion, np.float32)[frames]
    quaternion = np.where(quaternion[:, 3:] < 0, -quaternion, quaternion)
    return Demonstration(
        task=task,
        variation=variation,
        seed=seed,
        instructions=tuple(instructions),
        rate=rate,
        views=views,
        frame=np.array(frames, np.int64),
        key=np.isin(frames, keys),
        joints=np.asarray(track.joints, np.float32)[frames],
        fingers=np.asarray(track.fingers, np.float32)[frames],
        gripper_open=np.asarray(track.gripper_open, bool)[frames],
        tip_position=np.asarray(track.tip_position, np.float32)[frames],
        tip_quaternion=quaternion,
        ignore_collisions=np.asarray(track.ignore_collisions, bool)[before],
        colour=np.array([[p.rgb for p in row] for row in shown], np.uint8),
        depth=np.array([[millimetres(p.depth) for p in row] for row in shown]),
        intrinsics=intrinsics,
        camera_from_world=np.array([[p.camera_from_world for p in row] for row in shown], 'f4'),
    )


def millimetres(depth: NDArray[np.floating]) -> NDArray[np.uint16]:
    """Round metres to millimetres; what is no number or too far has no depth (0)."""
    rounded = np.rint(np.nan_to_num(depth, nan=0.0, posinf=0.0, neginf=0.0) * 1000.0)
    return np.where((rounded < 0) | (rounded > DEEPEST), 0, rounded).astype(np.uint16)
