"""Gives people who are detected sweep by sweep an identity and a velocity.

A Kalman filter with constant velocity per person, gated assignment by Mahalanobis distance, birth
after some hits, prediction while nobody sees them, death when that lasts too long.
"""

import math

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import BaseSample, DetectionsSample
from policy_nodes.perception.assignment import assign
from policy_nodes.perception.base_pose import pose_at
from policy_nodes.perception.input_faults import LARGEST, detections_fault
from policy_nodes.perception.reading_admission import ReadingAdmission
from policy_nodes.perception.refusals import Refusals
from policy_nodes.perception.track_bank import TrackBank
from policy_nodes.perception.tracked_people import (
    CONFIRMED,
    OCCLUDED,
    TENTATIVE,
    TrackedPeople,
)

Floats = NDArray[np.float64]
NANO = 1_000_000_000


class PeopleTracker:
    """Tracks people; the same sweeps give the same tracks.

    A sweep that cannot be used is dropped, counted by reason, and named in the remarks of the
    returned tracks, which then still have the stamp of the sweep before: a node goes on.

    Attributes:
        refusals: what was dropped so far, by reason: detections_frame, detections_shape,
            position, too_many_detections, no_free_track, duplicate_stamp, late_stamp,
            clock_went_back, base_frame, base_stamp, base_values.
    """

    def __init__(
        self,
        *,
        noise: float = 0.04,
        acceleration: float = 0.05,
        walking_speed: float = 0.5,
        gate: float = 4.0,
        reach: float = 1.0,
        crowding: float = 0.3,
        confirm_hits: int = 2,
        confirm_sweeps: int = 3,
        max_unseen: float = 2.0,
        max_tracks: int = 64,
        max_detections: int = 128,
        radius: float = 0.3,
        stamp_tolerance: float = 0.5,
        base_tolerance: float = 0.25,
        odom_frame: str = 'odom',
        base_frame: str = 'base_link',
    ) -> None:
        """Set the tracker up; the defaults fit walking people seen 10 times a second.

        Args:
            noise: standard deviation of a detection along each axis [m].
            acceleration: how freely people change their velocity, as the power spectral density
                of a white acceleration along each axis [m^2/s^3].
            walking_speed: standard deviation of an unknown velocity along each axis [m/s].
            gate: greatest Mahalanobis distance between track and detection.
            reach: greatest distance between predicted and detected position [m].
            crowding: an unmatched detection this near to a person who was detected in the same
                sweep is no new person [m].
            confirm_hits: detections that make a track a person.
            confirm_sweeps: sweeps from birth within which they have to come.
            max_unseen: a person not detected for longer is forgotten [s].
            max_tracks: births beyond this many tracks are refused.
            max_detections: detections beyond this many are dropped, the farthest first.
            radius: of a person [m].
            stamp_tolerance: a sweep older than the newest by more means that the clock went
                back, and resets the tracker; a sweep older by less is late [s].
            base_tolerance: greatest time between odometry and sweep [s].
            odom_frame: frame that people are tracked in.
            base_frame: frame of the base.

        Raises:
            ValueError: for a number out of its range.
        """
        numbers = {
            'noise': noise,
            'acceleration': acceleration,
            'walking_speed': walking_speed,
            'gate': gate,
            'reach': reach,
            'max_unseen': max_unseen,
            'radius': radius,
            'max_tracks': max_tracks,
            'max_detections': max_detections,
        }
        for name, value in numbers.items():
            if not 0 < value < math.inf:
                raise ValueError(f'tracker: {name} is {value}; give a finite number above 0')
        for name, value in {
            'crowding': crowding,
            'stamp_tolerance': stamp_tolerance,
            'base_tolerance': base_tolerance,
        }.items():
            if not 0 <= value < math.inf:
                raise ValueError(f'tracker: {name} is {value}; give a finite number from 0')
        if not 1 <= confirm_hits <= confirm_sweeps:
            raise ValueError(
                f'tracker: confirm_hits is {confirm_hits} and confirm_sweeps {confirm_sweeps}; '
                'give 1 <= confirm_hits <= confirm_sweeps'
            )
        self.noise = noise
        self.acceleration = acceleration
        self.walking_speed = walking_speed
        self.gate = gate
        self.reach = reach
        self.crowding = crowding
        self.confirm_hits = confirm_hits
        self.confirm_sweeps = confirm_sweeps
        self.max_unseen = max_unseen
        self.max_tracks = max_tracks
        self.max_detections = max_detections
        self.radius = radius
        self.odom_frame = odom_frame
        self.base_frame = base_frame
        self.refusals = Refusals()
        self._sweeps = ReadingAdmission(
            'sweep',
            self.refusals,
            stamp_tolerance=stamp_tolerance,
            base_tolerance=base_tolerance,
            odom_frame=odom_frame,
            base_frame=base_frame,
        )
        self._bank = TrackBank.empty()
        self._next_id = 1

    def reset(self) -> None:
        """Forget everybody; ids go on."""
        self._bank = TrackBank.empty()
        self._sweeps.order.reset()

    def update(self, detections: DetectionsSample, base: BaseSample) -> TrackedPeople:
        """Take one sweep in.

        Args:
            detections: people in the frame of the base or of the odometry.
            base: odometry near the time of the sweep.

        Returns:
            All tracks at the time of the sweep, in the frame of the odometry.
        """
        fault = detections_fault(detections, (self.base_frame, self.odom_frame))
        if self._sweeps.admits(detections.stamp_ns, fault, base, self.reset):
            found = self._in_odom(detections, base)
            self._track(found, detections.stamp_ns)
        return self._tell()

    def _in_odom(self, detections: DetectionsSample, base: BaseSample) -> Floats:
        """Usable positions (people, 2) in the frame of the odometry [m]."""
        positions = np.asarray(detections.positions, dtype=np.float64)
        # the comparison is false for NaN, too
        usable = (np.abs(positions) <= LARGEST).all(axis=1)
        if not usable.all():
            bad = int((~usable).sum())
            self.refusals.note(
                'position',
                f'{bad} detections are NaN, infinite or beyond {LARGEST:g} m; they were dropped, '
                'check the detector',
                bad,
            )
            positions = positions[usable]
        pose = pose_at(base, detections.stamp_ns)
        if detections.frame == self.base_frame:
            positions = pose.to_odom(positions)
        excess = len(positions) - self.max_detections
        if excess > 0:
            away = np.square(positions - pose.position).sum(-1)
            positions = positions[np.sort(np.argsort(away, kind='stable')[:-excess])]
            self.refusals.note(
                'too_many_detections',
                f'{excess} detections beyond {self.max_detections} were dropped, the farthest '
                'ones; check the detector or raise max_detections',
                excess,
            )
        return positions

    def _track(self, found: Floats, stamp_ns: int) -> None:
        dt = self._sweeps.order.take(stamp_ns)
        bank = self._bank
        # the dead go first, so that a long silence is not predicted through
        bank = bank.select(stamp_ns - bank.seen_ns <= self.max_unseen * NANO)
        bank.predict(dt, self.acceleration)
        bank.sweeps += 1
        tracks, matches = assign(
            bank.position,
            bank.covariance[:, 0, 0] + self.noise**2,
            found,
            gate=self.gate,
            reach=self.reach,
        )
        bank.correct(tracks, found[matches], stamp_ns, self.noise)
        possible = bank.hits + self.confirm_sweeps - bank.sweeps >= self.confirm_hits
        bank = bank.select(bank.confirmed | possible)
        unmatched = np.ones(len(found), dtype=np.bool_)
        unmatched[matches] = False
        bank = bank.join(self._births(bank, found[unmatched], stamp_ns))
        bank.confirmed |= bank.hits >= self.confirm_hits
        self._bank = bank

    def _births(self, bank: TrackBank, found: Floats, stamp_ns: int) -> TrackBank:
        seen = bank.position[bank.confirmed & (bank.seen_ns == stamp_ns)]
        apart2 = np.square(found[:, None] - seen).sum(-1)
        found = found[(apart2 > self.crowding**2).all(axis=1)]
        free = max(0, self.max_tracks - len(bank))
        if len(found) > free:
            refused = len(found) - free
            self.refusals.note(
                'no_free_track',
                f'{refused} new tracks beyond {self.max_tracks} were refused; check the detector '
                'or raise max_tracks',
                refused,
            )
            found = found[:free]
        ids = np.arange(self._next_id, self._next_id + len(found), dtype=np.int64)
        self._next_id += len(found)
        return TrackBank.born(ids, found, stamp_ns, self.noise, self.walking_speed)

    def _tell(self) -> TrackedPeople:
        bank, stamp_ns = self._bank, self._sweeps.order.newest_ns or 0
        seen = bank.seen_ns == stamp_ns
        states = np.where(bank.confirmed, np.where(seen, CONFIRMED, OCCLUDED), TENTATIVE)
        return TrackedPeople(
            stamp_ns=stamp_ns,
            frame=self.odom_frame,
            ids=bank.ids.copy(),
            states=states.astype(np.uint8),
            positions=bank.position.copy(),
            velocities=bank.velocity.copy(),
            covariances=bank.covariance[:, 0, 0, None, None] * np.eye(2),
            radii=np.full(len(bank), self.radius),
            ages=(stamp_ns - bank.born_ns) / NANO,
            unseen=(stamp_ns - bank.seen_ns) / NANO,
            remarks=self.refusals.take(),
        )
