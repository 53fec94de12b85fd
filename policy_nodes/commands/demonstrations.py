"""`policy-stack demonstrations`: collect what scripted experts show, export it, look at it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from policy_nodes.commands.output_files import refuse_unwritable, write_output
from policy_nodes.commands.refusals import Refusal

if TYPE_CHECKING:
    from policy_nodes.training.demonstration_driver import Wanted

# where training begins (training/seeds.py); evaluation stays below
FIRST_SEED = 1_000_000
FORMATS = ('lerobot', 'mcap')

demonstrations = typer.Typer(
    name='demonstrations',
    no_args_is_help=True,
    help='What scripted experts show on the table top.',
)


@demonstrations.command('collect')
def collect(
    folder: Annotated[Path, typer.Argument(help='gets TASK/SEED.npz')],
    tasks: Annotated[str, typer.Option(help='names with commas between, or all')] = 'all',
    count: Annotated[int, typer.Option(help='of each task', min=1)] = 100,
    workers: Annotated[
        int | None, typer.Option(help='processes; by default one a core', min=1)
    ] = None,
    seed: Annotated[int, typer.Option(help='of the first episode', min=0)] = FIRST_SEED,
) -> None:
    """Collect demonstrations; those that are there are kept, so a broken call can be repeated.

    What comes out does not depend on the number of workers. A seed at which the expert fails is
    passed over. Evaluation draws from seeds below a million, training from there on.

    Example: policy-stack demonstrations collect runs/demonstrations --tasks all --count 100
    """
    from policy_nodes.simulation.tabletop.tasks.registry import TASKS

    names = list(TASKS) if tasks == 'all' else tasks.split(',')
    unknown = [name for name in names if name not in TASKS]
    if unknown:
        raise Refusal(f'there is no task {unknown[0]!r}; known: all, {", ".join(TASKS)}')
    if folder.exists() and not folder.is_dir():
        raise Refusal(f'{folder} is no folder: give a folder, or a name that is free')
    console = Console()
    failed = _collect(folder, dict.fromkeys(names, count), seed, workers, console)
    passed = f', {failed} seeds passed over' if failed else ''
    console.print(
        f'{len(names) * count} demonstrations in {folder}{passed}', markup=False, highlight=False
    )


def _collect(
    folder: Path, counts: dict[str, int], first: int, workers: int | None, console: Console
) -> int:
    """Collect until every task has its number; return how many seeds were passed over."""
    from policy_nodes.evaluation.workers import Advance, Finished, WorkerError, Workers
    from policy_nodes.training.demonstration_driver import DemonstrationDriver

    failed: dict[str, set[int]] = {name: set() for name in counts}
    absent = _absent(folder, counts, first, failed)
    if not absent:
        return 0
    processes = min(workers or os.cpu_count() or 1, len(absent))
    columns = (
        TextColumn('{task.description}'),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with (
        Workers(partial(DemonstrationDriver, folder), processes) as pool,
        Progress(*columns, console=console, transient=True) as progress,
    ):
        bars = {name: progress.add_task(name, total=count) for name, count in counts.items()}
        for name, count in counts.items():
            there = count - sum(wanted.task == name for wanted in absent)
            progress.update(bars[name], completed=there)
        try:
            while absent:
                for event in pool.run(absent):
                    if isinstance(event, Advance):
                        progress.advance(bars[event.block.task], event.succeeded)
                    elif isinstance(event, Finished) and not event.result:
                        failed[event.block.task].add(event.block.seed)
                absent = _absent(folder, counts, first, failed)
        except WorkerError as error:
            raise Refusal(str(error)) from error
    return sum(map(len, failed.values()))


def _absent(
    folder: Path, counts: dict[str, int], first: int, failed: dict[str, set[int]]
) -> list[Wanted]:
    """Say what is not there yet of the first seeds at which the experts did not fail."""
    from policy_nodes.training.demonstration_driver import Wanted

    absent = []
    for name, count in counts.items():
        if len(failed[name]) > count + 10:
            raise Refusal(
                f'the expert failed at {len(failed[name])} seeds of {name}: begin at another '
                '--seed, or report it'
            )
        seeds = (seed for seed in range(first, first + 2 * count + 12))
        wanted = [Wanted(name, seed) for seed in seeds if seed not in failed[name]][:count]
        absent += [each for each in wanted if not each.file(folder).exists()]
    return absent


@demonstrations.command('export')
def export(
    folder: Annotated[Path, typer.Argument(help='of collected demonstrations')],
    out: Annotated[Path, typer.Argument(help='folder to write, new or empty')],
    form: Annotated[str, typer.Option('--format', help='lerobot or mcap')] = 'lerobot',
) -> None:
    """Write demonstrations as a LeRobot data set (version 3.0), or as MCAP recordings.

    They hold the frames that training needs, not all: the data set has a row for each of them,
    with the true frame beside it; the recordings, one a demonstration, are stamped by it.

    Example: policy-stack demonstrations export runs/demonstrations runs/lerobot --format lerobot
    """
    from policy_nodes.training.demonstration_file import SUFFIX

    if form not in FORMATS:
        raise Refusal(f'there is no format {form!r}; known: {", ".join(FORMATS)}')
    files = sorted(folder.rglob(f'*{SUFFIX}'))
    if not files:
        raise Refusal(f'{folder} holds no demonstration: collect some into it first')
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refusal(f'{out} is there already: give a new or an empty folder')
    console = Console()
    with Progress(console=console, transient=True) as progress:
        chosen: Iterator[Path] = iter(progress.track(files, description='exporting'))
        if form == 'mcap':
            _write_recordings(chosen, folder, out)
        else:
            _write_data_set(chosen, out)
    console.print(f'{len(files)} demonstrations: {out}', markup=False, highlight=False)


def _write_recordings(files: Iterator[Path], folder: Path, out: Path) -> None:
    from policy_nodes.evaluation.demonstration_recording import record_demonstration
    from policy_nodes.training.demonstration_file import read_demonstration

    for file in files:
        written = (out / file.relative_to(folder)).with_suffix('.mcap')
        written.parent.mkdir(parents=True, exist_ok=True)
        record_demonstration(read_demonstration(file), written)


def _write_data_set(files: Iterator[Path], out: Path) -> None:
    from policy_nodes.training.demonstration_file import read_demonstration
    from policy_nodes.training.lerobot_writer import write_lerobot

    try:
        write_lerobot(map(read_demonstration, files), out)
    except ValueError as error:
        raise Refusal(str(error)) from error


@demonstrations.command('show')
def show(
    files: Annotated[list[Path], typer.Argument(metavar='FILE...', help='of demonstrations')],
    out: Annotated[
        Path | None,
        typer.Option(help='of one file: .png or .html; else a picture beside each file'),
    ] = None,
) -> None:
    """Put the first frame and every key frame on one sheet, as every camera sees them.

    A cross marks where the tip goes next.

    Example: policy-stack demonstrations show runs/demonstrations/lift_block/1000000.npz
    """
    _refuse_sheets(files, out)
    from policy_nodes.training.contact_sheet import write_contact_sheet
    from policy_nodes.training.demonstration_file import read_demonstration

    for file in files:
        shown = read_demonstration(file)
        sheet = out or file.with_suffix('.png')
        write_output(
            Console(), 'sheet', sheet, lambda path, shown=shown: write_contact_sheet(shown, path)
        )


def _refuse_sheets(files: Sequence[Path], out: Path | None) -> None:
    missing = [file for file in files if not file.is_file()]
    if missing:
        raise Refusal(f'there is no file {missing[0]}: give one of a demonstration (.npz)')
    if out is None:
        return
    if len(files) > 1:
        raise Refusal('--out is for one file; without it each picture lies beside its file')
    if out.suffix not in ('.png', '.html'):
        raise Refusal(f'--out {out} ends neither with .png nor with .html')
    refuse_unwritable('--out', out)
