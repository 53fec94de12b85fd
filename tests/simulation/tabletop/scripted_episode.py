"""An expert's episode in the world of the table top."""

from __future__ import annotations

import numpy as np

from policy_nodes.motion.arm import Arm
from policy_nodes.motion.inverse_kinematics import InverseKinematics
from policy_nodes.motion.limits import motion_limits
from policy_nodes.motion.poses import Pose
from policy_nodes.simulation.tabletop.expert import commands
from policy_nodes.simulation.tabletop.panda_model import HOME, JOINTS, LINKS, SPEED
from policy_nodes.simulation.tabletop.scene import base_scene
from policy_nodes.simulation.tabletop.tasks.registry import make_task
from policy_nodes.simulation.tabletop.world import TabletopWorld

REST = np.array(HOME)
REPLY = 30  # periods for things to come to rest after the last step


class Expert:
    """Follows scripts with the inverse kinematics of the stack."""

    def __init__(self) -> None:
        """Prepare the arm's kinematics."""
        limits = motion_limits(
            JOINTS,
            lower=[link.range[0] for link in LINKS],
            upper=[link.range[1] for link in LINKS],
            velocity=SPEED,
            acceleration=SPEED,
            jerk=SPEED,
        )
        arm = Arm(base_scene().compile(), JOINTS)
        self._kinematics = InverseKinematics(arm, limits, home=REST)

    def inverse(self, position, quaternion, near):
        """Joints for a pose of the tip, found from near ones."""
        return self._kinematics.follow(Pose(position, quaternion), near)

    def commands(self, world):
        """What the arm is to do, period by period."""
        return commands(world, world.task.waypoints(world), self.inverse, REST)

    def play(self, world) -> bool:
        """Do the whole script; returns whether the task succeeded."""
        for command in self.commands(world):
            world.step(command.joints, command.fingers)
        for _ in range(REPLY):
            world.step(command.joints, command.fingers)
        return world.task.succeeded


def scene(name, seed, cameras, variation=None) -> TabletopWorld:
    """A world with a task of this name."""
    return TabletopWorld(make_task(name), seed=seed, variation=variation, cameras=cameras)
