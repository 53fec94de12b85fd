"""Lets scripted experts do tasks on the table top, and keeps what they show.

Frames are recorded while the arm moves, and one at the end of every step of the script, when arm
and fingers are at rest. That is what the recorder of the published data does, too; then the rule
of `keyframes` finds the ends of the steps again.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_nodes.motion.arm import Arm
from policy_nodes.motion.inverse_kinematics import InverseKinematics
from policy_nodes.motion.limits import motion_limits
from policy_nodes.motion.poses import Pose
from policy_nodes.policies.sam2act import OPENED
from policy_nodes.simulation.tabletop.cameras import Cameras
from policy_nodes.simulation.tabletop.expert import PERIOD, UnreachableError, commands
from policy_nodes.simulation.tabletop.panda_model import HOME, JOINTS, LINKS, SPEED
from policy_nodes.simulation.tabletop.randomisation import Randomisation
from policy_nodes.simulation.tabletop.scene import base_scene
from policy_nodes.simulation.tabletop.tasks.registry import make_task
from policy_nodes.simulation.tabletop.tasks.task import Task, Waypoint
from policy_nodes.simulation.tabletop.world import TabletopWorld
from policy_nodes.training.demonstration_file import SUFFIX, write_demonstration
from policy_nodes.training.demonstrations import Demonstration, Picture, Track, demonstration
from policy_nodes.training.keyframes import STANDING, START_EVERY
from policy_nodes.training.seeds import TRAINING_SEED

FRAME_PERIODS = 5  # of control, between two frames
REPLY = 30  # periods for things to come to rest after the last step


class Expert:
    """Follows the scripts of tasks with the inverse kinematics of the stack."""

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
        self.rest = np.array(HOME)
        arm = Arm(base_scene().compile(), JOINTS)
        self._kinematics = InverseKinematics(arm, limits, home=self.rest)

    def inverse(
        self,
        position: NDArray[np.float64],
        quaternion: NDArray[np.float64],
        near: NDArray[np.float64],
    ) -> NDArray[np.float64] | None:
        """Joints (7,) for a pose of the tip, found from near ones."""
        return self._kinematics.follow(Pose(position, quaternion), near)


class _Recording:
    """Frames of an episode under way."""

    def __init__(self, world: TabletopWorld, waypoints: list[Waypoint], every: int | None) -> None:
        self._world, self._every = world, every
        self._flags = [waypoint.pose.ignore_collisions for waypoint in waypoints]
        self._rows: list[tuple[object, ...]] = []
        self.keys: list[int] = []
        self.pictures: dict[int, dict[str, Picture]] = {}

    def frame(self, step: int, key: bool = False) -> None:
        """Record a frame; `step` is the one under way or about to begin."""
        world, number = self._world, len(self._rows)
        flag = self._flags[min(step, len(self._flags) - 1)]
        opened = world.opening() > OPENED
        arm = (world.joints(), world.joint_velocities(), world.fingers())
        self._rows.append((*arm, opened, *world.tip(), flag))
        if key:
            self.keys.append(number)
        starts = number == 0 if self._every is None else number % self._every == 0
        if key or starts:
            self.pictures[number] = dict(world.images())

    def track(self) -> Track:
        """All frames."""
        return Track(*(np.array(column) for column in zip(*self._rows, strict=True)))


def collect(
    world: TabletopWorld, expert: Expert, *, every: int | None = START_EVERY
) -> Demonstration | None:
    """Let the expert do the task of a world that has just been reset.

    Args:
        world: whose episode begins.
        expert: that does it.
        every: distance of the frames that samples may start from; None keeps the first alone.

    Returns:
        The demonstration; None where the expert could not do a step or did not succeed.
    """
    waypoints = world.task.waypoints(world)
    recording = _Recording(world, waypoints, every)
    recording.frame(0)
    script = commands(world, waypoints, expert.inverse, expert.rest)
    try:
        command = next(script, None)
        period = 0
        while command is not None:
            world.step(command.joints, command.fingers)
            period += 1
            following = next(script, None)
            if following is None or following.step != command.step:
                recording.frame(command.step + 1, key=True)
                period = 0
            elif period % FRAME_PERIODS == 0 and np.abs(world.joint_velocities()).max() > STANDING:
                recording.frame(command.step)
            last, command = command, following
    except UnreachableError:
        return None
    for _ in range(REPLY):
        world.step(last.joints, last.fingers)
    if not world.task.succeeded:
        return None
    return demonstration(
        recording.track(),
        recording.pictures,
        task=world.task.name,
        variation=world.variation,
        seed=world.seed,
        instructions=instructions(world.task, world.variation),
        rate=1 / (FRAME_PERIODS * PERIOD),
        keys=recording.keys,
    )


def collect_into(
    folder: Path,
    name: str,
    count: int,
    *,
    first_seed: int = TRAINING_SEED,
    every: int | None = START_EVERY,
    randomisation: Randomisation | None = None,
    expert: Expert | None = None,
    cameras: Cameras | None = None,
) -> list[Path]:
    """Collect demonstrations of a task, its variations in turn; those that are there are kept.

    Args:
        folder: gets `TASK/SEED.npz`.
        name: of the task.
        count: of demonstrations.
        first_seed: the next ones follow; a seed whose expert fails is passed over.
        every: distance of the frames that samples may start from; None for the first alone.
        randomisation: how scenes may look other than usual.
        expert: to share between tasks.
        cameras: to share between tasks; they draw for one thread.

    Returns:
        The files.
    """
    expert = expert or Expert()
    task = make_task(name)
    world: TabletopWorld | None = None
    files: list[Path] = []
    for seed in range(first_seed, first_seed + 2 * count + 10):
        if len(files) == count:
            break
        file = folder / name / f'{seed}{SUFFIX}'
        if not file.exists():
            variation = seed % task.variations
            if world is None:
                world = TabletopWorld(
                    task,
                    seed=seed,
                    variation=variation,
                    randomisation=randomisation,
                    cameras=cameras,
                )
            else:
                world.reset(seed, variation)
            shown = collect(world, expert, every=every)
            if shown is None:
                continue
            write_demonstration(shown, file)
        files.append(file)
    return files


def instructions(task: Task, variation: int) -> tuple[str, ...]:
    """Every wording of what a variation asks."""
    return tuple(task.instruction(variation, wording) for wording in range(task.wordings))
