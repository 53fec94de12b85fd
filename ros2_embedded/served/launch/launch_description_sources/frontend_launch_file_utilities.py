"""Refusal of launch files in XML and YAML, which ros2_embedded does not serve."""

from __future__ import annotations

from pathlib import Path
from xml.parsers import expat

import yaml

from ..invalid_launch_file_error import InvalidLaunchFileError
from ..launch_description import LaunchDescription

FRONTEND_EXTENSIONS = ('.launch', '.xml', '.yaml', '.yml')


class InvalidFrontendLaunchFileError(InvalidLaunchFileError):
    """File that is not a launch file in XML or YAML."""


def is_frontend_file_name(name: str) -> bool:
    """Tell whether a file's name says XML or YAML."""
    return name.endswith(FRONTEND_EXTENSIONS)


def get_launch_description_from_frontend_launch_file(
    frontend_launch_file_path: str,
) -> LaunchDescription:
    """Refuse a launch file in XML or YAML.

    Raises:
        RuntimeError: the file is XML or YAML; it says whether it is a launch file.
        InvalidFrontendLaunchFileError: the file is neither.
        OSError: the file cannot be read.
    """
    text = Path(frontend_launch_file_path).read_text(encoding='utf-8')
    root = _root_of_xml(text) or _root_of_yaml(text)
    if root is None:
        raise InvalidFrontendLaunchFileError
    if root != 'launch':
        raise RuntimeError("Expected 'launch' as root tag")
    raise RuntimeError(
        f"'{frontend_launch_file_path}' is a launch file in XML or YAML; ros2_embedded reads "
        'launch files in Python only: write it in Python, or launch it with ROS 2'
    )


def _root_of_xml(text: str) -> str | None:
    tags: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, _: tags.append(tag)
    try:
        parser.Parse(text, True)
    except expat.ExpatError:
        return None
    return tags[0]


def _root_of_yaml(text: str) -> str | None:
    try:
        tree = yaml.safe_load(text)
    except yaml.YAMLError:
        return None
    if not isinstance(tree, dict) or len(tree) != 1:
        return None
    return str(next(iter(tree)))
