"""Checkpoints of legs without a training: they pass every check, and hold the stand or sway."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import torch

from policy_nodes.contract.checkpoint import CONTRACT_FILE
from policy_nodes.contract.trained import Trained
from policy_nodes.simulation.barkour.legged_robot import LeggedRobot
from policy_nodes.simulation.barkour.robot_model import BARKOUR
from policy_nodes.simulation.barkour.terrain import flat
from policy_nodes.training.distillation_student import new_student
from policy_nodes.training.export_locomotion import command_ranges, export_locomotion
from policy_nodes.training.locomotion_recipe import find_recipe
from policy_nodes.training.train_locomotion import new_actor

BEHAVIOURS = ('walk', 'slope', 'jump')
WIDE = {'linear.x': (-1.0, 2.4), 'linear.y': (-1.0, 1.0), 'angular.z': (-2.0, 2.0)}


def write_tiny(
    folder: Path,
    policy: str,
    *,
    spread: float = 0.0,
    offsets: Mapping[str, float] | None = None,
    reach: float = 0.1,
    robot: LeggedRobot = BARKOUR,
    patient: bool = False,
) -> Path:
    """Write the checkpoints of a policy under their shipped names.

    Args:
        folder: that they lie in.
        policy: specialists, transformer, mlp or joystick.
        spread: of the random weights of the last layer; 0 answers the same to everything.
        offsets: constant action of each specialist.
        reach: change of a target by an action of 1 [rad].
        robot: that it moves.
        patient: old measurements are good enough, as on a machine with too much to do.

    Returns:
        The folder.
    """
    torch.manual_seed(5)
    if policy == 'specialists':
        made = {
            f'{robot.name}_{name}': new_actor(find_recipe(f'barkour_{name}'), robot)
            for name in BEHAVIOURS
        }
    else:
        form = 'mlp' if policy == 'joystick' else policy
        made = {f'{robot.name}_{policy}': new_student(form, len(robot.joints))}
    for name, network in made.items():
        behaviour = name.removeprefix(f'{robot.name}_')
        head = network.head
        with torch.no_grad():
            head.weight.normal_(0.0, spread) if spread else head.weight.zero_()
            head.bias.zero_()
            head.bias[: len(robot.joints)] = (offsets or {}).get(behaviour, 0.0)
        ranges = WIDE
        if policy == 'specialists':
            ranges = command_ranges(find_recipe(f'barkour_{behaviour}').commands)
        export_locomotion(
            network,
            folder / name,
            Trained(recipe=name),
            'A network without a training, for tests.',
            robot=robot,
            reach=reach,
            commands=ranges,
            grounds=(flat(),),
        )
        if patient:
            contract = folder / name / CONTRACT_FILE
            text = re.sub(r'stale_after_s: [0-9.]+', 'stale_after_s: 60.0', contract.read_text())
            contract.write_text(text)
    return folder
