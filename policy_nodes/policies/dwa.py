"""The dynamic window approach as a navigation policy: try arcs, drive the first bit of the best.

Source: Fox, Burgard, Thrun: The Dynamic Window Approach to Collision Avoidance (IEEE Robotics and
Automation Magazine, 1997). Each roll-out ramps from the present twist to a constant one as fast as
the base allows, people go on at constant velocity, and the way to the goal comes from `Route`, as
a navigation stack's local planner follows its global one.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from policy_nodes.policies.drive_limits import (
    PERSON_BODY,
    RIM_SPEED,
    ROBOT_BODY,
    STEP_TIME,
    after_one_step,
    step_towards,
    within_wheels,
)
from policy_nodes.policies.navigation import NavigationView
from policy_nodes.policies.route import Route
from policy_nodes.policies.scan_points import nearest_by_sector, points_of, to_world
from policy_nodes.policies.velocity_steps import V_STEP, W_STEP

SPEEDS = (-0.4, -0.2, 0.0, 0.13, 0.27, RIM_SPEED)
TURNS = (-1.0, -0.7, -0.4, -0.2, 0.0, 0.2, 0.4, 0.7, 1.0)
STRIDE = 3  # steps of the base between two looks along a roll-out
SECTORS = 60
WALL_POINTS = 24
FAR = 100.0
HEADING_RANGE = 0.5
STANDING_SPEED = 0.1  # who is slower counts as an obstacle [m/s]
HOLD = 10  # steps after which every other arc goes on straight
TURN_LOOKS = 4  # after so many looks a roll-out should face the waypoint


class RollOuts(NamedTuple):
    """What would happen; positions in world axes from where the robot is now.

    Attributes:
        target: (rows, arcs, 2) twist in the end, v [m/s], w [rad/s].
        spots: (rows, looks, arcs, 2) [m].
        yaw: (rows, arcs) after TURN_LOOKS looks [rad].
    """

    target: Tensor
    spots: Tensor
    yaw: Tensor


class DwaPolicy:
    """Drives by the dynamic window approach along the shortest known way.

    Attributes:
        asked: (rows, 2) twist asked for last, v [m/s], w [rad/s].
        route: to the goals.
    """

    def __init__(
        self,
        *,
        looks: int = 10,
        margin: float = 0.05,
        comfort: float = 0.4,
        wall_margin: float = 0.03,
        wall_comfort: float = 0.25,
        progress_weight: float = 1.0,
        heading_weight: float = 0.3,
        speed_weight: float = 0.1,
        people_weight: float = 1.0,
        wall_weight: float = 0.3,
        collision_weight: float = 10.0,
        hit_speed_weight: float = 1.0,
        wall_looks: int = 4,
        patience: float = 0.5,
    ) -> None:
        """Set how far ahead roll-outs go and what counts.

        Args:
            looks: along a roll-out, 0.3 s apart.
            margin: a person nearer than this beyond touching counts as hit [m].
            comfort: distance to people at which their nearness begins to count [m].
            wall_margin: a wall nearer than this beyond touching counts as hit [m].
            wall_comfort: distance to walls at which their nearness begins to count [m].
            progress_weight: of coming nearer to the waypoint, 1 for full speed all the way.
            heading_weight: of facing the waypoint in the end.
            speed_weight: of driving forward fast.
            people_weight: of nearness to people.
            wall_weight: of nearness to walls.
            collision_weight: of a hit; large, so that hits are only compared with hits: when
                nothing is free of them, the latest one wins.
            hit_speed_weight: of slowness among arcs that all hit something.
            wall_looks: along a roll-out that walls count in; the route bends round later ones.
            patience: how much less the end of a roll-out counts than its beginning, as people
                will not really keep their velocity.
        """
        self.looks = looks
        self.margin, self.comfort = margin, comfort
        self.wall_margin, self.wall_comfort = wall_margin, wall_comfort
        self.progress_weight, self.heading_weight = progress_weight, heading_weight
        self.speed_weight, self.people_weight = speed_weight, people_weight
        self.wall_weight, self.collision_weight = wall_weight, collision_weight
        self.hit_speed_weight = hit_speed_weight
        self.wall_looks = wall_looks
        self.patience = patience
        self.route = Route()
        self.asked = torch.zeros((0, 2))

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
        waypoint = self.route.waypoint(view.pose, view.ranges)
        rolled = self._roll_out(pose[:, 2], view.v_min)
        wall_gap = self._still_gap(view, pose[:, :2], rolled.spots)
        danger, hit = self._danger(self._walker_gap(view, pose[:, :2], rolled.spots), wall_gap)
        merit = self._merit(rolled, pose[:, :2], waypoint, wall_gap)
        slow = self.hit_speed_weight * rolled.target[..., 0].abs() / RIM_SPEED
        # where all arcs hit something, the latest and slowest hit is best and nothing else counts
        price = danger + torch.where(hit, slow, -merit)
        best = price.argmin(1)[:, None, None].expand(-1, 1, 2)
        wanted = rolled.target.gather(1, best)[:, 0]
        self.asked = step_towards(self.asked, wanted, view.v_min)
        return self.asked

    def _roll_out(self, yaw: Tensor, v_min: Tensor) -> RollOuts:
        """Drive all arcs from the present twist."""
        device = yaw.device
        grid = torch.cartesian_prod(
            torch.tensor(SPEEDS, device=device), torch.tensor(TURNS, device=device)
        )
        bent = grid[grid[:, 1] != 0]
        first = within_wheels(torch.cat((grid, bent))).expand(len(yaw), -1, -1)
        v, w = first.unbind(-1)
        v = v.maximum(v_min[:, None])
        first = torch.stack((v, w), dim=-1)
        straight = torch.arange(w.shape[1], device=device) >= len(grid)
        later = torch.stack((v, torch.where(straight, 0.0, w)), dim=-1)

        # the step in the middle of each stride stands for all its steps
        step = STRIDE * torch.arange(self.looks, device=device) + (STRIDE + 1) / 2
        pace = torch.tensor((V_STEP, W_STEP), device=device)
        most = step.clamp_max(HOLD)[:, None, None] * pace
        change = (first - self.asked[:, None])[:, None]
        twist = self.asked[:, None, None] + change.maximum(-most).minimum(most)
        most = (step - HOLD).clamp_min(0)[:, None, None] * pace
        twist = twist + (later[:, None] - twist).maximum(-most).minimum(most)
        travel, turn = (twist * (STRIDE * STEP_TIME)).unbind(-1)
        heading = yaw[:, None, None] + turn.cumsum(1)
        middle = heading - 0.5 * turn
        move = torch.stack((travel * middle.cos(), travel * middle.sin()), dim=-1)
        return RollOuts(first, move.cumsum(1), heading[:, TURN_LOOKS - 1])

    def _merit(
        self, rolled: RollOuts, position: Tensor, waypoint: Tensor, wall_gap: Tensor
    ) -> Tensor:
        """How much good each arc does (rows, arcs)."""
        spots = rolled.spots[:, 1::2] + position[:, None, None]
        rows, looks, arcs, _ = spots.shape
        places = torch.cat((position[:, None], waypoint[:, None], spots.flatten(1, 2)), dim=1)
        left = self.route.length_from(places)
        direct = (places - waypoint[:, None]).norm(dim=-1) + left[:, 1:2]
        left = torch.minimum(left, direct)
        # an arc that passes the goal has reached it, whatever comes after; one that runs into a
        # wall ends there
        ended = (wall_gap < self.wall_margin).cumsum(1)[:, 1::2] > 0
        least = torch.where(ended, torch.inf, left[:, 2:].reshape(rows, looks, arcs)).amin(1)
        least = least.minimum(left[:, :1] + 1.0)
        progress = (left[:, :1] - least) / (RIM_SPEED * self.looks * STRIDE * STEP_TIME)

        rest = (waypoint - position)[:, None] - rolled.spots[:, TURN_LOOKS - 1]
        facing = (torch.atan2(rest[..., 1], rest[..., 0]) - rolled.yaw).cos()
        # close to the waypoint its direction says nothing
        facing = facing * (rest.norm(dim=-1) / HEADING_RANGE).clamp_max(1.0)
        speed = rolled.target[..., 0] / RIM_SPEED
        return (
            self.progress_weight * progress
            + self.heading_weight * facing
            + self.speed_weight * speed
        )

    def _walker_gap(self, view: NavigationView, position: Tensor, spots: Tensor) -> Tensor:
        """Free distance to people who walk (rows, looks, arcs) [m]."""
        rows, looks, arcs, _ = spots.shape
        walks = view.people_velocity.norm(dim=-1) >= STANDING_SPEED
        time = STRIDE * STEP_TIME * torch.arange(1, looks + 1, device=spots.device)
        people = view.people[:, None] + time[:, None, None] * view.people_velocity[:, None]
        people = people - position[:, None, None]
        people = torch.where((view.visible & walks)[:, None, :, None], people, FAR)
        gap = nearest(spots.flatten(0, 1), people.flatten(0, 1)).reshape(rows, looks, arcs)
        return gap - (ROBOT_BODY + PERSON_BODY)

    @staticmethod
    def _still_gap(view: NavigationView, position: Tensor, spots: Tensor) -> Tensor:
        """Free distance to walls and to people who stand (rows, looks, arcs) [m]."""
        walls = to_world(nearest_by_sector(points_of(view.ranges), SECTORS), view.pose)
        walls = walls - position[:, None]
        pick = walls.square().sum(-1).topk(WALL_POINTS, dim=1, largest=False, sorted=False).indices
        walls = walls.gather(1, pick[..., None].expand(-1, -1, 2))
        gap = nearest(spots.flatten(1, 2), walls) - ROBOT_BODY
        stands = view.people_velocity.norm(dim=-1) < STANDING_SPEED
        people = view.people - position[:, None]
        people = torch.where((view.visible & stands)[..., None], people, FAR)
        beside = nearest(spots.flatten(1, 2), people) - (ROBOT_BODY + PERSON_BODY)
        return torch.minimum(gap, beside).reshape(spots.shape[:3])

    def _danger(self, gap: Tensor, wall_gap: Tensor) -> tuple[Tensor, Tensor]:
        """How dangerous each arc is (rows, arcs), and whether it hits something."""
        looks = torch.arange(1, self.looks + 1, device=gap.device)[:, None]
        fading = 1.0 - self.patience * looks / self.looks
        soon = looks <= self.wall_looks
        hit = (gap < self.margin) | ((wall_gap < self.wall_margin) & soon)
        near = self.people_weight * (1 - gap / self.comfort).clamp(0, 1)
        tight = self.wall_weight * (1 - wall_gap / self.wall_comfort).clamp(0, 1) * soon
        danger = (
            (self.collision_weight * hit * fading).amax(1)
            + (near * fading).amax(1)
            + (tight * fading).amax(1)
        )
        return danger, hit.any(1)


def nearest(spots: Tensor, points: Tensor) -> Tensor:
    """Distance from each spot (batch, spots, 2) to the nearest of the points (batch, points, 2).

    Returns:
        (batch, spots) [m]; coordinates have to be small, as differences of squares are taken.
    """
    if not points.shape[1]:
        return torch.full_like(spots[..., 0], FAR)
    square = torch.baddbmm(points.square().sum(-1)[:, None], spots, points.mT, alpha=-2.0)
    return (square.amin(-1) + spots.square().sum(-1)).clamp_min(0).sqrt()
