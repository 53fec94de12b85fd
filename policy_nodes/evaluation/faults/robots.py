"""The robots that campaigns are known for."""

from __future__ import annotations

from policy_nodes.evaluation.faults import barkour, panda, turtlebot
from policy_nodes.evaluation.faults.robot import Robot

ROBOTS = {robot.NAME: robot.robot for robot in (turtlebot, panda, barkour)}


def robot_of(name: str) -> Robot:
    """Describe a robot.

    Raises:
        ValueError: no campaign is known for it; the known ones are listed.
    """
    if name not in ROBOTS:
        raise ValueError(f'no faults are known for robot {name!r}; known: {", ".join(ROBOTS)}')
    return ROBOTS[name]()
