"""Drives one robot by a navigation policy: samples in, proposed twists out.

The node and the in-process evaluation both run this code, so a robot gets the numbers that the
policy was scored with.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from policy_nodes.contract.samples import BaseSample, GoalSample, PeopleSample, TwistSample
from policy_nodes.geometry.frames import quaternion_from_yaw, yaw_from_quaternion
from policy_nodes.policies.navigation import NavigationPolicy


class FrameError(ValueError):
    """Samples that do not share the frame they must share."""


@dataclass(frozen=True)
class OneRobotView:
    """What one robot knows, as a batch of one; see `NavigationView`."""

    pose: Tensor
    twist: Tensor
    goal: Tensor
    people: Tensor
    people_velocity: Tensor
    visible: Tensor
    ranges: Tensor
    v_min: Tensor


def view_of(
    base: BaseSample,
    goal: NDArray[np.float64],
    people: PeopleSample,
    ranges: NDArray[np.float32],
    v_min: float,
) -> OneRobotView:
    """Put samples of one frame into tensors.

    Args:
        base: pose and twist of the robot.
        goal: (2,) [m].
        people: tracked people.
        ranges: (180,) people-free lidar, ray i at 2 i degrees left of the heading [m].
        v_min: slowest permitted v [m/s].
    """
    yaw = yaw_from_quaternion(base.quaternion)

    def row(values: object) -> Tensor:
        return torch.as_tensor(np.asarray(values, dtype=np.float32))[None]

    count = len(people.ids)
    return OneRobotView(
        pose=row((base.position[0], base.position[1], yaw)),
        twist=row((base.v, base.w)),
        goal=row(goal),
        people=row(people.positions.reshape(count, 2)),
        people_velocity=row(people.velocities.reshape(count, 2)),
        visible=torch.ones((1, count), dtype=torch.bool),
        ranges=row(ranges),
        v_min=torch.tensor([v_min]),
    )


class Navigator:
    """Keeps a policy going on one robot.

    Attributes:
        arrived: whether the last base sample was within the goal's tolerance.
    """

    def __init__(
        self, policy: NavigationPolicy, *, v_min: float = -0.5, base_frame: str = 'base_link'
    ) -> None:
        """Hold the policy.

        Args:
            policy: acts on a batch of one.
            v_min: slowest permitted v [m/s].
            base_frame: frame of the proposed twists.
        """
        self.policy = policy
        self.v_min = v_min
        self.base_frame = base_frame
        self.arrived = False
        self.reset()

    def reset(self) -> None:
        """Forget the episode."""
        self.arrived = False
        # the first reset sizes the policy's memory, the second clears it
        begins = torch.ones(1, dtype=torch.bool)
        self.policy.reset(begins)
        self.policy.reset(begins)

    def warm_up(self) -> None:
        """Ask once about nothing, so that the first real answer is not the slowest."""
        nobody = np.zeros((0, 2))
        people = PeopleSample(0, 'odom', np.zeros(0, np.int64), nobody, nobody, np.zeros(0))
        base = BaseSample(
            0, 'odom', self.base_frame, np.zeros(3), quaternion_from_yaw(0.0), 0.0, 0.0
        )
        goal = GoalSample(0, 'odom', np.array([1.0, 0.0]), 0.3)
        self.act(base, goal, people, np.full(180, 25.0, dtype=np.float32))
        self.reset()

    def rest(self, stamp_ns: int) -> TwistSample:
        """Propose rest, without asking the policy."""
        return TwistSample.planar(stamp_ns, self.base_frame, 0.0, 0.0)

    def act(
        self,
        base: BaseSample,
        goal: GoalSample,
        people: PeopleSample,
        ranges: NDArray[np.float32],
    ) -> TwistSample:
        """Propose the next twist; at the goal that is rest, whatever the policy says.

        Args:
            base: pose and twist; its stamp becomes that of the proposal.
            goal: where to go.
            people: tracked people.
            ranges: (180,) people-free lidar [m].

        Raises:
            FrameError: goal or people are given in another frame than the pose.
        """
        for name, frame in (('goal', goal.frame), ('people', people.frame)):
            if frame != base.frame:
                raise FrameError(
                    f'{name} is in frame {frame!r}, the pose in {base.frame!r}: '
                    'give both in the same frame'
                )
        away = math.dist(base.position[:2], goal.position)
        self.arrived = away < goal.tolerance
        view = view_of(base, goal.position, people, ranges, self.v_min)
        v, w = (float(value) for value in self.policy.act(view)[0])
        if self.arrived:
            return self.rest(base.stamp_ns)
        return TwistSample.planar(base.stamp_ns, self.base_frame, v, w)
