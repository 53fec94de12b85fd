"""Drives runs over courses, one after the other, in one process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from policy_nodes.contract.share import share_folders
from policy_nodes.evaluation.barkour_courses import course_of
from policy_nodes.evaluation.course_blocks import (
    CourseBlock,
    CourseEntry,
    CourseResult,
    CourseSetup,
)
from policy_nodes.evaluation.course_episode import CourseTrace, run_course
from policy_nodes.evaluation.course_way import waypoints_of
from policy_nodes.evaluation.guarded_legs import ROBOT, GuardedLegs
from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.evaluation.outcomes import SUCCEEDED
from policy_nodes.evaluation.workers import OnDone
from policy_nodes.policies.course_navigator import CourseNavigator
from policy_nodes.policies.locomotion_loading import load_specialists
from policy_nodes.policies.specialists import Specialists
from policy_nodes.policies.waypoints import Waypoint, read_waypoints
from policy_nodes.simulation.barkour.episode import episode_seed
from policy_nodes.simulation.barkour.randomisation import CONDITIONS_BY_NAME
from policy_nodes.simulation.barkour.world import BarkourWorld

SIMULATOR, WAYPOINTS = 'barkour_simulator', 'barkour/course_waypoints.yaml'


class CourseDriver:
    """Drives one block after another; policies and courses that were loaded stay loaded."""

    def __init__(self, setup: CourseSetup) -> None:
        """Hold what all blocks share."""
        self.setup = setup
        limit = setup.time_limit
        self.time_limit = (
            node_parameters(SIMULATOR, ROBOT)['time_limit'] if limit is None else limit
        )
        self._way = shipped_waypoints()
        self._policies: dict[CourseEntry, Specialists] = {}
        self._world: tuple[tuple[str, str], BarkourWorld] | None = None

    def drive(self, block: CourseBlock, on_done: OnDone) -> CourseResult:
        """Drive a run to its end.

        Args:
            block: of the setup.
            on_done: told that it ended, and whether on the end table.

        Raises:
            ContractError: a checkpoint that cannot be used.
            ModelFileError: the model of the robot is not installed.
        """
        guard = GuardedLegs() if self.setup.through == 'robot' else None
        trace = self.trace(block, guard)
        on_done(1, int(trace.score.outcome == SUCCEEDED))
        return CourseResult(
            score=trace.score,
            inference_ms=trace.inference_ms,
            reasons=dict(guard.reasons) if guard is not None else {},
            track=trace.track if block.drawn else None,
        )

    def trace(self, block: CourseBlock, guard: GuardedLegs | None = None) -> CourseTrace:
        """Drive a run and keep everything."""
        world = self._world_of(block)
        if guard is not None:
            guard.stand_up(world)
            world.reset()
        return run_course(
            world,
            self._policy(block.entry),
            CourseNavigator(waypoints_of(block.scenario, self._way)),
            seed=self.setup.seed,
            index=block.index,
            time_limit=self.time_limit,
            guard=guard,
        )

    def _policy(self, entry: CourseEntry) -> Specialists:
        if entry not in self._policies:
            found, _ = load_specialists(entry.policy, dict(entry.checkpoints))
            self._policies[entry] = found
        return self._policies[entry]

    def _world_of(self, block: CourseBlock) -> BarkourWorld:
        """The world of a run at its beginning; the last one is used again if it is alike."""
        key = block.scenario, block.entry.solver
        seed = episode_seed(self.setup.seed, block.index)
        if self._world is None or self._world[0] != key:
            world = BarkourWorld(
                course_of(block.scenario),
                seed=seed,
                randomisation=CONDITIONS_BY_NAME[self.setup.conditions],
                solver=block.entry.solver,
            )
            self._world = key, world
        else:
            self._world[1].reset(seed)
        return self._world[1]


def shipped_waypoints() -> Sequence[Waypoint]:
    """The way over the official course that the navigator takes."""
    files = [folder / 'config' / WAYPOINTS for folder in share_folders()]
    return read_waypoints(next((file for file in files if file.is_file()), Path(WAYPOINTS)))
