"""`policy-stack eval`: compare policies over hundreds of episodes."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from policy_nodes.commands.output_files import refuse_unwritable
from policy_nodes.commands.refusals import Refusal


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
        refuse_unwritable(option, file)
    if json is not None and html is not None and json.resolve() == html.resolve():
        raise Refusal(f'--json and --html name the same file {json}; give two')
    # torch takes seconds to come; --help does without
    from policy_nodes.commands.evaluation_plan import make_plan
    from policy_nodes.commands.evaluation_run import run_plan

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
    status = run_plan(plan, workers, json, html, Console())
    if status:
        raise typer.Exit(status)
