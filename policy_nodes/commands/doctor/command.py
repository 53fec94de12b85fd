"""The command itself."""

from typing import Annotated

import typer
from rich.console import Console

from policy_nodes.commands.doctor.areas import examine
from policy_nodes.commands.doctor.finding import Status, worst
from policy_nodes.commands.doctor.report import conclusion, report_json, report_table


def doctor(
    as_json: Annotated[
        bool, typer.Option('--json', help='print the findings as JSON, for other programs')
    ] = False,
) -> None:
    """Look whether this machine is fit to run a robot, and say what to do where it is not.

    Python and packages, ROS 2 or ros2_embedded, discovery, messages to another process and back,
    clocks, checkpoints, limits, GPU. It changes nothing. Exit status 1 if `make run` cannot work.

    Example: policy-stack doctor
    """
    console = Console(stderr=as_json)
    with console.status('looking') as status:
        findings = examine(on_area=lambda title: status.update(f'looking at {title}'))
    if as_json:
        typer.echo(report_json(findings))
    else:
        console.print(report_table(findings))
        console.print(conclusion(findings))
    if worst(each for _, each in findings) is Status.FAILED:
        raise typer.Exit(1)
