"""What learns from specialists: its network, and the contract that it learns by."""

from __future__ import annotations

from collections.abc import Mapping

from policy_nodes.contract.contract import Contract
from policy_nodes.contract.trained import Trained
from policy_nodes.models.locomotion_mlp import LocomotionMlp
from policy_nodes.models.locomotion_transformer import LocomotionTransformer
from policy_nodes.policies.height_field import AHEAD, NEAR
from policy_nodes.policies.locomotion import LocomotionPolicy
from policy_nodes.policies.locomotion_contract import AXES, NetworkType, locomotion_contract
from policy_nodes.simulation.barkour.legged_robot import LeggedRobot
from policy_nodes.training.locomotion_body import body_of
from policy_nodes.training.locomotion_env import WINDOW

# about as many weights as the transformer has
MLP_WIDTH, MLP_LAYERS = 256, 4


def new_student(form: str, joints: int) -> NetworkType:
    """Build a network with fresh weights.

    Args:
        form: transformer or mlp.
        joints: that it moves.

    Raises:
        ValueError: there is no such form.
    """
    near, ahead = ((grid.rows, grid.columns) for grid in (NEAR, AHEAD))
    if form == 'transformer':
        return LocomotionTransformer(joints, WINDOW, near, ahead)
    if form == 'mlp':
        return LocomotionMlp(joints, WINDOW, near, ahead, MLP_WIDTH, MLP_LAYERS)
    raise ValueError(f'there is no student {form!r}; known: transformer, mlp')


def commands_of(policies: Mapping[str, LocomotionPolicy]) -> dict[str, tuple[float, float]]:
    """Ranges (low, high) by axis that hold those of all specialists."""
    lows = [policy.command_low for policy in policies.values()]
    highs = [policy.command_high for policy in policies.values()]
    return {
        axis: (float(min(low[n] for low in lows)), float(max(high[n] for high in highs)))
        for n, axis in enumerate(AXES)
    }


def student_contract(
    network: NetworkType,
    policies: Mapping[str, LocomotionPolicy],
    robot: LeggedRobot,
    reach: float,
    recipe: str,
) -> Contract:
    """State what a student reads and proposes.

    Args:
        network: that learns.
        policies: that it learns from.
        robot: that it moves.
        reach: change of a target by an action of 1 [rad].
        recipe: name of the training.
    """
    return locomotion_contract(
        network, body_of(robot, reach), commands_of(policies), Trained(recipe=recipe)
    )
