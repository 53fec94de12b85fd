"""`policy-stack view`: a robot at work, live or recorded, in Rerun."""

import math
import signal
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from policy_nodes.commands.refusals import Refusal

# One console for results and one, on standard error, for what went wrong on the way.
OUT, ERR = Console(), Console(stderr=True)
OLDEST_RERUN = (0, 27)


def view(
    run: Annotated[
        Path | None, typer.Argument(help='folder of a run, or an MCAP file; live without it')
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help='write FILE.rrd instead of opening a window')
    ] = None,
    connect: Annotated[
        str | None,
        typer.Option(help='show it in a running viewer: rerun+http://HOST:9876/proxy'),
    ] = None,
    live: Annotated[bool, typer.Option('--live', help='listen to the running graph')] = False,
    seconds: Annotated[
        float | None, typer.Option(help='end a live view after so long; else with Ctrl-C')
    ] = None,
    episode: Annotated[
        int | None, typer.Option(help='only this episode of the run, counted from 0', min=0)
    ] = None,
    namespace: Annotated[str, typer.Option(help='of the robot')] = '',
) -> None:
    """Show a robot at work in Rerun: what it senses, where its policy looks, what it does, safety.

    Reads only: a live view listens to the topics and publishes on none.

    Example: policy-stack view runs/latest --save run.rrd
    """
    if run is not None and live:
        raise Refusal(f'{run} is recorded; leave it out to see the running graph, or leave --live')
    if run is None and episode is not None:
        raise Refusal('--episode chooses from a recorded run; name its folder, too')
    if run is not None and seconds is not None:
        raise Refusal('--seconds is for a live view; a recording is shown whole')
    if seconds is not None and not 0 < seconds < math.inf:
        raise Refusal(f'--seconds is {seconds}; give a number above 0')
    if save is not None and connect is not None:
        raise Refusal('--save and --connect exclude each other')
    _require_rerun()
    if run is None:
        _show_live(save, connect, seconds, namespace)
    else:
        _show_recorded(run, episode, save, connect, namespace)


def _show_recorded(
    run: Path, episode: int | None, save: Path | None, connect: str | None, namespace: str
) -> None:
    from policy_nodes.evaluation.view.feed import Feed
    from policy_nodes.evaluation.view.output import Output
    from policy_nodes.evaluation.view.recorded import RecordedSource, find_recordings

    source = RecordedSource(find_recordings(run, episode), namespace)
    output = Output(save, connect)
    feed = Feed(output.recording)
    with Progress(console=ERR, transient=True) as progress:
        task = progress.add_task('drawing', total=source.total)
        source.play(feed, lambda done: progress.update(task, completed=done))
    output.finish()
    for loss in source.losses:
        ERR.print(f'[yellow]{escape(loss)}[/]')
    _tell(feed.drawn, save)


def _show_live(
    save: Path | None, connect: str | None, seconds: float | None, namespace: str
) -> None:
    from rclpy.exceptions import InvalidNamespaceException

    from policy_nodes.evaluation.view.feed import Feed
    from policy_nodes.evaluation.view.live import LiveSource
    from policy_nodes.evaluation.view.output import Output

    output = Output(save, connect)
    feed = Feed(output.recording)
    try:
        source = LiveSource(feed, namespace)
    except InvalidNamespaceException as error:
        why = str(error).splitlines()[0].rstrip(':')
        raise Refusal(f'{namespace!r} is no namespace: {why}') from error
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with ERR.status('listening; Ctrl-C ends') as status:
            source.play(
                seconds,
                lambda done: status.update(f'{done} messages drawn; Ctrl-C ends'),
                lambda: output.gone,
            )
    except KeyboardInterrupt:
        pass
    finally:
        source.close()
        output.finish()
    if not feed.drawn:
        raise Refusal(
            f'nothing came on any topic under /{namespace.strip("/")}; is the graph running, with '
            'the same ROS_DOMAIN_ID, and in this namespace?'
        )
    _tell(feed.drawn, save)


def _tell(drawn: Counter[str], save: Path | None) -> None:
    from policy_nodes.evaluation.view.sources import silent

    missing = silent(drawn)
    OUT.print(f'{drawn.total()} messages drawn' + (f' into {save}' if save else ''))
    if missing:
        OUT.print(f'nothing on {", ".join(missing)}')
    if save:
        OUT.print(f'open it: rerun {save}')


def _require_rerun() -> None:
    try:
        import rerun
    except ImportError as error:
        raise Refusal(
            "the viewer needs the package rerun-sdk: pip install 'policy-stack[view]'"
        ) from error
    version = tuple(int(part) for part in rerun.__version__.split('.')[:2])
    if version < OLDEST_RERUN:
        raise Refusal(
            f"rerun-sdk {rerun.__version__} is too old: pip install -U 'policy-stack[view]'"
        )


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
