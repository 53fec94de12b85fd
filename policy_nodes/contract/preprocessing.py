"""Between the units of the robot and the numbers of the network, as the contract states it.

Trainer and node call the same functions. A trainer that works on batches elsewhere takes the same
numbers from `observation_affine` and `action_affine` once, and applies the formulae itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.observation_term import ObservationTerm

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Affine:
    """Numbers that scale a term; each (1,) or (entries,), infinite where nothing is clipped.

    Attributes:
        scale: factor.
        offset: shift, in the unit of the term.
        low: lower clip, in the network's numbers.
        high: upper clip.
    """

    scale: Floats
    offset: Floats
    low: Floats
    high: Floats


def observation_affine(term: ObservationTerm) -> Affine:
    """Give the numbers of ``clip((value - offset) * scale, low, high)``."""
    return _affine(term.scale, term.offset, term.clip)


def action_affine(term: ActionTerm) -> Affine:
    """Give the numbers of ``clip(output, low, high) * scale + offset``."""
    return _affine(term.scale, term.offset, term.clip)


def normalise(term: ObservationTerm, values: ArrayLike) -> NDArray[Any]:
    """Turn one frame or a batch (..., *shape) in the unit of the term into the network's numbers.

    NaN becomes the term's fill value first; the result has the term's dtype.

    Raises:
        ContractError: another shape, or NaN in a term without a fill value.
    """
    array = np.asarray(values)
    check_frame_shape(term, array.shape)
    if array.dtype.kind == 'f':
        array = _filled(term, array)
    if term.is_identity:
        return array.astype(term.dtype)
    affine = observation_affine(term)
    # Half precision would round before the clip; it is only a form of storage.
    work = np.float64 if term.dtype == 'float64' else np.float32
    # A value too large for the type becomes infinite, which the clip deals with.
    with np.errstate(over='ignore'):
        scaled = (array.astype(work) - affine.offset.astype(work)) * affine.scale.astype(work)
    if term.clip:
        scaled = np.clip(scaled, affine.low.astype(work), affine.high.astype(work))
    return scaled.astype(term.dtype)


def denormalise(term: ActionTerm, output: ArrayLike) -> Floats:
    """Turn the network's output (..., names) into a command in the unit, held within the limits.

    NaN stays NaN, for the safety controller to refuse.

    Raises:
        ContractError: another length, or an index where values are needed.
    """
    if term.choices:
        raise ContractError(
            f'a {term.kind} is no value', remedy='use accelerate()', path=term.name
        )
    array = np.asarray(output, np.float64)
    _check_names_axis(term, array.shape)
    affine = action_affine(term)
    clipped = np.clip(array, affine.low, affine.high)
    with np.errstate(over='ignore'):
        command = clipped * affine.scale + affine.offset
    return limit(term, command)


def accelerate(term: ActionTerm, twist: ArrayLike, index: int) -> Floats:
    """Add the chosen increments to a twist (names,) and hold it within the limits.

    Raises:
        ContractError: an index out of range, another length, or a term without choices.
    """
    if not term.choices:
        raise ContractError(
            f'a {term.kind} is not chosen by index', remedy='use denormalise()', path=term.name
        )
    if not 0 <= index < len(term.choices):
        raise ContractError(
            f'there is no choice {index}',
            remedy=f'use 0 to {len(term.choices) - 1}',
            path=term.name,
        )
    array = np.asarray(twist, np.float64)
    _check_names_axis(term, array.shape)
    return limit(term, array + np.array(term.choices[index]))


def limit(term: ActionTerm, command: ArrayLike) -> Floats:
    """Hold a command (..., names) within the limits of the term."""
    low, high = np.array(term.limits).T
    return np.clip(np.asarray(command, np.float64), low, high)


def pad_rows(term: ObservationTerm, rows: ArrayLike, count: int | None = None) -> NDArray[Any]:
    """Bring rows (n, ...) to the number of rows of the term, free ones at its fill value.

    Args:
        term: term whose first axis is the number of rows.
        rows: the rows there are; surplus ones at the end are dropped.
        count: number of rows where the term leaves it open.

    Raises:
        ContractError: no fill value, or no number of rows.
    """
    array = np.asarray(rows, np.float64)
    wanted = term.shape[0] if term.shape else None
    wanted = count if wanted is None else wanted
    if term.fill is None or wanted is None:
        raise ContractError(
            'free rows have no value or no number',
            remedy='give the term a fill value and a number of rows',
            path=term.name,
        )
    padded = np.full((wanted, *array.shape[1:]), term.fill)
    kept = min(wanted, len(array))
    padded[:kept] = array[:kept]
    return padded


def check_frame_shape(term: ObservationTerm, shape: Sequence[int]) -> None:
    """Refuse an array whose last axes are not one frame of the term.

    Raises:
        ContractError: naming the term and both shapes.
    """
    frame = tuple(shape)[len(shape) - len(term.shape) :] if term.shape else ()
    fits = len(shape) >= len(term.shape) and all(
        wanted in (None, given) for wanted, given in zip(term.shape, frame, strict=True)
    )
    if not fits:
        raise ContractError(
            f'the shape is {tuple(shape)}, the contract says {term.shape}',
            remedy='give one frame or a batch of frames as the contract describes',
            path=term.name,
        )


def _affine(
    scale: tuple[float, ...],
    offset: tuple[float, ...],
    clip: tuple[tuple[float, float], ...],
) -> Affine:
    low, high = np.array(clip or ((-np.inf, np.inf),)).T
    return Affine(np.array(scale), np.array(offset), low, high)


def _filled(term: ObservationTerm, array: NDArray[Any]) -> NDArray[Any]:
    missing = np.isnan(array)
    if not missing.any():
        return array
    if term.fill is None:
        raise ContractError(
            f'{int(missing.sum())} of {array.size} values are NaN and the contract has no fill '
            'value for them',
            remedy='mend the source, or treat the term as missing',
            path=term.name,
        )
    return np.where(missing, np.asarray(term.fill, array.dtype), array)


def _check_names_axis(term: ActionTerm, shape: Sequence[int]) -> None:
    if not shape or shape[-1] != len(term.names):
        raise ContractError(
            f'the shape is {tuple(shape)} for {len(term.names)} names',
            remedy='give one value for each name in the last axis',
            path=term.name,
        )
