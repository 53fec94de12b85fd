"""From a key pose to a timed way of the joints, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.motion.arm import Arm
from policy_nodes.motion.collisions import Collisions, Permit
from policy_nodes.motion.inverse_kinematics import InverseKinematics, Solution
from policy_nodes.motion.limits import MotionLimits
from policy_nodes.motion.poses import Pose, straight_poses
from policy_nodes.motion.refusals import MotionReason, Refusal
from policy_nodes.motion.rrt_connect import rrt_connect, shorten
from policy_nodes.motion.trajectory import Trajectory

Floats = NDArray[np.float64]

# says what else hinders an arm that begins at (n,) to be at (k, n); empty if nothing does
Hinders = Callable[[Floats, Floats], str]

LINE, JOINTS, ROUND = 'line', 'joints', 'round'
LINE_STEPS = 12  # of inverse kinematics from one pose of a line to the next
JUMP = 0.25  # [rad] greatest change of a joint between two poses of a line
LOOK = 0.05  # [rad] greatest change of a joint between two looks for what else hinders
PATIENCE = 3.0  # a line may take so many times as long as the way of the joints


class Plan(NamedTuple):
    """A way to a key pose.

    Attributes:
        key_pose: where to.
        trajectory: of the joints.
        way: line, straight in space; joints, straight in joint space; round, round obstacles.
    """

    key_pose: KeyPose
    trajectory: Trajectory
    way: str


class MotionPlanner:
    """Plans for one arm in a scene that stands still."""

    def __init__(
        self,
        arm: Arm,
        limits: MotionLimits,
        *,
        home: Floats,
        hand: str = '',
        clearance: float = 0.005,
        singular: float = 0.01,
        step: float = 0.01,
        turn: float = 0.06,
        seeds: int = 24,
        tries: int = 1500,
        hinders: Hinders | None = None,
    ) -> None:
        """Prepare inverse kinematics and collisions.

        Args:
            arm: in its scene.
            limits: of its joints.
            home: (n,) a good configuration to search from [rad].
            hand: body that begins the hand.
            clearance: shapes nearer than this collide [m].
            singular: least manipulability.
            step: between poses of a straight line [m].
            turn: between poses of a straight line [rad].
            seeds: beginnings of inverse kinematics.
            tries: branches of the search round obstacles.
            hinders: what else the arm must not do; None for nothing.
        """
        self.hinders, self.home = hinders, home
        self.arm, self.limits = arm, limits
        self.step, self.turn, self.tries = step, turn, tries
        self.kinematics = InverseKinematics(arm, limits, home=home, seeds=seeds, singular=singular)
        self.collisions = Collisions(arm, limits, hand=hand, clearance=clearance)

    def plan(self, start: Floats, key_pose: KeyPose) -> Plan | Refusal:
        """Find a way.

        First a straight line of the tip, then one of the joints, then one round what is in the
        way. Where it can be, the joints at the end depend on the pose alone: an elbow that shows
        where the arm came from would tell a policy what it is to remember. What collides already
        where the arm stands may not come nearer, but hinders nothing else.

        Args:
            start: (n,) where the joints stand [rad].
            key_pose: where the tip is to go, in the world.
        """
        goal = Pose(key_pose.position, key_pose.quaternion / np.linalg.norm(key_pose.quaternion))
        permit = self.collisions.permit(start, hand=key_pose.ignore_collisions)
        line = self._line(start, goal, permit, self.home) or self._line(start, goal, permit)
        if line is not None and line.duration <= PATIENCE * self._direct_time(start, goal):
            return Plan(key_pose, line, LINE)
        solutions = self.kinematics.solve(goal, start)
        found: Plan | Refusal = (
            solutions
            if isinstance(solutions, Refusal)
            else self._joints(key_pose, start, self._usual(goal, start) + solutions, permit)
        )
        if isinstance(found, Refusal) and line is not None:
            return Plan(key_pose, line, LINE)
        return found

    def _usual(self, goal: Pose, start: Floats) -> list[Solution]:
        """The solution for a pose that depends on nothing else, if there is one."""
        usual = self.kinematics.follow(goal, self.home)
        if usual is None or self.arm.manipulability(usual) < self.kinematics.singular:
            return []
        return [Solution(usual, float(np.abs(usual - start).max()))]

    def _direct_time(self, start: Floats, goal: Pose) -> float:
        """Time to the next configuration for a pose, whatever is in the way [s]."""
        there = self.kinematics.follow(goal, start)
        if there is None:
            return np.inf
        return max(1.0, Trajectory([np.array([start, there])], self.limits).duration)

    def _line(
        self, start: Floats, goal: Pose, permit: Permit, seed: Floats | None = None
    ) -> Trajectory | None:
        """A straight line of the tip.

        Args:
            start: (n,) of the joints.
            goal: of the tip.
            permit: what may be touched.
            seed: (n,) that every pose is solved from, so that the joints depend on the pose
                alone; None follows on from pose to pose.
        """
        points = [start]
        for pose in straight_poses(self.arm.pose(start), goal, step=self.step, turn=self.turn):
            near = (
                self.kinematics.follow(pose, points[-1], LINE_STEPS)
                if seed is None
                else self.kinematics.follow(pose, seed)
            )
            if near is None or np.abs(near - points[-1]).max() > JUMP:
                return None
            if not self.collisions.free_between(points[-1], near, permit):
                return None
            points.append(near)
        if self.arm.manipulability(points[-1]) < self.kinematics.singular:
            return None
        line = Trajectory([np.array(points)], self.limits)
        bends = line.positions(np.linspace(0.0, line.duration, 4 * len(points)))
        low, high = np.minimum(self.limits.lower, start), np.maximum(self.limits.upper, start)
        inside = (bends >= low).all() and (bends <= high).all()
        return line if inside and not self._hindered(start, bends) else None

    def _hindered(self, start: Floats, configurations: Floats) -> str:
        return '' if self.hinders is None else self.hinders(start, configurations)

    def _joints(
        self, key_pose: KeyPose, start: Floats, solutions: list[Solution], permit: Permit
    ) -> Plan | Refusal:
        touched = [self.collisions.first(one.configuration, permit) for one in solutions]
        goals = [
            one.configuration for one, names in zip(solutions, touched, strict=True) if not names
        ]
        if not goals:
            words = f'At the key pose {touched[0]} would collide.'
            return Refusal(MotionReason.COLLISION, f'{words} Move it, or permit contact.')
        hindered = [self._hindered(start, goal[None]) for goal in goals]
        goals = [goal for goal, words in zip(goals, hindered, strict=True) if not words]
        if not goals:
            words = f'At the key pose {hindered[0]}.'
            return Refusal(MotionReason.NOT_PERMITTED, f'{words} Move it.')

        def free(one: Floats, two: Floats) -> bool:
            count = max(1, int(np.ceil(np.abs(two - one).max() / LOOK)))
            places = one + np.linspace(0.0, 1.0, count + 1)[1:, None] * (two - one)
            return not self._hindered(start, places) and self.collisions.free_between(
                one, two, permit
            )

        for goal in goals:
            if free(start, goal):
                return Plan(key_pose, Trajectory([np.array([start, goal])], self.limits), JOINTS)
        way = rrt_connect(
            start, goals, free, lower=self.limits.lower, upper=self.limits.upper, tries=self.tries
        )
        if way is None:
            words = f'No way without collisions was found in {self.tries} tries'
            return Refusal(MotionReason.NO_WAY, f'{words}; go there by a pose in between.')
        short = shorten(way, free)
        legs = [short[index : index + 2] for index in range(len(short) - 1)]
        return Plan(key_pose, Trajectory(legs, self.limits), ROUND)
