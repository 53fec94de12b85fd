"""ORCA as a navigation policy: a velocity that avoids people and walls, then wheels that follow.

Source: van den Berg et al., Reciprocal n-Body Collision Avoidance (ISRR 2009). The robot takes the
whole of each avoidance upon itself, since most people of the crowd world do not react, and keeps
a margin for what a differential drive does differently from the velocity (Alonso-Mora et al.,
Optimal Reciprocal Collision Avoidance for Multiple Non-Holonomic Robots, DARS 2010).
"""

import math

import torch
from torch import Tensor

from policy_nodes.geometry.linear_program import closest_velocity, least_violation
from policy_nodes.geometry.orca import Agents, Lines, Neighbors, binding, neighbor_lines
from policy_nodes.policies.drive_limits import (
    PERSON_BODY,
    RIM_SPEED,
    ROBOT_BODY,
    STEP_TIME,
    after_one_step,
    step_towards,
    turn_rate,
    within_wheels,
    wrap,
)
from policy_nodes.policies.navigation import NavigationView
from policy_nodes.policies.route import Route
from policy_nodes.policies.scan_points import nearest_by_sector, points_of, to_world

SECTORS = 36


class OrcaPolicy:
    """Drives by optimal reciprocal collision avoidance along the shortest known way.

    Attributes:
        asked: (rows, 2) twist asked for last, v [m/s], w [rad/s].
        route: to the goals.
        velocity: (rows, 2) chosen last, before the wheels follow it [m/s].
    """

    def __init__(
        self,
        *,
        horizon: float = 5.0,
        wall_horizon: float = 1.0,
        margin: float = 0.1,
        wall_margin: float = 0.05,
        share: float = 1.0,
        reverse_beyond: float = 2.0,
    ) -> None:
        """Set how far ahead the robot looks and how far it keeps away.

        Args:
            horizon: no collision with a person within this time [s].
            wall_horizon: no collision with what the lidar sees within this time [s].
            margin: distance kept from people beyond touching [m].
            wall_margin: distance kept from walls beyond touching [m].
            share: of each avoidance that the robot takes upon itself; 0.5 trusts that people
                take the other half, as ORCA's proof has it.
            reverse_beyond: velocities at more than this angle from straight ahead are driven
                backward, where that is allowed [rad].
        """
        self.horizon, self.wall_horizon = horizon, wall_horizon
        self.margin, self.wall_margin = margin, wall_margin
        self.share = share
        self.reverse_beyond = reverse_beyond
        self.route = Route()
        self.asked = torch.zeros((0, 2))
        self.velocity = torch.zeros((0, 2))

    def reset(self, begins: Tensor) -> None:
        """Forget rows where begins (rows,) is True; another number of rows starts anew."""
        if len(begins) != len(self.asked):
            self.asked = torch.zeros((len(begins), 2), device=begins.device)
        self.asked = torch.where(begins[:, None], 0.0, self.asked)
        self.route.reset(begins)

    def select(self, rows: Tensor) -> None:
        """Go on with some rows only, by index (n,)."""
        self.asked = self.asked[rows]
        self.route.select(rows)

    @torch.inference_mode()
    def act(self, view: NavigationView) -> Tensor:
        """Choose the next twist (rows, 2) v [m/s], w [rad/s]."""
        pose = after_one_step(view.pose, self.asked)
        self.route.look(view.pose, view.goal, view.ranges)
        toward = self.route.waypoint(view.pose, view.ranges) - pose[:, :2]
        preferred = RIM_SPEED * toward / toward.norm(dim=1, keepdim=True).clamp_min(1e-6)
        self.velocity = self._avoid(view, pose, preferred)
        wanted = within_wheels(self._follow(self.velocity, pose[:, 2], view.v_min))
        self.asked = step_towards(self.asked, wanted, view.v_min)
        return self.asked

    def _avoid(self, view: NavigationView, pose: Tensor, preferred: Tensor) -> Tensor:
        """Choose the velocity (rows, 2) nearest to the preferred one [m/s]."""
        course = torch.stack((pose[:, 2].cos(), pose[:, 2].sin()), dim=-1)
        robot = Agents(
            position=pose[:, :2],
            velocity=self.asked[:, :1] * course,
            preferred=preferred,
            radius=torch.full_like(pose[:, 0], ROBOT_BODY),
            max_speed=torch.full_like(pose[:, 0], RIM_SPEED),
        )
        spots = to_world(nearest_by_sector(points_of(view.ranges), SECTORS), view.pose)
        walls = Neighbors(
            position=spots,
            velocity=torch.zeros_like(spots),
            radius=torch.full_like(spots[..., 0], self.wall_margin),
            active=torch.ones_like(spots[..., 0], dtype=torch.bool),
        )
        people = Neighbors(
            position=view.people,
            velocity=view.people_velocity,
            radius=torch.full_like(view.people[..., 0], PERSON_BODY + self.margin),
            active=view.visible,
        )
        hard = self._lines(robot, walls, self.wall_horizon, 1.0)
        soft = self._lines(robot, people, self.horizon, self.share)
        point = torch.cat((hard.point, soft.point), dim=1)
        direction = torch.cat((hard.direction, soft.direction), dim=1)
        active = torch.cat((hard.active, soft.active), dim=1)
        if not active.shape[1]:
            return preferred
        velocity, failed = closest_velocity(point, direction, active, robot.max_speed, preferred)
        lost = (failed < point.shape[1]).nonzero()[:, 0]
        if not len(lost):
            return velocity
        better = least_violation(
            point[lost],
            direction[lost],
            active[lost],
            hard.point.shape[1],
            robot.max_speed[lost],
            velocity[lost],
            failed[lost],
        )
        return velocity.index_copy(0, lost, better)

    @staticmethod
    def _lines(robot: Agents, others: Neighbors, horizon: float, share: float) -> Lines:
        """Half-planes of permitted velocities; the robot takes a share of each avoidance."""
        lines = neighbor_lines(robot, others, horizon, STEP_TIME)
        own = robot.velocity[:, None]
        # the lines as they come give half to each of two
        point = own + 2 * share * (lines.point - own)
        return binding(lines._replace(point=point), robot.max_speed, None)

    def _follow(self, velocity: Tensor, yaw: Tensor, v_min: Tensor) -> Tensor:
        """Turn velocities (rows, 2) in the world into twists (rows, 2)."""
        speed = velocity.norm(dim=1)
        angle = wrap(torch.atan2(velocity[:, 1], velocity[:, 0]) - yaw)
        back = (angle.abs() > self.reverse_beyond) & (v_min < 0)
        angle = torch.where(back, wrap(angle + math.pi), angle)
        way = torch.where(back, -1.0, 1.0)
        # at a standstill the angle of the velocity means nothing
        turn = turn_rate(angle) * (speed / (0.25 * RIM_SPEED)).clamp_max(1.0)
        return torch.stack((way * speed * angle.cos().clamp_min(0), turn), dim=-1)
