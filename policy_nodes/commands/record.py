"""`policy-stack record`: a graph that runs already, into a bag."""

from __future__ import annotations

import signal
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from policy_nodes.commands.refusals import Refusal

# One console for results and one, on standard error, for what went on meanwhile.
OUT, ERR = Console(), Console(stderr=True)
ROBOT_MARK = 'safety_controller.yaml'  # each folder of config/ that is a robot has one
FULL = 1  # exit status where the disk was full or a recording was not what was written


def record(
    robot: Annotated[str, typer.Argument(help='whose topics: a folder of config/')],
    out: Annotated[
        Path | None,
        typer.Option(help='file to create; runs/recorded_<time>.mcap if left out'),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(help='of wall time; until Ctrl-C if left out', min=0.1)
    ] = None,
    namespace: Annotated[str, typer.Option(help='that the graph runs in')] = '',
    checkpoint: Annotated[
        str, typer.Option(help='whose contract to keep; empty takes the one that the policy names')
    ] = '',
) -> None:
    """Record a robot that runs already: MCAP, with its configuration and contract in it.

    The topics are those of config/ROBOT/recorder.yaml, or else of config/recorder.yaml. It listens
    and publishes nothing. After a SIGKILL everything up to the last half second can be read; a
    file that was closed is read back, and what is missing is said.

    Example: policy-stack record turtlebot --seconds 60 --out runs/minute.mcap
    """
    # numpy and the middleware take a while to come
    from policy_nodes.contract.share import share_folders
    from policy_nodes.evaluation.record_live import LiveRecorder, topics_of
    from policy_nodes.evaluation.recording_tape import Tape

    folders = [share / 'config' / robot for share in share_folders()]
    folder = next((each for each in folders if (each / ROBOT_MARK).is_file()), None)
    if folder is None or not robot:
        known = sorted(each.parent.name for each in folders[0].parent.glob(f'*/{ROBOT_MARK}'))
        raise Refusal(f'there is no robot {robot!r}; known: {", ".join(known)}')
    path = out or Path('runs') / f'recorded_{datetime.now():%Y-%m-%d_%H-%M-%S}.mcap'
    said: list[str] = []
    tape = Tape(said.append)
    topics = topics_of(robot, namespace)
    tape.begin(path, sorted(folder.glob('*.yaml')))
    counts: dict[str, int] = {}
    signal.signal(signal.SIGTERM, _interrupt)
    recorder = LiveRecorder(topics, tape, checkpoint)
    try:
        with ERR.status('listening; Ctrl-C ends') as status:

            def turn() -> bool:
                counts.update(tape.counts)
                words = f'{sum(counts.values())} messages, {tape.size / 1e6:.1f} MB; Ctrl-C ends'
                status.update(words)
                return tape.path is None  # the disk is full

            recorder.run(seconds, turn)
    except KeyboardInterrupt:
        pass
    finally:
        counts.update(tape.counts)
        recorder.close()
        tape.finish()
    _tell(path, counts, [each.name for each in topics], said, namespace)


def _tell(
    path: Path, counts: dict[str, int], topics: list[str], said: list[str], namespace: str
) -> None:
    total = sum(counts.values())
    OUT.print(f'{total} messages in {path}', markup=False, highlight=False)
    silent = [name for name in topics if not counts.get(name)]
    if silent and total:
        OUT.print(f'nothing on {", ".join(silent)}', markup=False, highlight=False)
    for words in said:
        ERR.print(words, style='red', markup=False, highlight=False)
    if not total:
        raise Refusal(
            f'nothing came on any topic under /{namespace.strip("/")}; is the graph running, with '
            'the same ROS_DOMAIN_ID, and in this namespace?'
        )
    if said:
        raise typer.Exit(FULL)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
