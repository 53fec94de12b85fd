"""`ros launch`: runs a launch file."""

from __future__ import annotations

from typing import Annotated

import typer

from ros2_embedded.cli.launch import run


def launch(
    package_name: Annotated[
        str, typer.Argument(help='Package that holds the launch file, or the path of the file.')
    ],
    launch_file_name: Annotated[
        str | None, typer.Argument(help='Name of the launch file in the package.')
    ] = None,
    launch_arguments: Annotated[
        list[str] | None,
        typer.Argument(help='Arguments as `<name>:=<value>`; of duplicates the last one counts.'),
    ] = None,
    noninteractive: Annotated[
        bool, typer.Option('--noninteractive', '-n', help='No terminal passes Ctrl-C on.')
    ] = False,
    debug: Annotated[
        bool, typer.Option('--debug', '-d', help='Log more of launch itself.')
    ] = False,
    print_description: Annotated[
        bool,
        typer.Option(
            '--print', '--print-description', '-p', help='Print the launch description only.'
        ),
    ] = False,
    show_args: Annotated[
        bool,
        typer.Option(
            '--show-args', '--show-arguments', '-s', help='Print the arguments of the file only.'
        ),
    ] = False,
    show_all_output: Annotated[
        bool,
        typer.Option(
            '--show-all-subprocesses-output', '-a', help='Show what all processes print.'
        ),
    ] = False,
    launch_prefix: Annotated[
        str | None, typer.Option(help='Command to put before every executable.')
    ] = None,
    launch_prefix_filter: Annotated[
        str | None, typer.Option(help='Pattern of the executables that the prefix is for.')
    ] = None,
) -> None:
    """Run a launch file until all that it launched has ended; Ctrl-C ends it in order.

    Example: `ros launch policy_stack turtlebot.launch.py policy:=height`
    """
    if print_description and show_args:
        raise typer.BadParameter('give --print or --show-args, not both')
    code = run(
        package_name,
        launch_file_name,
        launch_arguments or (),
        show_args=show_args,
        print_description=print_description,
        noninteractive=True if noninteractive else None,
        debug=debug,
        show_all_output=show_all_output,
        launch_prefix=launch_prefix,
        launch_prefix_filter=launch_prefix_filter,
    )
    raise typer.Exit(code)
