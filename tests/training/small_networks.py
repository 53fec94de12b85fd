"""SAM2Act so small that it learns within seconds."""

from __future__ import annotations

import hashlib

import torch

from policy_nodes.models.sam2.config import HieraConfig, MemoryConfig, NeckConfig, Sam2Config
from policy_nodes.models.sam2act.config import Sam2ActConfig
from policy_nodes.training.sam2act_recipe import Sam2ActRecipe

TOKENS, WIDTH = 3, 8


def tiny_network(*, memory: bool = False, steps: int = 2) -> Sam2ActConfig:
    """Views of 32 x 32 pixels, one block a stage."""
    return Sam2ActConfig(
        image_size=32,
        patch=8,
        encoder_size=64,
        width=32,
        attention_width=32,
        heads=2,
        head_width=16,
        layers=2,
        feedforward=2,
        language_tokens=TOKENS,
        language_width=WIDTH,
        half_heatmaps=False,
        memory=memory,
        sam2=Sam2Config(
            trunk=HieraConfig(
                width=16,
                heads=1,
                stages=(1, 1, 1, 1),
                windows=(8, 8, 4, 2),
                global_blocks=(),
                background=4,
                lora_rank=0,
            ),
            neck=NeckConfig(width=32, fine=8, middle=16),
            memory=MemoryConfig(
                width=32,
                memory_width=16,
                steps=steps,
                layers=1,
                feedforward=32,
                mask_channels=(2, 4, 8, 16),
                fuser_layers=1,
            ),
            published=False,
        ),
    )


def tiny_recipe(**changes) -> Sam2ActRecipe:
    """Four steps unless said otherwise."""
    values = {
        'name': 'sam2act_tiny',
        'network': tiny_network(),
        'batch': 4,
        'steps': 4,
        'warm_up': 2,
        'lr': 1e-3,
    }
    return Sam2ActRecipe(**(values | changes))


def words(sentence: str) -> torch.Tensor:
    """Another embedding (TOKENS, WIDTH) for every sentence, the same in every run."""
    seed = int.from_bytes(hashlib.sha256(sentence.encode()).digest()[:4], 'big')
    return torch.randn(TOKENS, WIDTH, generator=torch.Generator().manual_seed(seed))
