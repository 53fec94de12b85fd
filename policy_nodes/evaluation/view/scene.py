"""The world around the robot in three dimensions: arrays in, calls to Rerun out.

Everything under `world` is in the frame of the odometry, everything under `world/robot` in that
of the base.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import rerun as rr
from numpy.typing import NDArray

from policy_nodes.contract.samples import BaseSample, DetectionsSample, LaserSample
from policy_nodes.evaluation.episode_streams import Obstacles
from policy_nodes.evaluation.run_files import ROBOT_RADIUS
from policy_nodes.evaluation.view import palette
from policy_nodes.evaluation.view.message_samples import DrawnLine
from policy_nodes.evaluation.view.palette import Colour
from policy_nodes.perception.tracked_people import OCCLUDED, TrackedPeople

Floats = NDArray[np.float64]

BODY_HEIGHT = 0.42
PERSON_HEIGHT = 1.7
OBSTACLE_HEIGHT = 0.7
LASER_HEIGHT = 0.3
ZONE_HEIGHT = 0.04
ARROW_SECONDS = 1.0  # arrows end where a person will be after this time
FAINT = 0.01  # weights below are not worth a line


class Scene:
    """Draws into one recording at the time that was set on it."""

    def __init__(self, recording: rr.RecordingStream) -> None:
        """Draw what never changes.

        Args:
            recording: to draw into.
        """
        self._recording = recording
        recording.log('world', rr.ViewCoordinates.RIGHT_HAND_Z_UP, static=True)
        heading = rr.Arrows3D(
            vectors=[(2 * ROBOT_RADIUS, 0.0, 0.0)],
            origins=[(0.0, 0.0, BODY_HEIGHT)],
            colors=[palette.SENT],
            radii=0.025,
        )
        recording.log('world/robot/heading', heading, static=True)

    def robot(self, base: BaseSample) -> None:
        """Move the robot to where odometry says it is."""
        turn = rr.Quaternion(xyzw=base.quaternion)
        pose = rr.Transform3D(translation=base.position, quaternion=turn)
        self._recording.log('world/robot', pose)

    def body(self, colour: Colour) -> None:
        """Colour the robot's footprint by what the safety controller lets it do."""
        body = rr.Cylinders3D(
            centers=[(0.0, 0.0, BODY_HEIGHT / 2)],
            lengths=[BODY_HEIGHT],
            radii=[ROBOT_RADIUS],
            colors=[colour],
            fill_mode='solid',
        )
        self._recording.log('world/robot/body', body)

    def path(self, points: Floats) -> None:
        """Draw where the robot came along: (n, 2) [m]."""
        strip = rr.LineStrips3D([_raised(points, 0.02)], colors=[palette.PATH], radii=0.03)
        self._recording.log('world/path', strip)

    def goal(self, position: Floats, tolerance: float) -> None:
        """Draw the goal (2,) and how near is near enough [m]."""
        disc = rr.Cylinders3D(
            centers=_raised(position[None], 0.01),
            lengths=[0.02],
            radii=[max(tolerance, 0.05)],
            colors=[palette.GOAL],
            labels=['goal'],
        )
        self._recording.log('world/goal', disc)

    def obstacles(self, standing: Obstacles) -> None:
        """Draw all that stands there, in place of what was drawn before."""
        edges = standing.boxes[:, 1:3] - standing.boxes[:, :2]
        size = np.linalg.norm(edges, axis=2)
        turn = np.arctan2(edges[:, 0, 1], edges[:, 0, 0]) / 2
        zeros = np.zeros(len(turn))
        middle = OBSTACLE_HEIGHT / 2
        boxes = rr.Boxes3D(
            centers=_raised(standing.boxes.mean(axis=1), middle),
            half_sizes=np.column_stack((size / 2, zeros + middle)),
            quaternions=np.column_stack((zeros, zeros, np.sin(turn), np.cos(turn))),
            colors=[palette.OBSTACLE],
            fill_mode='solid',
        )
        discs = rr.Cylinders3D(
            centers=_raised(standing.discs[:, :2], middle),
            lengths=np.full(len(standing.discs), OBSTACLE_HEIGHT),
            radii=standing.discs[:, 2],
            colors=[palette.OBSTACLE],
            fill_mode='solid',
        )
        ends = standing.segments.reshape(-1, 2, 2)
        walls = rr.LineStrips3D(
            [_raised(each, LASER_HEIGHT) for each in ends], colors=[palette.OBSTACLE], radii=0.03
        )
        self._recording.log('world/obstacles/boxes', boxes)
        self._recording.log('world/obstacles/discs', discs)
        self._recording.log('world/obstacles/walls', walls)

    def scan(self, scan: LaserSample) -> None:
        """Draw what the lidar hits."""
        angles = scan.angle_min + scan.angle_increment * np.arange(len(scan.ranges))
        hit = (scan.ranges >= scan.range_min) & (scan.ranges < scan.range_max)
        reach = scan.ranges[hit].astype(np.float64)
        spots = reach[:, None] * np.column_stack((np.cos(angles[hit]), np.sin(angles[hit])))
        points = rr.Points3D(_raised(spots, LASER_HEIGHT), colors=[palette.SCAN], radii=0.03)
        self._recording.log('world/robot/scan', points)

    def zones(self, lines: Sequence[DrawnLine]) -> None:
        """Draw what the safety controller looks at, in the frame of the base."""
        strips = rr.LineStrips3D(
            [_raised(line.points, ZONE_HEIGHT) for line in lines],
            colors=[line.colour for line in lines],
            radii=0.015,
        )
        self._recording.log('world/robot/zones', strips)

    def detections(self, found: DetectionsSample, in_world: bool) -> None:
        """Draw what the detector takes for people; in the frame of the base or of the world."""
        points = rr.Points3D(
            _raised(found.positions, PERSON_HEIGHT), colors=[palette.DETECTION], radii=0.06
        )
        where = 'world/people/detections' if in_world else 'world/robot/detections'
        self._recording.log(where, points)

    def tracked(self, people: TrackedPeople) -> None:
        """Draw who the tracker believes in: ids, states, velocities."""
        colours = [palette.TRACKED[min(int(state), OCCLUDED)] for state in people.states]
        labels = [
            f'#{number}' if state != OCCLUDED else f'#{number} ({unseen:.1f} s ago)'
            for number, state, unseen in zip(people.ids, people.states, people.unseen, strict=True)
        ]
        bodies = rr.Capsules3D(
            translations=_raised(people.positions, people.radii),
            lengths=np.maximum(PERSON_HEIGHT - 2 * people.radii, 0.0),
            radii=people.radii,
            colors=colours,
            labels=labels,
        )
        self._recording.log('world/people/tracked', bodies)
        self._velocities('world/people/tracked/velocities', people, colours)

    def truth(self, people: TrackedPeople) -> None:
        """Draw where people truly are and go."""
        rings = rr.Cylinders3D(
            centers=_raised(people.positions, 0.02),
            lengths=np.full(len(people), 0.04),
            radii=people.radii,
            colors=[palette.TRUTH],
        )
        self._recording.log('world/people/truth', rings)
        self._velocities('world/people/truth/velocities', people, [palette.TRUTH])

    def attention(self, robot: Floats, spots: Floats, weights: Floats) -> None:
        """Draw a line from the robot (2,) to each person (n, 2), as thick as its weight (n,)."""
        strong = weights >= FAINT
        spots, weights = spots[strong], weights[strong]
        lines = np.stack((np.broadcast_to(robot, spots.shape), spots), axis=1)
        drawn = rr.LineStrips3D(
            [_raised(line, 0.1) for line in lines],
            radii=0.01 + 0.09 * weights,
            colors=[palette.ATTENTION],
            labels=[f'{100 * weight:.0f} %' for weight in weights],
        )
        self._recording.log('world/attention', drawn)

    def _velocities(self, entity: str, people: TrackedPeople, colours: list[Colour]) -> None:
        arrows = rr.Arrows3D(
            vectors=_raised(ARROW_SECONDS * people.velocities, 0.0),
            origins=_raised(people.positions, 0.05),
            colors=colours,
            radii=0.025,
        )
        self._recording.log(entity, arrows)


def _raised(points: Floats, height: Floats | float) -> Floats:
    """Give points (n, 2) a height [m]."""
    return np.column_stack((points, np.broadcast_to(height, len(points))))
