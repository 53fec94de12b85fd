"""Parser class of launch files in YAML."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO

import yaml
from launch import frontend

from .entity import Entity


class Parser(frontend.Parser):
    """Reader of launch files in YAML."""

    @classmethod
    def load(cls, file: str | os.PathLike[str] | TextIO) -> tuple[Entity, Parser]:
        """Return the root of a file, and a parser.

        Raises:
            yaml.YAMLError: it is no YAML.
            RuntimeError: it is not a mapping of one root.
        """
        is_path = isinstance(file, (str, bytes, os.PathLike))
        text = Path(os.fsdecode(file)).read_text(encoding='utf-8') if is_path else file.read()
        tree = yaml.safe_load(text)
        if not isinstance(tree, dict) or len(tree) != 1:
            raise RuntimeError('Expected only one root')
        ((tag, content),) = tree.items()
        return Entity({} if content is None else content, str(tag)), cls()

    @classmethod
    def get_file_extensions(cls) -> set[str]:
        """Return the endings of the files that this parser reads, without the dot."""
        return {'launch.yaml', 'launch.yml', 'yaml', 'yml', 'launch'}
