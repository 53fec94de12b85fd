"""One run over a course in one process: world, navigator, policy and, if asked for, safety.

The cores are those of the nodes, and what the policy is shown is rounded as messages round it, so
a run here and one in the launched graph in lockstep are equal, step by step.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_nodes.evaluation.course_score import CourseScore, CourseTally
from policy_nodes.evaluation.guarded_legs import GuardedLegs
from policy_nodes.evaluation.outcomes import OUTCOMES
from policy_nodes.geometry.frames import yaw_from_quaternion
from policy_nodes.policies.course_navigator import CourseNavigator
from policy_nodes.policies.specialists import Specialists
from policy_nodes.simulation.barkour.course import NOT_TO_TOUCH, Course
from policy_nodes.simulation.barkour.episode import RUNNING, EpisodeWatch
from policy_nodes.simulation.barkour.world import BarkourWorld
from policy_nodes.training.locomotion_drive import view_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CourseTrace:
    """What happened in one run; one row a step, from its beginning on.

    Attributes:
        score: as the scorer gives it.
        track: (steps + 1, 3) time [s], x, y [m] of the base.
        asked: (steps, 3) vx, vy [m/s], wz [rad/s] of the navigator.
        targets: (steps, joints) of the policy [rad].
        inference_ms: (steps,) from what was measured to targets [ms].
    """

    score: CourseScore
    track: Floats
    asked: Floats
    targets: Floats
    inference_ms: NDArray[np.float32]


def run_course(
    world: BarkourWorld,
    policy: Specialists,
    navigator: CourseNavigator,
    *,
    seed: int,
    index: int,
    time_limit: float,
    guard: GuardedLegs | None = None,
) -> CourseTrace:
    """Run from the start to the end table, a fall, or the end of the time.

    Args:
        world: at the beginning of an episode over a course.
        policy: that moves the legs; it is reset.
        navigator: that leads; it is reset.
        seed: of the evaluation, for the score.
        index: of the run, for the score.
        time_limit: [s].
        guard: between policy and drives, with legs that stand and follow; None for none.

    Raises:
        ValueError: the world has no course.
    """
    if not isinstance(world.ground, Course):
        raise ValueError(f'{world.ground.name} is no course')
    policy.reset()
    navigator.reset()
    tally = CourseTally(world.ground, index, seed)
    watch = EpisodeWatch(world, time_limit)
    track, asked, targets, spent = [_spot(world)], [], [], []
    tally.take(*track[0])
    told: set[str] = set()
    state = RUNNING
    while state == RUNNING:
        base = world.base()
        x, y, _ = base.position
        steering = navigator.act(x, y, yaw_from_quaternion(base.quaternion))
        command = np.array([steering.vx, steering.vy, steering.wz])
        view = view_of(world, command)
        began = time.perf_counter()
        answer = policy.act(view, steering.behaviour)
        spent.append(1e3 * (time.perf_counter() - began))
        asked.append(command)
        targets.append(answer.position)
        if guard is None:
            world.step(*answer)
        else:
            guard.drive(world, answer)
        for kind in sorted(world.touched - told):
            told.add(kind)
            if kind in NOT_TO_TOUCH:
                tally.touch(kind)
        track.append(_spot(world))
        tally.take(*track[-1])
        state = watch.look()
    return CourseTrace(
        score=tally.finish(OUTCOMES[state], world.time),
        track=np.array(track),
        asked=np.array(asked),
        targets=np.array(targets),
        inference_ms=np.array(spent, dtype=np.float32),
    )


def _spot(world: BarkourWorld) -> tuple[float, float, float]:
    x, y, _ = world.base().position
    return world.time, float(x), float(y)
