"""Sizes of a SAM2Act that thinks in milliseconds."""

from __future__ import annotations

from dataclasses import replace

from policy_nodes.models.sam2.config import HieraConfig, MemoryConfig, NeckConfig, Sam2Config
from policy_nodes.models.sam2act.config import Sam2ActConfig, small_sam2act

REMEMBERED = 3
"""Steps that a network of these sizes remembers."""


def tiny_sam2act(tokens: int = 32, width: int = 384, *, memory: bool) -> Sam2ActConfig:
    """Views of 32 x 32 pixels, one block a stage.

    Args:
        tokens: of an instruction.
        width: of a language token; the default is that of MiniLM.
        memory: remember earlier key steps.
    """
    return replace(
        small_sam2act(tokens, width, memory),
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
                steps=REMEMBERED,
                layers=1,
                feedforward=32,
                mask_channels=(2, 4, 4, 8),
            ),
            published=False,
        ),
    )
