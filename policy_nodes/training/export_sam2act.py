"""Turns SAM2Act weights into a checkpoint: contract, weights, golden trace and card."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_writer import write_checkpoint
from policy_nodes.contract.trained import Trained
from policy_nodes.models.sam2act.network import Sam2Act
from policy_nodes.policies.sam2act import Sam2ActPolicy
from policy_nodes.policies.sam2act_cloud import SceneBounds
from policy_nodes.policies.sam2act_contract import sam2act_contract
from policy_nodes.policies.sam2act_run import Arrays, Sam2ActRun, observation_of, record_trace
from policy_nodes.simulation.tabletop.tasks.registry import make_task
from policy_nodes.simulation.tabletop.world import TabletopWorld

TRACE_TASKS = ('stack_blocks', 'open_drawer')
TRACE_SEED = 900
TRACE_STEPS = 2
BETWEEN = 40  # periods of control before each observation of the trace
REACH = 0.1  # [rad] that the joints move by meanwhile
HALF_OPEN = 0.5


def export_sam2act(
    network: Sam2Act,
    folder: Path,
    trained: Trained,
    card: str,
    *,
    bounds: SceneBounds | None = None,
    language: str,
    overwrite: bool = False,
) -> Checkpoint:
    """Write a checkpoint.

    Args:
        network: trained.
        folder: to write; its name is the checkpoint's.
        trained: where the weights come from.
        card: for people, Markdown.
        bounds: of the scene that it was trained in.
        language: name of the encoder of its instructions.
        overwrite: replace a checkpoint that is there.
    """
    bounds = bounds or SceneBounds()
    contract = sam2act_contract(network.config, trained, bounds=bounds, language=language)
    run = Sam2ActRun(Sam2ActPolicy(network, bounds))
    golden = record_trace(run, _episodes(network))
    weights = {name: value.cpu().numpy() for name, value in network.state_dict().items()}
    return write_checkpoint(folder, contract, weights, golden, card, overwrite)


def _episodes(network: Sam2Act) -> list[list[Arrays]]:
    """Look at table tops while the arm moves a little, as the cameras of a robot would."""
    random = np.random.default_rng(TRACE_SEED)
    sizes = (network.config.language_tokens, network.config.language_width)
    episodes = []
    for index, name in enumerate(TRACE_TASKS):
        # any tokens show whether the code is the same; an encoder need not be there
        instruction = random.standard_normal(sizes).astype(np.float32)
        moves = random.uniform(-REACH, REACH, (TRACE_STEPS, 7))
        with closing(TabletopWorld(make_task(name), seed=TRACE_SEED + index)) as world:
            episodes.append([_move_and_look(world, move, instruction) for move in moves])
    return episodes


def _move_and_look(
    world: TabletopWorld, move: NDArray[np.float64], instruction: NDArray[np.float32]
) -> Arrays:
    target = world.joints() + move
    for _ in range(BETWEEN):
        world.step(target, HALF_OPEN)
    return observation_of(world.images(), tuple(world.fingers()), instruction)
