"""`policy-stack eval`: compare policies over hundreds of episodes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from policy_nodes.commands.output_files import refuse_unwritable
from policy_nodes.commands.refusals import Refusal
from policy_nodes.contract.errors import suggest

TURTLEBOT, PANDA, BARKOUR = 'turtlebot', 'panda', 'barkour'
ROBOTS = (TURTLEBOT, PANDA, BARKOUR)  # whose worlds are here


def evaluate(
    robot: Annotated[str, typer.Argument(help='turtlebot, panda or barkour')],
    policy: Annotated[
        str | None,
        typer.Option(
            help='names with commas between, or all; by default height, sam2act or specialists'
        ),
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
    course: Annotated[
        str | None,
        typer.Option(
            help='barkour: official, rearranged for another one each run, or for example '
            'rearranged/3; with commas between'
        ),
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option(help='barkour: of each policy on each course, 100 by default', min=1),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help='turtlebot and barkour: of the episodes, 1 by default', min=0),
    ] = None,
    seeds: Annotated[
        str | None, typer.Option(help='panda: with commas between, 1,2,3 by default')
    ] = None,
    checkpoint: Annotated[
        str | None, typer.Option(help='name or folder, instead of the shipped ones')
    ] = None,
    checkpoints: Annotated[
        str | None,
        typer.Option(
            help='barkour: folder that holds the checkpoints under their names, or the one of a '
            'policy, instead of the shipped ones'
        ),
    ] = None,
    people: Annotated[
        Path | None,
        typer.Option(help='turtlebot: folder with the obsmat.txt of scenario recorded'),
    ] = None,
    through: Annotated[
        str,
        typer.Option(
            help='policy: it sees the world as its paper has it; robot: with sensors, people '
            'tracker and safety controller, as launched; lidar: the same side by side with people '
            'as they are, found in the sweeps of a lidar, and in worse ones; panda: policy plans '
            'the moves, robot has the safety controller as well, as of barkour'
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
    solver: Annotated[
        str | None,
        typer.Option(help='barkour: set-up of the physics, usual or newton; with commas between'),
    ] = None,
    conditions: Annotated[
        str | None,
        typer.Option(
            help='barkour: targets, the default, changes friction, mass, gains and start, pushes, '
            'and has noise; nominal does not'
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(help='barkour: of a run [s]; by default that of the simulator', min=1.0),
    ] = None,
    tracking: Annotated[
        bool,
        typer.Option(
            '--tracking', help='barkour: follow commands of velocity on flat ground instead'
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

    Example: policy-stack eval barkour --policy specialists,transformer,mlp --runs 100 --json FILE
    """
    if robot not in ROBOTS:
        raise Refusal(f'there is no robot {robot!r}; {suggest(robot, ROBOTS)}')
    for option, file in (('--json', json), ('--html', html)):
        refuse_unwritable(option, file)
    if json is not None and html is not None and json.resolve() == html.resolve():
        raise Refusal(f'--json and --html name the same file {json}; give two')
    _refuse_foreign(
        robot,
        {
            TURTLEBOT: {'--scenario': scenario, '--people': people, '--no-safety': no_safety},
            PANDA: {'--tasks': tasks, '--seeds': seeds, '--robustness': robustness},
            BARKOUR: {
                **{'--course': course, '--runs': runs, '--solver': solver},
                **{'--checkpoints': checkpoints, '--conditions': conditions},
                **{'--time-limit': time_limit, '--tracking': tracking},
            },
            f'{TURTLEBOT} and {PANDA}': {'--episodes': episodes, '--checkpoint': checkpoint},
            f'{TURTLEBOT} and {BARKOUR}': {'--seed': seed},
        },
    )
    # torch takes seconds to come; --help does without
    if robot == TURTLEBOT:
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
    elif robot == BARKOUR:
        from policy_nodes.commands.evaluation_barkour_plan import make_course_plan
        from policy_nodes.commands.evaluation_barkour_run import run_course_plan

        legs = make_course_plan(
            policies=policy or 'specialists',
            courses=course,
            solvers=solver or 'usual',
            runs=runs or 100,
            seed=1 if seed is None else seed,
            checkpoints=checkpoints,
            through=through,
            conditions=conditions or 'targets',
            time_limit=time_limit,
            tracking=tracking,
        )
        if tracking and html is not None:
            raise Refusal('--tracking writes no page; leave --html out')
        if device != 'cpu':
            raise Refusal('legs run on the CPU; leave --device out')
        status = run_course_plan(legs, workers, json, html, Console())
    else:
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


def _refuse_foreign(robot: str, options: Mapping[str, Mapping[str, object]]) -> None:
    """Refuse options that belong to other robots; keys name the robots of each."""
    instead = {'--seed': 'seeds', '--seeds': 'seed', '--episodes': 'runs', '--runs': 'episodes'}
    instead |= {'--checkpoint': 'checkpoints', '--checkpoints': 'checkpoint'}
    for others, given in options.items():
        if robot in others.split():
            continue
        for name, value in given.items():
            if value is not None and value is not False:
                hint = f'; give --{instead[name]}' if name in instead else ''
                raise Refusal(f'{name} is for {others}, not for {robot}{hint}')
