"""`ros2-embedded examples`: lists the scripts that come along, or copies them."""

from __future__ import annotations

import ast
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / 'examples'


def examples(words: Sequence[str]) -> int:
    """List the examples, or copy them into a new folder.

    Args:
        words: nothing, or the folder.

    Returns:
        exit code; 2 for a wrong command line, 1 for a folder that is there already.
    """
    if len(words) > 1 or words[:1] in (['-h'], ['--help']):
        print('usage: ros2-embedded examples [FOLDER]\n\nexample: ros2-embedded examples my_nodes')
        return 0 if words[:1] in (['-h'], ['--help']) else 2
    if not words:
        for name, about in described().items():
            print(f'{name:28} {about}')
        print(f'\nThey lie in {FOLDER}; `ros2-embedded examples FOLDER` copies them.')
        return 0
    target = Path(words[0])
    if target.exists():
        print(f'{target} is there already; name a new folder.', file=sys.stderr)
        return 1
    shutil.copytree(FOLDER, target, ignore=shutil.ignore_patterns('__pycache__'))
    print(f'Copied to {target}; try: ros2-embedded run {target / "talker.py"}')
    return 0


def described() -> dict[str, str]:
    """Return what each script is about, by its name."""
    found = {}
    for path in sorted(FOLDER.glob('*.py')):
        text = ast.get_docstring(ast.parse(path.read_text(encoding='utf-8'))) or ''
        found[path.name] = text.partition('\n')[0]
    return found
