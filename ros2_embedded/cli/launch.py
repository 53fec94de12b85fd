"""Running of launch files, as `ros2 launch` does it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import ros2_embedded
from ros2_embedded.child_processes import serve_children
from ros2_embedded.cli.errors import CommandError
from ros2_embedded.interface_folders import add_interfaces_near

# Folders of a source tree that hold no launch files of its own.
PRUNED_FOLDERS = frozenset(('build', 'install', 'log', 'node_modules'))
LAUNCH_FILE_ENDINGS = tuple(
    f'{mark}{ending}'
    for mark in ('.launch', '_launch')
    for ending in ('.py', '.xml', '.yaml', '.yml')
)


def run(
    package_or_path: str,
    launch_file: str | None = None,
    arguments: Sequence[str] = (),
    *,
    show_args: bool = False,
    print_description: bool = False,
    noninteractive: bool | None = None,
    debug: bool = False,
    show_all_output: bool = False,
    launch_prefix: str | None = None,
    launch_prefix_filter: str | None = None,
) -> int:
    """Run a launch file until its system has shut down.

    Args:
        package_or_path: package that the file is in, or the path of the file.
        launch_file: name of the file in the package; with a path, one more argument.
        arguments: arguments for the file as `<name>:=<value>`; of duplicates the last counts.
        show_args: only print the arguments that the file takes.
        print_description: only print the description that the file returns.
        noninteractive: no terminal passes Ctrl-C on to the processes; None: find out.
        debug: log at level DEBUG.
        show_all_output: show what all processes print, whatever their actions say.
        launch_prefix: command to put before every executable.
        launch_prefix_filter: pattern of the executables' names that the prefix is for.

    Returns:
        exit code; an error is printed to standard error.
    """
    from launch import InvalidLaunchFileError

    try:
        path, given = _locate(package_or_path, launch_file, arguments)
        if launch_prefix is None and launch_prefix_filter is not None:
            raise CommandError('--launch-prefix-filter needs --launch-prefix')
        for name, value in (
            ('launch-prefix', launch_prefix),
            ('launch-prefix-filter', launch_prefix_filter),
        ):
            if value is not None:
                given.append(f'{name}:={value}')
        if show_all_output:
            os.environ['OVERRIDE_LAUNCH_PROCESS_OUTPUT'] = 'both'
        if print_description:
            print(describe(path))
            return 0
        if show_args:
            print(describe_arguments(path))
            return 0
        if noninteractive is None:
            noninteractive = not sys.stdin.isatty()
        return _launch(path, given, noninteractive=noninteractive, debug=debug)
    except (CommandError, InvalidLaunchFileError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


def _locate(
    package_or_path: str, launch_file: str | None, arguments: Sequence[str]
) -> tuple[str, list[str]]:
    if os.path.isfile(package_or_path):
        return package_or_path, [*([] if launch_file is None else [launch_file]), *arguments]
    if os.path.isdir(package_or_path) and launch_file is None:
        raise CommandError(f"No launch file supplied: '{package_or_path}' is a folder")
    if os.sep in package_or_path or '.' in package_or_path:
        raise CommandError(f"there is no launch file '{package_or_path}'")
    return find_launch_file(package_or_path, launch_file), list(arguments)


def find_launch_file(package: str, launch_file: str | None) -> str:
    """Return the path of a launch file of a package.

    Raises:
        CommandError: there is no such package, or not one such file; it lists what there is.
    """
    from ament_index_python.packages import PackageNotFoundError, get_package_share_directory

    try:
        share = get_package_share_directory(package)
    except PackageNotFoundError as error:
        raise CommandError(f"Package '{package}' not found: {error}") from error
    except ValueError as error:
        raise CommandError(str(error)) from error
    files = sorted(_files(Path(share)))
    names = {path.name for path in files if path.name.endswith(LAUNCH_FILE_ENDINGS)}
    shown = ', '.join(sorted(names)) or 'none'
    if launch_file is None:
        raise CommandError(f"name a launch file of package '{package}': {shown}")
    found = [path for path in files if path.name == launch_file]
    # A source tree may hold more files of that name, such as those of tests.
    found = [path for path in found if path.parent == Path(share, 'launch')] or found
    if not found:
        raise CommandError(
            f"file '{launch_file}' was not found in the share directory of package '{package}' "
            f"which is at '{share}'; launch files there: {shown}"
        )
    if len(found) > 1:
        paths = ', '.join(f"'{path}'" for path in found)
        raise CommandError(
            f"file '{launch_file}' was found more than once in the share directory of package "
            f"'{package}': [{paths}]"
        )
    return str(found[0])


def _files(share: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(share):
        folders[:] = [
            name
            for name in folders
            if name not in PRUNED_FOLDERS and not name.startswith(('.', '__'))
        ]
        yield from (Path(folder, name) for name in files)


def parse_arguments(arguments: Sequence[str]) -> dict[str, str]:
    """Return arguments by name.

    Raises:
        CommandError: one of them is not `<name>:=<value>`.
    """
    parsed: dict[str, str] = {}
    for argument in arguments:
        name, separator, value = argument.partition(':=')
        if not (name and separator and value):
            raise CommandError(
                f"malformed launch argument '{argument}', expected format '<name>:=<value>'"
            )
        parsed[name] = value
    return parsed


def describe(path: str) -> str:
    """Return the description that a launch file returns, as a tree.

    Raises:
        launch.InvalidLaunchFileError: the file cannot be loaded.
    """
    from launch import LaunchIntrospector
    from launch.launch_description_sources import get_launch_description_from_any_launch_file

    description = get_launch_description_from_any_launch_file(path)
    return LaunchIntrospector().format_launch_description(description)


def describe_arguments(path: str) -> str:
    """Return the arguments that a launch file takes, with descriptions and defaults.

    Raises:
        launch.InvalidLaunchFileError: the file cannot be loaded.
    """
    from launch.launch_description_sources import get_launch_description_from_any_launch_file

    lines = ["Arguments (pass arguments as '<name>:=<value>'):"]
    arguments = get_launch_description_from_any_launch_file(path).get_launch_arguments()
    for argument in arguments:
        star = '*' if argument._conditionally_included else ''
        lines += ['', f"    '{argument.name}':{star}", f'        {argument.description}']
        if argument.default_value is not None:
            default = ' + '.join(part.describe() for part in argument.default_value)
            lines.append(f'        (default: {default})')
    if not arguments:
        lines += ['', '  No arguments.']
    elif any(argument._conditionally_included for argument in arguments):
        lines += ['', '* argument(s) which are only used if specific conditions occur']
    return '\n'.join(lines)


def _launch(path: str, arguments: list[str], *, noninteractive: bool, debug: bool) -> int:
    from launch import LaunchDescription, LaunchService
    from launch.actions import IncludeLaunchDescription
    from launch.launch_description_sources import AnyLaunchDescriptionSource

    parsed = parse_arguments(arguments)
    if ros2_embedded.install():
        serve_children()  # for nodes that are plain scripts
        add_interfaces_near(Path(path).parent)
    service = LaunchService(argv=arguments, noninteractive=noninteractive, debug=debug)
    service.include_launch_description(
        LaunchDescription(
            [
                IncludeLaunchDescription(
                    AnyLaunchDescriptionSource(path), launch_arguments=parsed.items()
                )
            ]
        )
    )
    return service.run()
