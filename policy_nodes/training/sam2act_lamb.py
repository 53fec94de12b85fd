"""LAMB: Adam whose step on each tensor is as long, relatively, as on every other.

Source: You et al., Large Batch Optimization for Deep Learning (arXiv 1904.00962), algorithm 2,
with the bias correction of Adam.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer


class Lamb(Optimizer):
    """For large batches."""

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-6,
        weight_decay: float = 0.0,
    ) -> None:
        """Set up.

        Args:
            parameters: to change.
            lr: share of a tensor's norm that a step may change.
            betas: decay of the mean of gradients and of their squares.
            eps: keeps the division apart from zero.
            weight_decay: added to the direction.
        """
        defaults = {'lr': lr, 'betas': betas, 'eps': eps, 'weight_decay': weight_decay}
        super().__init__(parameters, defaults)

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Make one step; without a closure the gradients are there already."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group['params']:
                if parameter.grad is not None:
                    self._move(parameter, group)
        return loss

    def _move(self, parameter: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if not state:
            state['step'] = 0
            state['mean'] = torch.zeros_like(parameter)
            state['square'] = torch.zeros_like(parameter)
        state['step'] += 1
        first, second = group['betas']
        gradient = parameter.grad
        assert gradient is not None
        state['mean'].lerp_(gradient, 1 - first)
        state['square'].lerp_(gradient.square(), 1 - second)
        mean = state['mean'] / (1 - first ** state['step'])
        square = state['square'] / (1 - second ** state['step'])
        direction = mean / (square.sqrt() + group['eps'])
        direction = direction + group['weight_decay'] * parameter
        weight, length = parameter.norm(), direction.norm()
        # a tensor that is still zero, or does not move, has no relative step
        trust = torch.where((weight > 0) & (length > 0), weight / length, 1.0)
        parameter.sub_(direction * trust * group['lr'])
