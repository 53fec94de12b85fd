"""Storage of one rollout and the advantages computed from it."""

from dataclasses import dataclass

import torch
from torch import Tensor

from policy_nodes.models.height import HeightInput


@dataclass
class Rollout:
    """What happened over some steps in all worlds; tensors are (steps, worlds, ...).

    Attributes:
        observation: before each action.
        mask: (steps, worlds, 1) zero where an episode begins.
        hidden: (worlds, 128) memory before the first step.
        action: (steps, worlds).
        log_probability: (steps, worlds) of the action when it was taken.
        value: (steps, worlds) predicted return.
        reward: (steps, worlds).
        done: (steps, worlds) one where the action ended the episode.
    """

    observation: HeightInput
    mask: Tensor
    hidden: Tensor
    action: Tensor
    log_probability: Tensor
    value: Tensor
    reward: Tensor
    done: Tensor

    @classmethod
    def empty(cls, steps: int, first: HeightInput, hidden: Tensor) -> 'Rollout':
        """Reserve room for steps rows like the first observation."""
        worlds, device = len(hidden), hidden.device

        def room(*shape: int) -> Tensor:
            return torch.zeros((steps, worlds, *shape), device=device)

        return cls(
            observation=HeightInput(*(room(*x.shape[1:]) for x in first)),
            mask=room(1),
            hidden=torch.zeros_like(hidden),
            action=room().long(),
            log_probability=room(),
            value=room(),
            reward=room(),
            done=room(),
        )

    def advantages(self, last_value: Tensor, gamma: float, lam: float) -> tuple[Tensor, Tensor]:
        """Generalised advantage estimation (Schulman et al., ICLR 2016).

        Args:
            last_value: (worlds,) predicted return after the last step.
            gamma: discount.
            lam: trace decay.

        Returns:
            advantages and returns, each (steps, worlds).
        """
        result = torch.zeros_like(self.reward)
        following, trace = last_value, torch.zeros_like(last_value)
        for step in range(len(self.reward) - 1, -1, -1):
            going = 1.0 - self.done[step]
            delta = self.reward[step] + gamma * following * going - self.value[step]
            trace = delta + gamma * lam * going * trace
            result[step] = trace
            following = self.value[step]
        return result, result + self.value
