"""Configurations of an arm that bring its tip to a pose.

Steps are mink's (Zakka, mink: Python inverse kinematics based on MuJoCo): a quadratic program
that goes to the pose as far as the limits of the joints permit. One that ends beside the pose
begins again from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import mink
import numpy as np
from numpy.typing import NDArray

from policy_nodes.motion.arm import Arm
from policy_nodes.motion.limits import MotionLimits
from policy_nodes.motion.poses import Pose
from policy_nodes.motion.refusals import MotionReason, Refusal

Floats = NDArray[np.float64]

SOLVER = 'daqp'
NEAR, TURNED = 1e-5, 1e-4  # [m], [rad] so near is there
STEPS = 60  # from one beginning
PATIENCE = 12  # steps without getting nearer by a tenth
STRIDE = 0.6  # [rad] greatest change of a joint in a step
DAMPING = 1e-7  # of the program
FAR = 0.02  # of the program, for each unit of squared distance
EDGE = 2e-3  # [rad] kept from the limits, so that smooth ways have room to bend
WIDE = 2.0 * np.pi  # [rad] of joints when their limits are left aside


class Solution(NamedTuple):
    """A configuration that brings the tip to the pose.

    Attributes:
        configuration: (n,) [rad].
        distance: greatest change of a joint from the present one [rad].
    """

    configuration: Floats
    distance: float


class InverseKinematics:
    """Solves for one arm, within its limits."""

    def __init__(
        self,
        arm: Arm,
        limits: MotionLimits,
        *,
        home: Floats,
        seeds: int = 24,
        wanted: int = 4,
        singular: float = 0.01,
    ) -> None:
        """Prepare the programs.

        Args:
            arm: whose tip goes to poses.
            limits: of its joints; those of its model do not count.
            home: (n,) a good configuration to begin from [rad].
            seeds: beginnings before a pose is given up.
            wanted: solutions to look for, beginning with the nearest.
            singular: least manipulability of a solution.
        """
        self.arm, self.limits, self.home = arm, limits, home
        self.seeds, self.wanted, self.singular = seeds, wanted, singular
        self._configuration = mink.Configuration(arm.model)
        self._task = mink.FrameTask(
            arm.tip, 'site', position_cost=1.0, orientation_cost=0.5, lm_damping=FAR
        )
        self._inside = self._bounds(limits.lower + EDGE, limits.upper - EDGE)
        self._wide = self._bounds(limits.lower * 0.0 - WIDE, limits.upper * 0.0 + WIDE)
        self._foot, self._reach = arm.foot(), arm.reach()

    def _bounds(self, lower: Floats, upper: Floats) -> mink.ConfigurationLimit:
        bounds = mink.ConfigurationLimit(self.arm.model, gain=1.0)
        bounds.lower[self.arm.addresses] = lower
        bounds.upper[self.arm.addresses] = upper
        return bounds

    def solve(self, pose: Pose, present: Floats) -> list[Solution] | Refusal:
        """Find configurations for a pose, the nearest to a present one (n,) first."""
        far = float(np.linalg.norm(pose.position - self._foot))
        if far > self._reach:
            words = f'{far:.2f} m from the first joint, the arm is {self._reach:.2f} m long'
            return Refusal(MotionReason.UNREACHABLE, f'The pose is {words}; give a nearer one.')
        found: list[Floats] = []
        singular = 0.0
        for seed in self._seeds(pose, present):
            solved = self._go(pose, seed, self._inside, STEPS)
            if solved is None or any(np.abs(solved - known).max() < 0.1 for known in found):
                continue
            freedom = self.arm.manipulability(solved)
            if freedom < self.singular:
                singular = max(singular, freedom)
                continue
            found.append(solved)
            if len(found) == self.wanted:
                break
        if found:
            ways = [Solution(one, float(np.abs(one - present).max())) for one in found]
            return sorted(ways, key=lambda solution: solution.distance)
        if singular:
            words = f'The arm would be stretched or folded: manipulability {singular:.3g}, wanted'
            return Refusal(
                MotionReason.SINGULAR,
                f'{words} {self.singular:g}; turn the pose or move it nearer.',
            )
        return self._why_not(pose, present)

    def follow(self, pose: Pose, before: Floats, steps: int = STEPS) -> Floats | None:
        """The configuration (n,) for a pose next to where the arm was before (n,), if any."""
        return self._go(pose, before, self._inside, steps)

    def _seeds(self, pose: Pose, present: Floats) -> Iterator[Floats]:
        yield present
        yield self.home
        toward = pose.position - self._foot
        for start in (self.home, present):
            turned = start.copy()
            turned[0] = np.arctan2(toward[1], toward[0])
            yield np.clip(turned, self.limits.lower, self.limits.upper)
        random = np.random.default_rng(0)
        for _ in range(self.seeds - 4):
            yield random.uniform(self.limits.lower, self.limits.upper)

    def _why_not(self, pose: Pose, present: Floats) -> Refusal:
        for number, seed in enumerate(self._seeds(pose, present)):
            solved = self._go(pose, seed, self._wide, STEPS) if number < 6 else None
            if solved is None:
                continue
            wrapped = (solved + np.pi) % (2.0 * np.pi) - np.pi
            low, high = self.limits.lower, self.limits.upper
            beyond = (wrapped < low) | (wrapped > high)
            names = [
                name
                for name, is_beyond in zip(self.limits.names, beyond, strict=True)
                if is_beyond
            ]
            if names:
                words = f'It would need {", ".join(names)} beyond the limits.'
                return Refusal(MotionReason.JOINT_LIMITS, f'{words} Turn or move the pose.')
        words = f'No configuration brings the tip there, tried from {self.seeds} beginnings.'
        return Refusal(MotionReason.UNREACHABLE, f'{words} Give a pose nearer to the arm.')

    def _go(
        self, pose: Pose, start: Floats, bounds: mink.ConfigurationLimit, steps: int
    ) -> Floats | None:
        x, y, z, w = pose.quaternion
        self._task.set_target(mink.SE3(np.array([w, x, y, z, *pose.position])))
        self._configuration.update(self.arm.whole(start))
        least, waited = np.inf, 0
        for _ in range(steps):
            error = self._task.compute_error(self._configuration)
            near, turned = np.linalg.norm(error[:3]), np.linalg.norm(error[3:])
            if near < NEAR and turned < TURNED:
                solved: Floats = self._configuration.q[self.arm.addresses].copy()
                return solved
            size = float(near + turned)
            waited = 0 if size < 0.9 * least else waited + 1
            least = min(least, size)
            if waited > PATIENCE:
                return None
            try:
                change = mink.solve_ik(
                    self._configuration, [self._task], 1.0, SOLVER, DAMPING, limits=[bounds]
                )
            except mink.NoSolutionFound:
                return None
            largest = float(np.abs(change).max())
            self._configuration.integrate_inplace(
                change * min(1.0, STRIDE / (largest + 1e-12)), 1.0
            )
        return None
