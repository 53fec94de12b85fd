"""`policy-stack import-episodes`: a LeRobot data set as recordings."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from policy_nodes.commands.export import INSTALL
from policy_nodes.commands.refusals import Refusal
from policy_nodes.evaluation.run_files import recording_name


def import_episodes(
    data_set: Annotated[Path, typer.Argument(help='folder of a LeRobot data set')],
    out: Annotated[Path, typer.Option(help='folder to write, new or empty')],
    episodes: Annotated[str, typer.Option(help='which ones, such as 0,3-5; all by default')] = '',
    without_videos: Annotated[
        bool, typer.Option(help='leave images out that are kept as videos')
    ] = False,
) -> None:
    """Write the episodes of a LeRobot data set (version 3.0) as recordings, one MCAP file each.

    A data set of `policy-stack export` gets the topics of its robot again. Of any other robot the
    state becomes /joint_states, the action /joint_command, each further column a tensor, and
    images in the rows /VIEW/color/image_raw.

    Example: policy-stack import-episodes runs/data_set --out runs/imported --episodes 0-4
    """
    try:
        from policy_nodes.evaluation.lerobot.data_set_reader import (
            chosen_episodes,
            open_data_set,
            read_episode,
        )
    except ModuleNotFoundError as error:
        if error.name != 'pyarrow':
            raise
        raise Refusal(f'a data set is read by pyarrow: {INSTALL}') from error
    from policy_nodes.evaluation.lerobot.record_frames import record_frames

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refusal(f'{out} is there already: give a new or an empty folder')
    opened = open_data_set(data_set)
    videos = [name for name, why in opened.left_out.items() if 'video' in why]
    if videos and not without_videos:
        raise Refusal(
            f'{", ".join(videos)} are videos, which are not decoded here: leave them out by '
            '--without-videos, or have LeRobot keep images instead'
        )
    console = Console(soft_wrap=True, highlight=False)
    for name, why in opened.left_out.items():
        console.print(f'{name} is left out: {why}', style='yellow', markup=False)
    chosen = list(chosen_episodes(opened, episodes))
    with Progress(console=console, transient=True) as progress:
        for number in progress.track(chosen, description='importing'):
            episode = read_episode(opened, number)
            record_frames(episode, out / recording_name(number), data_set.name)
    console.print(f'{len(chosen)} episodes of {opened.robot}: {out}', markup=False)
