"""ExecuteLocal action."""

from __future__ import annotations

import asyncio
import logging as python_logging
import os
import signal as signals
import traceback
from collections.abc import Callable
from typing import Any

from .. import logging
from .._processes.child import ChildProcess, start_child
from ..action import Action
from ..conditions import evaluate_condition_expression
from ..descriptions import Executable
from ..event_handler import BaseEventHandler, EventHandler
from ..event_handlers import OnProcessExit, OnProcessIO, OnShutdown
from ..events import Shutdown, matches_action
from ..events.process import (
    ProcessExited,
    ProcessStarted,
    ProcessStderr,
    ProcessStdout,
    ShutdownProcess,
    SignalProcess,
)
from ..launch_context import LaunchContext
from ..launch_description_entity import LaunchDescriptionEntity
from ..some_entities_type import SomeEntitiesType
from ..some_substitutions_type import SomeSubstitutionsType
from ..substitution import Substitution
from ..substitutions import LaunchConfiguration
from ..utilities import (
    is_a_subclass,
    normalize_to_list_of_substitutions,
    perform_substitutions,
)
from ..utilities.type_utils import normalize_typed_substitution, perform_typed_substitution
from .opaque_function import OpaqueFunction
from .process_output import ProcessOutput

ExitFunction = Callable[[ProcessExited, LaunchContext], 'SomeEntitiesType | None']


