"""Loading of launch files in any format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..frontend import Parser
from ..invalid_launch_file_error import InvalidLaunchFileError
from ..launch_description import LaunchDescription
from .frontend_launch_file_utilities import get_launch_description_from_frontend_launch_file
from .python_launch_file_utilities import get_launch_description_from_python_launch_file


def get_launch_description_from_any_launch_file(launch_file_path: str) -> LaunchDescription:
    """Return the launch description of a file, whatever its format.

    Raises:
        InvalidLaunchFileError: no loader could read the file; it says what each of them said.
    """
    name = Path(launch_file_path).name
    extension = Path(name).suffix[1:]
    loaders = [
        get_launch_description_from_python_launch_file,
        get_launch_description_from_frontend_launch_file,
    ]
    if extension != 'py':
        loaders.reverse()
        extension = extension if Parser.is_filename_valid(name) else ''
    errors: list[Exception] = []
    for loader in loaders:
        description = _try(loader, launch_file_path, errors)
        if description is not None:
            return description
    raise InvalidLaunchFileError(extension, likely_errors=errors)


def _try(
    loader: Callable[[str], LaunchDescription], path: str, errors: list[Exception]
) -> LaunchDescription | None:
    try:
        return loader(path)
    except Exception as error:  # whatever the author's launch file raises
        errors.append(error)
        return None
