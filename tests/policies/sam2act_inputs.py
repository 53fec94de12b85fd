"""A tiny SAM2Act, and cameras that look at a coloured table top."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from tiny_sam2act_sizes import tiny_sam2act

from policy_nodes.models.sam2act.config import Sam2ActConfig
from policy_nodes.models.sam2act.network import Sam2Act
from policy_nodes.policies.sam2act import Hand

WORDS = np.random.default_rng(0).standard_normal((5, 8)).astype(np.float32)
OPEN = Hand(True, 0.04, 0.04)


class View(NamedTuple):
    rgb: np.ndarray
    depth: np.ndarray
    intrinsics: np.ndarray
    camera_from_world: np.ndarray


def tiny_config(memory: bool = True) -> Sam2ActConfig:
    return tiny_sam2act(5, 8, memory=memory)


def tiny_network(seed: int = 0, memory: bool = True) -> Sam2Act:
    torch.manual_seed(seed)
    return Sam2Act(tiny_config(memory)).eval()


def camera_above(height: float = 0.6, size: int = 24, seed: int = 0) -> View:
    """A camera that looks straight down at the table top from `height` above it."""
    random = np.random.default_rng(seed)
    pose = np.eye(4)
    # x of the image along x of the world, y of the image along -y, depth along -z
    pose[:3, :3] = np.diag([1.0, -1.0, -1.0])
    pose[:3, 3] = -pose[:3, :3] @ np.array([0.2, 0.0, 0.752 + height])
    intrinsics = np.array([[size, 0, (size - 1) / 2], [0, size, (size - 1) / 2], [0, 0, 1.0]])
    depth = np.full((size, size), height, np.float32)
    return View(random.integers(0, 256, (size, size, 3), dtype=np.uint8), depth, intrinsics, pose)
