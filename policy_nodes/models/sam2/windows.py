"""Cuts a map of tokens into square windows and puts them together again."""

from torch import Tensor


def split_windows(tokens: Tensor, side: int, filling: Tensor) -> Tensor:
    """Cut a map into windows, row by row.

    Args:
        tokens: (batch, height, width, channels).
        side: of a window [tokens].
        filling: (channels,) token that fills up the right and lower margin.

    Returns:
        (batch * windows, side, side, channels).
    """
    batch, height, width, channels = tokens.shape
    if height % side or width % side:
        shape = (batch, height + -height % side, width + -width % side, channels)
        filled = filling.to(tokens).expand(shape).clone()
        filled[:, :height, :width] = tokens
        tokens = filled
    rows = tokens.unflatten(2, (-1, side)).unflatten(1, (-1, side))
    return rows.transpose(2, 3).flatten(0, 2)


def join_windows(windows: Tensor, height: int, width: int) -> Tensor:
    """Undo `split_windows`; what it filled up is cut off.

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
