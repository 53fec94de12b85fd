"""Loading of launch files in markup."""

from __future__ import annotations

from ..frontend import InvalidFrontendLaunchFileError, Parser
from ..launch_description import LaunchDescription

__all__ = ['InvalidFrontendLaunchFileError', 'get_launch_description_from_frontend_launch_file']


def get_launch_description_from_frontend_launch_file(
    frontend_launch_file_path: str, *, parser: type[Parser] = Parser
) -> LaunchDescription:
    """Return the launch description of a launch file in markup.

    Args:
        frontend_launch_file_path: path of the file.
        parser: parser of its format; `Parser` finds it out.

    Raises:
        InvalidFrontendLaunchFileError: no parser can read the file.
        Exception: what an element of the file is refused with.
    """
    root, found = parser.load(frontend_launch_file_path)
    return found.parse_description(root)
