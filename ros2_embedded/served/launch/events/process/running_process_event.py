"""RunningProcessEvent event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...event import Event

if TYPE_CHECKING:
    from ...actions import ExecuteLocal


class RunningProcessEvent(Event):
    """Something happened to a process that was started."""

    name = 'launch.events.process.RunningProcessEvent'

    def __init__(
        self,
        *,
        action: ExecuteLocal,
        name: str,
        cmd: list[str],
        cwd: str | None,
        env: dict[str, str] | None,
        pid: int,
    ) -> None:
        """Create an event.

        Args:
            action: action that started the process.
            name: unique name of the process, the prefix of its output.
            cmd: program and arguments.
            cwd: working directory; None: that of the launch process.
            env: environment variables; None: those of the launch process.
            pid: process id.
        """
        super().__init__()
        self.__action = action
        self.__name = name
        self.__cmd = cmd
        self.__cwd = cwd
        self.__env = env
        self.__pid = pid

    @property
    def action(self) -> ExecuteLocal:
        """Action that started the process."""
        return self.__action

    @property
    def execute_process_action(self) -> ExecuteLocal:
        """Action that started the process, by its older name."""
        return self.__action

    @property
    def process_name(self) -> str:
        """Unique name of the process, the prefix of its output."""
        return self.__name

    @property
    def cmd(self) -> list[str]:
        """Program and arguments."""
        return self.__cmd

    @property
    def cwd(self) -> str | None:
        """Working directory; None: that of the launch process."""
        return self.__cwd

    @property
    def env(self) -> dict[str, str] | None:
        """Environment variables; None: those of the launch process."""
        return self.__env

    @property
    def pid(self) -> int:
        """Process id."""
        return self.__pid
