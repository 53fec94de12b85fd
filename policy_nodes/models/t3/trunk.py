"""What all sensors share."""

from __future__ import annotations

from torch import Tensor, nn

from policy_nodes.models.t3.config import T3Config
from policy_nodes.models.t3.transformer import Layer

TRUNK_EPS = 1e-5
POOLINGS = ('none', 'cls', 'global')


class Trunk(nn.Module):
    """Layers over the tokens of any sensor."""

    def __init__(self, config: T3Config) -> None:
        """Build the trunk.

        Args:
            config: sizes.
        """
        super().__init__()
        self.blocks = nn.ModuleList(Layer(config, TRUNK_EPS) for _ in range(config.trunk_layers))
        self.norm = nn.LayerNorm(config.width, eps=TRUNK_EPS)

    def forward(self, x: Tensor, pooling: str = 'none') -> Tensor:
        """Return tokens, or one vector of them.

        Args:
            x: tokens of an encoder (rows, 1 + patches, width).
            pooling: `none` gives all tokens, `cls` the first, both normalised; `global` the mean
                of the patches as they are, as the authors have it.

        Raises:
            ValueError: another pooling.
        """
        if pooling not in POOLINGS:
            raise ValueError(f'unknown pooling {pooling!r}; known: {", ".join(POOLINGS)}')
        for block in self.blocks:
            x = block(x)
        if pooling == 'global':
            return x[:, 1:].mean(1)
        x = self.norm(x)
        return x[:, 0] if pooling == 'cls' else x
