"""What robots know, built for tests: batches of views and samples of one robot."""

from __future__ import annotations

import numpy as np
import torch

from policy_nodes.contract.samples import BaseSample, GoalSample, PeopleSample
from policy_nodes.geometry.frames import quaternion_from_yaw
from policy_nodes.policies.navigator import OneRobotView


def a_view(
    poses=((0.0, 0.0, 0.0),),
    goals=None,
    people=(),
    velocities=None,
    visible=None,
    ranges=None,
    v_min=-0.5,
) -> OneRobotView:
    """A view of as many robots as there are poses, all of which see the same people."""
    pose = torch.tensor(poses, dtype=torch.float32)
    rows = len(pose)
    where = torch.tensor(people, dtype=torch.float32).reshape(1, -1, 2).repeat(rows, 1, 1)
    moving = torch.zeros_like(where)
    if velocities is not None:
        moving = torch.tensor(velocities, dtype=torch.float32)[None].repeat(rows, 1, 1)
    seen = torch.ones(where.shape[:2], dtype=torch.bool)
    if visible is not None:
        seen = torch.tensor(visible, dtype=torch.bool)[None].repeat(rows, 1)
    goal = torch.tensor([[5.0, 0.0]] * rows if goals is None else goals, dtype=torch.float32)
    return OneRobotView(
        pose=pose,
        twist=torch.zeros(rows, 2),
        goal=goal,
        people=where,
        people_velocity=moving,
        visible=seen,
        ranges=torch.full((rows, 180), 10.0) if ranges is None else ranges,
        v_min=torch.full((rows,), float(v_min)),
    )


def random_view(rows=4, people=5, seed=0) -> OneRobotView:
    """A crowd of strangers around some robots."""
    draw = torch.Generator().manual_seed(seed)

    def normal(*shape: int, scale: float = 1.0) -> torch.Tensor:
        return scale * torch.randn(shape, generator=draw)

    return OneRobotView(
        pose=normal(rows, 3, scale=2.0),
        twist=normal(rows, 2, scale=0.2),
        goal=normal(rows, 2, scale=3.0),
        people=normal(rows, people, 2, scale=3.0),
        people_velocity=normal(rows, people, 2, scale=0.5),
        visible=torch.rand((rows, people), generator=draw) < 0.7,
        ranges=10 * torch.rand((rows, 180), generator=draw),
        v_min=torch.full((rows,), -0.5),
    )


def in_mirror(view: OneRobotView) -> OneRobotView:
    """The same world seen in a mirror along its x axis."""
    flip = torch.tensor([1.0, -1.0])
    return OneRobotView(
        pose=view.pose * torch.tensor([1.0, -1.0, -1.0]),
        twist=view.twist * flip,
        goal=view.goal * flip,
        people=view.people * flip,
        people_velocity=view.people_velocity * flip,
        visible=view.visible,
        ranges=view.ranges[:, -torch.arange(180)],
        v_min=view.v_min,
    )


def base_at(x=0.0, y=0.0, yaw=0.0, v=0.0, w=0.0, stamp_ns=7, frame='odom') -> BaseSample:
    """Odometry of one robot."""
    return BaseSample(
        stamp_ns, frame, 'base_link', np.array([x, y, 0.0]), quaternion_from_yaw(yaw), v, w
    )


def goal_at(x=5.0, y=0.0, tolerance=0.3, frame='odom') -> GoalSample:
    """A goal for it."""
    return GoalSample(0, frame, np.array([x, y]), tolerance)


def people_at(*positions, frame='odom') -> PeopleSample:
    """People who stand."""
    where = np.array(positions, dtype=float).reshape(-1, 2)
    count = len(where)
    return PeopleSample(
        7, frame, np.arange(count), where, np.zeros((count, 2)), np.full(count, 0.3)
    )
