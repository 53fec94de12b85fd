"""The last frames of a term, as a network with a history reads them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.observation_term import ObservationTerm


class HistoryBuffer:
    """Keeps the last frames of one term.

    Args:
        name: name of the term, for refusals.
        shape: shape of one frame.
        length: frames to keep, the present one included.
        order: ``oldest_first`` or ``newest_first``.
        padding: ``first`` repeats the first frame of an episode into the past, ``zeros`` does not.
        dtype: element type.

    Raises:
        ContractError: a length below 1.
    """

    def __init__(
        self,
        name: str,
        shape: tuple[int, ...],
        length: int,
        order: str = 'oldest_first',
        padding: str = 'first',
        dtype: str = 'float32',
    ) -> None:
        if length < 1:
            raise ContractError(
                f'a history of {length} frames', remedy='keep at least 1', path=name
            )
        self._name = name
        self._newest_first = order == 'newest_first'
        self._repeat_first = padding == 'first'
        self._frames = np.zeros((length, *shape), dtype)
        self._empty = True

    @classmethod
    def of(cls, term: ObservationTerm) -> HistoryBuffer:
        """Build the buffer that a term describes.

        Raises:
            ContractError: the shape of the term varies.
        """
        shape = tuple(size for size in term.shape if size is not None)
        if len(shape) != len(term.shape):
            raise ContractError(
                'a shape that varies has no history',
                remedy='write a fixed shape and fill free rows',
                path=term.name,
            )
        return cls(term.name, shape, term.history, term.order, term.padding, term.dtype)

    def reset(self) -> None:
        """Forget all frames: an episode starts."""
        self._frames[:] = 0
        self._empty = True

    def push(self, frame: ArrayLike) -> NDArray[Any]:
        """Take the present frame and return the history as a copy (length, *shape).

        Raises:
            ContractError: a frame of another shape; the history stays as it was.
        """
        values = np.asarray(frame)
        if values.shape != self._frames.shape[1:]:
            raise ContractError(
                f'a frame of shape {values.shape} into a history of {self._frames.shape[1:]}',
                remedy='give frames of one shape, as the contract describes',
                path=self._name,
            )
        if self._empty and self._repeat_first:
            self._frames[:] = values
        else:
            self._frames[:-1] = self._frames[1:]
            self._frames[-1] = values
        self._empty = False
        return self._frames[::-1].copy() if self._newest_first else self._frames.copy()
