"""`policy-stack eval`: compare policies over hundreds of episodes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from policy_nodes.commands.output_files import refuse_unwritable
from policy_nodes.commands.refusals import Refusal
from policy_nodes.contract.errors import suggest

TURTLEBOT, PANDA = 'turtlebot', 'panda'
ROBOTS = (TURTLEBOT, PANDA)  # whose worlds are here


def evaluate(
    robot: Annotated[str, typer.Argument(help='turtlebot or panda')],
    policy: Annotated[
        str | None,
        typer.Option(help='names with commas between, or all; by default height or sam2act'),
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option(
            help='turtlebot: names with commas between; all has everything but recorded; rand by '
            'default'
        ),
    ] = None,
    tasks: Annotated[
        str | None,
        typer.Option(
            help='panda: names with commas between, eight, memory, or all, which is the default'
        ),
    ] = None,
    episodes: Annotated[
        int | None,
        typer.Option(
            help='of each policy in each scenario, 500 by default; panda: of each policy, task '
            'and seed, 25 by default',
            min=1,
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help='turtlebot: of the episodes, 1 by default', min=0)
    ] = None,
    seeds: Annotated[
        str | None, typer.Option(help='panda: with commas between, 1,2,3 by default')
    ] = None,
    checkpoint: Annotated[
        str | None, typer.Option(help='name or folder, instead of the shipped ones')
    ] = None,
    people: Annotated[
        Path | None,
        typer.Option(help='turtlebot: folder with the obsmat.txt of scenario recorded'),
    ] = None,
    through: Annotated[
        str,
        typer.Option(
            help='policy: it sees the world as its paper has it; robot: with sensors, people '
            'tracker and safety controller, as launched; panda: policy plans the moves, robot '
            'has the safety controller as well'
        ),
    ] = 'policy',
    no_safety: Annotated[
        bool,
        typer.Option('--no-safety', help='turtlebot: take the safety controller out of the robot'),
    ] = False,
    robustness: Annotated[
        bool,
        typer.Option(
            '--robustness',
            help='panda: also with noise, other colours and light, moved cameras, distractors, '
            'and all together',
        ),
    ] = False,
    json: Annotated[Path | None, typer.Option(help='file for the figures')] = None,
    html: Annotated[Path | None, typer.Option(help='file for a page with pictures')] = None,
    workers: Annotated[
        int | None, typer.Option(help='processes; by default one a core', min=1)
    ] = None,
    device: Annotated[str, typer.Option(help='cpu or cuda')] = 'cpu',
) -> None:
    """Compare policies over many episodes; figures do not depend on the number of workers.

    Times of inference do: workers share the machine. Ctrl-C ends it; what is complete by then is
    printed and written. Exit status 130 then.

    Example: policy-stack eval turtlebot --policy height,orca,dwa,straight --scenario all
    --episodes 500 --seed 1 --json FILE
    """
    if robot not in ROBOTS:
        raise Refusal(f'there is no robot {robot!r}; {suggest(robot, ROBOTS)}')
    for option, file in (('--json', json), ('--html', html)):
        refuse_unwritable(option, file)
    if json is not None and html is not None and json.resolve() == html.resolve():
        raise Refusal(f'--json and --html name the same file {json}; give two')
    # torch takes seconds to come; --help does without
    if robot == TURTLEBOT:
        _only(robot, PANDA, {'--tasks': tasks, '--seeds': seeds, '--robustness': robustness})
        from policy_nodes.commands.evaluation_plan import make_plan
        from policy_nodes.commands.evaluation_run import run_plan

        plan = make_plan(
            policies=policy or 'height',
            scenarios=scenario or 'rand',
            episodes=episodes or 500,
            seed=1 if seed is None else seed,
            checkpoint=checkpoint,
            people=people,
            through=through,
            safety=not no_safety,
            device=device,
            traced=html is not None,
        )
        status = run_plan(plan, workers, json, html, Console())
    else:
        others = {'--scenario': scenario, '--people': people, '--no-safety': no_safety}
        _only(robot, TURTLEBOT, {**others, '--seed': seed})
        from policy_nodes.commands.evaluation_tabletop_plan import make_tabletop_plan
        from policy_nodes.commands.evaluation_tabletop_run import run_tabletop_plan

        tabletop = make_tabletop_plan(
            policies=policy or 'sam2act',
            tasks=tasks or 'all',
            episodes=episodes or 25,
            seeds=seeds or '1,2,3',
            checkpoint=checkpoint,
            through=through,
            robustness=robustness,
            device=device,
        )
        status = run_tabletop_plan(tabletop, workers, json, html, Console())
    if status:
        raise typer.Exit(status)


def _only(robot: str, other: str, options: Mapping[str, object]) -> None:
    """Refuse options that belong to another robot."""
    instead = {'--seed': '; give --seeds', '--seeds': '; give --seed'}
    for name, value in options.items():
        if value is not None and value is not False:
            raise Refusal(f'{name} is for {other}, not for {robot}{instead.get(name, "")}')
