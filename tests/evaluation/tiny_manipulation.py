"""Checkpoints of tiny SAM2Act networks with random weights, for the default encoder of words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from policy_nodes.contract.trained import Trained
from policy_nodes.models.sam2.config import HieraConfig, MemoryConfig, NeckConfig, Sam2Config
from policy_nodes.models.sam2act.config import small_sam2act
from policy_nodes.models.sam2act.network import Sam2Act
from policy_nodes.policies.language import DEFAULT_TOKENS, MINILM, WIDTHS
from policy_nodes.training.export_sam2act import export_sam2act


def write_tiny(folder: Path, *, memory: bool) -> Path:
    """Write a checkpoint that any machine runs at once; what it chooses means nothing."""
    torch.manual_seed(0)
    config = replace(
        small_sam2act(DEFAULT_TOKENS, WIDTHS[MINILM], memory),
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
    export_sam2act(
        Sam2Act(config).eval(), folder, Trained(recipe='test'), '# Tiny\n', language=MINILM
    )
    return folder
