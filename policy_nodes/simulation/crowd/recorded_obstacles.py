"""Obstacles of a recording: the lines and circles of an OpenTraj `map.xml`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from policy_nodes.simulation.crowd.recorded_text import (
    UnreadableRecordingError,
    finite_number,
    read_text,
)

MOST_BYTES = 1_000_000
MOST_OBSTACLES = 1000
FARTHEST = 1000.0  # greatest coordinate [m]
SHORTEST = 1e-6


@dataclass(frozen=True)
class RecordedObstacles:
    """What stands about.

    Attributes:
        segments: (segments, 4) x1, y1, x2, y2 [m].
        discs: (discs, 3) x, y, radius [m].
    """

    segments: NDArray[np.float64]
    discs: NDArray[np.float64]


def no_obstacles() -> RecordedObstacles:
    """Nothing stands about."""
    return RecordedObstacles(np.zeros((0, 4)), np.zeros((0, 3)))


def read_obstacles(file: Path) -> RecordedObstacles:
    """Read a `map.xml`: Line elements with x1, y1, x2, y2 and Circle with x, y, radius [m].

    Document types and entities are refused, so the file can neither grow nor fetch anything.

    Raises:
        UnreadableRecordingError: names the row that cannot be used.
    """
    text = read_text(file, MOST_BYTES)
    reader = _Reader(file)
    parser = expat.ParserCreate(encoding='utf-8')
    reader.row = lambda: parser.CurrentLineNumber
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.element
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise UnreadableRecordingError(
            f'{file}, row {error.lineno}: not well-formed XML ({expat.ErrorString(error.code)})'
        ) from error
    return RecordedObstacles(
        np.array(reader.segments).reshape(-1, 4), np.array(reader.discs).reshape(-1, 3)
    )


class _Reader:
    """Collects obstacles while the parser goes through the file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.row: Callable[[], int] = lambda: 1
        self.root = ''
        self.segments: list[list[float]] = []
        self.discs: list[list[float]] = []

    def _refuse(self, problem: str) -> UnreadableRecordingError:
        return UnreadableRecordingError(f'{self.file}, row {self.row()}: {problem}')

    def doctype(self, *_: object) -> None:
        """Refuse document types, which is where entities are declared."""
        raise self._refuse('document types and entities are not accepted; remove them')

    def element(self, name: str, values: dict[str, str]) -> None:
        """Take in one element."""
        name = name.rpartition(':')[2]
        if not self.root:
            self.root = name
            if name != 'Trial':
                raise self._refuse(
                    f'the root element is {name}, not Trial: this is no OpenTraj map'
                )
        if name == 'Line':
            line = self._numbers(name, values, ('x1', 'y1', 'x2', 'y2'))
            if np.hypot(line[2] - line[0], line[3] - line[1]) < SHORTEST:
                raise self._refuse('a Line that begins where it ends; remove it')
            self.segments.append(line)
        elif name == 'Circle':
            circle = self._numbers(name, values, ('x', 'y', 'radius'))
            if circle[2] <= 0:
                raise self._refuse(f'a Circle of radius {circle[2]:g} m; it has to be positive')
            self.discs.append(circle)
        elif name == 'Point':
            raise self._refuse('Point obstacles have no size; write a Circle with a radius')
        if len(self.segments) + len(self.discs) > MOST_OBSTACLES:
            raise self._refuse(f'more than {MOST_OBSTACLES} obstacles; simplify the map')

    def _numbers(self, name: str, values: dict[str, str], wanted: tuple[str, ...]) -> list[float]:
        """Read the attributes of an element as metres."""
        numbers = []
        for key in wanted:
            number = finite_number(values.get(key, '').strip())
            if number is None:
                raise self._refuse(f'{name} has {key}={values.get(key)!r}, not a finite number')
            if abs(number) > FARTHEST:
                raise self._refuse(f'{name} has {key}={number:g} m, beyond {FARTHEST:g} m')
            numbers.append(number)
        return numbers
