"""Fixed position codes of a grid: sines to be added, rotations to be applied."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def sine_positions(
    height: int, width: int, channels: int, device: torch.device | str | None = None
) -> Tensor:
    """Code every cell of a grid by sines and cosines of its row and column.

    Args:
        height: of the grid.
        width: of the grid.
        channels: of the code, a multiple of 4; the first half codes the row.
        device: where to make it.

    Returns:
        (height * width, channels), row by row.
    """
    half = channels // 2
    exponent = torch.arange(half, dtype=torch.float32, device=device) // 2 * 2 / half
    period = 10000**exponent

    def code(cells: int) -> Tensor:
        place = torch.arange(1, cells + 1, dtype=torch.float32, device=device)
        angle = (place / (cells + 1e-6) * 2 * math.pi)[:, None] / period
        return torch.stack([angle[:, 0::2].sin(), angle[:, 1::2].cos()], dim=2).flatten(1)

    rows = code(height)[:, None].expand(height, width, half)
    columns = code(width)[None].expand(height, width, half)
    return torch.cat([rows, columns], dim=-1).flatten(0, 1)


def axial_rotations(
    height: int, width: int, channels: int, device: torch.device | str | None = None
) -> tuple[Tensor, Tensor]:
    """Return the angles by which rotary attention turns the channels of every cell of a grid.

    Args:
        height: of the grid.
        width: of the grid.
        channels: of queries and keys, a multiple of 4; the first half turns with the column.
        device: where to make them.

    Returns:
        Cosine and sine, each (height * width, channels / 2), row by row.
    """
    exponent = torch.arange(0, channels, 4, dtype=torch.float32, device=device) / channels
    frequency = 1.0 / 10000.0**exponent
    cell = torch.arange(height * width, dtype=torch.float32, device=device)
    column, row = cell % width, torch.div(cell, width, rounding_mode='floor')
    angle = torch.cat([torch.outer(column, frequency), torch.outer(row, frequency)], dim=-1)
    return angle.cos(), angle.sin()


def rotate(tokens: Tensor, rotations: tuple[Tensor, Tensor]) -> Tensor:
    """Turn neighbouring pairs of channels.

    Args:
        tokens: (..., cells, channels).
        rotations: cosine and sine of `axial_rotations`.

    Returns:
        The turned tokens, of the same type.
    """
    cosine, sine = rotations
    # in single precision also where the rest of the network runs in less
    first, second = tokens.float().unflatten(-1, (-1, 2)).unbind(-1)
    turned = torch.stack([first * cosine - second * sine, first * sine + second * cosine], dim=-1)
    return turned.flatten(-2).type_as(tokens)
