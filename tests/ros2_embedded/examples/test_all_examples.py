"""The examples as a set: plain programs, described, and each run by a test."""

from __future__ import annotations

from pathlib import Path

from ros2_embedded.example_files import FOLDER, described

HERE = Path(__file__).resolve().parent


def test_no_example_knows_what_serves_it():
    for path in sorted(FOLDER.rglob('*')):
        if path.is_file() and '__pycache__' not in path.parts and path.name != 'README.md':
            assert 'embedded' not in path.read_text(encoding='utf-8'), path.name


def test_each_example_is_run_by_a_test_and_says_what_it_is():
    names = [path.name for path in FOLDER.glob('*.py')]
    assert len(names) >= 20
    tests = ''.join(path.read_text(encoding='utf-8') for path in HERE.glob('test_*.py'))
    assert [name for name in names if f"'{name}'" not in tests] == []
    assert all(len(about) > 20 for about in described().values())


def test_each_example_is_in_the_readme():
    readme = (FOLDER / 'README.md').read_text(encoding='utf-8')
    for path in FOLDER.glob('*.py'):
        assert f'`{path.name}`' in readme, path.name
