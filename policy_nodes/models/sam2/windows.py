"""Cuts a map of tokens into square windows and puts them together again."""

from torch import Tensor


def fill_up(tokens: Tensor, side: int, filling: Tensor) -> Tensor:
    """Widen a map at its right and lower margin, so that windows divide it.

    Args:
        tokens: (batch, height, width, channels).
        side: of a window [tokens].
        filling: (channels,) the token to widen it with.

    Returns:
        (batch, multiple of side, multiple of side, channels).
    """
    batch, height, width = tokens.shape[:3]
    filled = filling.to(tokens).repeat(batch, height + -height % side, width + -width % side, 1)
    filled[:, :height, :width] = tokens
    return filled


def split_windows(tokens: Tensor, side: int) -> Tensor:
    """Cut a map into windows, row by row.

    Args:
        tokens: (batch, height, width, channels), height and width multiples of the side.
        side: of a window [tokens].

    Returns:
        (batch * windows, side, side, channels).
    """
    rows = tokens.unflatten(2, (-1, side)).unflatten(1, (-1, side))
    return rows.transpose(2, 3).flatten(0, 2)


def join_windows(windows: Tensor, height: int, width: int) -> Tensor:
    """Undo `split_windows`; what lies beyond height and width is cut off.

    Args:
        windows: (batch * windows, side, side, channels).
        height: of the map.
        width: of the map.

    Returns:
        (batch, height, width, channels).
    """
    side = windows.shape[1]
    down, across = -(-height // side), -(-width // side)
    rows = windows.unflatten(0, (-1, down, across)).transpose(2, 3)
    return rows.flatten(3, 4).flatten(1, 2)[:, :height, :width]
