"""Constant-velocity Kalman filters of many people, side by side.

The noise is taken to be the same along x and y, so both axes of a person share one 2x2
covariance of position and velocity, and all people are filtered at once.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass
class TrackBank:
    """State of all tracks; one row a track.

    Attributes:
        ids: (tracks,).
        position: (tracks, 2) [m].
        velocity: (tracks, 2) [m/s].
        covariance: (tracks, 2, 2) of (position, velocity) along each axis.
        confirmed: (tracks,).
        hits: (tracks,) sweeps with a detection of it.
        sweeps: (tracks,) sweeps since its birth, the first one included.
        born_ns: (tracks,) stamp of the first detection.
        seen_ns: (tracks,) stamp of the last detection.
    """

    ids: NDArray[np.int64]
    position: Floats
    velocity: Floats
    covariance: Floats
    confirmed: NDArray[np.bool_]
    hits: NDArray[np.int64]
    sweeps: NDArray[np.int64]
    born_ns: NDArray[np.int64]
    seen_ns: NDArray[np.int64]

    @classmethod
    def born(
        cls, ids: NDArray[np.int64], position: Floats, stamp_ns: int, noise: float, speed: float
    ) -> 'TrackBank':
        """Begin tracks at detections.

        Args:
            ids: (tracks,).
            position: (tracks, 2) detected [m].
            stamp_ns: of the sweep.
            noise: standard deviation of a detection along each axis [m].
            speed: standard deviation of an unknown velocity along each axis [m/s].
        """
        count = len(ids)
        stamps = np.full(count, stamp_ns, dtype=np.int64)
        return cls(
            ids=ids,
            position=position.copy(),
            velocity=np.zeros((count, 2)),
            covariance=np.tile(np.diag([noise**2, speed**2]), (count, 1, 1)),
            confirmed=np.zeros(count, dtype=np.bool_),
            hits=np.ones(count, dtype=np.int64),
            sweeps=np.ones(count, dtype=np.int64),
            born_ns=stamps,
            seen_ns=stamps.copy(),
        )

    @classmethod
    def empty(cls) -> 'TrackBank':
        """Hold nobody."""
        return cls.born(np.zeros(0, dtype=np.int64), np.zeros((0, 2)), 0, 0.0, 0.0)

    def __len__(self) -> int:
        return len(self.ids)

    def predict(self, dt: float, acceleration: float) -> None:
        """Let everybody walk on.

        Args:
            dt: time to go [s].
            acceleration: power spectral density of the acceleration, taken as white [m^2/s^3].
        """
        self.position = self.position + dt * self.velocity
        step = np.array([[1.0, dt], [0.0, 1.0]])
        spread = np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]])
        self.covariance = step @ self.covariance @ step.T + acceleration * spread

    def correct(
        self, rows: NDArray[np.intp], measured: Floats, stamp_ns: int, noise: float
    ) -> None:
        """Take detections in.

        Args:
            rows: (n,) tracks that were detected, each once.
            measured: (n, 2) where [m].
            stamp_ns: of the sweep.
            noise: standard deviation of a detection along each axis [m].
        """
        covariance = self.covariance[rows]
        gain = covariance[:, :, 0] / (covariance[:, 0, 0] + noise**2)[:, None]
        innovation = measured - self.position[rows]
        self.position[rows] += gain[:, :1] * innovation
        self.velocity[rows] += gain[:, 1:] * innovation
        # Joseph's form stays positive definite whatever the rounding
        keep = np.tile(np.eye(2), (len(rows), 1, 1))
        keep[:, :, 0] -= gain
        outer = gain[:, :, None] * gain[:, None, :]
        self.covariance[rows] = keep @ covariance @ keep.transpose(0, 2, 1) + noise**2 * outer
        self.hits[rows] += 1
        self.seen_ns[rows] = stamp_ns

    def select(self, chosen: NDArray[np.bool_]) -> 'TrackBank':
        """Keep the tracks where chosen (tracks,) holds."""
        return TrackBank(**{f.name: getattr(self, f.name)[chosen] for f in fields(self)})

    def join(self, other: 'TrackBank') -> 'TrackBank':
        """Hold other's tracks after one's own."""
        return TrackBank(
            **{
                f.name: np.concatenate((getattr(self, f.name), getattr(other, f.name)))
                for f in fields(self)
            }
        )
