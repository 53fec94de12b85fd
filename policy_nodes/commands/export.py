"""`policy-stack export`: recorded episodes as a LeRobot data set."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from policy_nodes.commands.refusals import Refusal
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.run_files import RECORDINGS, RUN_FILE, RunError, RunInfo

INSTALL = 'python -m pip install "pyarrow>=16"'


def export(
    sources: Annotated[
        list[Path], typer.Argument(metavar='RUN...', help='folders of runs, or recordings')
    ],
    out: Annotated[Path, typer.Option(help='folder to write, new or empty')],
    robot: Annotated[
        str, typer.Option(help='its name; by default what the run says, else told by the topics')
    ] = '',
    fps: Annotated[
        int | None,
        typer.Option(help='frames a second; by default 10, of legs 50', min=1, max=1000),
    ] = None,
    outcome: Annotated[
        str, typer.Option(help='only episodes that ended so, such as succeeded')
    ] = '',
) -> None:
    """Write recorded episodes as a LeRobot data set of version 3.0.

    Each frame holds the newest message of every topic: state, sensors, camera images, what was
    sent (action) and what the policy proposed. An episode that cannot be used is left out with a
    sentence; exit status 1 if that befell any.

    Example: policy-stack export runs/latest --out runs/data_set
    """
    try:
        from policy_nodes.evaluation.lerobot.data_set_writer import DataSetWriter
        from policy_nodes.evaluation.lerobot.read_frames import read_frames
    except ModuleNotFoundError as error:
        if error.name != 'pyarrow':
            raise
        raise Refusal(f'a data set is written by pyarrow: {INSTALL}') from error
    files = recordings_of(sources)
    console = Console(soft_wrap=True, highlight=False)
    left_out = 0
    with DataSetWriter(out) as writer, Progress(console=console, transient=True) as progress:
        for file in progress.track(files, description='exporting'):
            try:
                episode = read_frames(file, robot or robot_of(file), fps)
                found = episode.own.get('outcome', '')
                if outcome and found != outcome:
                    console.print(f'{file}: ended as {found or "nothing known"}', markup=False)
                    continue
                writer.add(episode)
            except RecordingError as error:
                left_out += 1
                console.print(f'{file} is left out: {error}', style='yellow', markup=False)
                continue
            for loss in episode.losses:
                console.print(f'{file}: {loss}', style='yellow', markup=False)
    if not writer.episodes:
        raise Refusal(f'none of {len(files)} recordings gives an episode, so nothing is written')
    console.print(f'{writer.episodes} episodes, {writer.frames} frames: {out}', markup=False)
    if left_out:
        raise typer.Exit(1)


def recordings_of(sources: Sequence[Path]) -> list[Path]:
    """List the recordings of runs, and files as they are.

    Raises:
        Refusal: something that is not there, or a folder without recordings.
    """

    def found() -> Iterator[Path]:
        for source in sources:
            if source.is_dir():
                inside = sorted(source.glob(RECORDINGS))
                if not inside:
                    raise Refusal(f'{source} holds no {RECORDINGS}: give the folder of a run')
                yield from inside
            elif source.is_file():
                yield source
            else:
                raise Refusal(f'there is no {source}')

    return list(found())


def robot_of(file: Path) -> str:
    """Name the robot of a recording, if the run that it lies in says it."""
    if not (file.parent / RUN_FILE).is_file():
        return ''
    try:
        return RunInfo.read(file.parent).robot
    except RunError:
        return ''