class ExecuteLocal(Action):
    """Run a process on this machine, log its output, and end it when launch shuts down.

    Once executed it emits ProcessStarted, ProcessStdout, ProcessStderr and ProcessExited, and
    handles ShutdownProcess, SignalProcess, ProcessStdin and Shutdown.
    """

    def __init__(
        self,
        *,
        process_description: Executable,
        shell: bool = False,
        sigterm_timeout: SomeSubstitutionsType = LaunchConfiguration('sigterm_timeout', default=5),  # noqa: B008 (an immutable object)
        sigkill_timeout: SomeSubstitutionsType = LaunchConfiguration('sigkill_timeout', default=5),  # noqa: B008 (an immutable object)
        emulate_tty: bool = False,
        output: SomeSubstitutionsType | dict[str, str | set[str]] = 'log',
        output_format: str = '[{this.process_description.final_name}] {line}',
        cached_output: bool = False,
        log_cmd: bool = False,
        on_exit: SomeEntitiesType | ExitFunction | None = None,
        respawn: bool | SomeSubstitutionsType = False,
        respawn_delay: float | None = None,
        respawn_max_retries: int = -1,
        **kwargs: Any,
    ) -> None:
        """Create an action.

        Args:
            process_description: what to start.
            shell: must be false; ros2_embedded runs nothing through a shell.
            sigterm_timeout: time from SIGINT to SIGTERM when shutting down [s].
            sigkill_timeout: time from SIGTERM to SIGKILL [s].
            emulate_tty: the process finds terminals instead of pipes; the launch configuration
                of the same name goes before it.
            output: where output goes, see `launch.logging.get_output_loggers`; the environment
                variable OVERRIDE_LAUNCH_PROCESS_OUTPUT goes before it.
            output_format: `str.format` template of `line` and `this` (this action).
            cached_output: keep the output for `get_stdout` and `get_stderr`.
            log_cmd: log program and arguments before starting.
            on_exit: entities to visit when the process ends, or a function of event and context.
            respawn: start the process again whenever it ends.
            respawn_delay: time to wait before [s].
            respawn_max_retries: how often to start it again; negative: without end.
            kwargs: see `Action`.

        Raises:
            ValueError: `shell` is true.
        """
        super().__init__(**kwargs)
        if shell:
            raise ValueError(
                'shell=True is not served: ros2_embedded runs nothing through a shell; '
                "give cmd as a list, or name the shell in it: cmd=['sh', '-c', ...]"
            )
        self.__process_description = process_description
        self.__shell = shell
        self.__sigterm_timeout = normalize_to_list_of_substitutions(sigterm_timeout)
        self.__sigkill_timeout = normalize_to_list_of_substitutions(sigkill_timeout)
        self.__emulate_tty = emulate_tty
        output = os.environ.get('OVERRIDE_LAUNCH_PROCESS_OUTPUT', output)
        self.__output = (
            output if isinstance(output, dict) else normalize_to_list_of_substitutions(output)
        )
        self.__log_cmd = log_cmd
        self.__on_exit = on_exit
        self.__respawn = normalize_typed_substitution(respawn, bool)
        self.__respawn_delay = respawn_delay
        self.__respawn_max_retries = respawn_max_retries
        self.__respawn_retries = 0
        self.__lines = ProcessOutput(
            lambda line: output_format.format(line=line, this=self), cached=cached_output
        )
        self.__event_args: dict[str, Any] | None = None
        self.__child: ChildProcess | None = None
        self.__started: asyncio.Future[None] | None = None
        self.__completed: asyncio.Future[None] | None = None
        self.__shutdown: asyncio.Future[None] | None = None
        self.__logger = python_logging.getLogger(__name__)
        self.__executed = False

    @property
    def process_description(self) -> Executable:
        """What is started."""
        return self.__process_description

    @property
    def shell(self) -> bool:
        """Always false."""
        return self.__shell

    @property
    def emulate_tty(self) -> bool:
        """Whether the process finds terminals instead of pipes."""
        return self.__emulate_tty

    @property
    def sigterm_timeout(self) -> list[Substitution]:
        """Time from SIGINT to SIGTERM when shutting down [s]."""
        return self.__sigterm_timeout

    @property
    def sigkill_timeout(self) -> list[Substitution]:
        """Time from SIGTERM to SIGKILL [s]."""
        return self.__sigkill_timeout

    @property
    def output(self) -> list[Substitution] | dict[str, str | set[str]]:
        """Where output goes."""
        return self.__output

    @property
    def process_details(self) -> dict[str, Any] | None:
        """Name, cmd, cwd, env and, once it runs, pid; None before execution."""
        return self.__event_args

    @property
    def return_code(self) -> int | None:
        """Exit code of the process; None while it runs or has not been started."""
        return None if self.__child is None else self.__child.returncode

    def get_stdout(self) -> str:
        """Return the standard output so far.

        Raises:
            RuntimeError: `cached_output` is false.
        """
        return self.__lines.cached(1, self.process_description.final_name)

    def get_stderr(self) -> str:
        """Return the standard error so far.

        Raises:
            RuntimeError: `cached_output` is false.
        """
        return self.__lines.cached(2, self.process_description.final_name)

    def get_asyncio_future(self) -> asyncio.Future | None:
        """Return a future that is done when the process has ended for good."""
        return self.__completed

    def get_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """Return the entities that are visited when the process ends."""
        return self.__on_exit if isinstance(self.__on_exit, list) else []

    def prepare(self, context: LaunchContext) -> None:
        """Perform all substitutions."""
        description = self.process_description
        description.prepare(context, self)
        self.__event_args = {
            'action': self,
            'name': description.final_name,
            'cmd': description.final_cmd,
            'cwd': description.final_cwd,
            'env': description.final_env,
        }
        self.__respawn = perform_typed_substitution(context, self.__respawn, bool)

    def execute(self, context: LaunchContext) -> None:
        """Start the process.

        Raises:
            RuntimeError: the action was executed before.
        """
        self.prepare(context)
        name = self.process_description.final_name
        if self.__executed:
            raise RuntimeError(
                f"ExecuteLocal action '{name}': executed more than once: {self.describe()}"
            )
        self.__executed = True
        if context.is_shutdown:
            return
        self.__logger = logging.get_logger(name)
        output = self.output
        if not isinstance(output, dict):
            output = perform_substitutions(context, output)
        self.__lines.loggers = logging.get_output_loggers(name, output)
        for event_handler in self.__event_handlers():
            context.register_event_handler(event_handler)
        self.__completed = context.asyncio_loop.create_future()
        self.__shutdown = context.asyncio_loop.create_future()
        context.add_completion_future(context.asyncio_loop.create_task(self.__run(context)))

    def __event_handlers(self) -> list[BaseEventHandler]:
        handlers: list[BaseEventHandler] = [
            EventHandler(
                matcher=lambda event: is_a_subclass(event, ShutdownProcess),
                entities=OpaqueFunction(function=self.__on_shutdown_process),
            ),
            EventHandler(
                matcher=lambda event: is_a_subclass(event, SignalProcess),
                entities=OpaqueFunction(function=self.__on_signal_process),
            ),
            OnProcessIO(target_action=self, on_stdin=lambda event: self.__child.write(event.text)),
            OnShutdown(on_shutdown=self.__on_shutdown),
        ]
        if self.__on_exit is not None:
            handlers.append(OnProcessExit(target_action=self, on_exit=self.__on_exit))
        return handlers

    async def __run(self, context: LaunchContext) -> None:
        try:
            while await self.__run_once(context) and await self.__wait_for_respawn(context):
                pass
        finally:
            self.__completed.set_result(None)

    async def __run_once(self, context: LaunchContext) -> bool:
        """Run the process to its end; return whether it could be started."""
        details = self.__event_args
        shown = ' '.join(part for part in details['cmd'] if part.strip())
        if self.__log_cmd:
            self.__logger.info(
                f"process details: cmd='{shown}', cwd='{details['cwd']}', "
                f'custom_env?={details["env"] is not None}'
            )
        self.__started = context.asyncio_loop.create_future()
        try:
            await start_child(
                details['cmd'],
                cwd=details['cwd'],
                env=details['env'],
                emulate_tty=self.__wants_tty(context),
                on_start=lambda child: self.__on_start(context, child),
                on_output=lambda fd, data: self.__on_output(context, fd, data),
            )
        except (OSError, ValueError):
            self.__logger.error(
                f'exception occurred while executing process:\n{traceback.format_exc()}'
            )
            return False
        finally:
            self.__started.set_result(None)
        code = await self.__child.exited
        self.__child.close()
        self.__lines.flush()
        if code == 0:
            self.__logger.info(f'process has finished cleanly [pid {details["pid"]}]')
        else:
            self.__logger.error(
                f"process has died [pid {details['pid']}, exit code {code}, cmd '{shown}']."
            )
        await context.emit_event(ProcessExited(returncode=code, **details))
        return True

    def __wants_tty(self, context: LaunchContext) -> bool:
        override = context.launch_configurations.get('emulate_tty')
        if override is None:
            return self.emulate_tty
        return evaluate_condition_expression(context, normalize_to_list_of_substitutions(override))

    def __on_start(self, context: LaunchContext, child: ChildProcess) -> None:
        self.__child = child
        self.__logger.info(f'process started with pid [{child.pid}]')
        self.__event_args['pid'] = child.pid
        # At once, so that no output comes before it.
        context.emit_event_sync(ProcessStarted(**self.__event_args))

    def __on_output(self, context: LaunchContext, fd: int, data: bytes) -> None:
        # Logged at once, so that the lines stay in order with the start and the end.
        self.__lines.feed(fd, data)
        event = ProcessStdout if fd == 1 else ProcessStderr
        context.emit_event_sync(event(text=data, **self.__event_args))

    async def __wait_for_respawn(self, context: LaunchContext) -> bool:
        """Wait as long as a respawn is delayed; return whether there is to be one."""
        if not self.__respawn or 0 <= self.__respawn_max_retries <= self.__respawn_retries:
            return False
        self.__respawn_retries += 1
        if self.__respawn_delay and not context.is_shutdown:
            await asyncio.wait([self.__shutdown], timeout=self.__respawn_delay)
        return not (context.is_shutdown or self.__shutdown.done())

    def __on_shutdown(self, event: Shutdown, context: LaunchContext) -> SomeEntitiesType | None:
        # In a terminal Ctrl-C has reached the process already.
        return self._shutdown_process(
            context, send_sigint=not event.due_to_sigint or context.noninteractive
        )

    def __on_shutdown_process(self, context: LaunchContext) -> SomeEntitiesType | None:
        if not context.locals.event.process_matcher(self):
            return None
        return self._shutdown_process(context, send_sigint=True)

    def _shutdown_process(
        self, context: LaunchContext, *, send_sigint: bool
    ) -> list[LaunchDescriptionEntity] | None:
        """Begin to end the process: SIGINT, after a time SIGTERM, after a time SIGKILL."""
        if self.__shutdown is None or self.__shutdown.done():
            return None
        self.__shutdown.set_result(None)
        if self.__completed.done():
            return None
        context.add_completion_future(
            context.asyncio_loop.create_task(self.__escalate(context, send_sigint))
        )
        return None

    async def __escalate(self, context: LaunchContext, send_sigint: bool) -> None:
        sigterm_text = self.__seconds(context, 'sigterm_timeout', self.sigterm_timeout)
        sigterm_after = float(sigterm_text)
        sigkill_after = sigterm_after + float(
            self.__seconds(context, 'sigkill_timeout', self.sigkill_timeout)
        )
        if self.__started is not None:
            # A signal to a process that is just being started would be lost.
            await asyncio.wait([self.__started])
        if send_sigint:
            await self.__emit_signal(context, signals.SIGINT)
        steps = (
            (sigterm_after, sigterm_text, signals.SIGINT, signals.SIGTERM),
            (sigkill_after - sigterm_after, sigkill_after, signals.SIGTERM, signals.SIGKILL),
        )
        name = self.process_description.final_name
        for seconds, shown, before, after in steps:
            done, _ = await asyncio.wait([self.__completed], timeout=seconds)
            if done:
                return
            self.__logger.error(
                f"process[{name}] failed to terminate '{shown}' seconds after receiving "
                f"'{before.name}', escalating to '{after.name}'"
            )
            await self.__emit_signal(context, after)

    def __seconds(self, context: LaunchContext, what: str, value: list[Substitution]) -> str:
        text = perform_substitutions(context, value)
        try:
            float(text)
        except ValueError:
            # The process must be ended all the same.
            self.__logger.error(f"{what} '{text}' is not a number of seconds, using 5 instead")
            return '5'
        return text

    async def __emit_signal(self, context: LaunchContext, number: signals.Signals) -> None:
        await context.emit_event(
            SignalProcess(signal_number=number, process_matcher=matches_action(self))
        )

    def __on_signal_process(self, context: LaunchContext) -> None:
        event: SignalProcess = context.locals.event
        if not event.process_matcher(self):
            return
        name = self.process_description.final_name
        if self.__child is None:
            raise RuntimeError('Signal event received before subprocess transport available.')
        if self.__child.returncode is not None:
            self.__logger.debug(
                f"signal '{event.signal_name}' not sent to '{name}' because it is already closing"
            )
            return
        self.__logger.info(f"sending signal '{event.signal_name}' to process[{name}]")
        number = event.signal
        try:
            self.__child.send_signal(
                signals.Signals[number] if isinstance(number, str) else number
            )
        except ProcessLookupError:
            self.__logger.debug(
                f"signal '{event.signal_name}' not sent to '{name}' because it has closed already"
            )
