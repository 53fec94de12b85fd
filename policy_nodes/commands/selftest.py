"""`policy-stack selftest`: listens, moves nothing, and says what would move."""

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from policy_nodes.commands.doctor.areas import examine
from policy_nodes.commands.doctor.finding import Status, worst
from policy_nodes.commands.doctor.hardware import hardware_file, read_hardware
from policy_nodes.commands.doctor.listening import Scene, listen_to
from policy_nodes.commands.doctor.motion_plan import Plan, plan_of, present_problems
from policy_nodes.commands.doctor.report import report_table
from policy_nodes.commands.doctor.robot_areas import areas_of_scene


def selftest(
    robot: Annotated[str, typer.Argument(help='turtlebot, panda, barkour or go1')],
    seconds: Annotated[
        float, typer.Option(help='to listen to the robot [s]', min=0.5, max=120.0)
    ] = 3.0,
    namespace: Annotated[str, typer.Option(help='of the robot')] = '',
) -> None:
    """Say what would move if motion was permitted now, and whether it could; move nothing.

    It listens only: no command, no reset, no service is sent. Shown are the axes with what the
    safety controller would let through, where joints stand now, what happens first, and what
    stands in the way. Exit status 1 if something does.

    Example: policy-stack selftest panda
    """
    hardware, plan = read_hardware(hardware_file(robot)), plan_of(robot)
    console = Console()
    with console.status(f'listening for {seconds:g} s'):
        scene = listen_to(hardware, seconds, namespace)
    findings = examine(areas_of_scene(hardware, scene))
    measured = _measured(scene)
    console.print(_axes_table(plan, measured))
    console.print(f'When motion is permitted: {plan.first}.', highlight=False)
    console.print(
        f'After that {plan.proposer} moves it by way of the safety controller, which alone sends '
        f'{hardware.command}; without proposals it stops after {plan.silence_s:g} s.',
        highlight=False,
    )
    bad = [(area, each) for area, each in findings if each.status is not Status.OK]
    if bad:
        console.print(report_table(bad, 'What stands in the way'))
    problems = present_problems(plan, measured)
    for words in problems:
        console.print(Text(words, style='bold red'))
    failed = worst(each for _, each in findings) is Status.FAILED or bool(problems)
    if failed:
        console.print(Text('Nothing was moved, and nothing should be: see above.', style='red'))
        raise typer.Exit(1)
    console.print(Text('Nothing was moved. Nothing stands in the way.', style='green'))


def _measured(scene: Scene) -> dict[str, float]:
    """Positions of the joints that were heard, by name."""
    found: dict[str, float] = {}
    for heard in scene.topics.values():
        if len(heard.positions) == len(heard.names):
            found |= dict(zip(heard.names, heard.positions, strict=True))
    return found


def _axes_table(plan: Plan, measured: dict[str, float]) -> Table:
    table = Table(title='What may move', title_justify='left', box=SIMPLE_HEAD)
    for column in ('axis', 'from', 'to', 'at most', 'now', 'first goes to'):
        table.add_column(column)
    for axis in plan.axes:
        now = measured.get(axis.name)
        table.add_row(
            axis.name,
            f'{axis.low:.3f}',
            f'{axis.high:.3f} {axis.unit}',
            f'{axis.speed:g} {axis.unit}/s' if axis.speed else '',
            '' if now is None else f'{now:.3f}',
            '' if axis.first is None else f'{axis.first:.3f}',
        )
    return table
