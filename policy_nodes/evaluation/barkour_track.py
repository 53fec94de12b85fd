"""Reads where a base went over the course: from a CSV log, or from the odometry of a bag."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy_nodes.evaluation.barkour_samples import GAP, Sample, filled
from policy_nodes.evaluation.message_arrays import NANO, stamp_ns
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.replay.bag import Bag, open_bag, plain

ODOMETRY = 'nav_msgs/msg/Odometry'
TEXTS = ('.csv', '.txt')
COLUMNS = 3  # time, x, y
MAX_BYTES = 64 * 1024 * 1024
AROUND = 1.0  # so far beyond the field a base may stray [m]
FIELD = 5.0  # length of its sides [m]
FARTHEST = 1000.0  # what is beyond is no place [m]


@dataclass(frozen=True)
class Track:
    """Where a base went.

    Attributes:
        source: name of the file or folder, and of the topic.
        samples: (n, 3) time [s], x, y [m] in the frame of the course; time never goes back.
        notes: sentences about what a reader of the score should know.
    """

    source: str
    samples: NDArray[np.float64]
    notes: tuple[str, ...] = ()

    @property
    def duration(self) -> float:
        """Time from the first to the last sample [s]."""
        return float(self.samples[-1, 0] - self.samples[0, 0])


def read_track(path: Path, topic: str = '') -> Track:
    """Read a log.

    Args:
        path: CSV file of lines `time, x, y`, or whatever `open_bag` opens.
        topic: of the odometry of a bag; empty takes the only one there is.

    Raises:
        RecordingError: it cannot be read, or cannot be a run over the course.
    """
    if path.suffix.lower() not in TEXTS:
        return _from_bag(open_bag(path), topic)
    if topic:
        raise RecordingError(f'{path} is a text and has no topic {topic}; leave the topic out')
    return _checked(path, path.name, _rows(path), 'line')


def _from_bag(bag: Bag, topic: str) -> Track:
    topic = topic or _only_odometry(bag)
    bag.require({topic: (ODOMETRY,)})
    rows: list[tuple[int, float, float, float]] = []
    for number, message in enumerate(bag.messages({topic}), start=1):
        spot = message.fields.pose.pose.position
        rows.append((number, stamp_ns(message.fields) / NANO, spot.x, spot.y))
    source = f'{bag.path.name}, {plain(topic)}'
    track = _checked(bag.path, source, rows, 'message', tuple(bag.losses))
    samples: list[Sample] = [(row[0], row[1], row[2]) for row in track.samples.tolist()]
    dense = [samples[0], *(each for two in pairwise(samples) for each in filled(*two))]
    return replace(track, samples=np.array(dense))


def _only_odometry(bag: Bag) -> str:
    found = [name for name, it in bag.topics.items() if it.type_name == ODOMETRY and it.count]
    if len(found) == 1:
        return found[0]
    if found:
        names = plain(', '.join(found))
        raise RecordingError(f'{bag.path} holds several odometries, choose one by topic: {names}')
    raise RecordingError(f'{bag.path} holds no {ODOMETRY}, which tells where the base is')


def _rows(path: Path) -> list[tuple[int, float, float, float]]:
    """Numbers of each line, with its number; comments and one heading are left out."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RecordingError(
                f'{path} is larger than {MAX_BYTES // 1024**2} MiB; cut the run out of it'
            )
        text = path.read_text(encoding='utf-8')
    except OSError as error:
        raise RecordingError(f'{path} cannot be read: {error.strerror}') from error
    except UnicodeDecodeError as error:
        raise RecordingError(
            f'{path} is no text: byte {error.start} is not UTF-8; give lines of `time, x, y`'
        ) from error
    rows: list[tuple[int, float, float, float]] = []
    heading = False
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip() for cell in line.partition('#')[0].split(',')]
        if cells == ['']:
            continue
        try:
            values = [float(cell) for cell in cells]
        except ValueError as error:
            if not rows and not heading:
                heading = True
                continue
            raise RecordingError(
                f'{path}, line {number}: {plain(line[:60])!r} are no numbers; give lines of '
                '`time, x, y`'
            ) from error
        if len(values) != COLUMNS:
            raise RecordingError(
                f'{path}, line {number}: there are {len(values)} columns; time, x and y are needed'
            )
        time, x, y = values
        rows.append((number, time, x, y))
    return rows


def _checked(
    path: Path,
    source: str,
    rows: list[tuple[int, float, float, float]],
    unit: str,
    losses: tuple[str, ...] = (),
) -> Track:
    """Refuse what cannot be a run over the course, and note what is odd.

    Raises:
        RecordingError: too short, not finite, going back in time, or nowhere near the course.
    """
    if len(rows) < 2:
        told = f': {"; ".join(losses)}' if losses else ''
        raise RecordingError(f'{path} holds {len(rows)} samples, a run needs two at least{told}')
    before = -math.inf
    for number, time, x, y in rows:
        where = f'{path}, {unit} {number}'
        if not (math.isfinite(time) and math.isfinite(x) and math.isfinite(y)):
            raise RecordingError(f'{where}: {time:g}, {x:g}, {y:g} is not finite; mend or cut it')
        if max(abs(x), abs(y)) > FARTHEST:
            raise RecordingError(f'{where}: ({x:g}, {y:g}) is no place on a course; give metres')
        if time < before:
            raise RecordingError(
                f'{where}: time goes back from {before:.3f} to {time:.3f} s; cut one run out'
            )
        before = time
    samples = np.array([row[1:] for row in rows])
    spots = samples[:, 1:] * (1.0, -1.0)
    near = ((spots > -AROUND) & (spots < FIELD + AROUND)).all(axis=1)
    if not near.any():
        raise RecordingError(
            f'{path}: no sample lies near the course, which is x 0 to 5 m and y -5 to 0 m; turn '
            'and move the log into the frame of the course'
        )
    notes = [*losses]
    gaps = np.diff(samples[:, 0])
    wide = np.flatnonzero(gaps > GAP)
    if len(wide):
        worst = int(wide[gaps[wide].argmax()])
        at = samples[worst, 0] - samples[0, 0]
        notes.append(
            f'{len(wide)} gaps are longer than {GAP:g} s, the longest {gaps[worst]:.2f} s, '
            f'{at:.1f} s after the first sample; a gate passed in one counts if the straight way '
            'across it passes it'
        )
    return Track(source, samples, tuple(notes))
