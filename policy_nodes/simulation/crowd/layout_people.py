"""People of a fixed floor plan: routes from region to region, and people who stand about."""

import torch
from torch import Tensor

from policy_nodes.simulation.crowd import counter_random
from policy_nodes.simulation.crowd.layouts import Layout
from policy_nodes.simulation.crowd.placement import (
    CANDIDATES,
    apart_from,
    in_boxes,
    until_placed,
)
from policy_nodes.simulation.crowd.scenario import Scenario

PLAN, WALKER, ROUTE_GOALS, STANDER, PATIENCE, HEADCOUNT = 31, 32, 33, 34, 35, 36
PERSON_RADIUS = 0.25
ROBOT_RADIUS = 0.2
DISCOMFORT = 0.25
WAIT_MEAN, WAIT_SPREAD = 120.0, 80.0
TIME_STEP = 0.1


def place_layout_people(
    scenario: Scenario, layout: Layout, seeds: Tensor, boxes: Tensor, trip: Tensor
) -> dict[str, Tensor]:
    """Draw who is there, where they start, and the goals of their routes.

    Args:
        scenario: head counts and the time limit.
        layout: regions and routes.
        seeds: (episodes,) int64.
        boxes: (episodes, boxes, 4) [m].
        trip: (episodes, 4) robot start and goal [m].

    Returns:
        The people fields of `Episodes` that depend on the floor plan.
    """
    crowd = _Crowd(scenario, layout, seeds, boxes, trip)
    crowd.choose_numbers()
    for slot in range(scenario.people[1]):
        crowd.place_walker(slot)
    for slot in range(scenario.most_people):
        crowd.place_stander(slot)
    return crowd.fields()


