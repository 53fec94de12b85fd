"""A tiny SAM2Act, and cameras that look at a coloured table top."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch

from policy_nodes.models.sam2.config import HieraConfig, MemoryConfig, NeckConfig, Sam2Config
from policy_nodes.models.sam2act.config import Sam2ActConfig, small_sam2act
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
    return replace(
        small_sam2act(5, 8, memory),
        image_size=32,
        patch=8,
        encoder_size=64,
        width=32,
        attention_width=32,
        heads=2,
        head_width=16,
        layers=2,
        sam2=Sam2Config(
            trunk=HieraConfig(
                width=8,
                heads=1,
                stages=(1, 1, 1, 1),
                windows=(8, 4, 4, 2),
                global_blocks=(),
                background=4,
                lora_rank=0,
            ),
            neck=NeckConfig(width=16, fine=8, middle=16),
            memory=MemoryConfig(
                width=32,
                memory_width=16,
                steps=3,
                layers=1,
                feedforward=32,
                mask_channels=(2, 4, 4, 8),
            ),
            published=False,
        ),
    )


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
