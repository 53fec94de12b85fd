"""`policy-stack eval`: compare policies over hundreds of episodes."""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from policy_nodes.commands.evaluation_plan import Plan, check_output, make_plan
from policy_nodes.commands.evaluation_progress import EvaluationProgress
from policy_nodes.commands.refusals import Refusal
from policy_nodes.evaluation.comparison import Comparison
from policy_nodes.evaluation.comparison_file import write_comparison
from policy_nodes.evaluation.crowd_scenarios import RECORDED
from policy_nodes.evaluation.episode_blocks import blocks_of
from policy_nodes.evaluation.tables import rich_table
from policy_nodes.evaluation.workers import Finished, WorkerError, Workers

INTERRUPTED = 130  # exit status
NOT_REACTING = 'Recorded people do not react to the robot.'


def evaluate(
    robot: Annotated[str, typer.Argument(help='turtlebot')],
    policy: Annotated[str, typer.Option(help='names with commas between, or all')] = 'height',
    scenario: Annotated[
        str, typer.Option(help='names with commas between; all has everything but recorded')
    ] = 'rand',
    episodes: Annotated[int, typer.Option(help='of each policy in each scenario', min=1)] = 500,
    seed: Annotated[int, typer.Option(help='of the episodes', min=0)] = 1,
    checkpoint: Annotated[
        str | None, typer.Option(help='name or folder, instead of the shipped ones')
    ] = None,
    people: Annotated[
        Path | None, typer.Option(help='folder with the obsmat.txt of scenario recorded')
    ] = None,
    through: Annotated[
        str,
        typer.Option(
            help='policy: it sees the world as its paper has it; robot: with sensors, people '
            'tracker and safety controller, as launched'
        ),
    ] = 'policy',
    no_safety: Annotated[
        bool, typer.Option('--no-safety', help='take the safety controller out of the robot')
    ] = False,
    json: Annotated[Path | None, typer.Option(help='file for the figures')] = None,
    html: Annotated[Path | None, typer.Option(help='file for a page with pictures')] = None,
    workers: Annotated[
        int | None, typer.Option(help='processes; by default one a core', min=1)
    ] = None,
    device: Annotated[str, typer.Option(help='cpu or cuda')] = 'cpu',
) -> None:
    """Compare policies over many episodes; figures do not depend on the number of workers.

    Ctrl-C ends it; what is complete by then is printed and written. Exit status 130 then.

    Example: policy-stack eval turtlebot --policy height,orca,dwa,straight --scenario all
    --episodes 500 --seed 1 --json FILE
    """
    for option, file in (('--json', json), ('--html', html)):
        check_output(option, file)
    if json is not None and html is not None and json.resolve() == html.resolve():
        raise Refusal(f'--json and --html name the same file {json}; give two')
    plan = make_plan(
        robot=robot,
        policies=policy,
        scenarios=scenario,
        episodes=episodes,
        seed=seed,
        checkpoint=checkpoint,
        people=people,
        through=through,
        safety=not no_safety,
        device=device,
        traced=html is not None,
    )
    console = Console()
    comparison = Comparison(plan.setup, plan.entries, plan.checkpoints)
    ended = _drive(plan, comparison, workers, console)
    with _deaf():  # a second Ctrl-C must not cut a file in two
        _tell(comparison, json, html, console, ended)
    if ended:
        raise typer.Exit(INTERRUPTED if ended == 'interrupted' else 1)


def _drive(plan: Plan, comparison: Comparison, workers: int | None, console: Console) -> str:
    """Drive everything; return why it ended early, empty if it did not."""
    blocks = blocks_of(plan.entries, plan.setup)
    count = min(workers or _cores(plan.setup.device), len(blocks))
    try:
        with (
            _terminated_like_interrupted(),
            EvaluationProgress(plan.entries, plan.setup.episodes, console) as progress,
            Workers(plan.setup, count) as pool,
        ):
            for event in pool.run(blocks):
                if isinstance(event, Finished):
                    comparison.add(event.block, event.result)
                else:
                    progress.advance(event)
    except KeyboardInterrupt:
        return 'interrupted'
    except WorkerError as error:
        return str(error)
    return ''


def _cores(device: str) -> int:
    return len(os.sched_getaffinity(0)) if device == 'cpu' else 1


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM end the comparison as Ctrl-C does."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _deaf() -> Iterator[None]:
    """Ignore Ctrl-C for a moment."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(
    comparison: Comparison, json: Path | None, html: Path | None, console: Console, ended: str
) -> None:
    """Print the table and write the files."""
    setup, rows = comparison.setup, comparison.rows()
    if rows:
        console.print(f'\nturtlebot, seed {setup.seed}, {_words(comparison)}\n', highlight=False)
        console.print(rich_table(rows))
    remarks = _remarks(comparison)
    if ended:
        remarks.insert(0, f'Ended early: {ended}. Only complete episodes count.')
    for remark in remarks:
        console.print(remark, style='yellow', markup=False, highlight=False)
    if json is not None:
        write_comparison(comparison, json)
        console.print(f'figures: {json}', markup=False, highlight=False)
    if html is not None:
        # matplotlib takes a while to come
        from policy_nodes.evaluation.report.evaluation_page import write_evaluation_page

        words = _words(comparison)
        note = ' '.join((f'{words[0].upper()}{words[1:]}.', *remarks))
        write_evaluation_page(rows, html, comparison.traces(), note)
        console.print(f'page: {html}', markup=False, highlight=False)


def _words(comparison: Comparison) -> str:
    setup = comparison.setup
    if setup.through == 'policy':
        return 'through the policy alone: it sees the people and the laser of the world'
    rest = 'with' if setup.safety else 'without'
    return f'through the whole robot: sensors, people tracker, policy, {rest} safety controller'


def _remarks(comparison: Comparison) -> list[str]:
    remarks = []
    short = [row for row in comparison.rows() if not row['complete']]
    remarks += [
        f'{row["policy"]} in {row["scenario"]}: {row["episodes"]} of '
        f'{comparison.setup.episodes} episodes.'
        for row in short
    ]
    if comparison.missing:
        remarks.append(f'Nothing of {_list(comparison.missing)}.')
    if any(entry.scenario == RECORDED for entry in comparison.entries):
        remarks.append(NOT_REACTING)
    return remarks


def _list(pairs: Sequence[tuple[str, str]]) -> str:
    return ', '.join(f'{policy} in {scenario}' for policy, scenario in pairs)
