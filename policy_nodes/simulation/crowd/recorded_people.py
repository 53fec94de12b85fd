"""Recorded pedestrians: the `obsmat.txt` of the UCY and ETH recordings, at the world's steps."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_nodes.simulation.crowd.recorded_text import (
    UnreadableRecordingError,
    finite_number,
    read_text,
)

COLUMNS = ('frame', 'id', 'x', 'z', 'y', 'vx', 'vz', 'vy')
TIME_STEP = 0.1
MOST_BYTES = 32_000_000
MOST_ROWS = 300_000
FARTHEST = 1000.0  # greatest coordinate [m]
FASTEST = 8.0  # a person who is faster between two rows is a mistake [m/s]
LONGEST_GAP = 2.0  # between two rows of a person [s]
GREATEST_NUMBER = 1e9  # frames and ids
HALF_NANO = 1e-9


@dataclass(frozen=True)
class RecordedPeople:
    """Who was where at each step of 0.1 s; one row a person and step, in order of steps.

    Attributes:
        step: (samples,) since the first frame.
        person: (samples,) index into ids.
        position: (samples, 2) [m], frame of the recording.
        appears: (people, 2) where each person is seen first [m].
        appears_at: (people,) step of it.
        ids: (people,) as the file names them.
        steps: number of steps that the recording lasts.
    """

    step: NDArray[np.int64]
    person: NDArray[np.int64]
    position: NDArray[np.float64]
    appears: NDArray[np.float64]
    appears_at: NDArray[np.int64]
    ids: NDArray[np.int64]
    steps: int

    def between(self, first: int, last: int) -> slice:
        """Samples of the steps from first to last, both included."""
        low, high = np.searchsorted(self.step, (first, last + 1))
        return slice(int(low), int(high))


def read_people(file: Path, *, frame_rate: float = 25.0) -> RecordedPeople:
    """Read an `obsmat.txt`: frame, id, x, z, y, vx, vz, vy; metres, one row a person and frame.

    Positions are interpolated linearly between a person's first and last row; the velocities of
    the file are read but not used.

    Args:
        file: rows of a person have to be in order of time; persons in any order.
        frame_rate: of the video whose frames are counted [Hz].

    Raises:
        UnreadableRecordingError: names the row that cannot be used.
    """
    if not 0 < frame_rate < GREATEST_NUMBER:
        raise ValueError(f'frame_rate is {frame_rate}; it has to be a positive number of Hz')
    tracks = _Tracks(file, frame_rate)
    for number, line in enumerate(read_text(file, MOST_BYTES).splitlines(), start=1):
        words = line.split()
        if words:
            tracks.add(number, words)
    if not tracks.rows:
        raise UnreadableRecordingError(f'{file}: holds no rows; expected {" ".join(COLUMNS)}')
    return tracks.resampled()


class _Tracks:
    """Rows per person, checked one by one."""

    def __init__(self, file: Path, frame_rate: float) -> None:
        self.file, self.frame_rate = file, frame_rate
        self.rows = 0
        self.people: dict[int, list[tuple[int, int, float, float]]] = {}

    def _refuse(self, row: int, problem: str) -> UnreadableRecordingError:
        return UnreadableRecordingError(f'{self.file}, row {row}: {problem}')

    def add(self, row: int, words: list[str]) -> None:
        """Take in one row of words."""
        if len(words) != len(COLUMNS):
            raise self._refuse(
                row, f'{len(words)} columns, expected {len(COLUMNS)}: {" ".join(COLUMNS)}'
            )
        values = {}
        for column, word in zip(COLUMNS, words, strict=True):
            number = finite_number(word)
            if number is None:
                raise self._refuse(row, f'{column} is {word[:40]!r}, not a finite number')
            values[column] = number
        for column in ('frame', 'id'):
            number = values[column]
            if number != int(number) or not 0 <= number <= GREATEST_NUMBER:
                raise self._refuse(row, f'{column} is {number:g}, not a whole number from 0')
        for column in ('x', 'y'):
            if abs(values[column]) > FARTHEST:
                raise self._refuse(
                    row, f'{column} is {values[column]:g} m, beyond {FARTHEST:g} m: wrong unit?'
                )
        frame, person = int(values['frame']), int(values['id'])
        track = self.people.setdefault(person, [])
        if track:
            self._follows(row, person, track[-1], (row, frame, values['x'], values['y']))
        track.append((row, frame, values['x'], values['y']))
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise self._refuse(row, f'more than {MOST_ROWS} rows; cut the recording into parts')

    def _follows(
        self,
        row: int,
        person: int,
        before: tuple[int, int, float, float],
        now: tuple[int, int, float, float],
    ) -> None:
        """Refuse a row of a person that cannot follow the one before."""
        earlier, frame = before[1], now[1]
        if frame == earlier:
            raise self._refuse(
                row, f'person {person} is in frame {frame} twice, first in row {before[0]}'
            )
        if frame < earlier:
            raise self._refuse(
                row,
                f'frame {frame} of person {person} comes after frame {earlier} (row '
                f'{before[0]}): the rows of a person have to be in order of time',
            )
        time = (frame - earlier) / self.frame_rate
        if time > LONGEST_GAP:
            raise self._refuse(
                row,
                f'person {person} was away for {time:.1f} s since row {before[0]}; more than '
                f'{LONGEST_GAP:g} s cannot be filled: give the later part another id',
            )
        jump = float(np.hypot(now[2] - before[2], now[3] - before[3]))
        if jump > FASTEST * time:
            raise self._refuse(
                row,
                f'person {person} jumps {jump:.2f} m in {time:.2f} s since row {before[0]}; '
                f'faster than {FASTEST:g} m/s is taken for a mistake',
            )

    def resampled(self) -> RecordedPeople:
        """Interpolate all tracks to steps of 0.1 s since the first frame."""
        zero = min(track[0][1] for track in self.people.values())
        steps, persons, positions = [], [], []
        appears, appears_at, last = [], [], 0
        for index, track in enumerate(self.people.values()):
            table = np.array(track, dtype=np.float64)
            time = (table[:, 1] - zero) / (self.frame_rate * TIME_STEP)
            first = int(np.ceil(time[0] - HALF_NANO))
            step = np.arange(first, int(np.floor(time[-1] + HALF_NANO)) + 1)
            spot = [np.interp(step, time, table[:, axis]) for axis in (2, 3)]
            steps.append(step)
            persons.append(np.full(len(step), index))
            positions.append(np.stack(spot, axis=-1))
            appears.append(table[0, 2:])
            appears_at.append(first)
            last = max(last, first + len(step))
        step = np.concatenate(steps)
        order = np.argsort(step, kind='stable')
        return RecordedPeople(
            step=step[order],
            person=np.concatenate(persons)[order],
            position=np.concatenate(positions)[order],
            appears=np.stack(appears),
            appears_at=np.array(appears_at),
            ids=np.array(list(self.people)),
            steps=last,
        )
