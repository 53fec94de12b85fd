"""A checkpoint of a SAM2Act so small that it thinks in milliseconds; its weights are random."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from tiny_sam2act_sizes import tiny_sam2act

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_writer import write_checkpoint
from policy_nodes.contract.trained import Trained
from policy_nodes.models.sam2act.network import Sam2Act
from policy_nodes.policies.sam2act import Sam2ActPolicy
from policy_nodes.policies.sam2act_cloud import SceneBounds
from policy_nodes.policies.sam2act_contract import CAMERAS, sam2act_contract
from policy_nodes.policies.sam2act_run import Sam2ActRun, observation_of, record_trace

TABLE = 0.752  # [m]
SURE = 1e3  # logit


class View(NamedTuple):
    rgb: np.ndarray
    depth: np.ndarray
    intrinsics: np.ndarray
    camera_from_world: np.ndarray


def view_from_above(number: int, size: int = 24, table: float = TABLE) -> View:
    """What a camera sees that looks straight down at a coloured table; each is a little higher."""
    height = 0.5 + 0.05 * number
    pose = np.eye(4)
    # x of the image along x of the world, y of the image along -y, depth along -z
    pose[:3, :3] = np.diag([1.0, -1.0, -1.0])
    pose[:3, 3] = -pose[:3, :3] @ np.array([0.2, 0.0, table + height])
    matrix = np.array([[size, 0, (size - 1) / 2], [0, size, (size - 1) / 2], [0, 0, 1.0]])
    colours = np.random.default_rng(number).integers(0, 256, (size, size, 3), dtype=np.uint8)
    return View(colours, np.full((size, size), height, np.float32), matrix, pose)


def random_network(*, memory: bool, seed: int, fingers_down: bool) -> Sam2Act:
    """A network that chooses something.

    Args:
        memory: as SAM2Act+.
        seed: of the weights.
        fingers_down: the hand always points down and is open, whatever it touches.
    """
    torch.manual_seed(seed)
    network = Sam2Act(tiny_sam2act(memory=memory)).eval()
    with torch.no_grad():
        # as it is initialised, time and memory would hardly show
        for weights in network.parameters():
            weights.add_(0.1 * torch.randn(weights.shape))
        if fingers_down:
            hand = network.mvt2
            middle = network.config.rotation_bins // 2
            for angle, chosen in (
                (hand.feat_fc_x, 0),
                (hand.feat_fc_y, middle),
                (hand.feat_fc_z, middle),
            ):
                angle[-1].bias[chosen] += SURE
            hand.feat_fc_ex_rot[-1].bias[[1, 3]] += SURE
    return network


def write_tiny(
    folder: Path,
    *,
    memory: bool = True,
    seed: int = 0,
    bounds: SceneBounds | None = None,
    fingers_down: bool = False,
) -> Checkpoint:
    """Write a checkpoint whose instructions MiniLM reads."""
    network = random_network(memory=memory, seed=seed, fingers_down=fingers_down)
    bounds, sizes = bounds or SceneBounds(), network.config
    contract = sam2act_contract(sizes, Trained(recipe='test'), bounds=bounds, language='minilm')
    words = np.zeros((sizes.language_tokens, sizes.language_width), np.float32)
    table = float(bounds.centre[2])
    views = {camera: view_from_above(number, table=table) for number, camera in enumerate(CAMERAS)}
    run = Sam2ActRun(Sam2ActPolicy(network, bounds))
    golden = record_trace(run, [[observation_of(views, (0.04, 0.04), words)]])
    arrays = {name: value.numpy() for name, value in network.state_dict().items()}
    return write_checkpoint(folder, contract, arrays, golden, '# A tiny SAM2Act\n')
