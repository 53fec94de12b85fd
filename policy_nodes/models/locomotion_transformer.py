"""Locomotion-Transformer: a causal transformer that moves legs over any ground.

Source: Caluwaerts et al., Barkour: Benchmarking Animal-level Agility with Quadruped Robots (arXiv
2305.14654), section on the generalist policy: a window of 15 steps (0.3 s), one token for state
and command and one for the action of each step, only the newest height fields, each read by a
convolutional encoder of two layers. The numbers of layers, heads and widths are our own choice:
those of the paper's appendix are not at hand.
"""

import torch
from torch import Tensor, nn

from policy_nodes.models.locomotion_input import (
    BODY,
    COMMAND,
    LocomotionInput,
    check_input,
    frame_size,
)


class HeightEncoder(nn.Module):
    """Two convolutions and a projection: a height field becomes one token."""

    def __init__(self, rows: int, columns: int, width: int, channels: int = 16) -> None:
        """Build the layers.

        Args:
            rows: of the field.
            columns: of the field.
            width: of the token.
            channels: of the convolutions.
        """
        super().__init__()
        self.first = nn.Conv2d(1, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, stride=2)
        cells = ((rows + 1) // 2) * ((columns + 1) // 2)
        self.project = nn.Linear(channels * cells, width)

    def forward(self, heights: Tensor) -> Tensor:
        """Encode heights (n, rows, columns) as (n, width)."""
        seen = self.second(self.first(heights[:, None]).relu()).relu()
        return self.project(seen.flatten(1))


class Block(nn.Module):
    """Attention and a feed-forward layer, each after its norm and added to what came in."""

    def __init__(self, width: int, heads: int, feed: int) -> None:
        """Build the layers.

        Args:
            width: of tokens.
            heads: of the attention; they divide the width.
            feed: width of the feed-forward layer.
        """
        super().__init__()
        self.heads = heads
        self.before_attention = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.mix = nn.Linear(width, width)
        self.before_feed = nn.LayerNorm(width)
        self.up = nn.Linear(width, feed)
        self.down = nn.Linear(feed, width)

    def forward(self, tokens: Tensor, *, last_only: bool = False) -> Tensor:
        """Mix tokens (n, count, width), each with those before it.

        Args:
            tokens: in order.
            last_only: answer for the last one only, (n, 1, width); it sees them all.
        """
        normed = self.before_attention(tokens)
        asking = normed[:, -1:] if last_only else normed
        query = self._split(self.query(asking))
        key, value = (self._split(part) for part in self.key_value(normed).chunk(2, dim=-1))
        mixed = nn.functional.scaled_dot_product_attention(
            query, key, value, is_causal=not last_only
        )
        kept = tokens[:, -1:] if last_only else tokens
        kept = kept + self.mix(mixed.transpose(1, 2).flatten(2))
        fed = self.down(nn.functional.gelu(self.up(self.before_feed(kept))))
        return kept + fed

    def _split(self, tokens: Tensor) -> Tensor:
        return tokens.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class LocomotionTransformer(nn.Module):
    """Heights, then state and action of each step, oldest first; the last state is answered."""

    def __init__(
        self,
        joints: int = 12,
        window: int = 15,
        near: tuple[int, int] = (9, 7),
        ahead: tuple[int, int] = (10, 5),
        width: int = 128,
        heads: int = 8,
        feed: int = 512,
        layers: int = 2,
    ) -> None:
        """Build encoders, blocks and head; the sizes are our own choice.

        Args:
            joints: to be moved.
            window: steps that are read, the present one included.
            near: rows and columns of the heights about the body.
            ahead: rows and columns of the heights before it.
            width: of tokens.
            heads: of each attention.
            feed: width of the feed-forward layers.
            layers: blocks.
        """
        super().__init__()
        self.joints, self.window = joints, window
        self.near, self.ahead = tuple(near), tuple(ahead)
        self.shapes = {
            'frames': (window, frame_size(joints)),
            'near': self.near,
            'ahead': self.ahead,
        }
        self.read_near = HeightEncoder(*near, width)
        self.read_ahead = HeightEncoder(*ahead, width)
        self.read_state = nn.Linear(BODY + COMMAND + joints, width)
        self.read_action = nn.Linear(joints, width)
        self.place = nn.Parameter(0.02 * torch.randn(2 * window + 1, width))
        self.blocks = nn.ModuleList(Block(width, heads, feed) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, joints)

    def forward(self, observation: LocomotionInput) -> Tensor:
        """Action (..., joints) from -1 to 1.

        Raises:
            ValueError: the observation does not fit the network.
        """
        check_input(observation, self.shapes)
        leading = observation.frames.shape[:-2]
        rows = LocomotionInput(*(part.reshape(-1, *part.shape[-2:]) for part in observation))
        tokens = self._tokens(rows)
        for number, block in enumerate(self.blocks):
            tokens = block(tokens, last_only=number == len(self.blocks) - 1)
        action = self.head(self.norm(tokens[:, -1])).tanh()
        return action.reshape(*leading, self.joints)

    def _tokens(self, rows: LocomotionInput) -> Tensor:
        """Tokens (n, 2 window + 1, width), the last one that of the newest state."""
        frames = rows.frames.flip(1)
        state, action = frames[..., : -self.joints], frames[..., -self.joints :]
        states = self.read_state(state)
        # a frame's action is the one before its state, so those of the oldest frame are too old
        actions = self.read_action(action[:, 1:])
        pairs = torch.stack((states[:, :-1], actions), dim=2).flatten(1, 2)
        heights = torch.stack((self.read_near(rows.near), self.read_ahead(rows.ahead)), dim=1)
        return torch.cat((heights, pairs, states[:, -1:]), dim=1) + self.place
