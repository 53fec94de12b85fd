"""Turns trained HEIGHT weights into a checkpoint: contract, weights, golden trace and card."""

from pathlib import Path

import numpy as np
import torch

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_writer import write_checkpoint
from policy_nodes.contract.trained import Trained
from policy_nodes.models.height import Height
from policy_nodes.perception.static_scan import StaticScan
from policy_nodes.policies.height import HeightPolicy
from policy_nodes.policies.height_contract import height_contract
from policy_nodes.policies.height_mirrored import MirroredHeight
from policy_nodes.policies.height_run import Arrays, HeightRun, observation_of, record_trace
from policy_nodes.simulation.crowd.counter_random import episode_seeds
from policy_nodes.simulation.crowd.detector import PersonDetector
from policy_nodes.simulation.crowd.generate import generate
from policy_nodes.simulation.crowd.reward import RUNNING
from policy_nodes.simulation.crowd.robot import CrowdRobot
from policy_nodes.simulation.crowd.scenario import find_scenario

TRACE_STEPS = 60
TRACE_SEED = 900


def policy_of(network: Height, mirrored: bool) -> HeightPolicy:
    """Let a network drive, averaged with its mirror image or not."""
    return HeightPolicy(MirroredHeight(network) if mirrored else network)


def export_height(
    network: Height,
    folder: Path,
    trained: Trained,
    card: str,
    *,
    scenario: str,
    v_min: float,
    mirrored: bool = False,
    overwrite: bool = False,
) -> Checkpoint:
    """Write a checkpoint.

    Args:
        network: trained.
        folder: to write; its name is the checkpoint's.
        trained: where the weights come from.
        card: for people, Markdown.
        scenario: that the golden trace is recorded in.
        v_min: slowest v it was trained to ask for [m/s].
        mirrored: average it with its mirror image.
        overwrite: replace a checkpoint that is there.
    """
    contract = height_contract(network, trained, v_min=v_min, mirrored=mirrored)
    run = HeightRun(policy_of(network, mirrored), v_min)
    episodes = [_drive(run, scenario, index, network.people) for index in range(2)]
    weights = {name: value.cpu().numpy() for name, value in network.state_dict().items()}
    golden = record_trace(run, episodes)
    return write_checkpoint(folder, contract, weights, golden, card, overwrite)


def _drive(run: HeightRun, scenario: str, index: int, slots: int) -> list[Arrays]:
    """Let the policy drive through the sensors of a robot; keep what it is shown."""
    episode = generate(find_scenario(scenario), episode_seeds(TRACE_SEED, index, 1, 'cpu'))
    robot = CrowdRobot(episode, detector=PersonDetector.perfect())
    static = StaticScan()
    run.reset()
    shown: list[Arrays] = []
    with torch.inference_mode():
        while len(shown) < TRACE_STEPS and robot.outcome == RUNNING:
            samples = robot.read()
            people = samples.people
            ranges = static.update(samples.laser, samples.base, people).ranges
            shown.append(
                observation_of(samples.base, samples.goal.position, people, ranges, slots)
            )
            v, w = np.asarray(run.act(shown[-1])['base'])
            robot.advance(float(v), float(w))
    return shown
