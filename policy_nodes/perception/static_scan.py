"""The scan as it would be if people were glass, which is what HEIGHT was trained on."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import BaseSample, LaserSample, PeopleSample
from policy_nodes.perception.base_pose import BasePose, pose_at
from policy_nodes.perception.bridge import bridge
from policy_nodes.perception.input_faults import people_fault, scan_fault
from policy_nodes.perception.reading_admission import ReadingAdmission
from policy_nodes.perception.refusals import Refusals
from policy_nodes.perception.scan_directions import (
    DIRECTIONS,
    FARTHEST,
    Layout,
    lay_out,
    measure,
    read_rays,
)
from policy_nodes.perception.static_memory import StaticMemory, nearest
from policy_nodes.perception.surfaces import cut

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
NANO = 1_000_000_000

MEASURED, REMEMBERED, GUESSED = 0, 1, 2


@dataclass(frozen=True)
class StaticRanges:
    """A scan without people.

    Attributes:
        stamp_ns: of the newest scan that was used; 0 before the first.
        ranges: (180,) float32; ray i points 2 i degrees left of the heading [m, at most 25].
        sources: (180,) uint8 MEASURED by this scan, REMEMBERED from earlier ones, or GUESSED
            from the neighbouring rays.
        remarks: what was refused in the update that led here, for a log.
    """

    stamp_ns: int
    ranges: NDArray[np.float32]
    sources: NDArray[np.uint8]
    remarks: tuple[str, ...] = ()


class StaticScan:
    """Removes people from scans.

    A scan that cannot be used is dropped, counted by reason, and named in the remarks; the
    ranges then still have the stamp of the scan before.

    Attributes:
        refusals: what was dropped so far, by reason: scan_frame, scan_rays, duplicate_stamp,
            late_stamp, clock_went_back, people_frame, people_stamp, people_values, base_frame,
            base_stamp, base_values.
    """

    def __init__(
        self,
        *,
        margin: float = 0.2,
        memory: float = 10.0,
        look_period: float = 0.5,
        pieces: int = 360,
        contradiction: float = 0.3,
        max_rays: int = 20_000,
        people_tolerance: float = 0.5,
        stamp_tolerance: float = 0.5,
        base_tolerance: float = 0.25,
        odom_frame: str = 'odom',
        base_frame: str = 'base_link',
    ) -> None:
        """Set it up.

        Args:
            margin: what is hit within a person's radius and this belongs to the person [m].
            memory: how long surfaces are remembered [s].
            look_period: time between two looks that are kept [s].
            pieces: of surface kept of a look, at most.
            contradiction: a remembered surface is forgotten when a scan sees farther than it by
                this [m].
            max_rays: scans with more rays are refused.
            people_tolerance: people are carried on with their velocity for at most this time;
                when theirs is farther off, they stay in the scan as obstacles [s].
            stamp_tolerance: a scan older than the newest by more means that the clock went back,
                and resets the memory; a scan older by less is late [s].
            base_tolerance: greatest time between odometry and scan [s].
            odom_frame: frame of people and odometry.
            base_frame: frame of the scan.

        Raises:
            ValueError: for a number out of its range.
        """
        for name, value in {'memory': memory, 'look_period': look_period}.items():
            if not 0 < value < math.inf:
                raise ValueError(f'static scan: {name} is {value} s; give a number above 0')
        for name, value in {
            'margin': margin,
            'contradiction': contradiction,
            'people_tolerance': people_tolerance,
            'stamp_tolerance': stamp_tolerance,
            'base_tolerance': base_tolerance,
        }.items():
            if not 0 <= value < math.inf:
                raise ValueError(f'static scan: {name} is {value}; give a number from 0')
        if pieces < 1 or max_rays < 1:
            raise ValueError(
                f'static scan: pieces is {pieces} and max_rays {max_rays}; give at least 1'
            )
        self.margin = margin
        self.memory = memory
        self.look_period = look_period
        self.pieces = pieces
        self.max_rays = max_rays
        self.people_tolerance = people_tolerance
        self.odom_frame = odom_frame
        self.base_frame = base_frame
        self.refusals = Refusals()
        self._scans = ReadingAdmission(
            'scan',
            self.refusals,
            stamp_tolerance=stamp_tolerance,
            base_tolerance=base_tolerance,
            odom_frame=odom_frame,
            base_frame=base_frame,
        )
        self._surfaces = StaticMemory(
            looks=max(1, math.ceil(memory / look_period)),
            pieces=pieces,
            contradiction=contradiction,
        )
        self._looked_ns: int | None = None
        self._layout: Layout | None = None
        self._layout_key: tuple[float, float, int] | None = None
        self._ranges = np.full(DIRECTIONS, FARTHEST)
        self._sources = np.full(DIRECTIONS, GUESSED)

    def reset(self) -> None:
        """Forget what was seen."""
        self._scans.order.reset()
        self._surfaces.reset()
        self._looked_ns = None

    def update(self, scan: LaserSample, base: BaseSample, people: PeopleSample) -> StaticRanges:
        """Take one scan in.

        Args:
            scan: in the base frame, of any number of rays.
            base: odometry near the time of the scan.
            people: tracked people near the time of the scan, in the frame of the odometry.
        """
        fault = scan_fault(scan, base_frame=self.base_frame, max_rays=self.max_rays)
        if self._scans.admits(scan.stamp_ns, fault, base, self.reset):
            self._scans.order.take(scan.stamp_ns)
            self._see(scan, pose_at(base, scan.stamp_ns), people)
        return StaticRanges(
            stamp_ns=self._scans.order.newest_ns or 0,
            ranges=self._ranges.astype(np.float32),
            sources=self._sources.astype(np.uint8),
            remarks=self.refusals.take(),
        )

    def _see(self, scan: LaserSample, pose: BasePose, people: PeopleSample) -> None:
        layout = self._layout_of(scan)
        rays = read_rays(scan, layout)
        known = self._known_people(people, scan.stamp_ns)
        on_people = rays.hit & self._cover(rays.points, known, scan.stamp_ns, pose)
        still = measure(rays, ~on_people & ~np.isnan(rays.ranges), layout)
        hidden = np.isnan(still)
        look = known is not None and self._look_is_due(scan.stamp_ns)
        sightings = self._surfaces.sight(pose)
        if look:
            self._surfaces.contradict(sightings, still)
        self._sources = np.where(hidden, GUESSED, MEASURED)
        if hidden.any():
            # what hides a direction is not behind it
            front = np.nan_to_num(measure(rays, on_people, layout), nan=0.0)
            behind = nearest(sightings, front)
            recalled = hidden & np.isfinite(behind)
            guessed = bridge(np.where(recalled, behind, still))
            still = np.where(hidden, np.maximum(guessed, front), still)
            self._sources[recalled] = REMEMBERED
        self._ranges = np.minimum(still, FARTHEST)
        if look:
            start, end = cut(rays, rays.hit & ~on_people, layout, self.pieces)
            self._surfaces.keep(pose, start, end, scan.stamp_ns)
            self._looked_ns = scan.stamp_ns

    def _look_is_due(self, stamp_ns: int) -> bool:
        """Whether the last look that was kept is long enough ago; forgets what is too old."""
        self._surfaces.forget_before(stamp_ns - int(self.memory * NANO))
        return self._looked_ns is None or stamp_ns - self._looked_ns >= self.look_period * NANO

    def _cover(
        self, points: Floats, people: PeopleSample | None, stamp_ns: int, pose: BasePose
    ) -> Mask:
        """Which points (n, 2) of the base frame lie on people."""
        if people is None or not len(people.ids):
            return np.zeros(len(points), dtype=np.bool_)
        since = (stamp_ns - people.stamp_ns) / NANO
        centers = pose.to_base(people.positions + since * people.velocities)
        reach = people.radii + self.margin
        apart2 = np.square(points - centers[:, None]).sum(-1)
        return np.asarray((apart2 <= np.square(reach)[:, None]).any(axis=0), dtype=np.bool_)

    def _layout_of(self, scan: LaserSample) -> Layout:
        key = (scan.angle_min, scan.angle_increment, len(scan.ranges))
        if self._layout is None or key != self._layout_key:
            self._layout, self._layout_key = lay_out(*key), key
        return self._layout

    def _known_people(self, people: PeopleSample, stamp_ns: int) -> PeopleSample | None:
        """People that can be used; None, with a note, if they cannot."""
        fault = people_fault(
            people, stamp_ns, odom_frame=self.odom_frame, max_gap=self.people_tolerance
        )
        if fault is None:
            return people
        self.refusals.note(fault.reason, f'{fault.sentence}; people stay in the scan as obstacles')
        return None
