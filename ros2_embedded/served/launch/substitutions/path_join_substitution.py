"""PathJoinSubstitution substitution."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ..launch_context import LaunchContext
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions


class PathJoinSubstitution(Substitution):
    """Path joined from parts."""

    def __init__(self, substitutions: Iterable[str | Substitution]) -> None:
        super().__init__()
        self.__substitutions = normalize_to_list_of_substitutions(substitutions)

    @property
    def substitutions(self) -> list[Substitution]:
        """Parts of the path."""
        return self.__substitutions

    def describe(self) -> str:
        """Return the substitution for people."""
        return f"PathJoin('{' + '.join(sub.describe() for sub in self.substitutions)}')"

    def perform(self, context: LaunchContext) -> str:
        """Return the path; a part that is absolute starts it anew."""
        parts = [sub.perform(context) for sub in self.substitutions]
        return os.path.join(*parts)
