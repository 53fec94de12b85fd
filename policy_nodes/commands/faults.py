"""`policy-stack faults`: a launched graph, faults at random times, and what the robot did then."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from policy_nodes.commands.launch_arguments import launch_file
from policy_nodes.commands.launched_graph import LaunchedGraph
from policy_nodes.commands.output_files import refuse_unwritable, write_output
from policy_nodes.commands.refusals import Refusal

if TYPE_CHECKING:
    from policy_nodes.evaluation.faults.bench import Bench
    from policy_nodes.evaluation.faults.robot import Robot
    from policy_nodes.evaluation.faults.tally import Tally

PRIORITY = 10  # of the graph in real time: below that of its safety controller
OUT, ERR = Console(), Console(stderr=True)
FAILED = 1
WIDTH = 124  # of the table


def faults(
    robot: Annotated[str, typer.Argument(help='whose graph: turtlebot, panda or barkour')],
    injections: Annotated[int, typer.Option(help='faults to inject', min=0)] = 200,
    seed: Annotated[int, typer.Option(help='of the times and choices', min=0)] = 1,
    only: Annotated[
        list[str] | None, typer.Option(help='these faults only, by name; several times')
    ] = None,
    quiet: Annotated[
        float, typer.Option(help='minutes of driving without any fault, before them', min=0.0)
    ] = 0.0,
    json: Annotated[Path | None, typer.Option(help='write the figures to this file')] = None,
    html: Annotated[Path | None, typer.Option(help='write a page with pictures')] = None,
    show: Annotated[
        bool, typer.Option('--list', help='list the faults of the robot, and end')
    ] = False,
) -> None:
    """Launch a robot's graph in simulation and inject faults into it at random times.

    The safety controller hears its sensors and proposals through this command, which damages,
    delays or drops them; processes are stopped and killed. Time to stop counts from the onset of
    a fault until the controller commands the stop. The exit status is 1 if a stop began too late,
    a limit was broken, a reason was wrong, or something moved that must not.

    Example: policy-stack faults turtlebot --injections 200 --json faults.json --html faults.html
    """
    from policy_nodes.evaluation.faults.campaign import shuffled
    from policy_nodes.evaluation.faults.robots import robot_of

    try:
        under_test = robot_of(robot)
    except ValueError as error:
        raise Refusal(str(error)) from error
    known = {fault.name: fault for fault in under_test.faults}
    if show:
        for fault in under_test.faults:
            OUT.print(f'[bold]{fault.name}[/] ({fault.behaviour}) {fault.sentence}')
        return
    for name in only or ():
        if name not in known:
            raise Refusal(f'{robot} knows no fault {name!r}; known: {", ".join(known)}')
    refuse_unwritable('--json', json)
    refuse_unwritable('--html', html)
    chosen = [known[name] for name in only] if only else list(known.values())
    code = _run(under_test, shuffled(chosen, injections, seed), seed, quiet, json, html)
    raise typer.Exit(code)


def _run(
    robot: 'Robot', drawn: list, seed: int, quiet: float, json: Path | None, html: Path | None
) -> int:
    from policy_nodes.evaluation.faults.bench import BenchError
    from policy_nodes.evaluation.faults.campaign import Campaign
    from policy_nodes.evaluation.faults.tally import Tally

    tally = Tally(robot, seed)
    with _graph(robot, seed) as bench, _progress() as progress:
        campaign = Campaign(bench, seed)
        try:
            if quiet:
                task = progress.add_task('driving without faults', total=quiet * 60.0)
                for still in campaign.drive(quiet * 60.0):
                    tally.quiet = still
                    progress.update(task, completed=still.seconds)
            task = progress.add_task('injecting faults', total=len(drawn))
            for outcome in campaign.run(drawn):
                tally.add(outcome)
                progress.update(task, advance=1, description=f'{outcome.fault.name:24}')
        except BenchError as error:
            tally.broken = str(error)
        except KeyboardInterrupt:
            tally.broken = 'interrupted'
        tally.voids = campaign.voids
    # eleven columns need more than the eighty of a log file
    Console(width=max(OUT.width, WIDTH)).print(tally.table())
    for words in tally.words():
        OUT.print(words, markup=False, highlight=False)
    write_output(OUT, 'figures', json, tally.write_json)
    write_output(OUT, 'page', html, partial(_write_page, tally))
    return 0 if tally.passed else FAILED


def _write_page(tally: 'Tally', html: Path) -> None:
    # matplotlib takes a while to come
    from policy_nodes.evaluation.faults.faults_page import write_faults_page

    write_faults_page(tally, html)


@contextlib.contextmanager
def _graph(robot: 'Robot', seed: int) -> Iterator['Bench']:
    """Launch the graph and stand before its safety controller."""
    from policy_nodes.evaluation.faults.bench import Bench
    from policy_nodes.safety.realtime import take_priority

    path, _ = launch_file(robot.name)
    folder = Path('runs') / f'faults_{datetime.now():%Y-%m-%d_%H-%M-%S}'
    folder.mkdir(parents=True, exist_ok=True)
    arguments = {
        **robot.arguments,
        'faults': 'true',
        'seed': str(seed),
        'run_folder': str(folder),
    }
    log = folder / 'launch.log'
    ERR.print(f'what the nodes say: {log}', highlight=False)
    # the graph inherits it: a campaign tells what the robot does, not what else the machine does
    refused = take_priority(PRIORITY)
    if refused:
        ERR.print(f'other programs may hold up the graph: {refused}', highlight=False)
    with LaunchedGraph(path, arguments, log) as graph:
        bench = Bench(robot, graph.pids.get, lambda: graph.ended)
        try:
            yield bench
        finally:
            bench.close()


def _progress() -> Progress:
    columns = (TextColumn('{task.description}'), BarColumn(), TimeRemainingColumn())
    return Progress(*columns, console=ERR)
