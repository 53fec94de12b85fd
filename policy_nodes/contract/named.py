"""Look a term up by its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from policy_nodes.contract.errors import ContractError, suggest


class Named(Protocol):
    """Anything that has a name."""

    @property
    def name(self) -> str:
        """Name of the term."""


Term = TypeVar('Term', bound=Named)


def find(name: str, terms: Sequence[Term], what: str) -> Term:
    """Return the term of this name.

    Raises:
        ContractError: there is none; the known ones are listed.
    """
    for term in terms:
        if term.name == name:
            return term
    known = [term.name for term in terms]
    raise ContractError(f'there is no {name!r}', remedy=suggest(name, known), path=what)
