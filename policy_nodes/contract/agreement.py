"""Whether a policy and a robot mean the same thing by every term."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from policy_nodes.contract.errors import ContractError


@dataclass(frozen=True)
class Disagreement:
    """One field in which policy and robot differ.

    Attributes:
        term: name of the term; ``robot`` or ``weights`` for what is no term.
        field: which property of it.
        contract_value: what the contract says.
        robot_value: what the robot says, or what was found.
        remedy: what the user can do about it.
    """

    term: str
    field: str
    contract_value: object
    robot_value: object
    remedy: str

    def __str__(self) -> str:
        """Give one sentence."""
        return (
            f'{self.term}.{self.field}: the contract says {shown(self.contract_value)}, '
            f'the robot {shown(self.robot_value)}; {self.remedy}'
        )


@dataclass(frozen=True)
class Agreement:
    """The outcome of a comparison.

    Attributes:
        robot: robot that was asked.
        terms: names of the terms that were compared, in the order of the contract.
        disagreements: empty when the policy may run.
        permutation: for each term whose entries agree up to their order, the indices that
            arrange them: of the robot's entries into the contract's order for an observation,
            of the contract's entries into the robot's order for an action.
    """

    robot: str
    terms: tuple[str, ...]
    disagreements: tuple[Disagreement, ...] = ()
    permutation: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Whether the policy may run on the robot."""
        return not self.disagreements

    def of(self, term: str) -> tuple[Disagreement, ...]:
        """List the disagreements of one term."""
        return tuple(found for found in self.disagreements if found.term == term)

    def require(self) -> None:
        """Go on only if all terms agree.

        Raises:
            ContractError: listing every disagreement with its remedy.
        """
        if self.agrees:
            return
        listing = ''.join(f'\n  {found}' for found in self.disagreements)
        count = len(self.disagreements)
        raise ContractError(
            f'the policy and the robot {self.robot!r} disagree in {count} '
            f'{"place" if count == 1 else "places"}',
            remedy=f'nothing is started before each is settled:{listing}',
        )

    def arrange(self, term: str, values: ArrayLike) -> NDArray[np.generic]:
        """Bring the entries of the last axis into the order of the receiving side.

        An observation (..., robot's entries) becomes (..., contract's entries), an action
        (..., contract's entries) becomes (..., robot's entries).

        Raises:
            ContractError: a term that was not compared, or too few entries.
        """
        array = np.asarray(values)
        if term not in self.terms:
            raise ContractError(
                f'{term!r} was not compared', remedy=f'known are {", ".join(self.terms)}'
            )
        indices = self.permutation.get(term)
        if indices is None:
            return array
        if not array.ndim or array.shape[-1] <= max(indices):
            raise ContractError(
                f'entries of shape {array.shape} cannot be put in order',
                remedy=f'give at least {max(indices) + 1} in the last axis',
                path=term,
            )
        return array[..., list(indices)]


def shown(value: object) -> str:
    """Write a value as the sentences and tables show it."""
    if isinstance(value, tuple | list):
        return '[' + ', '.join(shown(item) for item in value) + ']'
    if value is None:
        return 'nothing'
    if isinstance(value, float):
        return f'{value:g}'
    return repr(value) if isinstance(value, str) else str(value)
