"""A lidar of many beams on a robot of the crowd world.

The world is flat: people are discs and furniture has no height. Here each episode gives them
bodies and forms, drawn from its seed alone.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from policy_nodes.simulation.crowd.world import CrowdWorld, Observation, State
from policy_nodes.simulation.lidar.bodies import bodies, draw_builds
from policy_nodes.simulation.lidar.furnishing import furnish, walls
from policy_nodes.simulation.lidar.solids import Solids
from policy_nodes.simulation.lidar.spinning_lidar import LidarModel, sweep

LIDARS = {
    16: LidarModel(),
    32: LidarModel(beams=32, elevations=(math.radians(-25), math.radians(15)), directions=1024),
}
STROLLING = 0.05  # [m/s] slower people keep the heading that they had
TIME_STEP = 0.1


class CrowdLidar:
    """Sees one robot's world in three dimensions."""

    def __init__(
        self, world: CrowdWorld, *, beams: int = 16, noise: float = 0.02, lost: float = 0.0
    ) -> None:
        """Furnish the world.

        Args:
            world: of one robot.
            beams: 16 or 32.
            noise: of a range, standard deviation [m].
            lost: share of sweeps that do not arrive.

        Raises:
            ValueError: another number of beams, or a number out of its range.
        """
        if beams not in LIDARS:
            known = ', '.join(map(str, LIDARS))
            raise ValueError(f'lidar: there is none of {beams} beams; there are {known}')
        if not noise >= 0 or not 0 <= lost < 1:
            raise ValueError(
                f'lidar: noise is {noise} m and lost {lost}; give 0 m or more, and a share below 1'
            )
        self.model = replace(LIDARS[beams], noise=noise)
        self.lost = lost
        plan = world.episodes
        self.seed = int(plan.seed[0])
        draws = np.random.default_rng((self.seed, 0))
        self.builds = draw_builds(plan.people, draws)
        floor = (plan.boxes, plan.discs, plan.segments)
        boxes, discs, segments = (each[0].cpu().numpy().astype(float) for each in floor)
        self.room = furnish(boxes, discs, segments, draws)
        if math.isfinite(half := float(plan.wall[0])):
            self.room += walls(half, draws)
        self.heading = draws.uniform(-np.pi, np.pi, plan.people)
        self.walked = np.zeros(plan.people)

    def read(
        self, state: State, view: Observation, present: NDArray[np.bool_]
    ) -> NDArray[np.float32] | None:
        """Measure one turn; call it once a step, in order.

        Args:
            state: of the world.
            view: what the world says of it.
            present: which people are there (people,).

        Returns:
            points (n, 4) x, y, z over the ground in base_link [m], intensity; None for a sweep
            that is lost.
        """
        place = state.people[0].cpu().numpy().astype(float)
        velocity = view.people_velocity[0].cpu().numpy().astype(float)
        speed = np.hypot(*velocity.T)
        toward = np.arctan2(velocity[:, 1], velocity[:, 0])
        self.heading = np.where(speed > STROLLING, toward, self.heading)
        self.walked += np.where(present, speed, 0.0) * TIME_STEP
        draws = np.random.default_rng((self.seed, 1 + int(state.step[0])))
        if draws.random() < self.lost:
            return None
        solids = self._people(place, speed, present) + self.room
        pose = view.pose[0].cpu().numpy().astype(float)
        return sweep(self.model, solids.seen_from(pose), draws).points.astype(np.float32)

    def _people(
        self, place: NDArray[np.float64], speed: NDArray[np.float64], here: NDArray[np.bool_]
    ) -> Solids:
        builds = replace(
            self.builds,
            **{name: value[here] for name, value in vars(self.builds).items()},
        )
        return bodies(place[here], self.heading[here], speed[here], self.walked[here], builds)
