"""The safety controller alone on recorded danger."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from policy_nodes.commands.output_files import refuse_unwritable, write_output
from policy_nodes.commands.refusals import Refusal

if TYPE_CHECKING:
    from policy_nodes.evaluation.replay.replayed import Replayed

# One console for results and one, on standard error, for what went on meanwhile.
OUT, ERR = Console(), Console(stderr=True)


def replay_safety(
    bag: Path,
    safety: Path,
    window: Sequence[str],
    topics: Path | None,
    json: Path | None,
    html: Path | None,
    danger: tuple[float, float],
) -> None:
    """Run the safety controller on a bag and report how it met the danger in it.

    Time to stop: from A until the sent command is held. Held share: of the window. Time to
    resume: from B until motion goes out again, once the proposal asks for it. False stop share: of
    the time outside of the windows and of 0.6 s after each, the part that is held although the
    proposal asks for motion. Held means: the command drives nowhere. The worst window counts.

    Args:
        bag: to replay.
        safety: parameters of the controller.
        window: of danger, as typed.
        topics: which topic is what.
        json: where the figures go.
        html: where the page goes.
        danger: distance [m] and time [s] of the windows that are looked for.

    Raises:
        Refusal: contradicting windows, or a file that cannot be written.
    """
    # numpy and the readers of bags take a while to come
    from policy_nodes.evaluation.replay.replayed import replay as play
    from policy_nodes.evaluation.replay.safety_file import read_safety
    from policy_nodes.evaluation.replay.topic_map_file import read_topic_map
    from policy_nodes.evaluation.replay.windows import AUTO, Danger

    if AUTO in window and list(window) != [AUTO]:
        raise Refusal(f'--window {AUTO} finds all windows; leave the others out')
    refuse_unwritable('--json', json)
    refuse_unwritable('--html', html)
    config = read_safety(safety)
    mapped = None if topics is None else read_topic_map(topics)
    columns = (TextColumn('{task.description}'), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=ERR, transient=True) as progress:
        task = progress.add_task('replaying', total=None)
        replayed = play(
            bag, safety.name, config, mapped, window, Danger(*danger),
            lambda seconds: progress.update(task, total=seconds),
            lambda seconds: progress.update(task, completed=seconds),
        )  # fmt: skip
    _tell(replayed)
    write_output(OUT, 'figures', json, replayed.write_json)
    write_output(OUT, 'page', html, partial(_write_page, replayed))


def _write_page(replayed: 'Replayed', html: Path) -> None:
    # matplotlib takes a while to come
    from policy_nodes.evaluation.replay.replay_page import write_replay_page

    write_replay_page(replayed, html)


def _tell(replayed: 'Replayed') -> None:
    OUT.print(_figures_table(replayed))
    if replayed.windows:
        OUT.print(_windows_table(replayed))
    else:
        OUT.print('No danger was found: nothing came near enough.')
    reasons = [
        f'{code} {row["onsets"]} times, {row["seconds"]:.1f} s'
        for code, row in replayed.reasons().items()
    ]
    OUT.print('reasons: ' + ('; '.join(reasons) or 'none'), markup=False, highlight=False)
    for note in replayed.notes:
        OUT.print(note, style='yellow', markup=False, highlight=False)


def _figures_table(replayed: 'Replayed') -> Table:
    from policy_nodes.evaluation.replay.replay_words import NAMES, mark_text, value_text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ('', 'measured', 'mark of Nav2'):
        table.add_column(heading, justify='right' if heading == 'measured' else 'left')
    met = replayed.figures.marks()
    for name, words in NAMES.items():
        style = {True: 'green', False: 'red', None: ''}[met[name]]
        value = Text(value_text(name, getattr(replayed.figures, name)), style=style)
        table.add_row(words, value, mark_text(name, met[name]))
    return table


def _windows_table(replayed: 'Replayed') -> Table:
    from policy_nodes.evaluation.replay.replay_words import WINDOW_HEADINGS, window_cells

    how = 'found' if replayed.found else 'given'
    table = Table(
        title=f'windows of danger, as {how}', title_justify='left', box=SIMPLE_HEAD, pad_edge=False
    )
    for heading in WINDOW_HEADINGS:
        table.add_column(heading, justify='right')
    for row in replayed.figures.windows:
        table.add_row(*window_cells(row))
    return table
