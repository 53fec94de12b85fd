"""An expert's episode in the world of the table top."""

from __future__ import annotations

from policy_nodes.simulation.tabletop.expert import commands
from policy_nodes.simulation.tabletop.tasks.registry import make_task
from policy_nodes.simulation.tabletop.world import TabletopWorld
from policy_nodes.training.demonstration_collection import REPLY
from policy_nodes.training.demonstration_collection import Expert as Collector


class Expert(Collector):
    """Follows scripts as the collector of demonstrations does, without recording."""

    def commands(self, world):
        """What the arm is to do, period by period."""
        return commands(world, world.task.waypoints(world), self.inverse, self.rest)

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
