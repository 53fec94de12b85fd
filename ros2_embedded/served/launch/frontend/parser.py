"""Parser class, what reads launch files in markup."""

from __future__ import annotations

import importlib
import io
import os
import warnings
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from ..invalid_launch_file_error import InvalidLaunchFileError
from . import parse_substitution as reading
from .entity import Entity
from .expose import instantiate_action

if TYPE_CHECKING:
    from ..action import Action
    from ..launch_description import LaunchDescription
    from ..substitution import Substitution

# Where the tags and substitutions of served packages are made known.
_OWN_EXTENSIONS = (
    'launch.frontend.substitutions',
    'launch.frontend.actions',
    'launch_ros._frontend',
)
_OWN_PARSERS = {'xml': 'launch_xml', 'yaml': 'launch_yaml'}


class InvalidFrontendLaunchFileError(InvalidLaunchFileError):
    """Launch file in markup that no parser can read."""


class Parser:
    """Reader of launch files; each format derives its own and overrides `load`.

    Attributes:
        extensions_loaded: whether the tags of all packages are known.
        frontend_parsers: parsers by the names of their formats, once they are loaded.
    """

    extensions_loaded = False
    frontend_parsers: dict[str, type[Parser]] | None = None

    @classmethod
    def load_launch_extensions(cls) -> None:
        """Make the tags and substitutions of all packages known; one that fails is warned of."""
        if Parser.extensions_loaded:
            return
        # First: what is loaded below may parse.
        Parser.extensions_loaded = True
        for name in _OWN_EXTENSIONS:
            if find_spec(name.partition('.')[0]) is not None:
                importlib.import_module(name)
        for point in entry_points(group='launch.frontend.launch_extension'):
            _load(point)

    @classmethod
    def load_parser_implementations(cls) -> None:
        """Load the parsers of all formats."""
        if Parser.frontend_parsers is not None:
            return
        found = {
            name: importlib.import_module(package).Parser for name, package in _OWN_PARSERS.items()
        }
        for point in entry_points(group='launch.frontend.parser'):
            parser = None if point.name in found else _load(point)
            if parser is not None:
                found[point.name] = parser
        Parser.frontend_parsers = dict(sorted(found.items()))

    def parse_action(self, entity: Entity) -> Action:
        """Return the action that an element stands for."""
        return instantiate_action(entity, self)

    def parse_substitution(self, value: str) -> list[Substitution]:
        """Return the text and substitutions in a text."""
        return reading.parse_substitution(value)

    def parse_if_substitutions(self, value: Any) -> Any:
        """Return a value with the substitutions in its text."""
        return reading.parse_if_substitutions(value)

    def escape_characters(self, value: str) -> str:
        """Return a text without the backslashes that escape a character."""
        return reading.replace_escaped_characters(value)

    def parse_description(self, entity: Entity) -> LaunchDescription:
        """Return the description that the root of a file stands for.

        Raises:
            RuntimeError: the root is not called `launch`, or a tag is unknown.
        """
        from ..launch_description import LaunchDescription

        if entity.type_name != 'launch':
            raise RuntimeError("Expected 'launch' as root tag")
        deprecated = entity.get_attr('deprecated', optional=True)
        actions = [self.parse_action(child) for child in entity.children]
        return LaunchDescription(actions, deprecated_reason=deprecated)

    @classmethod
    def get_available_extensions(cls) -> list[str]:
        """Return the names of the formats that can be read."""
        return list(cls._parsers())

    @classmethod
    def may_parse(cls, filename: str) -> bool:
        """Tell by a file's name whether this parser reads it."""
        return any(filename.endswith(f'.{ending}') for ending in cls.get_file_extensions())

    @classmethod
    def is_filename_valid(cls, filename: str) -> bool:
        """Tell by a file's name whether any parser reads it."""
        return bool(cls.get_parsers_from_filename(filename))

    @classmethod
    def get_parsers_from_filename(cls, filename: str) -> list[type[Parser]]:
        """Return the parsers that may read a file, by its name."""
        return [parser for parser in cls._parsers().values() if parser.may_parse(filename)]

    @classmethod
    def get_file_extensions_from_parsers(cls) -> set[str]:
        """Return the endings of the files that any parser reads, without the dot."""
        return {
            ending for parser in cls._parsers().values() for ending in parser.get_file_extensions()
        }

    @classmethod
    def _parsers(cls) -> dict[str, type[Parser]]:
        cls.load_parser_implementations()
        return Parser.frontend_parsers or {}

    @classmethod
    def load(cls, file: str | os.PathLike[str] | TextIO) -> tuple[Entity, Parser]:
        """Return the root of a file, and the parser that has read it.

        The parsers that fit the file's name come first.

        Raises:
            InvalidFrontendLaunchFileError: none of them can read it; it says what each said.
        """
        if isinstance(file, (str, bytes, os.PathLike)):
            name = os.fsdecode(file)
            text = Path(name).read_text(encoding='utf-8')
        else:
            name = str(getattr(file, 'name', ''))
            text = file.read()
        fitting = cls.get_parsers_from_filename(name)
        errors: list[Exception] = []
        for parser in [
            *fitting,
            *(each for each in cls._parsers().values() if each not in fitting),
        ]:
            try:
                return parser.load(io.StringIO(text))
            except Exception as error:  # whatever a parser of another package raises
                errors.append(error)
        extension = Path(name).suffix[1:] if fitting else ''
        raise InvalidFrontendLaunchFileError(extension, likely_errors=errors)

    @classmethod
    def get_file_extensions(cls) -> set[str]:
        """Return the endings of the files that this parser reads, without the dot."""
        return set()


def _load(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:  # whatever the code of another package raises
        warnings.warn(f'Failed to load the extension {point.name}: {error}', stacklevel=3)
        return None
