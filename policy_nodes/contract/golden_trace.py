"""A recorded trace that proves that a policy still gives what its trainer saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.contract import Contract
from policy_nodes.contract.errors import ContractError, in_file, inside
from policy_nodes.contract.npz_file import read_npz
from policy_nodes.contract.vocabulary import OWN_STATE

Arrays = Mapping[str, NDArray[Any]]

_OBSERVATION = 'observation/'
_ACTION = 'action/'
_TOLERANCE = 'tolerance/'


@dataclass(frozen=True)
class GoldenTrace:
    """Observations over T steps and what the policy answered.

    Attributes:
        observations: (T, ...) by name of the term, or ``term.part`` where a term has parts.
        actions: (T, ...) by name of the action; other outputs of the policy may be among them.
        resets: (T,) bool; the policy is reset before the steps that are true.
        tolerance: greatest allowed difference of each action's entries, in the action's unit.

    Raises:
        ContractError: lengths that differ, no steps, no reset at the start, objects, a tolerance
            that is missing or negative.
    """

    observations: Arrays
    actions: Arrays
    resets: NDArray[np.bool_]
    tolerance: Mapping[str, float]

    def __post_init__(self) -> None:
        if self.resets.dtype != np.bool_ or self.resets.ndim != 1 or not self.resets.size:
            raise ContractError(
                f'resets are {self.resets.dtype} of shape {self.resets.shape}',
                remedy='give one bool for each step',
                path='resets',
            )
        if not self.resets[0]:
            raise ContractError(
                'the first step is no reset',
                remedy='start the trace with an episode, or its result depends on what was before',
                path='resets',
            )
        for place, arrays in (('observations', self.observations), ('actions', self.actions)):
            with inside(place):
                self._check_arrays(arrays)
        for name in self.actions:
            allowed = self.tolerance.get(name)
            if allowed is None or not 0.0 <= allowed < np.inf:
                raise ContractError(
                    f'the tolerance is {allowed}',
                    remedy='give zero or more for every action',
                    path=f'tolerance.{name}',
                )
        for name in self.tolerance:
            if name not in self.actions:
                raise ContractError(
                    'there is a tolerance and no action',
                    remedy=f'actions are {", ".join(self.actions)}',
                    path=f'tolerance.{name}',
                )

    @property
    def steps(self) -> int:
        """Number of steps T."""
        return len(self.resets)

    def observation(self, step: int) -> dict[str, NDArray[Any]]:
        """Give the observations of one step, each a copy without the leading T."""
        return {name: np.array(array[step]) for name, array in self.observations.items()}

    def check_against(self, contract: Contract) -> None:
        """Refuse a trace that is not one of this contract's policy.

        Every observation that the robot gives and every action has to be in it, of the shape the
        contract says; a term with parts is taken as it comes.

        Raises:
            ContractError: naming the term.
        """
        names = [term.name for term in contract.observations if term.source != OWN_STATE]
        for name in self.observations:
            if name.partition('.')[0] not in names:
                raise ContractError(
                    f'{name!r} is no observation of the contract',
                    remedy=f'observations are {", ".join(names)}',
                    path='observations',
                )
        for term in contract.observations:
            if term.source == OWN_STATE or any(
                name.startswith(f'{term.name}.') for name in self.observations
            ):
                continue
            with inside('observations'):
                _check_shape(term.name, self.observations, term.shape)
        for action in contract.actions:
            with inside('actions'):
                if action.name not in self.actions:
                    raise _missing(action.name)

    def write(self, file: Path) -> None:
        """Write the trace as a compressed npz."""
        arrays: dict[str, Any] = {'resets': self.resets}
        arrays |= {_OBSERVATION + name: array for name, array in self.observations.items()}
        arrays |= {_ACTION + name: array for name, array in self.actions.items()}
        arrays |= {_TOLERANCE + name: np.float64(one) for name, one in self.tolerance.items()}
        with file.open('wb') as stream:
            np.savez_compressed(stream, **arrays)

    @classmethod
    def read(cls, file: Path) -> GoldenTrace:
        """Read a trace; nothing in the file can run code.

        Raises:
            ContractError: naming the file and what is wrong with it.
        """
        arrays = read_npz(file)
        with in_file(file):
            return cls._from_arrays(arrays)

    @classmethod
    def _from_arrays(cls, arrays: Arrays) -> GoldenTrace:
        parts: dict[str, dict[str, NDArray[Any]]] = {_OBSERVATION: {}, _ACTION: {}, _TOLERANCE: {}}
        for key, array in arrays.items():
            kind = next((prefix for prefix in parts if key.startswith(prefix)), None)
            if kind is not None:
                parts[kind][key.removeprefix(kind)] = array
            elif key != 'resets':
                raise ContractError(
                    f'it holds {key!r}',
                    remedy=f'a golden trace holds resets, {_OBSERVATION}*, {_ACTION}* and '
                    f'{_TOLERANCE}*',
                )
        if 'resets' not in arrays:
            raise _missing('resets')
        tolerance = {}
        for name, array in parts[_TOLERANCE].items():
            if array.shape or array.dtype.kind != 'f':
                raise ContractError(
                    f'it is {array.dtype} of shape {array.shape}',
                    remedy='store one float',
                    path=f'tolerance.{name}',
                )
            tolerance[name] = float(array)
        return cls(parts[_OBSERVATION], parts[_ACTION], arrays['resets'], tolerance)

    def _check_arrays(self, arrays: Arrays) -> None:
        if not arrays:
            raise ContractError('there are none', remedy='record at least one term')
        for name, array in arrays.items():
            if array.dtype.kind not in 'fiub':
                raise ContractError(
                    f'it holds {array.dtype}', remedy='store numbers or bools', path=name
                )
            if not array.ndim or len(array) != self.steps:
                raise ContractError(
                    f'the shape {array.shape} does not start with the {self.steps} steps',
                    remedy='record every term at every step',
                    path=name,
                )


def _check_shape(name: str, arrays: Arrays, shape: tuple[int | None, ...]) -> None:
    if name not in arrays:
        raise _missing(name)
    found = arrays[name].shape[1:]
    fits = len(found) == len(shape) and all(
        wanted in (None, given) for wanted, given in zip(shape, found, strict=True)
    )
    if not fits:
        raise ContractError(
            f'one step has the shape {found}, the contract says {shape}',
            remedy='record what the contract describes',
            path=name,
        )


def _missing(name: str) -> ContractError:
    return ContractError('it is missing', remedy='record the trace anew', path=name)
