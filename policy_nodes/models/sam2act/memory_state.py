"""What SAM2Act+ carries from one key step to the next."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class MemoryState(NamedTuple):
    """Earlier key steps of an episode, as the coarse stage saw them: a bank for each view.

    Attributes:
        steps: (batch, steps, 3 views, cells, memory width), the newest step first.
    """

    steps: Tensor

    def remember(self, step: Tensor, window: int) -> MemoryState:
        """Return a memory with one more step (batch, 3, cells, memory width).

        Args:
            step: to remember.
            window: steps that are kept; the oldest are forgotten.
        """
        newest = step[:, None].to(self.steps)
        return MemoryState(torch.cat((newest, self.steps[:, : window - 1]), 1))
