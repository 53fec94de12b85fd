"""`policy-stack launch`: the graph of a robot in real processes, with a display and a report."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from policy_nodes.commands.launch_arguments import launch_file, parse_arguments
from policy_nodes.commands.launch_display import EpisodeDisplay
from policy_nodes.commands.launched_graph import LaunchedGraph
from policy_nodes.commands.refusals import Refusal
from policy_nodes.evaluation.run_files import RunError

EPISODES = '5'
# policies that move until Ctrl-C, without a task that could be scored
TASKLESS = ('exerciser', 'joystick', 'none')


def launch(
    robot: Annotated[str, typer.Argument(help='whose graph: turtlebot, panda or barkour')],
    arguments: Annotated[
        list[str] | None, typer.Argument(help='of the launch file, as key:=value')
    ] = None,
    show_args: Annotated[
        bool, typer.Option('--show-args', '-s', help='list the keys and their defaults')
    ] = False,
    plain: Annotated[
        bool, typer.Option('--plain', help='print what the nodes print, without a display')
    ] = False,
) -> None:
    """Launch the whole graph of a robot; Ctrl-C brings it down in order; ends with a report.

    A simulated turtlebot, or panda or barkour with a policy, runs five episodes unless episodes:=
    says otherwise; exercisers of panda and barkour move until Ctrl-C, and leave a recording. What
    the nodes print goes into launch.log of the run's folder.

    Example: policy-stack launch turtlebot scenario:=hallway episodes:=3 seed:=7

    Example: policy-stack launch panda policy:=sam2act_plus scenario:=reopen_drawer

    Example: policy-stack launch barkour policy:=specialists checkpoint:=runs/specialists
    """
    console = Console()
    path, declared = launch_file(robot)
    if show_args:
        for name, (default, description) in declared.items():
            console.print(f'[bold]{name}[/]:={default}  {description}', highlight=False)
        return
    given = parse_arguments(arguments or [], declared)
    simulated = given.get('simulator', declared['simulator'][0]) != 'none'
    policy = given.get('policy', declared.get('policy', ('', ''))[0])
    has_episodes = 'episodes' in declared and policy not in TASKLESS
    if simulated and has_episodes:
        given.setdefault('episodes', EPISODES)
    given.setdefault('run_folder', f'runs/{datetime.now():%Y-%m-%d_%H-%M-%S}')
    folder = Path(given['run_folder'])
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(f'the run folder {folder} cannot be made: {error.strerror}') from error
    episodes = int(given.get('episodes', '0')) if given.get('episodes', '0').isdigit() else 0
    display = EpisodeDisplay(console, episodes, given.get('namespace', ''), plain=plain)
    with LaunchedGraph(path, given, folder / 'launch.log') as graph, display:
        code = display.follow(graph)
    if has_episodes:
        code = _report(console, folder, code)
    else:
        console.print(f'what it left lies in {folder}', soft_wrap=True, highlight=False)
    raise typer.Exit(code)


def _report(console: Console, folder: Path, code: int) -> int:
    """Write and print what the run left; the exit status says whether it went as asked."""
    # matplotlib takes a while to come
    from policy_nodes.evaluation.run_report import run_table, write_run_report

    try:
        report = write_run_report(folder)
    except RunError as error:
        console.print(f'[red]no report:[/] {error}. What the nodes said: {folder / "launch.log"}')
        return code or 1
    console.print(run_table(report.summary))
    console.print(f'report {report.page}', soft_wrap=True, highlight=False)
    return code
