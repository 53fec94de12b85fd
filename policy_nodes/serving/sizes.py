"""Which arrays go to a policy and come from it, by its contract, and how large they get."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.observation_term import ObservationTerm
from policy_nodes.contract.vocabulary import OWN_STATE
from policy_nodes.serving.frames import Arrays, FrameError

Shape = tuple[int | None, ...]

ROOM = 1 << 16  # bytes of a message beside its arrays
WIDEST = 8  # bytes of an element
MOST = 4096  # of an axis whose size the contract leaves open
LARGEST = 64 << 20  # bytes of a message, whatever the contract says
PEOPLE = 'policy_stack/msg/TrackedPersons'


def observation_shapes(contract: Contract) -> dict[str, Shape]:
    """Give the shape of every array of an observation; None stands for a size left open."""
    shapes: dict[str, Shape] = {}
    for term in contract.observations:
        if term.source != OWN_STATE:
            shapes |= _parts(term)
    return shapes


def action_shapes(contract: Contract) -> dict[str, Shape]:
    """Give the shape of every array of an answer: one row, or as many as the horizon has."""
    return {action.name: _rows(action) for action in contract.actions}


def largest_message(shapes: Mapping[str, Shape]) -> int:
    """Bytes of the largest message with such arrays."""
    sizes = (prod(MOST if size is None else size for size in shape) for shape in shapes.values())
    return min(LARGEST, ROOM + WIDEST * sum(sizes))


def check_arrays(arrays: Arrays, shapes: Mapping[str, Shape], what: str) -> None:
    """Hold arrays against what the contract promises.

    Args:
        arrays: by name.
        shapes: by name, as the functions above give them.
        what: observation or answer, for the refusal.

    Raises:
        FrameError: an array is missing, unknown, of another shape, or not finite.
    """
    if arrays.keys() != shapes.keys():
        missing = ', '.join(sorted(shapes.keys() - arrays.keys()))
        extra = ', '.join(sorted(arrays.keys() - shapes.keys()))
        raise FrameError(
            f'the {what} lacks {missing or "nothing"} and has {extra or "nothing"} more than '
            'the contract says'
        )
    for name, shape in shapes.items():
        _check_shape(name, arrays[name], shape)
        if arrays[name].dtype.kind == 'f' and not _readable(arrays[name], name):
            raise FrameError(f'{name} of the {what} is not finite')


def _check_shape(name: str, array: NDArray[Any], shape: Shape) -> None:
    fits = array.ndim == len(shape) and all(
        size <= MOST if wanted is None else size == wanted
        for size, wanted in zip(array.shape, shape, strict=True)
    )
    if not fits:
        wanted = ' x '.join('any' if size is None else str(size) for size in shape) or 'one number'
        raise FrameError(f'{name} has the shape {array.shape}; the contract says {wanted}')


def _readable(array: NDArray[Any], name: str) -> bool:
    # a camera has no depth for some pixels, and says NaN or infinity there
    return name.endswith('.image') or bool(np.isfinite(array).all())


def _parts(term: ObservationTerm) -> dict[str, Shape]:
    """Arrays of one term, as golden traces name them."""
    if term.source == PEOPLE:
        slots = term.shape[:-1]
        return {
            f'{term.name}.positions': (*slots, 2),
            f'{term.name}.velocities': (*slots, 2),
            f'{term.name}.count': (),
        }
    if term.colour == 'depth':
        return {
            f'{term.name}.image': term.shape,
            f'{term.name}.intrinsics': (3, 3),
            f'{term.name}.camera_from_world': (4, 4),
        }
    return {term.name: term.shape}


def _rows(action: ActionTerm) -> Shape:
    width = len(action.names)
    return (width,) if action.horizon == 1 else (action.horizon, width)
