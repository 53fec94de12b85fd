"""Hand-made demonstrations: a green block seen by two cameras, and a tip that visits it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial.transform import Rotation

from policy_nodes.training.demonstrations import Demonstration, Track, demonstration
from policy_nodes.training.keyframes import frames_to_keep

SIZE = 32
VIEWS = ('front', 'wrist')
FRAMES = 30


class View(NamedTuple):
    """What a world renders."""

    rgb: np.ndarray
    depth: np.ndarray
    intrinsics: np.ndarray
    camera_from_world: np.ndarray


def looking_down(centre: np.ndarray, height: float) -> np.ndarray:
    """Pose of a camera above a place, image x along world x, image y along world -y."""
    camera_from_world = np.eye(4)
    camera_from_world[:3, :3] = np.diag([1.0, -1.0, -1.0])
    camera_from_world[:3, 3] = -camera_from_world[:3, :3] @ [*centre[:2], height]
    return camera_from_world


def block_view(block: np.ndarray, centre: np.ndarray, height: float, table=0.752) -> View:
    """Look straight down at a green block of 8 cm on a grey table, by rays."""
    focal = SIZE * 1.2
    intrinsics = np.array([[focal, 0, SIZE / 2], [0, focal, SIZE / 2], [0, 0, 1]])
    pose = looking_down(centre, height)
    v, u = np.meshgrid(np.arange(SIZE) + 0.5, np.arange(SIZE) + 0.5, indexing='ij')
    top = height - (table + 0.08)
    x = centre[0] + (u - SIZE / 2) / focal * top
    y = centre[1] - (v - SIZE / 2) / focal * top
    hit = (np.abs(x - block[0]) < 0.04) & (np.abs(y - block[1]) < 0.04)
    depth = np.where(hit, top, height - table).astype(np.float32)
    rgb = np.where(hit[..., None], (20, 200, 30), (120, 120, 125)).astype(np.uint8)
    return View(rgb, depth, intrinsics, pose)


def track_to(block: np.ndarray, yaw: float) -> Track:
    """Stand above the block at frame 8, close on it at frame 18, and be above it at the end."""
    frames = np.arange(FRAMES)
    velocities = np.full((FRAMES, 7), 0.5)
    velocities[[0, 8]] = 0.0
    above, on = np.array([*block[:2], 1.0]), np.array([*block[:2], 0.8])
    home = np.array([0.25, 0.0, 1.4])
    position = np.empty((FRAMES, 3))
    position[:9] = home + (above - home) * (frames[:9, None] / 8)
    position[9:17] = above + (on - above) * ((frames[9:17, None] - 8) / 8)
    position[17:20] = on
    position[20:] = on + (above - on) * ((frames[20:, None] - 19) / 10)
    closed = frames >= 18
    down = Rotation.from_euler('xyz', [np.pi, 0.0, yaw])
    return Track(
        joints=np.linspace(0, 1, FRAMES)[:, None] * np.ones(7),
        velocities=velocities,
        fingers=np.where(closed, 0.01, 0.04)[:, None] * np.ones(2),
        gripper_open=~closed,
        tip_position=position,
        tip_quaternion=np.tile(down.as_quat(), (FRAMES, 1)),
        ignore_collisions=frames >= 9,
    )


def small_demonstration(
    seed: int = 0, *, task: str = 'lift_block', every: int | None = 10, full: bool = False
) -> Demonstration:
    """A block somewhere; its three key frames are 8, 18 and 29."""
    rng = np.random.default_rng(seed)
    block = np.array([*rng.uniform((0.1, -0.15), (0.4, 0.15)), 0.752])
    track = track_to(block, rng.uniform(-0.7, 0.7))
    kept = range(FRAMES) if full else frames_to_keep(track.keys(), every)
    centre = np.array([0.25, 0.0, 0.0])
    pictures = {
        i: {
            'front': block_view(block, centre, 1.6),
            'wrist': block_view(block, track.tip_position[i], track.tip_position[i][2] + 0.3),
        }
        for i in kept
    }
    return demonstration(
        track,
        pictures,
        task=task,
        variation=seed % 3,
        seed=seed,
        instructions=('lift the green block', 'raise the block'),
        rate=20.0,
    )
