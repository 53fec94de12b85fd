"""`policy-stack replay`: policies and the safety controller on recorded drives."""

import math
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from policy_nodes.commands.refusals import Refusal

AUTO = 'auto'


def replay(
    bags: Annotated[
        list[Path],
        typer.Argument(
            metavar='BAG...',
            help='MCAP files, rosbag2 folders or .db3 files, ROS 1 .bag files, folders of these',
        ),
    ],
    policy: Annotated[
        list[str],
        typer.Option(
            help='ask this policy, several times if need be: NAME, NAME=CHECKPOINT or the name or '
            'folder of a checkpoint; recorded: what was proposed when the bag was made'
        ),
    ] = [],  # noqa: B006 typer reads the default, nobody changes it
    baseline: Annotated[
        str | None, typer.Option(help='policy that the others are compared with')
    ] = None,
    topics: Annotated[
        Path | None, typer.Option(help='which topic is what (yaml); our own recordings need none')
    ] = None,
    safety: Annotated[
        Path | None,
        typer.Option(help='parameters of the safety controller, as its node reads them (yaml)'),
    ] = None,
    safety_only: Annotated[
        bool,
        typer.Option(
            '--safety-only', help='only the safety controller of a base, on the recorded proposals'
        ),
    ] = False,
    robot: Annotated[
        str, typer.Option(help='whose shipped parameters are taken where no file is given')
    ] = '',
    window: Annotated[
        list[str],
        typer.Option(
            metavar='A:B',
            help='danger from A to B in seconds from the start of the bag, several times if need '
            'be; or auto: where the measured motion, or while it stands the proposed one, would '
            'soon touch what the laser sees',
        ),
    ] = [],  # noqa: B006 typer reads the default, nobody changes it
    danger_distance: Annotated[
        float, typer.Option(help='of auto: contact within this way [m]', min=0.0, max=50.0)
    ] = 0.3,
    danger_time: Annotated[
        float, typer.Option(help='of auto: or contact within this time [s]', min=0.0, max=60.0)
    ] = 1.0,
    cut: Annotated[
        float, typer.Option(help='count longer episodes in pieces of so many seconds', min=1.0)
    ] = math.inf,
    thresholds: Annotated[
        Path | None,
        typer.Option(help='bounds on figures (yaml); with one missed, the exit status is 1'),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help='folder for report.html, summary.json and report.md; runs/replay_<time> if left '
            'out'
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(help='processes that share the bags; no figure depends on it', min=1)
    ] = 1,
    seed: Annotated[int, typer.Option(help='of the bootstrap', min=0)] = 0,
    json: Annotated[
        Path | None, typer.Option(help='with --safety-only: write the figures to this file')
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help='with --safety-only: write a page with pictures')
    ] = None,
) -> None:
    """Replay recorded drives: what would a policy propose, and what would safety make of it?

    With --policy each bag is handed to each policy, in bag time, through the code that runs on
    the robot. The report says how far answers are from the recorded actions, how smooth they
    are, how long they take, and what the safety controller does with them; several policies
    stand side by side, with intervals over episodes.

    Without --policy, or with --safety-only, the safety controller of a base is replayed alone, on
    the recorded proposals, and its figures in windows of danger are told.

    Example: policy-stack replay runs/mine/episode_000.mcap --policy height

    Example: policy-stack replay runs/mine --policy height_street --baseline height --workers 2

    Example: policy-stack replay drive.bag --topics map.yaml --policy height --cut 30

    Example: policy-stack replay drive.bag --policy height --thresholds gate.yaml

    Example: policy-stack replay run.mcap --safety config/turtlebot/safety_controller.yaml --window
    12:17
    """
    # numpy and the readers of bags take a while to come
    if safety_only or not (policy or baseline):
        from policy_nodes.commands.replay_safety import replay_safety

        _refuse_others(policy, baseline, thresholds, safety_only)
        if len(bags) != 1:
            raise Refusal(
                f'{len(bags)} bags are too many for the safety controller alone; give one, or '
                'name policies with --policy (recorded replays what was proposed)'
            )
        if safety is None or not window:
            raise Refusal(
                'name what is to be replayed: --policy for policies, or --safety and --window '
                'for the safety controller alone'
            )
        replay_safety(bags[0], safety, window, topics, json, html, (danger_distance, danger_time))
        return
    if json is not None or html is not None:
        raise Refusal('--json and --html belong to --safety-only; here --out names a folder')
    from policy_nodes.commands.replay_scores import ScoreRequest, replay_scores

    replay_scores(
        ScoreRequest(
            bags=bags,
            policies=policy,
            baseline=baseline,
            topics=topics,
            safety=safety,
            robot=robot,
            windows=window or [AUTO],
            danger=(danger_distance, danger_time),
            cut=cut,
            thresholds=thresholds,
            out=out or Path('runs') / f'replay_{datetime.now():%Y-%m-%d_%H-%M-%S}',
            workers=workers,
            seed=seed,
        )
    )


def _refuse_others(
    policies: list[str], baseline: str | None, thresholds: Path | None, safety_only: bool
) -> None:
    if safety_only and (policies or baseline):
        raise Refusal('--safety-only asks no policy; leave --policy and --baseline out')
    if thresholds is not None:
        raise Refusal('--thresholds judges policies; name them with --policy')
