"""FileContent substitution."""

from __future__ import annotations

from pathlib import Path

from ..launch_context import LaunchContext
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .substitution_failure import SubstitutionFailure


class FileContent(Substitution):
    """Text of a file."""

    def __init__(self, path: SomeSubstitutionsType) -> None:
        super().__init__()
        self.__path = normalize_to_list_of_substitutions(path)

    @property
    def path(self) -> list[Substitution]:
        """Path of the file."""
        return self.__path

    def describe(self) -> str:
        """Return the substitution for people."""
        return f'FileContent({", ".join(sub.describe() for sub in self.path)})'

    def perform(self, context: LaunchContext) -> str:
        """Return the text of the file.

        Raises:
            SubstitutionFailure: there is no such file.
        """
        path = perform_substitutions(context, self.path)
        try:
            return Path(path).read_text(encoding='utf-8')
        except FileNotFoundError as error:
            raise SubstitutionFailure(f'File not found: {path}') from error
