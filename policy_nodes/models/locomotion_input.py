"""What networks that move legs read."""

from typing import NamedTuple

from torch import Tensor


class LocomotionInput(NamedTuple):
    """One observation per row; leading dimensions are free but equal.

    A frame holds, in this order and already scaled: yaw rate (1), direction of gravity in the body
    (3), asked velocity vx, vy, wz (3), joint angles less those of the stand (joints), the action
    before (joints).

    Attributes:
        frames: (..., window, 7 + 2 joints), newest first.
        near: (..., rows, columns) heights of the ground about the body; no rows without them.
        ahead: (..., rows, columns) heights of the ground before it; no rows without them.
    """

    frames: Tensor
    near: Tensor
    ahead: Tensor


BODY, COMMAND = 4, 3  # numbers of a frame before its joints: yaw rate and gravity, command


def frame_size(joints: int) -> int:
    """Numbers of one frame."""
    return BODY + COMMAND + 2 * joints


def check_input(observation: LocomotionInput, wanted: dict[str, tuple[int, ...]]) -> None:
    """Refuse an observation that does not fit a network.

    Args:
        observation: given.
        wanted: shape of each part without leading dimensions.

    Raises:
        ValueError: naming the part.
    """
    for name, shape in wanted.items():
        got = tuple(getattr(observation, name).shape[-len(shape) :])
        if got != shape:
            raise ValueError(f'{name} has shape {got} per row, the network needs {shape}')
