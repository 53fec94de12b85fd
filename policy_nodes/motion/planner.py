"""From a key pose to a timed way of the joints, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.key_pose import KeyPose
from policy_nodes.motion.approach import drawn_back, is_along_tool
from policy_nodes.motion.arm import Arm
from policy_nodes.motion.blending import blend
from policy_nodes.motion.collisions import Collisions
from policy_nodes.motion.inverse_kinematics import InverseKinematics
from policy_nodes.motion.limits import MotionLimits
from policy_nodes.motion.poses import Pose, pose_error, straight_poses
from policy_nodes.motion.refusals import MotionReason, Refusal
from policy_nodes.motion.room import Hinders, Room
from policy_nodes.motion.rrt_connect import rrt_connect, shorten
from policy_nodes.motion.trajectory import Trajectory

Floats = NDArray[np.float64]

LINE, JOINTS, ROUND = 'line', 'joints', 'round'
LINE_STEPS = 12  # of inverse kinematics from one pose of a line to the next
JUMP = 0.25  # [rad] greatest change of a joint between two poses of a line
PATIENCE = 3.0  # a line may take so many times as long as the way of the joints
SHORT = 1.0  # [s] ways that take less count as taking so long
BENDS = 4  # looks at a smooth way for each of its points


class Plan(NamedTuple):
    """A way to a key pose.

    Attributes:
        key_pose: where to.
        trajectory: of the joints.
        way: line, straight in space; joints, straight in joint space; round, round obstacles;
            each with a piece along the tool before and behind it, where that is wanted.
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
        approach: float = 0.08,
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
            approach: a way that is not along the tool anyway begins and ends with so much along
                the tool, where that is free [m]; 0 for none.
            seeds: beginnings of inverse kinematics.
            tries: branches of the search round obstacles.
            hinders: what else the arm must not do; None for nothing.
        """
        self.hinders, self.home = hinders, home
        self.arm, self.limits = arm, limits
        self.step, self.turn, self.approach, self.tries = step, turn, approach, tries
        self.kinematics = InverseKinematics(arm, limits, home=home, seeds=seeds, singular=singular)
        self.collisions = Collisions(arm, limits, hand=hand, clearance=clearance)

    def plan(self, start: Floats, key_pose: KeyPose) -> Plan | Refusal:
        """Find a way.

        First a straight line of the tip, then one of the joints, then one round what is in the
        way. The scene knows nothing of things that are to be grasped, so a way that comes in at a
        slant is given a piece along the tool at both ends. It is not where contact is permitted,
        which may be meant to push, nor over so short a way that it would be nothing but pieces.

        Where it can be, the joints at the end depend on the pose alone: an elbow that shows
        where the arm came from would tell a policy what it is to remember. What collides already
        where the arm stands may not come nearer, but hinders nothing else.

        Args:
            start: (n,) where the joints stand [rad].
            key_pose: where the tip is to go, in the world.
        """
        goal = Pose(key_pose.position, key_pose.quaternion / np.linalg.norm(key_pose.quaternion))
        begin = self.arm.pose(start)
        room = Room(
            self.collisions, self.limits, self.hinders, start, hand=key_pose.ignore_collisions
        )
        usual = self._usual(goal)
        line = self._line(room, start, goal, usual)
        swift = line is not None and self._is_direct(line, goal)
        wide = pose_error(begin, goal).position >= 2.0 * self.approach > 0.0
        if wide and usual is not None and not room.refusal(usual):
            straight = key_pose.ignore_collisions or is_along_tool(begin, goal)
            found = None if swift and straight else self._way(room, [usual], self.approach)
            if found is not None:
                return Plan(key_pose, *found)
        if line is not None and swift:
            return Plan(key_pose, line, LINE)
        goals = self._goals(room, start, goal, usual)
        if not isinstance(goals, Refusal):
            length = self.approach if wide else 0.0
            found = self._way(room, goals, length) or self._round(room, goals, length)
            if found is not None:
                return Plan(key_pose, *found)
            words = f'No way without collisions was found in {self.tries} tries'
            goals = Refusal(MotionReason.NO_WAY, f'{words}; go there by a pose in between.')
        return goals if line is None else Plan(key_pose, line, LINE)

    def _usual(self, goal: Pose) -> Floats | None:
        """The configuration for a pose that depends on nothing else, if there is one."""
        usual = self.kinematics.follow(goal, self.home)
        if usual is None or self.arm.manipulability(usual) < self.kinematics.singular:
            return None
        return usual

    def _goals(
        self, room: Room, start: Floats, goal: Pose, usual: Floats | None
    ) -> list[Floats] | Refusal:
        """Configurations for a pose where the arm may be, the one to be tried first leading."""
        solutions = self.kinematics.solve(goal, start)
        if isinstance(solutions, Refusal):
            return solutions
        found = [] if usual is None else [usual]
        found += [solution.configuration for solution in solutions]
        refusals = [room.refusal(configuration) for configuration in found]
        goals = [one for one, words in zip(found, refusals, strict=True) if words is None]
        if goals:
            return goals
        # what does not even collide tells more of why the pose cannot be
        told = [words for words in refusals if words is not None]
        hindered = [words for words in told if words.reason is MotionReason.NOT_PERMITTED]
        return (hindered or told)[0]

    def _is_direct(self, line: Trajectory, goal: Pose) -> bool:
        """Whether a line to a pose takes about as long as the way to the next configuration."""
        there = self.kinematics.follow(goal, line.start)
        return there is None or self._is_swift(line, np.array([line.start, there]))

    def _is_swift(self, line: Trajectory, direct: Floats) -> bool:
        """Whether a line takes not much longer than another way (2, n) of the joints."""
        other = Trajectory.through([direct], self.limits).duration
        return line.duration <= PATIENCE * max(SHORT, other)

    def _line(
        self, room: Room, start: Floats, goal: Pose, end: Floats | None
    ) -> Trajectory | None:
        """A straight line of the tip, to a given configuration if that can be."""
        points = None if end is None else self._line_points(room, start, goal, end)
        if points is None:
            points = self._line_points(room, start, goal, None)
        if points is None or self.arm.manipulability(points[-1]) < self.kinematics.singular:
            return None
        return self._timed(room, [points])

    def _line_points(
        self, room: Room, start: Floats, goal: Pose, end: Floats | None
    ) -> Floats | None:
        """Configurations (k, n) along a straight line of the tip.

        Args:
            room: where the arm may be.
            start: (n,) of the joints.
            goal: of the tip.
            end: (n,) configuration for the goal; None follows on from pose to pose.
        """
        poses = straight_poses(self.arm.pose(start), goal, step=self.step, turn=self.turn)
        points = [start]
        for number, pose in enumerate(poses, start=1):
            seed = points[-1]
            if end is not None:
                seed = start + (number / len(poses)) * (end - start)
            near = self.kinematics.follow(pose, seed, LINE_STEPS)
            if near is None or np.abs(near - points[-1]).max() > JUMP:
                return None
            if not room.clear(points[-1], near):
                return None
            points.append(near)
        return np.array(points)

    def _timed(self, room: Room, ways: Sequence[Floats]) -> Trajectory | None:
        """Curves through ways, corners rounded; None where the curves bend out of the room."""
        resting = Trajectory.through(ways, self.limits)
        rounded = blend(resting, self.limits, room.holds_clear)
        count = BENDS * sum(len(way) for way in ways)
        bends = rounded.positions(np.linspace(0.0, rounded.duration, count))
        return rounded if room.holds(bends) else None

    def _piece(self, room: Room, end: Floats, length: float) -> Floats:
        """Configurations (k, n) from one to where the tip is drawn back by a length [m].

        Half the length if the whole is not free, or none: then k is 1.
        """
        pose = self.arm.pose(end)
        for share in (1.0, 0.5):
            if length * share < self.step:
                break
            points = self._line_points(room, end, drawn_back(pose, share * length), None)
            if points is not None and room.holds(points):
                return points
        return end[None]

    def _way(
        self, room: Room, goals: Sequence[Floats], length: float
    ) -> tuple[Trajectory, str] | None:
        """A line or a way of the joints to the first goal (n,) that has one, with its pieces."""
        head = self._piece(room, room.start, length)
        for goal in goals:
            tail = self._piece(room, goal, length)[::-1]
            one, two = head[-1], tail[0]
            points = np.array([one, two])
            line = self._line_points(room, one, self.arm.pose(two), two) if length else None
            if line is not None and not self._is_swift(
                Trajectory.through([line], self.limits), points
            ):
                line = None
            for middle, way in ((line, LINE), (points, JOINTS)):
                if middle is None or (way == JOINTS and not room.between(one, two)):
                    continue
                found = self._timed(room, _legs(head, [middle], tail))
                if found is not None:
                    return found, way
        return None

    def _round(
        self, room: Room, goals: Sequence[Floats], length: float
    ) -> tuple[Trajectory, str] | None:
        """A way round what is in the way, with its pieces."""
        head = self._piece(room, room.start, length)
        tails = [self._piece(room, goal, length)[::-1] for goal in goals]
        way = rrt_connect(
            head[-1],
            [tail[0] for tail in tails],
            room.between,
            lower=self.limits.lower,
            upper=self.limits.upper,
            tries=self.tries,
        )
        if way is None:
            return None
        short = shorten(way, room.between)
        tail = next(tail for tail in tails if np.array_equal(tail[0], short[-1]))
        legs = [short[index : index + 2] for index in range(len(short) - 1)]
        found = self._timed(room, _legs(head, legs, tail))
        return None if found is None else (found, ROUND)


def _legs(head: Floats, middle: Sequence[Floats], tail: Floats) -> list[Floats]:
    """Ways without those that lead nowhere."""
    return [way for way in (head, *middle, tail) if len(way) > 1]
