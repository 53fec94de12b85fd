"""Loading of launch files in Python."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType

from ..launch_description import LaunchDescription


class InvalidPythonLaunchFileError(Exception):
    """Python file that is not a launch file."""


def load_python_launch_file_as_module(python_launch_file_path: str) -> ModuleType:
    """Return the module of a launch file, made anew at each call.

    A launch file is a program of its author: loading runs it, as it is meant to.
    """
    loader = SourceFileLoader('python_launch_file', python_launch_file_path)
    spec = spec_from_loader(loader.name, loader)
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def get_launch_description_from_python_launch_file(
    python_launch_file_path: str,
) -> LaunchDescription:
    """Return the launch description of a launch file in Python.

    Raises:
        InvalidPythonLaunchFileError: it has no function `generate_launch_description`.
        Exception: what the launch file raises.
    """
    module = load_python_launch_file_as_module(python_launch_file_path)
    generate = getattr(module, 'generate_launch_description', None)
    if generate is None:
        raise InvalidPythonLaunchFileError(
            f"launch file at '{python_launch_file_path}' does not contain the required function "
            "'generate_launch_description()'"
        )
    return generate()
