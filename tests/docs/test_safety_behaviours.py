"""Every test that the page on the behaviours of the safety controller names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / 'docs' / 'reference' / 'safety_behaviours.md'
SECTIONS = re.findall(
    r'^## (S\d+): .*?\n(.*?)(?=^## |\Z)', PAGE.read_text(encoding='utf-8'), re.M | re.S
)
ENTRY = re.compile(r'^\| (base|arm|legs) \| ([\w ]+) \| \[\w+\]\(([^)]+)\) `(test_\w+)` \|$')
FOLDERS = {
    'core': 'tests/safety/',
    'real process': 'tests/nodes/',
    'launched graph': 'tests/launch/',
    'recordings': 'tests/evaluation/',
}
# what a kind of robot has no use for: targets of joints, twists, chunks, a body that may fall
WITHOUT = {
    'base': {'S8', 'S13', 'S14', 'S19'},
    'arm': {'S11', 'S12', 'S14', 'S20'},
    'legs': {'S11', 'S12', 'S13', 'S19', 'S20'},
}


def entries(text):
    rows = [line for line in text.splitlines() if line.startswith('| ')][1:]
    found = [ENTRY.match(line) for line in rows]
    assert all(found), [row for row, match in zip(rows, found, strict=True) if not match]
    return [match.groups() for match in found]


def names_in(file):
    tree = ast.parse(file.read_text(encoding='utf-8'))
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


def test_the_page_has_the_26_behaviours_in_order():
    assert [row for row, _ in SECTIONS] == [f'S{number}' for number in range(1, 27)]


@pytest.mark.parametrize(('row', 'text'), SECTIONS, ids=[row for row, _ in SECTIONS])
def test_every_test_that_is_named_exists_and_every_robot_has_one(row, text):
    robots = set()
    for robot, where, link, name in entries(text):
        file = (PAGE.parent / link).resolve()
        assert name in names_in(file), f'{row}: {name} is not in {file.name}'
        assert file.relative_to(ROOT).as_posix().startswith(FOLDERS[where]), (row, name)
        numbers = re.findall(r'(?<=_)s\d+(?=_)', name)
        assert not numbers or row.lower() in numbers, (row, name)
        robots.add(robot)
    wanted = {robot for robot, without in WITHOUT.items() if row not in without}
    assert robots == wanted, row
