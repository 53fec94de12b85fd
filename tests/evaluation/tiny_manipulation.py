"""Checkpoints of tiny SAM2Act networks with random weights, for the default encoder of words."""

from __future__ import annotations

from pathlib import Path

import torch
from tiny_sam2act_sizes import tiny_sam2act

from policy_nodes.contract.trained import Trained
from policy_nodes.models.sam2act.network import Sam2Act
from policy_nodes.policies.language import DEFAULT_TOKENS, MINILM, WIDTHS
from policy_nodes.training.export_sam2act import export_sam2act


def write_tiny(folder: Path, *, memory: bool) -> Path:
    """Write a checkpoint that any machine runs at once; what it chooses means nothing."""
    torch.manual_seed(0)
    config = tiny_sam2act(DEFAULT_TOKENS, WIDTHS[MINILM], memory=memory)
    export_sam2act(
        Sam2Act(config).eval(), folder, Trained(recipe='test'), '# Tiny\n', language=MINILM
    )
    return folder
