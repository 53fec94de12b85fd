"""Turns trained networks of legs into checkpoints: contract, weights, golden trace and card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_writer import write_checkpoint
from policy_nodes.contract.trained import Trained
from policy_nodes.policies.locomotion import LocomotionPolicy
from policy_nodes.policies.locomotion_contract import AXES, NetworkType, locomotion_contract
from policy_nodes.policies.locomotion_run import LocomotionRun, record_trace
from policy_nodes.simulation.barkour.legged_robot import LeggedRobot
from policy_nodes.simulation.barkour.terrain import Terrain
from policy_nodes.simulation.barkour.world import BarkourWorld
from policy_nodes.training.locomotion_body import body_of
from policy_nodes.training.locomotion_drive import drive
from policy_nodes.training.locomotion_recipe import Commands

TRACE_STEPS, TRACE_SEED = 60, 900


def command_ranges(commands: Commands) -> dict[str, tuple[float, float]]:
    """Ranges that robots were led within, by axis; standing is always among them."""
    ranges = zip(AXES, (commands.vx, commands.vy, commands.wz), strict=True)
    return {axis: (min(0.0, low), max(0.0, high)) for axis, (low, high) in ranges}


def export_locomotion(
    network: NetworkType,
    folder: Path,
    trained: Trained,
    card: str,
    *,
    robot: LeggedRobot,
    reach: float,
    commands: Mapping[str, tuple[float, float]],
    grounds: Sequence[Terrain],
    overwrite: bool = False,
) -> Checkpoint:
    """Write a checkpoint.

    Args:
        network: trained, that reads observations as the contract scales them.
        folder: to write; its name is the checkpoint's.
        trained: where the weights come from.
        card: for people, Markdown.
        robot: that learned.
        reach: change of a target by an action of 1 [rad].
        commands: ranges by axis.
        grounds: that the golden trace is recorded on, an episode each.
        overwrite: replace a checkpoint that is there.
    """
    contract = locomotion_contract(network, body_of(robot, reach), commands, trained)
    policy = LocomotionPolicy(network, contract)
    forward = np.array([min(0.8, commands['linear.x'][1]), 0.0, 0.2])
    episodes = [
        drive(
            policy,
            BarkourWorld(ground, seed=TRACE_SEED, robot=robot),
            lambda _: forward,
            TRACE_STEPS,
        )
        for ground in grounds
    ]
    golden = record_trace(LocomotionRun(policy), episodes)
    weights = {name: value.cpu().numpy() for name, value in network.state_dict().items()}
    return write_checkpoint(folder, contract, weights, golden, card, overwrite)
