"""Files of figures and pages that a command is asked to write."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from policy_nodes.commands.refusals import Refusal


def refuse_unwritable(option: str, file: Path | None) -> None:
    """Look before the work begins whether a result will have a place.

    Args:
        option: that asks for it.
        file: None where it is not asked for.

    Raises:
        Refusal: it has none.
    """
    if file is None:
        return
    if file.is_dir():
        raise Refusal(f'{option} {file} is a folder; give the name of a file')
    try:
        # what is written in the end comes through a new file in the same folder too
        with tempfile.TemporaryFile(dir=file.parent):
            pass
    except OSError as error:
        raise Refusal(
            f'{option} {file} cannot be written: {error.strerror}; give a file in a folder that '
            'is there and can be written to'
        ) from error


def write_output(
    console: Console, what: str, file: Path | None, write: Callable[[Path], None]
) -> None:
    """Write one file, if it is asked for, and say so.

    Args:
        console: to say it on.
        what: word for it.
        file: None where it is not asked for.
        write: puts it there.

    Raises:
        Refusal: it cannot be written.
    """
    if file is None:
        return
    try:
        write(file)
    except OSError as error:
        raise Refusal(f'{error.filename} cannot be written: {error.strerror}') from error
    console.print(f'{what}: {file}', markup=False, highlight=False)
