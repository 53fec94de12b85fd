"""Policies on recorded drives, side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from policy_nodes.commands.output_files import write_output
from policy_nodes.commands.refusals import Refusal
from policy_nodes.contract.errors import ContractError, suggest
from policy_nodes.contract.share import share_folders
from policy_nodes.evaluation.replay import score_words as told
from policy_nodes.evaluation.replay.policy_choice import choose
from policy_nodes.evaluation.replay.safety_file import read_parameters
from policy_nodes.evaluation.replay.score_job import Job
from policy_nodes.evaluation.replay.scores import scores
from policy_nodes.evaluation.replay.thresholds import Judged, judge, read_thresholds
from policy_nodes.evaluation.replay.topic_map_file import read_any_map
from policy_nodes.evaluation.replay.windows import AUTO, Danger
from policy_nodes.evaluation.run_files import write_text

# One console for results and one, on standard error, for what went on meanwhile.
OUT, ERR = Console(), Console(stderr=True)
PARAMETERS = 'config/*/safety_controller.yaml'
MOST_DRAWN = 3  # bags whose actions are drawn; of all others no curve is kept
REPORT, SUMMARY, MARKDOWN = 'report.html', 'summary.json', 'report.md'


@dataclass(frozen=True)
class ScoreRequest:
    """What the command was given; see its options."""

    bags: Sequence[Path]
    policies: Sequence[str]
    baseline: str | None
    topics: Path | None
    safety: Path | None
    robot: str
    windows: Sequence[str]
    danger: tuple[float, float]
    cut: float
    thresholds: Path | None
    out: Path
    workers: int
    seed: int


def replay_scores(request: ScoreRequest) -> None:
    """Score every bag with every policy, tell it, write the report.

    Raises:
        Refusal: something cannot be used, or nothing at all could be scored.
        typer.Exit: with status 1 where a threshold is missed, or a bag could not be scored.
    """
    jobs = jobs_of(request)
    names = list(dict.fromkeys(job.policy.text for job in jobs))
    given = request.thresholds
    thresholds = [] if given is None else read_thresholds(given, names)
    _make(request.out)
    results = _run(jobs, request.workers)
    summary = scores(results, request.baseline, request.seed)
    if not summary['runs']:
        raise Refusal('; '.join(dict.fromkeys(each['problem'] for each in summary['problems'])))
    try:
        judged = judge(thresholds, summary)
    except ContractError:
        # a threshold that cannot be meant must not cost the replay
        _write(summary | {'thresholds': []}, results, request.out)
        raise
    summary['thresholds'] = [each.__dict__ for each in judged]
    _tell(summary)
    _write(summary, results, request.out)
    missed = [each for each in judged if not each.kept]
    _tell_missed(missed)
    if missed or summary['problems']:
        raise typer.Exit(1)


def jobs_of(request: ScoreRequest) -> list[Job]:
    """Make a job of each bag with each policy.

    Raises:
        Refusal: contradicting windows, or a bag or policy that is named twice.
        ContractError: a policy or a file that cannot be used.
    """
    windows = tuple(request.windows)
    if AUTO in windows and windows != (AUTO,):
        raise Refusal(f'--window {AUTO} finds all windows; leave the others out')
    texts = [*request.policies, *([request.baseline] if request.baseline else [])]
    # the baseline may be named among the policies too
    policies = [choose(text) for text in dict.fromkeys(texts)]
    bags = list(dict.fromkeys(bag for given in request.bags for bag in bags_of(given)))
    topics = None if request.topics is None else read_any_map(request.topics)
    if request.safety is not None:
        read_parameters(request.safety)
    robots = {file.parent.name for it in share_folders() for file in it.glob(PARAMETERS)}
    if request.robot and request.robot not in robots:
        raise Refusal(
            f'there is no robot {request.robot!r}; {suggest(request.robot, sorted(robots))}'
        )
    return [
        Job(
            bag=bag,
            policy=policy,
            topics=topics,
            safety=request.safety,
            robot=request.robot,
            windows=windows,
            danger=Danger(*request.danger),
            cut=request.cut,
            draws=number < MOST_DRAWN,
        )
        for number, bag in enumerate(bags)
        for policy in policies
    ]


def bags_of(path: Path) -> list[Path]:
    """Bags that a path stands for: those in a folder, if it is no bag itself."""
    if not path.is_dir() or (path / 'metadata.yaml').is_file():
        return [path]
    files = [each for kind in ('mcap', 'db3', 'bag') for each in path.glob(f'*.{kind}')]
    return sorted(files) or [path]


def _run(jobs: Sequence[Job], workers: int) -> list[dict[str, Any]]:
    # torch takes a while to come
    from policy_nodes.evaluation.replay.score_run import PERCENT, score_jobs
    from policy_nodes.evaluation.workers import WorkerError

    columns = (
        TextColumn('{task.description}'),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=ERR, transient=True) as progress:
        task = progress.add_task('replaying', total=len(jobs) * PERCENT)

        def advance(job: Job, steps: int) -> None:
            progress.update(task, advance=steps, description=job.place)

        try:
            return score_jobs(jobs, workers, advance)
        except WorkerError as error:
            raise Refusal(str(error)) from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SUMMARY).touch()
    except OSError as error:
        raise Refusal(
            f'--out {folder} cannot be written: {error.strerror}; give a folder that can be'
        ) from error


def _write(summary: Mapping[str, Any], results: Sequence[Mapping[str, Any]], folder: Path) -> None:
    # matplotlib takes a while to come
    from policy_nodes.evaluation.replay.score_markdown import score_markdown
    from policy_nodes.evaluation.replay.score_page import write_score_page

    text = json.dumps(summary, indent=1, allow_nan=False) + '\n'
    write_output(OUT, 'figures', folder / SUMMARY, partial(write_text, content=text))
    markdown = score_markdown(summary)
    write_output(OUT, 'tables', folder / MARKDOWN, partial(write_text, content=markdown))
    page = partial(write_score_page, summary, results)
    write_output(OUT, 'report', folder / REPORT, page)


def _tell(summary: Mapping[str, Any]) -> None:
    entries = told.answering(summary)
    if entries:
        headings = ('', *(entry['policy'] for entry in entries))
        _print('answers against what was recorded', headings, told.figure_rows(summary, few=True))
    if summary['differences']:
        headings = ('policy', '', f'more than {summary["baseline"]}', '')
        _print('against the baseline', headings, told.difference_rows(summary))
    _print('safety controller', told.SAFETY_HEADINGS, told.safety_rows(summary))
    _print('measured here', told.MEASURED_HEADINGS, told.measured_rows(summary))
    for note in told.notes_of(summary):
        OUT.print(note, style='yellow', markup=False, highlight=False)


def _print(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    table = Table(title=title, title_justify='left', box=SIMPLE_HEAD, pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify='left' if number == 0 else 'right')
    for row in rows:
        table.add_row(*row)
    OUT.print(table)


def _tell_missed(missed: Sequence[Judged]) -> None:
    for each in missed:
        ERR.print(f'missed: {each.line()}', style='red', markup=False, highlight=False)
