"""Small worlds that tests furnish, and recordings that they write."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch

from policy_nodes.simulation.crowd.episodes import Episodes

FRAME_RATE = 25
EVERY = 10  # frames between two rows of a person


@pytest.fixture(autouse=True, scope='session')
def _one_thread():
    """Small batches are faster on one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def table(rows: Sequence[Sequence[float]], width: int) -> torch.Tensor:
    """One episode's rows (1, rows, width)."""
    return torch.tensor(rows, dtype=torch.float32).reshape(1, -1, width)


@pytest.fixture(name='furnish')
def _furnish() -> Callable[..., Episodes]:
    """Build one episode: robot at `start` (x, y, yaw), everything else where it is put."""

    def furnish(
        *,
        start: Sequence[float] = (0.0, 0.0, 0.0),
        goal: Sequence[float] = (5.0, 0.0),
        people: Sequence[Sequence[float]] = (),
        people_goals: Sequence[Sequence[float]] | None = None,
        reacts: bool = False,
        boxes: Sequence[Sequence[float]] = (),
        discs: Sequence[Sequence[float]] = (),
        segments: Sequence[Sequence[float]] = (),
        wall: float = math.inf,
        time_limit: float = 50.0,
        backward: bool = True,
        speed: float = 0.5,
        social_force: bool = False,
    ) -> Episodes:
        count = len(people)
        walks = people_goals is not None
        one = torch.ones(1)
        present = torch.ones((1, count), dtype=torch.bool)
        aims = table(people_goals if people_goals is not None else people, 2)
        return Episodes(
            seed=torch.tensor([1234567]),
            start=torch.tensor([start], dtype=torch.float32),
            goal=torch.tensor([goal], dtype=torch.float32),
            time_limit=one * time_limit,
            backward=torch.tensor([backward]),
            wall=one * wall,
            boxes=table(boxes, 4),
            shunned=table(boxes, 4),
            discs=table(discs, 3),
            segments=table(segments, 4),
            present=present,
            walking=present & walks,
            reacts=present & reacts,
            people_start=table(people, 2),
            people_goals=aims[:, :, None],
            goal_count=torch.ones((1, count), dtype=torch.int64),
            wait=torch.zeros((1, count), dtype=torch.int64),
            roams=torch.tensor([False]),
            arrival=one * 0.25,
            speed=one * speed,
            margin=one * 0.1,
            social_force=torch.tensor([social_force]),
        )

    return furnish


def obsmat_row(frame: int, person: int, x: float, y: float) -> str:
    """One row as UCY writes it."""
    return ' '.join(f'{value:.6e}' for value in (frame, person, x, 0, y, 0, 0, 0))


@pytest.fixture(name='street')
def _street(tmp_path: Path) -> Path:
    """A recording of 80 s in which people walk up and down a street 12 m wide and 16 m long."""
    folder = tmp_path / 'street'
    folder.mkdir()
    rows = []
    for person in range(48):
        x = -5.5 + (person * 2.3) % 11
        way = 1 if person % 2 else -1
        for i in range(34):
            y = way * (-8 + 1.2 * i * EVERY / FRAME_RATE)
            rows.append(obsmat_row(person * 37 + i * EVERY, person + 1, x, y))
    (folder / 'obsmat.txt').write_text('\n'.join(rows) + '\n')
    return folder
