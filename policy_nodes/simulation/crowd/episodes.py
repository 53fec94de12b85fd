"""A batch of episodes: everything that is settled before the first step."""

from dataclasses import dataclass, fields, replace
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Episodes:
    """Initial conditions of many episodes, padded to the largest; empty slots hold NaN.

    Attributes:
        seed: (episodes,) int64, for the noise during the episode.
        start: (episodes, 3) robot x, y [m], yaw [rad, 0..2 pi].
        goal: (episodes, 2) [m].
        time_limit: (episodes,) [s].
        backward: (episodes,) the robot may drive backward.
        wall: (episodes,) half size of the inner wall that the lidar sees [m]; inf without.
        boxes: (episodes, boxes, 4) x_low, y_low, x_high, y_high of what can be hit [m].
        shunned: (episodes, boxes, 4) the boxes that people keep away from [m].
        discs: (episodes, discs, 3) x, y, radius [m].
        segments: (episodes, segments, 4) x1, y1, x2, y2 [m].
        present: (episodes, people) False for empty slots.
        walking: (episodes, people) False for people who stand.
        reacts: (episodes, people) avoids the robot.
        people_start: (episodes, people, 2) [m].
        people_goals: (episodes, people, goals, 2) visited in turn [m].
        goal_count: (episodes, people) goals in use.
        wait: (episodes, people) steps that a walking person stands first.
        roams: (episodes,) people take goals over and over, and a new one when stuck; otherwise
            they stand after the last.
        arrival: (episodes,) distance at which a person's goal counts as reached [m].
        speed: (episodes,) greatest speed of people [m/s].
        margin: (episodes,) distance that people keep beyond touching [m].
        social_force: (episodes,) people follow the social force model instead of ORCA.
        tracks: (episodes, steps, people, 2) recorded positions [m], NaN where absent; None when
            people decide for themselves.
    """

    seed: Tensor
    start: Tensor
    goal: Tensor
    time_limit: Tensor
    backward: Tensor
    wall: Tensor
    boxes: Tensor
    shunned: Tensor
    discs: Tensor
    segments: Tensor
    present: Tensor
    walking: Tensor
    reacts: Tensor
    people_start: Tensor
    people_goals: Tensor
    goal_count: Tensor
    wait: Tensor
    roams: Tensor
    arrival: Tensor
    speed: Tensor
    margin: Tensor
    social_force: Tensor
    tracks: Tensor | None = None

    def __len__(self) -> int:
        return len(self.seed)

    @property
    def people(self) -> int:
        """Number of people slots."""
        return self.present.shape[1]

    def to(self, device: torch.device | str, dtype: torch.dtype | None = None) -> 'Episodes':
        """Move all tensors, and floating ones to dtype if given."""

        def move(value: Tensor | None) -> Tensor | None:
            if value is None:
                return None
            return value.to(device, dtype if value.is_floating_point() and dtype else value.dtype)

        moved: dict[str, Any] = {f.name: move(getattr(self, f.name)) for f in fields(self)}
        return replace(self, **moved)

    def take(self, rows: Tensor) -> 'Episodes':
        """Pick episodes by index (n,)."""
        return replace(
            self,
            **{
                f.name: value[rows]
                for f in fields(self)
                if (value := getattr(self, f.name)) is not None
            },
        )


def pad(value: Tensor, size: int, fill: float | bool | int) -> Tensor:
    """Grow dimension 1 of value to size with fill."""
    missing = size - value.shape[1]
    if missing == 0:
        return value
    extra = value.new_full((value.shape[0], missing, *value.shape[2:]), fill)
    return torch.cat((value, extra), dim=1)


PADDING = {
    'boxes': float('nan'),
    'shunned': float('nan'),
    'discs': float('nan'),
    'segments': float('nan'),
    'goal_count': 1,
}


def concatenate(parts: list[Episodes]) -> Episodes:
    """Join batches of different scenarios, padding each to the largest."""
    joined: dict[str, Any] = {}
    for field in fields(Episodes):
        values = [getattr(part, field.name) for part in parts]
        if field.name == 'tracks':
            if any(value is not None for value in values):
                raise ValueError('recorded episodes cannot be joined with simulated ones')
            joined[field.name] = None
            continue
        if values[0].dim() > 1 and field.name not in ('start', 'goal'):
            fill = PADDING.get(field.name, 0)
            width = max(value.shape[1] for value in values)
            values = [pad(value, width, fill) for value in values]
        if field.name == 'people_goals':
            depth = max(value.shape[2] for value in values)
            values = [
                torch.nn.functional.pad(value, (0, 0, 0, depth - value.shape[2]))
                for value in values
            ]
        joined[field.name] = torch.cat(values)
    return Episodes(**joined)
