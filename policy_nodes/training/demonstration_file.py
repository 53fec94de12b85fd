"""Keeps a demonstration in one small file, without loss.

An npz archive. Images of a camera that stands are stored as the change from the frame before,
and those of every camera as the change from the pixel to the left, which leaves long runs of
zeros for the archive's compression; depths are split into their high and low bytes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.errors import ContractError, in_file
from policy_nodes.contract.npz_file import read_npz
from policy_nodes.training.demonstrations import Demonstration

FORMAT = 1
SUFFIX = '.npz'
_ABOUT = ('task', 'variation', 'seed', 'instructions', 'rate', 'views')
_IMAGES = ('colour', 'depth')
_WRITE_ANEW = 'collect the demonstration again'


def write_demonstration(demonstration: Demonstration, file: Path) -> None:
    """Write the file whole or not at all."""
    about = {name: getattr(demonstration, name) for name in _ABOUT} | {'format': FORMAT}
    steady = _steady(demonstration.camera_from_world)
    arrays = {
        name: getattr(demonstration, name)
        for name in Demonstration.shapes(0, 0)
        if name not in _IMAGES
    }
    colour = _along_width(_along_frames(demonstration.colour, steady), axis=3)
    depth = _along_width(_along_frames(demonstration.depth, steady), axis=3)
    arrays |= {
        'about': np.frombuffer(json.dumps(about).encode(), np.uint8),
        'colour': colour,
        'depth_high': (depth >> 8).astype(np.uint8),
        'depth_low': (depth & 255).astype(np.uint8),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix('.part')
    with part.open('wb') as stream:
        np.savez_compressed(stream, allow_pickle=False, **arrays)
    part.replace(file)


def read_demonstration(file: Path) -> Demonstration:
    """Read a file of `write_demonstration`.

    Raises:
        ContractError: naming the file and what is wrong with it.
    """
    arrays = read_npz(file)
    with in_file(file):
        expected = {*Demonstration.shapes(0, 0), 'about', 'depth_high', 'depth_low'} - {'depth'}
        if arrays.keys() != expected:
            odd = ', '.join(sorted(arrays.keys() ^ expected))
            raise ContractError(
                f'it is no demonstration (missing or unknown: {odd})', remedy=_WRITE_ANEW
            )
        try:
            return _unpack(arrays, _about(arrays.pop('about')))
        except (ValueError, TypeError, IndexError) as error:
            if isinstance(error, ContractError):
                raise
            raise ContractError(f'its parts do not fit ({error})', remedy=_WRITE_ANEW) from error


def read_demonstrations(folder: Path) -> list[Demonstration]:
    """Read every demonstration below a folder, in the order of their paths.

    Raises:
        ContractError: there is none, or one cannot be read.
    """
    files = sorted(folder.rglob(f'*{SUFFIX}'))
    if not files:
        raise ContractError(
            'it holds no demonstration', remedy='collect some into it first', file=str(folder)
        )
    return [read_demonstration(file) for file in files]


def _about(raw: NDArray[Any]) -> dict[str, Any]:
    about = json.loads(bytes(raw.astype(np.uint8)))
    if not isinstance(about, dict) or about.pop('format', None) != FORMAT:
        raise ContractError(f'it is not of format {FORMAT}', remedy=_WRITE_ANEW, path='about')
    if about.keys() != set(_ABOUT):
        odd = ', '.join(sorted(about.keys() ^ set(_ABOUT)))
        raise ContractError(f'missing or unknown: {odd}', remedy=_WRITE_ANEW, path='about')
    return about | {name: tuple(about[name]) for name in ('instructions', 'views')}


def _unpack(arrays: dict[str, NDArray[Any]], about: dict[str, Any]) -> Demonstration:
    steady = _steady(arrays['camera_from_world'])
    high, low = arrays.pop('depth_high'), arrays.pop('depth_low')
    depth = (high.astype(np.uint16) << 8) | low
    arrays['depth'] = _back_along_frames(np.cumsum(depth, axis=3, dtype=np.uint16), steady)
    colour = np.cumsum(arrays['colour'], axis=3, dtype=np.uint8)
    arrays['colour'] = _back_along_frames(colour, steady)
    return Demonstration(**about, **arrays)


def _steady(camera_from_world: NDArray[Any]) -> NDArray[np.bool_]:
    """Which views have a camera that stands, from (rows, views, 4, 4)."""
    return (camera_from_world == camera_from_world[:1]).all(axis=(0, 2, 3))


def _along_frames(images: NDArray[Any], steady: NDArray[np.bool_]) -> NDArray[Any]:
    changes = images.copy()
    changes[1:, steady] -= images[:-1, steady]  # unsigned: wraps around, as the way back does
    return changes


def _back_along_frames(changes: NDArray[Any], steady: NDArray[np.bool_]) -> NDArray[Any]:
    images = changes.copy()
    images[:, steady] = np.cumsum(changes[:, steady], axis=0, dtype=changes.dtype)
    return images


def _along_width(images: NDArray[Any], axis: int) -> NDArray[Any]:
    return np.diff(images, axis=axis, prepend=np.zeros((), images.dtype))
