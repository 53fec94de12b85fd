"""What the sensors of one robot in the crowd world report, as the samples that cores exchange.

Everything is told from the pose that the world reports, which is one step late, as the authors'
simulator does; the world's coordinates are the frame odom.
"""

import math
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from policy_nodes.contract.samples import (
    BaseSample,
    DetectionsSample,
    GoalSample,
    LaserSample,
    PeopleSample,
    PointsSample,
)
from policy_nodes.geometry import raycast
from policy_nodes.geometry.frames import quaternion_from_yaw
from policy_nodes.simulation.crowd import counter_random
from policy_nodes.simulation.crowd.detector import PersonDetector
from policy_nodes.simulation.crowd.reward import GOAL_RADIUS
from policy_nodes.simulation.crowd.sensing import PERSON_BODY, Surroundings
from policy_nodes.simulation.crowd.world import CrowdWorld, Observation, State

RANGE_STREAM = 211
ODOM, BASE = 'odom', 'base_link'


@dataclass(frozen=True)
class CrowdSamples:
    """Everything that one robot learns in one step, and who is really there.

    Attributes:
        laser: scan with people in it, in base_link; ray 0 points backward.
        base: pose in odom and measured twist.
        detections: people in view as the detector sees them, in base_link.
        goal: where to go, in odom.
        people: everybody in the world, in odom; for scoring, not for the robot. Ids are slots.
        points: sweep of a lidar of many beams, in base_link; None without one, or when it is lost.
    """

    laser: LaserSample
    base: BaseSample
    detections: DetectionsSample
    goal: GoalSample
    people: PeopleSample
    points: PointsSample | None = None


class CrowdSensors:
    """The sensors of the robots of a crowd world."""

    def __init__(
        self,
        world: CrowdWorld,
        *,
        rays: int = 720,
        range_noise: float = 0.01,
        range_min: float = 0.05,
        range_max: float = 25.0,
        detector: PersonDetector | None = None,
    ) -> None:
        """Mount the sensors.

        Args:
            world: that they sense.
            rays: of the lidar, spread evenly over a full turn.
            range_noise: standard deviation of a range [m].
            range_min: nearer hits read -inf [m].
            range_max: farther hits read inf [m].
            detector: of people; one with the default errors if None.

        Raises:
            ValueError: for a number out of its range.
        """
        if rays < 1:
            raise ValueError(f'lidar: rays is {rays}; give at least 1')
        if not range_noise >= 0:
            raise ValueError(f'lidar: range_noise is {range_noise} m; give 0 or more')
        if not 0 <= range_min < range_max < math.inf:
            raise ValueError(
                f'lidar: range_min is {range_min} m and range_max {range_max} m; '
                'give 0 <= range_min < range_max'
            )
        self.world = world
        self.range_noise = range_noise
        self.range_min = range_min
        self.range_max = range_max
        self.detector = PersonDetector() if detector is None else detector
        self.increment = 2 * math.pi / rays
        turns = torch.arange(rays, dtype=torch.float64) * self.increment - math.pi
        self.angles = turns.to(world.episodes.start)

    @torch.inference_mode()
    def read(self, state: State, view: Observation, row: int, stamp_ns: int) -> CrowdSamples:
        """Sample all sensors of one robot.

        Args:
            state: of the worlds.
            view: what `world.observe` says of that state.
            row: which world.
            stamp_ns: of all samples.
        """
        here = slice(row, row + 1)
        state = State(**{f.name: getattr(state, f.name)[here] for f in fields(state)})
        view = Observation(**{f.name: getattr(view, f.name)[here] for f in fields(view)})
        seed = self.world.episodes.seed[state.row]
        return CrowdSamples(
            laser=self._laser(state, seed, stamp_ns),
            base=_base(view, stamp_ns),
            detections=_detections(self.detector.detect(view, seed, state.step), stamp_ns),
            goal=GoalSample(stamp_ns, ODOM, _doubles(view.goal[0]), GOAL_RADIUS),
            people=_people(view, self.world.present(state), stamp_ns),
        )

    def _laser(self, state: State, seed: Tensor, stamp_ns: int) -> LaserSample:
        around = self.world.surroundings(state.row)
        first = self._cast(state.seen_pose, around, state.people, self.world.present(state))
        noise = counter_random.normal(seed, RANGE_STREAM, state.step, first.shape[1:])
        ranges = (first + self.range_noise * noise.to(first.dtype))[0]
        ranges = torch.where(ranges < self.range_min, -torch.inf, ranges)
        ranges = torch.where(ranges > self.range_max, torch.inf, ranges)
        return LaserSample(
            stamp_ns=stamp_ns,
            frame=BASE,
            angle_min=_single(-math.pi),
            angle_increment=_single(self.increment),
            range_min=_single(self.range_min),
            range_max=_single(self.range_max),
            ranges=ranges.cpu().numpy().astype(np.float32),
        )

    def _cast(self, pose: Tensor, around: Surroundings, people: Tensor, present: Tensor) -> Tensor:
        """Distance (worlds, rays) to whatever comes first [m]; infinite where nothing does."""
        origin, ray = pose[:, :2], raycast.directions(pose[:, 2], self.angles)
        first = raycast.to_wall(origin, ray, around.wall)
        if around.boxes.shape[1]:
            first = torch.minimum(first, raycast.to_boxes(origin, ray, around.boxes))
        if around.segments.shape[1]:
            first = torch.minimum(first, raycast.to_segments(origin, ray, around.segments))
        body = torch.where(present, PERSON_BODY, torch.nan).to(people.dtype)
        center = torch.cat((around.discs[..., :2], people), dim=1)
        radius = torch.cat((around.discs[..., 2], body), dim=1)
        if center.shape[1]:
            discs = raycast.to_each_disc(origin, ray, center, radius)
            first = torch.minimum(first, discs.amin(1))
        return first


def _single(value: float) -> float:
    """Round to what a LaserScan message carries."""
    return float(np.float32(value))


def _doubles(value: Tensor) -> NDArray[np.float64]:
    return value.cpu().numpy().astype(np.float64)


def _base(view: Observation, stamp_ns: int) -> BaseSample:
    x, y, yaw = _doubles(view.pose[0])
    v, w = _doubles(view.twist[0])
    return BaseSample(
        stamp_ns=stamp_ns,
        frame=ODOM,
        child_frame=BASE,
        position=np.array([x, y, 0.0]),
        quaternion=quaternion_from_yaw(yaw),
        v=float(v),
        w=float(w),
    )


def _detections(found: Tensor, stamp_ns: int) -> DetectionsSample:
    positions = _doubles(found[0])
    positions = positions[~np.isnan(positions[:, 0])]
    # in order of bearing, as a sweep meets them, so that the order gives no identity away
    order = np.argsort(np.arctan2(positions[:, 1], positions[:, 0]), kind='stable')
    return DetectionsSample(stamp_ns, BASE, positions[order])


def _people(view: Observation, present: Tensor, stamp_ns: int) -> PeopleSample:
    slots = present[0].nonzero()[:, 0]
    return PeopleSample(
        stamp_ns=stamp_ns,
        frame=ODOM,
        ids=slots.cpu().numpy().astype(np.int64),
        positions=_doubles(view.people[0, slots]),
        velocities=_doubles(view.people_velocity[0, slots]),
        radii=np.full(len(slots), PERSON_BODY),
    )
