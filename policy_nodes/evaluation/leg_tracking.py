"""How well a policy of legs follows commands of velocity on flat ground."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.evaluation.comparison_file import version_of_stack
from policy_nodes.evaluation.course_blocks import CourseBlock, CourseEntry, CourseSetup
from policy_nodes.evaluation.course_comparison import served
from policy_nodes.evaluation.guarded_legs import ROBOT
from policy_nodes.evaluation.run_files import write_text
from policy_nodes.evaluation.workers import OnDone
from policy_nodes.policies.locomotion_loading import load_specialists
from policy_nodes.policies.specialists import Specialists
from policy_nodes.simulation.barkour.episode import episode_seed
from policy_nodes.simulation.barkour.randomisation import CONDITIONS_BY_NAME
from policy_nodes.simulation.barkour.terrain import flat
from policy_nodes.simulation.barkour.world import BarkourWorld
from policy_nodes.training.locomotion_drive import view_of

Floats = NDArray[np.float64]

FLAT = 'flat'
LINEAR, TURNING = 0.15, 0.15  # errors to stay below [m/s], [rad/s]
SECONDS, MEASURED = 4.0, 2.0  # of each command; at its end the velocity is measured
AXES = 4  # the first commands take turns: forward alone, sideways alone, turning alone, all


@dataclass(frozen=True)
class TrackingResult:
    """How one command was followed.

    Attributes:
        asked: (3,) vx, vy [m/s], wz [rad/s].
        reached: (3,) mean over the last seconds, in the frame of the heading.
        fell: whether it fell.
    """

    asked: Floats
    reached: Floats
    fell: bool

    @property
    def linear(self) -> float:
        """Length of the error of the velocity [m/s]."""
        return float(np.linalg.norm(self.reached[:2] - self.asked[:2]))

    @property
    def turning(self) -> float:
        """Error of the yaw rate [rad/s]."""
        return float(abs(self.reached[2] - self.asked[2]))


def command_of(low: Floats, high: Floats, seed: int, index: int) -> Floats:
    """Draw a command (3,) from the range that a policy was trained to obey.

    Args:
        low: (3,) least vx, vy, wz.
        high: (3,) greatest.
        seed: of the evaluation.
        index: of the command; one in four has all axes at once, the others one alone.
    """
    drawn = np.random.default_rng((seed, index)).uniform(low, high)
    axis = index % AXES
    return drawn if axis == AXES - 1 else np.where(np.arange(3) == axis, drawn, 0.0)


class TrackingDriver:
    """Drives one command after another."""

    def __init__(self, setup: CourseSetup) -> None:
        """Hold what all blocks share."""
        self.setup = setup
        self._policies: dict[CourseEntry, Specialists] = {}
        self._worlds: dict[str, BarkourWorld] = {}

    def drive(self, block: CourseBlock, on_done: OnDone) -> TrackingResult:
        """Drive a command to its end.

        Args:
            block: of the setup; its index is that of the command.
            on_done: told that it ended, and whether within the limits.

        Raises:
            ContractError: a checkpoint that cannot be used.
            ModelFileError: the model of the robot is not installed.
        """
        policy = self._policy(block.entry)
        policy.reset()
        lead = policy.policies[policy.behaviour]
        asked = command_of(lead.command_low, lead.command_high, self.setup.seed, block.index)
        world = self._world(block)
        rows = []
        for _ in range(round(SECONDS / world.period)):
            world.step(*policy.act(view_of(world, asked)))
            base, heading = world.base(), world.heading()
            rows.append(_level_velocity(base.quaternion, base.linear, heading, base.angular))
            if world.fallen:
                break
        last = np.array(rows)[-round(MEASURED / world.period) :]
        result = TrackingResult(asked, last.mean(axis=0), world.fallen)
        good = result.linear < LINEAR and result.turning < TURNING and not result.fell
        on_done(1, int(good))
        return result

    def _policy(self, entry: CourseEntry) -> Specialists:
        if entry not in self._policies:
            found, _ = load_specialists(entry.policy, dict(entry.checkpoints))
            self._policies[entry] = found
        return self._policies[entry]

    def _world(self, block: CourseBlock) -> BarkourWorld:
        solver, seed = block.entry.solver, episode_seed(self.setup.seed, block.index)
        if solver not in self._worlds:
            changes = CONDITIONS_BY_NAME[self.setup.conditions]
            self._worlds[solver] = BarkourWorld(
                flat(), seed=seed, randomisation=changes, solver=solver
            )
        self._worlds[solver].reset(seed)
        return self._worlds[solver]


def _level_velocity(quaternion: Floats, linear: Floats, heading: float, angular: Floats) -> Floats:
    """Turn velocities of the body into vx, vy of its level heading, and its yaw rate."""
    x, y, z, w = quaternion
    ahead = np.array([1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)])
    left = np.array([2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)])
    world = np.array([ahead @ linear, left @ linear])
    cosine, sine = np.cos(heading), np.sin(heading)
    return np.array(
        [cosine * world[0] + sine * world[1], cosine * world[1] - sine * world[0], angular[2]]
    )


def tracking_rows(
    results: Mapping[CourseEntry, Mapping[int, TrackingResult]],
) -> list[dict[str, Any]]:
    """Summarise each policy; the keys are described in docs/reference/run_files.md."""
    return [_row(entry, list(found.values())) for entry, found in results.items()]


def _row(entry: CourseEntry, runs: Sequence[TrackingResult]) -> dict[str, Any]:
    linear = np.array([each.linear for each in runs])
    turning = np.array([each.turning for each in runs])
    fell = np.array([each.fell for each in runs])
    return {
        'policy': entry.policy,
        'solver': entry.solver,
        'runs': len(runs),
        'linear_error': float(linear.mean()),
        'linear_worst': float(linear.max()),
        'turning_error': float(turning.mean()),
        'turning_worst': float(turning.max()),
        'within': float(((linear < LINEAR) & (turning < TURNING) & ~fell).mean()),
        'falls': int(fell.sum()),
        'commands': [
            {
                'asked': each.asked.round(4).tolist(),
                'reached': each.reached.round(4).tolist(),
                'fell': each.fell,
            }
            for each in runs
        ],
    }


def write_tracking(
    rows: Sequence[dict[str, Any]],
    setup: CourseSetup,
    checkpoints: Mapping[str, Sequence[Checkpoint]],
    path: Path,
) -> None:
    """Write the rows and what they were measured with as JSON."""
    values = {
        'rows': list(rows),
        'complete': all(row['runs'] == setup.runs for row in rows),
        'robot': ROBOT,
        'seed': setup.seed,
        'runs': setup.runs,
        'conditions': setup.conditions,
        'limits': {'linear': LINEAR, 'turning': TURNING},
        'checkpoints': served(checkpoints),
        'version': version_of_stack(),
    }
    write_text(path, json.dumps(values, indent=1, allow_nan=False) + '\n')