class _Crowd:
    """The people placed so far."""

    def __init__(
        self, scenario: Scenario, layout: Layout, seeds: Tensor, boxes: Tensor, trip: Tensor
    ) -> None:
        self.scenario, self.layout = scenario, layout
        self.seeds, self.boxes, self.trip = seeds, boxes, trip
        device, count, slots = seeds.device, len(seeds), scenario.most_people
        names = list(layout.regions)
        self.rects = torch.tensor([layout.regions[name] for name in names], device=device)
        plans = layout.routes
        self.depth = max(len(route) for plan in plans for route in plan)
        width = max(len(plan) for plan in plans)
        self.routes = torch.zeros((len(plans), width, self.depth), dtype=torch.long, device=device)
        self.lengths = torch.zeros((len(plans), width), dtype=torch.long, device=device)
        for p, plan in enumerate(plans):
            for r, route in enumerate(plan):
                self.lengths[p, r] = len(route)
                for i, name in enumerate(route):
                    self.routes[p, r, i] = names.index(name)
        towards = [{3, 1} <= set(plan[0]) for plan in plans]
        self.towards_robot = torch.tensor(towards, device=device)
        self.waiting = (
            names.index(layout.waiting_region) if layout.waiting_region is not None else -1
        )
        self.placed = torch.full((count, slots, 2), torch.nan, device=device)
        self.goals = torch.zeros((count, slots, self.depth - 1, 2), device=device)
        self.goal_count = torch.ones((count, slots), dtype=torch.long, device=device)
        self.wait = torch.zeros((count, slots), dtype=torch.long, device=device)
        self.facing = torch.zeros(count, dtype=torch.bool, device=device)
        self.blocked = torch.zeros(count, dtype=torch.bool, device=device)

    def choose_numbers(self) -> None:
        """Draw how many walk and stand; a correlated plan fixes who walks."""
        scenario = self.scenario
        u = counter_random.uniform(self.seeds, HEADCOUNT, 0, (3,))
        self.plan = (u[:, 0] * len(self.layout.routes)).long()
        if self.layout.correlated:
            walkers = (self.lengths[self.plan] > 0).sum(1)
        else:
            low, high = scenario.people
            walkers = low + (u[:, 1] * (high - low + 1)).long()
        low, high = scenario.standing
        standers = low + (u[:, 2] * (high - low + 1)).long()
        slot = torch.arange(scenario.most_people, device=self.seeds.device)
        self.present = slot < (walkers + standers)[:, None]
        self.walking = slot < walkers[:, None]

    def _free(self, spot: Tensor, who: Tensor, robot_gap: float) -> Tensor:
        """Say whether spots (n, spots, 2) keep clear of boxes, other people and the robot."""
        clear = ~in_boxes(spot, self.boxes[who], PERSON_RADIUS + DISCOMFORT)
        clear &= apart_from(spot, self.placed[who], 2 * PERSON_RADIUS + DISCOMFORT)
        return clear & ((spot - self.trip[who, None, :2]).norm(dim=-1) >= robot_gap)

    def place_walker(self, slot: int) -> None:
        """Place the person of a slot at the start of a route, where the slot holds a walker."""
        wanted = self.walking[:, slot]

        def walker(attempt: int, who: Tensor) -> tuple[Tensor, Tensor]:
            u = counter_random.uniform(
                self.seeds[who], WALKER, (attempt << 8) + slot, (CANDIDATES, 5)
            )
            plan, lane = self._route(u[..., 0], who, slot)
            regions = self.routes[plan, lane]
            start = _in_rect(self.rects[regions[..., 0]], u[..., 1:3])
            goal = _in_rect(self.rects[regions[..., 1]], u[..., 3:5])
            fits = self._free(start, who, 2.5)
            fits &= ~in_boxes(goal, self.boxes[who], PERSON_RADIUS + DISCOMFORT)
            value = torch.cat((start, goal, plan[..., None], lane[..., None]), dim=-1)
            return value, fits | ~wanted[who, None]

        value = until_placed(walker, len(self.seeds), 6, self.seeds.device)
        plan, lane = value[:, 4].long(), value[:, 5].long()
        regions = self.routes[plan, lane]
        self.placed[:, slot] = torch.where(wanted[:, None], value[:, :2], self.placed[:, slot])
        u = counter_random.uniform(self.seeds, ROUTE_GOALS, slot, (self.depth - 1, 2))
        goals = _in_rect(self.rects[regions[:, 1:]], u)
        goals[:, 0] = value[:, 2:4]
        self.goals[:, slot] = goals
        self.goal_count[:, slot] = (self.lengths[plan, lane] - 1).clamp_min(1)
        if not self.layout.correlated:
            self.facing |= wanted & self.towards_robot[plan]
        waits = wanted & (regions[:, 0] == self.waiting)
        coin = counter_random.uniform(self.seeds, PATIENCE, 2 * slot) > 0.5
        period = WAIT_MEAN + WAIT_SPREAD * counter_random.normal(
            self.seeds, PATIENCE, 2 * slot + 1
        )
        period = period.clamp(0, self.scenario.time_limit / TIME_STEP).ceil().long()
        self.wait[:, slot] = torch.where(waits & coin, period, 0)

    def _route(self, u: Tensor, who: Tensor, slot: int) -> tuple[Tensor, Tensor]:
        """Pick the plan and the route within it for u (n, picks) in [0, 1)."""
        if self.layout.correlated:
            plan = self.plan[who, None].expand(u.shape)
            # the last route of a plan goes to the first person
            lane = ((self.lengths[plan] > 0).sum(-1) - 1 - slot).clamp_min(0)
            return plan, lane
        choices = len(self.layout.routes) - self.layout.facing * self.facing[who, None].long()
        plan = (u * choices).long()
        return plan, torch.zeros_like(plan)

    def place_stander(self, slot: int) -> None:
        """Place the person of a slot where people stand, where the slot holds a stander."""
        wanted = self.present[:, slot] & ~self.walking[:, slot]
        rects = torch.tensor(self.layout.standing, device=self.seeds.device)

        def stander(attempt: int, who: Tensor) -> tuple[Tensor, Tensor]:
            u = counter_random.uniform(
                self.seeds[who], STANDER, (attempt << 8) + slot, (CANDIDATES, 3)
            )
            # with someone in the way already, the choice is among the regions but the last,
            # which is what the authors draw
            choices = len(rects) - self.blocked[who, None].long()
            region = (u[..., 0] * choices).long()
            spot = _in_rect(rects[region], u[..., 1:])
            fits = self._free(spot, who, 1.5)
            to_goal = (spot - self.trip[who, None, 2:]).norm(dim=-1)
            fits &= to_goal > 2 * (ROBOT_RADIUS + PERSON_RADIUS)
            return torch.cat((spot, region[..., None]), dim=-1), fits | ~wanted[who, None]

        value = until_placed(stander, len(self.seeds), 3, self.seeds.device)
        self.placed[:, slot] = torch.where(wanted[:, None], value[:, :2], self.placed[:, slot])
        self.blocked |= wanted & (value[:, 2] == self.layout.crowding)

    def fields(self) -> dict[str, Tensor]:
        """Return the fields of `Episodes`."""
        start = torch.where(self.present[..., None], self.placed, 0.0)
        standing = (self.present & ~self.walking)[..., None]
        goals = torch.where(standing[..., None], start[:, :, None], self.goals)
        return {
            'present': self.present,
            'walking': self.walking & self.present,
            'people_start': start,
            'people_goals': goals,
            'goal_count': self.goal_count,
            'wait': self.wait,
        }


def _in_rect(rect: Tensor, u: Tensor) -> Tensor:
    """Map u (..., 2) in [0, 1) into rectangles (..., 4) x_low, x_high, y_low, y_high."""
    low = torch.stack((rect[..., 0], rect[..., 2]), dim=-1)
    high = torch.stack((rect[..., 1], rect[..., 3]), dim=-1)
    return low + (high - low) * u
