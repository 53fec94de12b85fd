"""Packages and their executables are found, or what there is instead is listed."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from pathlib import Path

import ament_index_python
import pytest
from ament_index_python.packages import (
    PackageNotFoundError,
    get_package_prefix,
    get_package_share_directory,
    get_package_share_path,
    get_packages_with_prefixes,
)
from launch.substitutions import SubstitutionFailure
from launch_ros.substitutions import ExecutableInPackage, FindPackagePrefix, FindPackageShare

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture
def prefix(tmp_path, monkeypatch):
    """A prefix with package `walker`, which has an executable and a file that is none."""
    share = tmp_path / 'share' / 'walker'
    (share / 'launch').mkdir(parents=True)
    (share / 'package.xml').write_text('<package><name>walker</name></package>')
    (share / 'launch' / 'walk.launch.py').write_text('')
    programs = tmp_path / 'lib' / 'walker'
    programs.mkdir(parents=True)
    (programs / 'walk').write_text('#!/bin/sh\n')
    (programs / 'walk').chmod(0o755)
    (programs / 'notes.txt').write_text('')
    index = tmp_path / 'share' / 'ament_index' / 'resource_index'
    for kind, name, content in (('packages', 'runner', ''), ('rosidl_interfaces', 'x', 'msg/A')):
        (index / kind).mkdir(parents=True)
        (index / kind / name).write_text(content)
    monkeypatch.setenv('AMENT_PREFIX_PATH', f'/no/such/folder{os.pathsep}{tmp_path}')
    return tmp_path


def test_a_package_of_a_prefix_has_its_folders(prefix, context):
    assert get_package_prefix('walker') == str(prefix)
    assert get_package_share_directory('walker') == str(prefix / 'share' / 'walker')
    assert get_package_share_path('walker') == prefix / 'share' / 'walker'
    assert FindPackagePrefix('walker').perform(context) == str(prefix)
    assert FindPackageShare(['wal', 'ker']).perform(context) == str(prefix / 'share' / 'walker')


def test_packages_are_listed_by_manifest_and_by_index(prefix):
    found = get_packages_with_prefixes()
    assert found['walker'] == found['runner'] == str(prefix)


def test_a_share_folder_that_does_not_exist_is_warned_about(prefix):
    with pytest.warns(UserWarning, match=r'Share directory for runner .* does not exist'):
        path = get_package_share_directory('runner')
    assert path == str(prefix / 'share' / 'runner')


def test_a_missing_package_is_refused_with_those_that_there_are(prefix, context):
    with pytest.raises(PackageNotFoundError) as caught:
        get_package_prefix('flyer')
    text = caught.value.args[0]
    assert text.startswith(f"package 'flyer' not found, searching: ['{prefix}', '{sys.prefix}']")
    assert 'runner, walker' in text
    assert isinstance(caught.value, KeyError)
    with pytest.raises(PackageNotFoundError):
        FindPackageShare('flyer').perform(context)
    with pytest.raises(ValueError, match=r"'\.\./walker' is not a valid package name"):
        get_package_share_directory('../walker')


def test_resources_are_read_from_the_index(prefix):
    assert ament_index_python.get_resource('rosidl_interfaces', 'x') == ('msg/A', str(prefix))
    assert ament_index_python.get_resources('packages') == {'runner': str(prefix)}
    assert ament_index_python.has_resource('packages', 'walker') is False
    assert ament_index_python.get_resource_types() >= {'packages', 'rosidl_interfaces'}
    with pytest.raises(LookupError, match="Could not find the resource 'y'"):
        ament_index_python.get_resource('rosidl_interfaces', 'y')


def test_a_source_tree_that_python_runs_from_is_the_share_folder(tmp_path, monkeypatch):
    (tmp_path / 'package.xml').write_text('<package>\n  <name>crawler</name>\n</package>')
    monkeypatch.syspath_prepend(str(tmp_path))
    assert get_package_share_directory('crawler') == str(tmp_path)
    assert get_package_prefix('crawler') == sys.prefix
    assert 'crawler' in get_packages_with_prefixes()


def test_this_checkout_is_the_share_folder_of_its_package(monkeypatch):
    monkeypatch.syspath_prepend(str(CHECKOUT))
    assert get_package_share_directory('policy_stack') == str(CHECKOUT)


def test_an_editable_installation_is_a_source_tree(tmp_path, monkeypatch):
    from ament_index_python import source_trees

    (tmp_path / 'package.xml').write_text('<package><name>swimmer</name></package>')

    class Editable:
        def read_text(self, name):
            return f'{{"url": "file://{tmp_path}", "dir_info": {{"editable": true}}}}'

    monkeypatch.setattr(metadata, 'distributions', lambda: [Editable()])
    source_trees._editable_folders.cache_clear()
    assert get_package_share_directory('swimmer') == str(tmp_path)
    monkeypatch.undo()
    source_trees._editable_folders.cache_clear()


def test_an_executable_of_a_prefix_is_found(prefix, context):
    path = ExecutableInPackage(package='walker', executable='walk').perform(context)
    assert path == str(prefix / 'lib' / 'walker' / 'walk')


def test_a_console_script_of_a_distribution_is_found_by_the_name_of_the_package(context):
    path = ExecutableInPackage(package='pytest', executable='pytest').perform(context)
    assert Path(path).name == 'pytest'
    assert os.access(path, os.X_OK)


def test_a_missing_executable_is_refused_with_those_that_there_are(prefix, context):
    with pytest.raises(SubstitutionFailure) as caught:
        ExecutableInPackage(package='walker', executable='notes.txt').perform(context)
    assert str(caught.value) == (
        f"executable 'notes.txt' not found on the libexec directory '{prefix}/lib/walker' nor "
        'among the console scripts of its distribution; executables of walker: walk'
    )
    with pytest.raises(SubstitutionFailure, match=r'executables of pytest: py\.test, pytest'):
        ExecutableInPackage(package='pytest', executable='walk').perform(context)


def test_substitutions_describe_themselves():
    assert FindPackageShare('a').describe() == "FindPackageShare(pkg='a')"
    assert ExecutableInPackage('b', 'a').describe() == "ExecInPkg(pkg='a', exec='b')"
