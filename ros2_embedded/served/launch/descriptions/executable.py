"""Executable class, what process to start and how."""

from __future__ import annotations

import itertools
import os
import re
import shlex
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..launch_context import LaunchContext
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..substitutions import LaunchConfiguration
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from ..action import Action

Substitutions = list[Substitution]

_numbers = itertools.count(1)


class Executable:
    """Program, arguments, working directory and environment of a process."""

    def __init__(
        self,
        *,
        cmd: Iterable[SomeSubstitutionsType],
        prefix: SomeSubstitutionsType | None = None,
        name: SomeSubstitutionsType | None = None,
        cwd: SomeSubstitutionsType | None = None,
        env: Mapping[SomeSubstitutionsType, SomeSubstitutionsType] | None = None,
        additional_env: Mapping[SomeSubstitutionsType, SomeSubstitutionsType] | None = None,
        arguments: Iterable[SomeSubstitutionsType] | None = None,
    ) -> None:
        """Create a description.

        Args:
            cmd: program and arguments, each text or substitutions.
            prefix: what to put before them, split as a shell would; None: the launch
                configuration `launch-prefix`, for programs whose name matches the launch
                configuration `launch-prefix-filter`.
            name: name of the process; None: that of the program.
            cwd: working directory; None: that of the launch process.
            env: environment variables; None: those of the launch process.
            additional_env: environment variables beside these.
            arguments: further arguments.
        """
        self.__cmd = [
            normalize_to_list_of_substitutions(part) for part in (*cmd, *(arguments or ()))
        ]
        self.__arguments = arguments
        self.__prefix_is_given = prefix is not None
        self.__prefix = normalize_to_list_of_substitutions(
            LaunchConfiguration('launch-prefix', default='') if prefix is None else prefix
        )
        self.__name = None if name is None else normalize_to_list_of_substitutions(name)
        self.__cwd = None if cwd is None else normalize_to_list_of_substitutions(cwd)
        self.__env = None if env is None else _normalize_pairs(env)
        self.__additional_env = (
            None if additional_env is None else _normalize_pairs(additional_env)
        )
        self.__final_cmd: list[str] | None = None
        self.__final_cwd: str | None = None
        self.__final_env: dict[str, str] | None = None
        self.__final_name: str | None = None

    @property
    def name(self) -> Substitutions | None:
        """Name of the process; None: that of the program."""
        return self.__name

    @property
    def prefix(self) -> Substitutions:
        """What is put before program and arguments."""
        return self.__prefix

    @property
    def cmd(self) -> list[Substitutions]:
        """Program and arguments; derived actions append to it."""
        return self.__cmd

    @property
    def cwd(self) -> Substitutions | None:
        """Working directory; None: that of the launch process."""
        return self.__cwd

    @property
    def env(self) -> list[tuple[Substitutions, Substitutions]] | None:
        """Environment variables; None: those of the launch process."""
        return self.__env

    @property
    def additional_env(self) -> list[tuple[Substitutions, Substitutions]] | None:
        """Environment variables beside these."""
        return self.__additional_env

    @property
    def arguments(self) -> Iterable[SomeSubstitutionsType] | None:
        """Further arguments as they were given."""
        return self.__arguments

    @property
    def final_name(self) -> str | None:
        """Unique name of the process; None before `prepare`."""
        return self.__final_name

    @property
    def final_cmd(self) -> list[str] | None:
        """Program and arguments with all substitutions performed; None before `prepare`."""
        return self.__final_cmd

    @property
    def final_cwd(self) -> str | None:
        """Working directory with all substitutions performed."""
        return self.__final_cwd

    @property
    def final_env(self) -> dict[str, str] | None:
        """Environment with all substitutions performed; None before `prepare`."""
        return self.__final_env

    def prepare(self, context: LaunchContext, action: Action) -> None:
        """Perform all substitutions and pick a unique name, such as `talker-1`."""
        cmd = [perform_substitutions(context, part) for part in self.cmd]
        if self.__prefix_is_given or self.__passes_prefix_filter(context, cmd[0]):
            cmd = shlex.split(perform_substitutions(context, self.prefix)) + cmd
        self.__final_cmd = cmd
        name = os.path.basename(cmd[0])
        if self.name is not None:
            name = perform_substitutions(context, self.name)
        self.__final_name = f'{name}-{next(_numbers)}'
        self.__final_cwd = None if self.cwd is None else perform_substitutions(context, self.cwd)
        environment = dict(context.environment)
        if self.env is not None:
            environment = _perform_pairs(context, self.env)
        self.__final_env = {**environment, **_perform_pairs(context, self.additional_env or [])}

    @staticmethod
    def __passes_prefix_filter(context: LaunchContext, program: str) -> bool:
        pattern = context.launch_configurations.get('launch-prefix-filter', '')
        return re.match(pattern, os.path.basename(program)) is not None


def _normalize_pairs(
    pairs: Mapping[SomeSubstitutionsType, SomeSubstitutionsType],
) -> list[tuple[Substitutions, Substitutions]]:
    return [
        (normalize_to_list_of_substitutions(name), normalize_to_list_of_substitutions(value))
        for name, value in pairs.items()
    ]


def _perform_pairs(
    context: LaunchContext, pairs: list[tuple[Substitutions, Substitutions]]
) -> dict[str, str]:
    return {
        perform_substitutions(context, name): perform_substitutions(context, value)
        for name, value in pairs
    }
