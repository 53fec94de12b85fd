"""Random numbers that depend only on (seed, stream, counter), never on batch or device.

An episode must be the same whether it runs alone in a node or among thousands on a GPU, so its
numbers cannot come from a generator that a batch shares. A hash of the seed, the stream and the
counter gives each episode its own sequence without any state.
"""

import math

import torch
from torch import Tensor

MASK = 0xFFFFFFFF


def mix(value: Tensor) -> Tensor:
    """Scramble 32-bit integers held in int64 (a multiply-xorshift finaliser)."""
    value = value & MASK
    value = ((value ^ (value >> 16)) * 0x7FEB352D) & MASK
    value = ((value ^ (value >> 15)) * 0x846CA68B) & MASK
    return value ^ (value >> 16)


def bits(seed: Tensor, stream: int, counter: Tensor | int, shape: tuple[int, ...]) -> Tensor:
    """Draw 32-bit integers.

    Args:
        seed: (worlds,) int64.
        stream: what the numbers are for.
        counter: (worlds,) or one number: how often the stream was used before.
        shape: shape of the draw per world.

    Returns:
        (worlds, *shape) int64 in [0, 2^32).
    """
    count = math.prod(shape)
    lane = torch.arange(count, device=seed.device)
    key = mix(seed ^ mix(torch.full_like(seed, stream * 0x9E3779B1)))
    key = mix(key + mix(torch.as_tensor(counter, device=seed.device).expand_as(seed) + 1))
    drawn = mix(key[:, None] + mix(lane * 0x45EBCA77 + 1))
    return drawn.reshape(len(seed), *shape)


def uniform(
    seed: Tensor, stream: int, counter: Tensor | int, shape: tuple[int, ...] = ()
) -> Tensor:
    """Draw from [0, 1) in float32; arguments as `bits`."""
    drawn = bits(seed, stream, counter, shape)
    return (drawn >> 8).to(torch.float32) * (1.0 / (1 << 24))


def normal(
    seed: Tensor, stream: int, counter: Tensor | int, shape: tuple[int, ...] = ()
) -> Tensor:
    """Draw from the standard normal distribution in float32; arguments as `bits`."""
    pair = uniform(seed, stream, counter, (*shape, 2))
    radius = (-2.0 * (1.0 - pair[..., 0]).log()).sqrt()
    return radius * (2 * math.pi * pair[..., 1]).cos()


def episode_seeds(seed: int, first: int, count: int, device: torch.device | str) -> Tensor:
    """Seeds (count,) int64 of the episodes first, first + 1, ... of a run's seed."""
    index = torch.arange(first, first + count, device=device)
    return mix(mix(torch.full_like(index, seed & MASK)) + index * 0x9E3779B1)
