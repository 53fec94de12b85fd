"""The shortest known way round obstacles: what a navigation stack calls its global plan.

A grid between robot and goal remembers where the lidar hit something. On it the length of the
way to the goal is found by value iteration that goes on from step to step, a few sweeps each:
lengths begin as straight distances, which are never too long, and rise where the straight way
turns out to be blocked. So nothing is searched anew and hundreds of robots cost one tensor
program.

Source of the idea: the cost map and wave-front planner of ROS navigation (Marder-Eppstein et
al., The Office Marathon, ICRA 2010).
"""

import math

import torch
from torch import Tensor

from policy_nodes.policies.drive_limits import ROBOT_BODY
from policy_nodes.policies.scan_points import free_distance, nearest_by_sector, points_of, to_world

CELLS = 64
SMALLEST_CELL = 0.2
MARGIN = 3.0  # known ground beyond start and goal [m]
HIT_RANGE = 8.0  # hits farther away lie too far apart to bound anything [m]
DIRECTIONS, REACHES = 60, (0.3, 0.6, 1.0, 1.5, 2.2, 3.0)
SECTORS = 90
GOAL_SHIFT = 0.05
BLOCKED_PRICE = 20.0


class Route:
    """Ways to the goals of many robots.

    Attributes:
        center: (rows, 2) of each grid [m].
        cell: (rows,) side of a cell [m].
        goal: (rows, 2) that the lengths lead to [m]; NaN before the first look.
        hits: (rows, CELLS, CELLS) how fresh the memory of a hit is, 1 for just now; y, x.
        length: (rows, CELLS, CELLS) of the way to the goal [m].
        known: (rows, CELLS, CELLS) lengths of the cells at the goal, infinite elsewhere [m].
    """

    def __init__(
        self,
        *,
        sweeps: int = 5,
        memory: float = 30.0,
        hit_price: float = 30.0,
        near_price: float = 5.0,
        clearance: float = 0.05,
    ) -> None:
        """Set what a way costs.

        Args:
            sweeps: of value iteration per step.
            memory: a hit that is not seen again is forgotten after this time [s].
            hit_price: a metre through a cell with a hit counts as so many.
            near_price: a metre through a cell beside one counts as so many.
            clearance: free distance beside the robot on the straight way to a waypoint [m].
        """
        self.sweeps = sweeps
        self.fading = 0.1 / memory
        self.hit_price, self.near_price = hit_price, near_price
        self.radius = ROBOT_BODY + clearance
        self._resize(0, torch.device('cpu'))

    def _resize(self, rows: int, device: torch.device) -> None:
        self.center = torch.zeros((rows, 2), device=device)
        self.cell = torch.full((rows,), SMALLEST_CELL, device=device)
        self.goal = torch.full((rows, 2), torch.nan, device=device)
        self.hits = torch.zeros((rows, CELLS, CELLS), device=device)
        self.length = torch.zeros((rows, CELLS, CELLS), device=device)
        self.known = torch.zeros((rows, CELLS, CELLS), device=device)

    def reset(self, begins: Tensor) -> None:
        """Forget rows where begins (rows,) is True; another number of rows starts anew."""
        if len(begins) != len(self.goal):
            self._resize(len(begins), begins.device)
        self.goal = torch.where(begins[:, None], torch.nan, self.goal)

    def select(self, rows: Tensor) -> None:
        """Go on with some rows only, by index (n,)."""
        self.center, self.cell, self.goal = self.center[rows], self.cell[rows], self.goal[rows]
        self.hits, self.length = self.hits[rows], self.length[rows]
        self.known = self.known[rows]

    def look(self, pose: Tensor, goal: Tensor, ranges: Tensor) -> None:
        """Remember what the lidar sees and bring the lengths nearer to the truth.

        Args:
            pose: (rows, 3) from which the scan was taken [m, rad].
            goal: (rows, 2) [m]; another goal than before begins a new grid.
            ranges: (rows, rays) without people [m].
        """
        self._begin(pose, goal)
        self.hits = (self.hits - self.fading).clamp_min(0)
        spots = to_world(points_of(ranges), pose)
        index = ((spots - self.center[:, None]) / self.cell[:, None, None]).floor().long()
        index += CELLS // 2
        known = ((index >= 0) & (index < CELLS)).all(-1) & (ranges < HIT_RANGE)
        flat = torch.where(known, index[..., 1] * CELLS + index[..., 0], 0)
        hits = self.hits.flatten(1)
        # a ray that hits nothing writes to its first cell what is there already
        fresh = torch.where(known, 1.0, hits.gather(1, flat))
        self.hits = hits.scatter_reduce(1, flat, fresh, 'amax').reshape(self.hits.shape)
        self._improve()

    def _begin(self, pose: Tensor, goal: Tensor) -> None:
        """Lay new grids where the goal is new."""
        fresh = ~((self.goal - goal).norm(dim=1) < GOAL_SHIFT)
        if not fresh.any():
            return
        center = 0.5 * (pose[:, :2] + goal)
        span = (pose[:, :2] - goal).norm(dim=1) + 2 * MARGIN
        cell = (span / CELLS).clamp_min(SMALLEST_CELL)
        self.center = torch.where(fresh[:, None], center, self.center)
        self.cell = torch.where(fresh, cell, self.cell)
        self.goal = torch.where(fresh[:, None], goal, self.goal)
        self.hits = torch.where(fresh[:, None, None], 0.0, self.hits)
        straight = self._straight()
        at_goal = straight < 1.5 * self.cell[:, None, None]
        known = torch.where(at_goal, straight, torch.inf)
        self.length = torch.where(fresh[:, None, None], straight, self.length)
        self.known = torch.where(fresh[:, None, None], known, self.known)

    def _straight(self) -> Tensor:
        """Straight distances (rows, CELLS, CELLS) from the middles of cells to the goal [m]."""
        step = torch.arange(CELLS, device=self.cell.device) - (CELLS // 2 - 0.5)
        axis = self.cell[:, None] * step
        gap = self.goal - self.center
        return torch.hypot(
            axis[:, None, :] - gap[:, 0, None, None], axis[:, :, None] - gap[:, 1, None, None]
        )

    def _improve(self) -> None:
        """Sweep: the length of a cell is that of its best neighbour and the way there."""
        price = self._price()
        aslant = math.sqrt(2) * price
        wide = torch.nn.functional.pad(self.length, (1, 1, 1, 1), value=torch.inf)
        inner = wide[:, 1:-1, 1:-1]
        for _ in range(self.sweeps):
            beside = torch.minimum(wide[:, :-2], wide[:, 2:])
            across = torch.minimum(wide[:, 1:-1, :-2], wide[:, 1:-1, 2:])
            torch.minimum(across, beside[:, :, 1:-1], out=across).add_(price)
            corner = torch.minimum(beside[:, :, :-2], beside[:, :, 2:]).add_(aslant)
            torch.minimum(across, corner, out=across)
            torch.minimum(across, self.known, out=inner)
        self.length = inner.contiguous()

    def _price(self) -> Tensor:
        """What the way through each cell (rows, CELLS, CELLS) counts as [m]."""
        wide = torch.nn.functional.pad(self.hits, (1, 1, 1, 1))
        beside = torch.maximum(torch.maximum(wide[:, :-2], wide[:, 2:]), wide[:, 1:-1])
        around = torch.maximum(torch.maximum(beside[..., :-2], beside[..., 2:]), beside[..., 1:-1])
        # 1 in the open, more beside a hit, most where one is
        price = 1.0 + (self.near_price - 1.0) * around.sign_()
        price += (self.hit_price - self.near_price) * self.hits.sign()
        return price * self.cell[:, None, None]

    def length_from(self, spots: Tensor) -> Tensor:
        """Length of the way from spots (rows, n, 2) in the world: (rows, n) [m].

        Beyond the grid the nearest cell answers.
        """
        place = (spots - self.center[:, None]) / self.cell[:, None, None] + (CELLS / 2 - 0.5)
        place = place.clamp(0, CELLS - 1.001)
        low = place.floor()
        fx, fy = (place - low).unbind(-1)
        base = (low[..., 1] * CELLS + low[..., 0]).long()
        flat = self.length.flatten(1)
        bottom = flat.gather(1, base) * (1 - fx) + flat.gather(1, base + 1) * fx
        base = base + CELLS
        top = flat.gather(1, base) * (1 - fx) + flat.gather(1, base + 1) * fx
        return bottom * (1 - fy) + top * fy

    def waypoint(self, pose: Tensor, ranges: Tensor) -> Tensor:
        """Where to go first, in a straight line: (rows, 2) [m].

        The goal itself when the way there is free, else the spot in view from which the rest of
        the way is shortest.

        Args:
            pose: (rows, 3) from which the scan was taken.
            ranges: (rows, rays) without people [m].
        """
        points = points_of(ranges)
        toward = self.goal - pose[:, :2]
        aim = torch.atan2(toward[:, 1], toward[:, 0]) - pose[:, 2]
        distance = toward.norm(dim=1)
        direct = free_distance(points, aim[:, None], self.radius)[:, 0] >= distance

        angle = torch.arange(DIRECTIONS, device=pose.device) * (2 * math.pi / DIRECTIONS)
        free = free_distance(nearest_by_sector(points, SECTORS), angle, self.radius)
        reach = torch.tensor(REACHES, device=pose.device)
        course = torch.stack((angle.cos(), angle.sin()), dim=-1)
        spots = (course[:, None] * reach[:, None]).reshape(1, -1, 2).expand(len(pose), -1, -1)
        spots = to_world(spots, pose)
        over = (reach - free[..., None]).clamp_min(0)
        price = (reach + BLOCKED_PRICE * over).flatten(1) + self.length_from(spots)
        pick = price.argmin(1)[:, None, None].expand(-1, 1, 2)
        return torch.where(direct[:, None], self.goal, spots.gather(1, pick)[:, 0])
