"""Command substitution."""

from __future__ import annotations

import shlex
import subprocess

from .. import logging
from ..launch_context import LaunchContext
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .substitution_failure import SubstitutionFailure


class Command(Substitution):
    """Standard output of a program, such as xacro; it is run without a shell."""

    def __init__(
        self, command: SomeSubstitutionsType, *, on_stderr: SomeSubstitutionsType = 'fail'
    ) -> None:
        """Create a substitution.

        Args:
            command: program and arguments in one text, split as a shell would.
            on_stderr: what text on standard error does: `fail`, `ignore`, `warn`, or `capture`
                it into the result.
        """
        super().__init__()
        self.__command = normalize_to_list_of_substitutions(command)
        self.__on_stderr = normalize_to_list_of_substitutions(on_stderr)

    @property
    def command(self) -> list[Substitution]:
        """Program and arguments."""
        return self.__command

    @property
    def on_stderr(self) -> list[Substitution]:
        """What text on standard error does."""
        return self.__on_stderr

    def describe(self) -> str:
        """Return the substitution for people."""
        return f'Command({" + ".join(sub.describe() for sub in self.command)})'

    def perform(self, context: LaunchContext) -> str:
        """Run the program and return what it printed.

        Raises:
            SubstitutionFailure: the program is missing or failed, or printed to standard error
                where that is to fail.
        """
        command = perform_substitutions(context, self.command)
        on_stderr = perform_substitutions(context, self.on_stderr)
        if on_stderr not in ('fail', 'ignore', 'warn', 'capture'):
            raise SubstitutionFailure(
                "expected 'on_stderr' to be one of: 'fail', 'ignore', 'warn' or 'capture'"
            )
        result = self.__run(command, capture=on_stderr == 'capture')
        if result.returncode != 0:
            message = f'executed command failed. Command: {command}'
            if result.stderr:
                message += f'\nCaptured stderr output: {result.stderr}'
            raise SubstitutionFailure(message)
        if result.stderr and on_stderr != 'ignore':
            message = (
                f'executed command showed stderr output. Command: {command}\n'
                f'Captured stderr output:\n{result.stderr}'
            )
            if on_stderr == 'fail':
                raise SubstitutionFailure(message)
            logging.get_logger('launch').warning(message)
        return result.stdout

    @staticmethod
    def __run(command: str, *, capture: bool) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(  # noqa: S603 (the launch file's author asks for it)
                shlex.split(command),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if capture else subprocess.PIPE,
                text=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise SubstitutionFailure(f'file not found: {error}') from error
