"""`policy-stack score`: what a recorded run is worth by the rules of its benchmark."""

import json as json_format
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from policy_nodes.commands.output_files import refuse_unwritable, write_output
from policy_nodes.commands.refusals import Refusal

if TYPE_CHECKING:
    from policy_nodes.evaluation.barkour_score import BarkourResult
    from policy_nodes.evaluation.barkour_track import Track
    from policy_nodes.simulation.barkour.course import Course

OUT = Console()

score = typer.Typer(
    name='score',
    no_args_is_help=True,
    help='What a recorded run is worth by the rules of its benchmark.',
)


@score.callback()
def group() -> None:
    """What a recorded run is worth by the rules of its benchmark."""


@score.command('barkour')
def barkour(
    log: Annotated[
        Path,
        typer.Argument(
            help='CSV file of time [s], x, y [m] of the base in the frame of the course; or a bag '
            'with odometry: MCAP, rosbag2 folder or .db3, ROS 1 .bag'
        ),
    ],
    semantics: Annotated[
        str, typer.Option(help='official, as the published script computes; or paper')
    ] = 'official',
    touched_jump: Annotated[
        bool, typer.Option('--touched-jump', help='the broad jump was touched, so it failed')
    ] = False,
    course: Annotated[
        str, typer.Option(help='official, or for example rearranged/3')
    ] = 'official',
    topic: Annotated[
        str, typer.Option(help='odometry of a bag; by default the only one there is')
    ] = '',
    json: Annotated[Path | None, typer.Option(help='write the figures to this file')] = None,
    html: Annotated[Path | None, typer.Option(help='write a page with a picture')] = None,
) -> None:
    """Score a run over the Barkour course from where the base was.

    Five items, each worth 0.1; above the allotted time each second costs 0.01. Where the official
    script and the paper differ is told in docs/reference/barkour_score.md.

    Example: policy-stack score barkour run.csv --html run.html
    """
    # numpy and the readers of bags take a while to come
    from policy_nodes.evaluation.barkour_courses import course_of
    from policy_nodes.evaluation.barkour_score import SEMANTICS, score_track
    from policy_nodes.evaluation.barkour_track import read_track

    refuse_unwritable('--json', json)
    refuse_unwritable('--html', html)
    if semantics not in SEMANTICS:
        known = ', '.join(SEMANTICS)
        raise Refusal(f'there are no semantics {semantics!r}; known: {known}')
    try:
        run_over = course_of(course)
    except ValueError as error:
        raise Refusal(str(error)) from error
    track = read_track(log, topic)
    result = score_track(
        track.samples.tolist(), course=run_over, semantics=semantics, touched_jump=touched_jump
    )
    _tell(track, result)
    write_output(OUT, 'figures', json, partial(_write_json, track, run_over, result))
    write_output(OUT, 'page', html, partial(_write_page, track, run_over, result))


def _write_json(track: 'Track', course: 'Course', result: 'BarkourResult', path: Path) -> None:
    from policy_nodes.evaluation.run_files import write_text

    values = {'source': track.source, 'course': course.name, 'notes': list(track.notes)}
    text = json_format.dumps(values | result.to_mapping(), indent=1, allow_nan=False)
    write_text(path, text + '\n')


def _write_page(track: 'Track', course: 'Course', result: 'BarkourResult', path: Path) -> None:
    # matplotlib takes a while to come
    from policy_nodes.evaluation.report.course_page import write_course_page

    write_course_page(track, course, result, path)


def _tell(track: 'Track', result: 'BarkourResult') -> None:
    from policy_nodes.evaluation.report.course_items import ITEMS, item_rows

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ITEMS:
        table.add_column(
            Text(heading), justify='left' if heading in ('item', 'counts') else 'right'
        )
    for row in item_rows(result):
        table.add_row(*row)
    OUT.print(table)
    end = 'stayed on' if result.finished else 'did not stay on'
    OUT.print(
        f'{result.time_s:.2f} s, {result.excess_s:.2f} s above the {result.allotted_s:.2f} s '
        f'allotted; {result.path_m:.2f} m; {len(result.passes)} of {result.gates} gates; {end} '
        'the end table',
        highlight=False,
    )
    for note in track.notes:
        OUT.print(note, style='yellow', markup=False, highlight=False)
    OUT.print(f'score ({result.semantics}): [bold]{result.score:.3f}[/]', highlight=False)
