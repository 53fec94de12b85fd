"""ExecuteProcess action."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..descriptions import Executable
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from .execute_local import ExecuteLocal

if TYPE_CHECKING:
    from ..frontend import Entity, Parser

Substitutions = list[Substitution]


class ExecuteProcess(ExecuteLocal):
    """Run a program."""

    def __init__(
        self,
        *,
        cmd: Iterable[SomeSubstitutionsType],
        prefix: SomeSubstitutionsType | None = None,
        name: SomeSubstitutionsType | None = None,
        cwd: SomeSubstitutionsType | None = None,
        env: Mapping[SomeSubstitutionsType, SomeSubstitutionsType] | None = None,
        additional_env: Mapping[SomeSubstitutionsType, SomeSubstitutionsType] | None = None,
        **kwargs: Any,
    ) -> None:
        """Create an action.

        Args:
            cmd: program and arguments, each text or substitutions.
            prefix: what to put before them, such as `xterm -e`; None: the launch configuration
                `launch-prefix`.
            name: name of the process; None: that of the program.
            cwd: working directory; None: that of the launch process.
            env: environment variables; None: those of the launch process.
            additional_env: environment variables beside these.
            kwargs: see `ExecuteLocal`.
        """
        executable = Executable(
            cmd=cmd, prefix=prefix, name=name, cwd=cwd, env=env, additional_env=additional_env
        )
        super().__init__(process_description=executable, **kwargs)

    @classmethod
    def parse(
        cls, entity: Entity, parser: Parser, ignore: Collection[str] | None = None
    ) -> tuple[type[ExecuteProcess], dict[str, Any]]:
        """Return this class and the arguments that an element of a launch file stands for.

        Args:
            entity: the element.
            parser: of the launch file.
            ignore: arguments that a derived class reads itself.
        """
        from ..frontend.process import parse_process

        return cls, parse_process(entity, parser, ignore or ())

    @classmethod
    def _parse_cmdline(cls, cmd: str, parser: Parser) -> list[SomeSubstitutionsType]:
        from ..frontend.process import parse_cmdline

        return parse_cmdline(cmd, parser)

    @property
    def name(self) -> str | Substitutions | None:
        """Unique name of the process once executed, before that the name that was given."""
        return self.process_description.final_name or self.process_description.name

    @property
    def cmd(self) -> list[str] | list[Substitutions]:
        """Program and arguments, with all substitutions performed once executed."""
        return self.process_description.final_cmd or self.process_description.cmd

    @property
    def cwd(self) -> str | Substitutions | None:
        """Working directory; None: that of the launch process."""
        return self.process_description.final_cwd or self.process_description.cwd

    @property
    def env(self) -> dict[str, str] | list[tuple[Substitutions, Substitutions]] | None:
        """Environment variables; None: those of the launch process."""
        return self.process_description.final_env or self.process_description.env

    @property
    def additional_env(self) -> list[tuple[Substitutions, Substitutions]] | None:
        """Environment variables beside these."""
        return self.process_description.additional_env
