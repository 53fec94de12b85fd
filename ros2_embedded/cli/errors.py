"""Errors of the user, and how a command ends."""

from __future__ import annotations

import functools
import io
import signal
import sys
from collections.abc import Callable
from typing import ParamSpec

import typer

Arguments = ParamSpec('Arguments')


class CommandError(Exception):
    """Command that cannot be done; its text says why and what to do."""


def command(function: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """Make a function end as the ros2 command does: errors on one line, no traceback on Ctrl-C."""

    @functools.wraps(function)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        from rclpy.executors import ExternalShutdownException

        try:
            if isinstance(sys.stdout, io.TextIOWrapper):
                # A message must be seen when it comes, also by a program behind a pipe.
                sys.stdout.reconfigure(line_buffering=True)
            function(*args, **kwargs)
        except CommandError as error:
            print(error, file=sys.stderr)
            raise typer.Exit(1) from error
        except KeyboardInterrupt:
            raise typer.Exit(signal.SIGINT) from None
        except ExternalShutdownException:
            raise typer.Exit(signal.SIGTERM) from None

    return run
