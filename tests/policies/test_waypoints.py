"""Waypoints are read from yaml; what cannot be meant is refused with its place."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from policy_nodes.contract.errors import ContractError
from policy_nodes.policies.waypoints import read_waypoints

WAY = """
behaviours:
  walk: {forward: 1.0, backward: 0.5, sideways: 0.4, turn: 2.0}
waypoints:
  table: {x: 0.5, y: -0.5, heading: 0.1, tolerance: 0.2, behaviour: walk, turned: 0.3}
  gate: {x: 1.5, y: -0.5, heading: 0.0, tolerance: 0.1, behaviour: walk, speed: 0.7}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / 'way.yaml'
    path.write_text(text)
    return path


def test_waypoints_come_in_the_order_of_the_file_with_their_behaviour(tmp_path):
    table, gate = read_waypoints(write(tmp_path, WAY))
    assert (table.name, table.x, table.y, table.heading) == ('table', 0.5, -0.5, 0.1)
    assert (table.turned, gate.turned) == (0.3, math.pi)
    assert (table.speed, gate.speed) == (10.0, 0.7)
    assert gate.behaviour.sideways == 0.4


@pytest.mark.parametrize(
    ('old', 'new', 'said'),
    [
        (
            'behaviour: walk, turned',
            'behaviour: wlak, turned',
            "table.behaviour: .*'wlak'; .*walk",
        ),
        ('heading: 0.1', 'heading: 90', 'table.heading: 90 is not from .*; give metres, seconds'),
        ('tolerance: 0.2', 'tolerance: 0', 'table.tolerance: 0 is not from'),
        ('x: 0.5', 'x: .nan', 'table.x: '),
        ('x: 0.5, ', '', 'table.x: .* needs this key'),
        ('turned: 0.3', 'turnt: 0.3', "no key 'turnt'; .*turned"),
        ('turn: 2.0', 'turn: -2.0', 'behaviours.walk.turn: -2 is not from 0'),
        ('waypoints:', 'points:', "no key 'points'; .*waypoints"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(old, new, said, tmp_path):
    assert old in WAY
    with pytest.raises(ContractError, match=said):
        read_waypoints(write(tmp_path, WAY.replace(old, new)))


def test_a_way_without_waypoints_or_without_a_file_is_refused(tmp_path):
    with pytest.raises(ContractError, match='there are no waypoints'):
        read_waypoints(write(tmp_path, WAY.partition('waypoints:')[0] + 'waypoints: {}\n'))
    with pytest.raises(ContractError, match='there is no such file'):
        read_waypoints(tmp_path / 'absent.yaml')
