"""`ros run`: runs a program of a package."""

from __future__ import annotations

import shlex
import signal
import subprocess
from typing import Annotated

import typer

from ros2_embedded.cli.errors import CommandError, command
from ros2_embedded.cli.package import executables, share_folder
from ros2_embedded.interface_folders import add_interfaces_near


@command
def run(
    package_name: Annotated[str, typer.Argument(help='Package that holds the program.')],
    executable_name: Annotated[str, typer.Argument(help='Name of the program.')],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar='ARGUMENTS', help='Arguments for the program.')
    ] = None,
    prefix: Annotated[
        str | None, typer.Option(help='Command to put before it, such as `gdb -ex run --args`.')
    ] = None,
) -> None:
    """Run a program of a package; the exit code is that of the program.

    Example: `ros run policy_stack recorder --ros-args --log-level debug`
    """
    found = executables(package_name)
    if executable_name not in found:
        known = ', '.join(sorted(found)) or 'none'
        raise CommandError(
            f"No executable '{executable_name}' in package '{package_name}'; it has: {known}"
        )
    add_interfaces_near(share_folder(package_name))
    words = [*shlex.split(prefix or ''), str(found[executable_name]), *(arguments or ())]
    code = _run(words)
    if code:
        raise typer.Exit(code)


def _run(words: list[str]) -> int:
    import ros2_embedded
    from ros2_embedded.child_processes import serve_children

    if ros2_embedded.install():
        serve_children()
    try:
        process = subprocess.Popen(words)  # noqa: S603 (what the user asks for)
    except OSError as error:
        raise CommandError(f'{words[0]} cannot be run: {error.strerror}') from error
    before = signal.signal(signal.SIGTERM, lambda number, _: process.send_signal(number))
    try:
        while True:
            try:
                code = process.wait()
                break
            except KeyboardInterrupt:
                # The terminal has sent it to the program as well, which ends in its own time.
                continue
    finally:
        signal.signal(signal.SIGTERM, before)
    if code < 0:
        print(f'[ros2run]: {signal.strsignal(-code)}')
        return 128 - code
    if code:
        print(f'[ros2run]: Process exited with failure {code}')
    return code
