"""Episodes as tensors that a network learns from, scaled as its contract says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from policy_nodes.contract.contract import Contract
from policy_nodes.contract.preprocessing import normalise
from policy_nodes.policies.locomotion_contract import FRAME, HEIGHTS
from policy_nodes.training.distillation_data import Episode


@dataclass(frozen=True)
class Rows:
    """One row a step, all episodes one after the other.

    Attributes:
        frames: (steps, numbers) of a frame; a frame of zeros stands before the first one.
        past: (steps, window) which frames a step is answered with, newest first.
        near: (steps, rows, columns).
        ahead: (steps, rows, columns).
        target: (steps, joints) action that is asked for, from -1 to 1.
    """

    frames: Tensor
    past: Tensor
    near: Tensor
    ahead: Tensor
    target: Tensor

    def frames_at(self, steps: Tensor) -> Tensor:
        """History (n, window, numbers) of steps (n,)."""
        return self.frames[self.past[steps]]


def rows_of(episodes: Sequence[Episode], contract: Contract, device: torch.device | str) -> Rows:
    """Scale what robots were shown and asked for.

    Args:
        episodes: of specialists.
        contract: of the policy that learns.
        device: to keep the tensors on.
    """
    terms = {term.name: term for term in contract.observations}
    action = contract.actions[0]
    offset, scale = np.array(action.offset), np.array(action.scale)
    window = terms['joints'].history
    frames, past, targets, begin = [np.zeros((1, _size(contract)), np.float32)], [], [], 1
    heights: dict[str, list[np.ndarray]] = {name: [] for name in HEIGHTS}
    for episode in episodes:
        count = len(episode.target)
        sent = np.zeros_like(episode.sent)
        sent[1:] = (episode.sent[:-1] - offset) / scale
        given = episode.terms | {'last_action': sent}
        parts = [normalise(terms[name], given[name]) for name in FRAME]
        frames.append(np.concatenate(parts, axis=1))
        index = np.arange(count)[:, None] - np.arange(window)
        past.append(np.where(index >= 0, begin + index, 0))
        for name, kept in heights.items():
            kept.append(normalise(terms[name], given[name]))
        targets.append(np.clip((episode.target - offset) / scale, -0.999, 0.999))
        begin += count

    def tensor(parts: Sequence[np.ndarray], kind: torch.dtype = torch.float32) -> Tensor:
        return torch.tensor(np.concatenate(parts), dtype=kind, device=device)

    return Rows(
        tensor(frames),
        tensor(past, torch.int64),
        tensor(heights['height_near']),
        tensor(heights['height_ahead']),
        tensor(targets),
    )


def _size(contract: Contract) -> int:
    return sum(contract.observation(name).shape[0] or 0 for name in FRAME)
