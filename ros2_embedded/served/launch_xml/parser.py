"""Parser class of launch files in XML."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO
from xml.etree import ElementTree

from launch import frontend

from .entity import Entity


class Parser(frontend.Parser):
    """Reader of launch files in XML."""

    @classmethod
    def load(cls, file: str | os.PathLike[str] | TextIO) -> tuple[Entity, Parser]:
        """Return the root of a file, and a parser.

        Raises:
            xml.etree.ElementTree.ParseError: it is no XML.
            ValueError: it has a document type, whose entities could grow without bounds.
        """
        is_path = isinstance(file, (str, bytes, os.PathLike))
        text = Path(os.fsdecode(file)).read_text(encoding='utf-8') if is_path else file.read()
        if '<!DOCTYPE' in text:
            raise ValueError('a launch file must not have a document type (<!DOCTYPE>)')
        root = ElementTree.fromstring(text)  # noqa: S314 (without a document type it is harmless)
        return Entity(root), cls()

    @classmethod
    def get_file_extensions(cls) -> set[str]:
        """Return the endings of the files that this parser reads, without the dot."""
        return {'launch.xml', 'xml', 'launch'}
