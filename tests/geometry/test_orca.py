"""ORCA against recorded calls of the RVO2 library, and by what it promises."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from policy_nodes.geometry.orca import Agents, Neighbors, Room, orca_velocity

MARGIN = 0.11  # touching distance and safety space of the recorded calls [m]


def agents(position, velocity, preferred, radius=0.3, max_speed=1.0) -> Agents:
    """One agent each row."""
    count = len(position)
    return Agents(
        torch.tensor(position),
        torch.tensor(velocity),
        torch.tensor(preferred),
        torch.full((count,), radius),
        torch.full((count,), max_speed),
    )


def nobody(count: int) -> Neighbors:
    """No neighbours."""
    flat = torch.zeros(count, 0)
    return Neighbors(torch.zeros(count, 0, 2), torch.zeros(count, 0, 2), flat, flat.bool())


def no_boxes(count: int) -> torch.Tensor:
    """No boxes."""
    return torch.zeros(count, 0, 4)


def swapped(position: torch.Tensor, velocity: torch.Tensor, radius: float) -> Neighbors:
    """Each of two agents sees the other."""
    return Neighbors(
        position.flip(0)[:, None],
        velocity.flip(0)[:, None],
        torch.full((2, 1), radius),
        torch.ones(2, 1, dtype=torch.bool),
    )


@pytest.fixture(name='recorded')
def _recorded(shared_data):
    with np.load(shared_data('golden', 'height_orca_io.npz')) as file:
        return {name: torch.from_numpy(file[name]) for name in file.files}


def test_velocities_agree_with_the_rvo2_library(recorded):
    me, others = recorded['self'], recorded['others']
    toward = me[:, 5:7] - me[:, :2]
    preferred = toward / toward.norm(dim=1, keepdim=True).clamp_min(1.0)
    corners = recorded['obstacles']
    boxes = torch.cat((corners.amin(1), corners.amax(1)), dim=1)
    here = ~others[..., 0].isnan()
    filled = others.nan_to_num()
    velocity = orca_velocity(
        Agents(me[:, :2], me[:, 2:4], preferred, me[:, 4] + MARGIN, me[:, 7]),
        Neighbors(filled[..., :2], filled[..., 2:4], filled[..., 4] + MARGIN, here),
        boxes.expand(len(me), -1, -1),
    )
    error = (velocity - recorded['out_vel']).norm(dim=1)
    near = error < 1e-3
    assert near[recorded['fresh']].all()
    assert near.double().mean() >= 0.99


def test_alone_an_agent_does_as_it_likes():
    one = agents([[0.0, 0.0]], [[0.0, 0.0]], [[0.6, 0.2]])
    assert torch.equal(orca_velocity(one, nobody(1), no_boxes(1)), one.preferred)


def test_nobody_is_faster_than_the_greatest_speed():
    one = agents([[0.0, 0.0]], [[0.0, 0.0]], [[3.0, 4.0]], max_speed=0.5)
    found = orca_velocity(one, nobody(1), no_boxes(1))
    torch.testing.assert_close(found, torch.tensor([[0.3, 0.4]]))


def test_two_who_meet_pass_without_touching():
    position = torch.tensor([[-3.0, 0.02], [3.0, -0.02]])
    goal = position.flip(0).clone()
    velocity = torch.zeros(2, 2)
    nearest = np.inf
    for _ in range(120):
        toward = goal - position
        preferred = toward / toward.norm(dim=1, keepdim=True).clamp_min(1.0)
        both = Agents(position, velocity, preferred, torch.full((2,), 0.3), torch.full((2,), 1.0))
        velocity = orca_velocity(both, swapped(position, velocity, 0.3), no_boxes(2))
        position = position + 0.1 * velocity
        nearest = min(nearest, float((position[0] - position[1]).norm()))
    assert nearest >= 0.6 - 1e-3
    torch.testing.assert_close(position, goal, atol=0.1, rtol=0)


def test_two_who_overlap_part():
    position = torch.tensor([[-0.1, 0.0], [0.1, 0.0]])
    velocity = torch.zeros(2, 2)
    for _ in range(10):
        both = Agents(position, velocity, velocity * 0, torch.full((2,), 0.3), torch.ones(2))
        velocity = orca_velocity(both, swapped(position, velocity, 0.3), no_boxes(2))
        position = position + 0.1 * velocity
    assert (position[0] - position[1]).norm() >= 0.6 - 1e-3


def test_a_box_in_the_way_is_not_entered():
    position, velocity = torch.tensor([[-3.0, 0.1]]), torch.zeros(1, 2)
    box = torch.tensor([[[-0.5, -0.5, 0.5, 0.5]]])
    for _ in range(200):
        preferred = torch.tensor([[1.0, 0.0]])
        one = Agents(position, velocity, preferred, torch.full((1,), 0.3), torch.full((1,), 1.0))
        velocity = orca_velocity(one, nobody(1), box)
        position = position + 0.1 * velocity
        outside = torch.maximum(box[0, :, :2] - position, position - box[0, :, 2:]).clamp_min(0)
        assert outside.norm() >= 0.3 - 1e-3


def test_reserved_room_gives_the_same_velocities_as_fitted_sizes(recorded):
    me, others = recorded['self'][:64].float(), recorded['others'][:64].float()
    here = ~others[..., 0].isnan()
    filled = others.nan_to_num()
    corners = recorded['obstacles'].float()
    boxes = torch.cat((corners.amin(1), corners.amax(1)), dim=1).expand(64, -1, -1)
    who = Agents(me[:, :2], me[:, 2:4], me[:, 2:4], me[:, 4], me[:, 7])
    seen = Neighbors(filled[..., :2], filled[..., 2:4], filled[..., 4], here)
    fitted = orca_velocity(who, seen, boxes)
    reserved = orca_velocity(who, seen, boxes, room=Room(10, 10, 64))
    torch.testing.assert_close(reserved, fitted, atol=1e-6, rtol=0)
