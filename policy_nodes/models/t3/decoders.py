"""What is read off the trunk's tokens: classes and numbers of one image, motion between two."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

DROPOUT = 0.1
HIDDEN = (256, 128, 64)


class MlpDecoder(nn.Module):
    """Numbers of one image."""

    def __init__(
        self, width: int, out: int, *, hidden: Sequence[int] = HIDDEN, pooling: str = 'cls'
    ) -> None:
        """Build the decoder.

        Args:
            width: of a token.
            out: numbers or classes.
            hidden: widths between.
            pooling: `cls` reads the first token, `mean` the mean of the patches.

        Raises:
            ValueError: another pooling.
        """
        super().__init__()
        if pooling not in ('cls', 'mean'):
            raise ValueError(f'unknown pooling {pooling!r}; known: cls, mean')
        self.pooling = pooling
        self.model = _mlp(width, out, hidden)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return (rows, out) from tokens (rows, 1 + patches, width)."""
        return self.model(tokens[:, 0] if self.pooling == 'cls' else tokens[:, 1:].mean(1))


class PoseDecoder(nn.Module):
    """How what is touched moved between two images of one sensor."""

    def __init__(self, width: int, out: int = 9) -> None:
        """Build the decoder.

        Args:
            width: of a token.
            out: numbers; the authors' nine are a translation and two columns of a rotation.
        """
        super().__init__()
        self.conv_layers = nn.Sequential(_Residual(width, stride=2), _Residual(width))
        half = width // 2
        self.branch_fc = nn.Sequential(
            nn.Flatten(), nn.Linear(width, half), nn.SiLU(), nn.Dropout(DROPOUT)
        )
        self.output_fc = _mlp(2 * half, out, HIDDEN[::2])

    def forward(self, before: Tensor, after: Tensor) -> Tensor:
        """Return (rows, out) from the tokens of two images, each (rows, 1 + patches, width)."""
        return self.output_fc(torch.cat((self._tower(before), self._tower(after)), 1))

    def _tower(self, tokens: Tensor) -> Tensor:
        side = round((tokens.shape[1] - 1) ** 0.5)
        patches = tokens[:, 1:].transpose(1, 2).unflatten(2, (side, side))
        return self.branch_fc(self.conv_layers(patches).mean((2, 3)))


class _Residual(nn.Module):
    """Two convolutions with a shortcut (He et al., arXiv 1512.03385); keys of torchvision."""

    def __init__(self, width: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = (
            nn.Sequential(
                nn.Conv2d(width, width, 1, stride=stride, bias=False), nn.BatchNorm2d(width)
            )
            if stride > 1
            else nn.Identity()
        )

    def forward(self, x: Tensor) -> Tensor:
        new = functional.relu(self.bn1(self.conv1(x)))
        return functional.relu(self.downsample(x) + self.bn2(self.conv2(new)))


def _mlp(width: int, out: int, hidden: Sequence[int]) -> nn.Sequential:
    """Linear maps with dropout behind all but the first."""
    layers: list[nn.Module] = []
    for at, size in enumerate(hidden):
        layers += [nn.Linear(width, size), nn.SiLU()]
        if at:
            layers.append(nn.Dropout(DROPOUT))
        width = size
    return nn.Sequential(*layers, nn.Linear(width, out))
