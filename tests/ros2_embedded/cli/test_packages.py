"""Packages are shown, and their programs run, as the ros2 command does it."""

from __future__ import annotations

import pytest

PROGRAM = """\
#!/bin/sh
echo "$0 says $*" > "$SAID"
exit ${CODE:-0}
"""


@pytest.fixture
def prefix(tmp_path, monkeypatch):
    """A prefix with package `walker`, which has a program and a file that is none."""
    share, programs = tmp_path / 'share' / 'walker', tmp_path / 'lib' / 'walker'
    share.mkdir(parents=True)
    programs.mkdir(parents=True)
    (share / 'package.xml').write_text(
        '<package><name>walker</name><version>1.2.3</version></package>'
    )
    (programs / 'walk').write_text(PROGRAM)
    (programs / 'walk').chmod(0o755)
    (programs / 'notes.txt').write_text('')
    monkeypatch.setenv('AMENT_PREFIX_PATH', str(tmp_path))
    monkeypatch.setenv('SAID', str(tmp_path / 'said'))
    return tmp_path


def test_packages_are_listed_with_where_they_are_and_what_they_run(prefix, run_command):
    assert 'walker\n' in run_command('pkg', 'list')[1]
    assert run_command('pkg', 'prefix', 'walker')[:2] == (0, f'{prefix}\n')
    assert run_command('pkg', 'prefix', 'walker', '--share')[1] == f'{prefix}/share/walker\n'
    assert run_command('pkg', 'executables', 'walker')[1] == 'walker walk\n'
    path = prefix / 'lib' / 'walker' / 'walk'
    assert run_command('pkg', 'executables', 'walker', '--full-path')[1] == f'{path}\n'
    assert 'walker walk\n' in run_command('pkg', 'executables')[1]


def test_a_manifest_or_a_tag_of_it_is_printed(prefix, run_command):
    assert run_command('pkg', 'xml', 'walker')[1].startswith('<package><name>walker</name>')
    assert run_command('pkg', 'xml', 'walker', '--tag', 'version')[1] == '1.2.3\n'
    code, _, err = run_command('pkg', 'xml', 'walker', '-t', 'author')
    assert (code, err.endswith('has no <author>; it has: name, version\n')) == (1, True)


@pytest.mark.parametrize('arguments', [('pkg', 'prefix', 'nope'), ('run', 'nope', 'walk')])
def test_a_package_that_is_not_there_is_refused_with_those_that_are(
    prefix, run_command, arguments
):
    code, out, err = run_command(*arguments)
    assert (code, out) == (1, '')
    assert "package 'nope' not found" in err
    assert 'walker' in err


def test_a_program_is_run_with_its_arguments_and_its_exit_code(prefix, run_command, monkeypatch):
    arguments = ('run', 'walker', 'walk', '--ros-args', '-p', 'a:=-1', '--help')
    assert run_command(*arguments)[0] == 0
    path = prefix / 'lib' / 'walker' / 'walk'
    assert (prefix / 'said').read_text() == f'{path} says --ros-args -p a:=-1 --help\n'
    monkeypatch.setenv('CODE', '3')
    code, out, _ = run_command('run', '--prefix', 'env A=1', 'walker', 'walk')
    assert (code, out) == (3, '[ros2run]: Process exited with failure 3\n')
    code, _, err = run_command('run', 'walker', 'fly')
    assert (code, err) == (1, "No executable 'fly' in package 'walker'; it has: walk\n")


def test_a_program_that_a_signal_has_ended_is_told(prefix, run_command):
    program = prefix / 'lib' / 'walker' / 'die'
    program.write_text('#!/bin/sh\nkill -KILL $$\n')
    program.chmod(0o755)
    assert run_command('run', 'walker', 'die')[:2] == (137, '[ros2run]: Killed\n')
