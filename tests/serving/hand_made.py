"""Policies whose answers a test knows, and an observation for them."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np

from policy_nodes.policies.navigator import OneRobotView
from policy_nodes.serving.navigation_run import plain_contract
from policy_nodes.serving.served import Served, blank

TOKEN = 'a-token-of-the-tests-and-no-secret'
CONTRACT = plain_contract('hand_made')


def contract_of(horizon: int):
    """What a policy promises that answers so many rows."""
    (action,) = CONTRACT.actions
    return replace(CONTRACT, actions=(replace(action, horizon=horizon),))


class Counting:
    """Answers with rows that tell the number of the question and of the row.

    Attributes:
        hold: answers wait for this.
        resets: episodes begun.
        broken: it raises.
    """

    def __init__(self, horizon: int = 1) -> None:
        self.horizon, self.asked, self.resets = horizon, 0, 0
        self.hold = threading.Event()
        self.hold.set()
        self.broken = False

    def reset(self):
        self.resets += 1
        self.asked = 0

    def act(self, observation):
        assert self.hold.wait(30.0)
        if self.broken:
            raise ValueError('the network has no answer to that')
        self.asked += 1
        rows = [(0.01 * self.asked, 0.001 * row) for row in range(self.horizon)]
        return {'base': np.array(rows if self.horizon > 1 else rows[0])}


def served_by(run, horizon: int = 1) -> Served:
    """Serve one object."""
    contract = contract_of(horizon)
    return Served('hand made', contract, lambda: run, blank(contract))


def view(people: int = 1) -> OneRobotView:
    """A robot at the origin that sees nothing near."""
    import torch

    return OneRobotView(
        pose=torch.zeros(1, 3),
        twist=torch.zeros(1, 2),
        goal=torch.ones(1, 2),
        people=torch.full((1, people, 2), 5.0),
        people_velocity=torch.zeros(1, people, 2),
        visible=torch.ones((1, people), dtype=torch.bool),
        ranges=torch.full((1, 180), 25.0),
        v_min=torch.tensor([-0.5]),
    )
