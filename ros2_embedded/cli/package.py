"""`ros pkg`: packages, where they are, and what they can run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated
from xml.etree import ElementTree

import typer

from ros2_embedded.cli.errors import CommandError, command

PackageName = Annotated[str, typer.Argument(help='Name of the package.')]


@command
def pkg_list() -> None:
    """List the packages that are there.

    Example: `ros pkg list`
    """
    for name in sorted(package_prefixes()):
        print(name)


@command
def pkg_prefix(
    package_name: PackageName,
    share: Annotated[
        bool, typer.Option('--share', help='Print its share folder instead.')
    ] = False,
) -> None:
    """Print where a package is installed.

    Example: `ros pkg prefix policy_stack --share`
    """
    print(share_folder(package_name) if share else prefix_of(package_name))


@command
def pkg_executables(
    package_name: Annotated[
        str | None, typer.Argument(help='Name of the package; all without it.')
    ] = None,
    full_path: Annotated[bool, typer.Option('--full-path', help='Print their paths.')] = False,
) -> None:
    """List what a package can run.

    Example: `ros pkg executables policy_stack`
    """
    names = sorted(package_prefixes()) if package_name is None else [package_name]
    for name in names:
        for executable, path in sorted(executables(name).items()):
            print(path if full_path else f'{name} {executable}')


@command
def pkg_xml(
    package_name: PackageName,
    tag: Annotated[
        str | None, typer.Option('--tag', '-t', help='Print the text of a tag, as of `version`.')
    ] = None,
) -> None:
    """Print the package.xml of a package.

    Example: `ros pkg xml policy_stack --tag version`
    """
    path = share_folder(package_name) / 'package.xml'
    try:
        text = path.read_text(encoding='utf-8')
    except OSError as error:
        raise CommandError(f'there is no file {path}') from error
    if tag is None:
        print(text.rstrip())
        return
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 (a file of an installed package)
    except ElementTree.ParseError as error:
        raise CommandError(f'{path} is no XML: {error}') from error
    found = root.findall(tag)
    if not found:
        tags = ', '.join(sorted({each.tag for each in root}))
        raise CommandError(f'{path} has no <{tag}>; it has: {tags}')
    for each in found:
        print((each.text or '').strip())


def package_prefixes() -> dict[str, str]:
    """Return the prefixes of all packages by name."""
    from ament_index_python.packages import get_packages_with_prefixes

    return dict(get_packages_with_prefixes())


def prefix_of(package: str) -> str:
    """Return the prefix of a package.

    Raises:
        CommandError: there is no such package; it lists those there are.
    """
    from ament_index_python.packages import PackageNotFoundError, get_package_prefix

    try:
        return get_package_prefix(package)
    except (PackageNotFoundError, ValueError) as error:
        # A KeyError shows its text in quotes.
        raise CommandError(str(error).strip('"')) from error


def share_folder(package: str) -> Path:
    """Return the share folder of a package.

    Raises:
        CommandError: there is no such package; it lists those there are.
    """
    from ament_index_python.packages import get_package_share_directory

    prefix_of(package)
    return Path(get_package_share_directory(package))


def executables(package: str) -> dict[str, Path]:
    """Return the paths of what a package can run, by name.

    That is what lies in the folder `lib/<package>` of its prefix, and the programs that pip has
    installed for the distribution of its name.

    Raises:
        CommandError: there is no such package; it lists those there are.
    """
    folder = Path(prefix_of(package), 'lib', package)
    found = {
        path.name: path
        for path in (folder.rglob('*') if folder.is_dir() else ())
        if path.is_file() and os.access(path, os.X_OK)
    }
    try:
        from ament_index_python.distributions import console_scripts, script_path
    except ImportError:
        return found  # the real package, which knows nothing of pip
    for name in console_scripts(package):
        path = script_path(name)
        if path is not None:
            found.setdefault(name, path)
    return found
