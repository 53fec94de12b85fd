"""What contracts of trained policies say of the robot that learned."""

from __future__ import annotations

import mujoco

from policy_nodes.policies.locomotion_contract import Body
from policy_nodes.simulation.barkour.legged_robot import LeggedRobot, robot_spec
from policy_nodes.training.locomotion_env import STAND_HEIGHT

INSIDE = 0.02  # [rad] that targets stay away from the stops


def body_of(robot: LeggedRobot, reach: float) -> Body:
    """Read stops from the model of a robot.

    Args:
        robot: that learned.
        reach: change of a target by an action of 1 [rad].
    """
    model: mujoco.MjModel = robot_spec(robot, only_feet=True).compile()
    stops = [model.joint(name).range for name in robot.joints]
    return Body(
        robot=robot.name,
        joints=robot.joints,
        stand=robot.stand,
        lower=tuple(round(float(low) + INSIDE, 3) for low, _ in stops),
        upper=tuple(round(float(high) - INSIDE, 3) for _, high in stops),
        kp=robot.kp,
        kd=robot.kd,
        height=STAND_HEIGHT,
        reach=(reach,),
    )
