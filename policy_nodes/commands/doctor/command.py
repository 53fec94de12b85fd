"""The command itself."""

from typing import Annotated

import typer
from rich.console import Console

from policy_nodes.commands.doctor.areas import AREAS, Area, examine
from policy_nodes.commands.doctor.finding import Status, worst
from policy_nodes.commands.doctor.report import conclusion, report_json, report_table


def doctor(
    robot: Annotated[
        str, typer.Argument(help='a real robot to listen to: turtlebot, panda, barkour or go1')
    ] = '',
    seconds: Annotated[
        float, typer.Option(help='to listen to a robot [s]', min=0.5, max=120.0)
    ] = 5.0,
    namespace: Annotated[str, typer.Option(help='of the robot')] = '',
    checkpoint: Annotated[
        str, typer.Option(help='whose contract is held against the robot: name or folder')
    ] = '',
    as_json: Annotated[
        bool, typer.Option('--json', help='print the findings as JSON, for other programs')
    ] = False,
) -> None:
    """Look whether this machine is fit to run a robot, and say what to do where it is not.

    Python and packages, ROS 2 or ros2_embedded, discovery, messages to another process and back,
    clocks, checkpoints, limits, GPU. It changes nothing. Exit status 1 if `make run` cannot work.

    With a ROBOT it listens to that one instead: topics, types, rates, ages and clocks, QoS,
    frames, contract, and who commands it; config/ROBOT/hardware.yaml says what is expected. It
    publishes nothing. Exit status 1 if the robot's nodes cannot work.

    Example: policy-stack doctor turtlebot --checkpoint height_arena
    """
    goal = f'policy-stack launch {robot} simulator:=none' if robot else 'make run'
    console = Console(stderr=as_json)
    with console.status('looking') as status:
        areas = AREAS
        if robot:
            status.update(f'listening for {seconds:g} s')
            areas = _areas(robot, seconds, namespace, checkpoint)
        findings = examine(areas, on_area=lambda title: status.update(f'looking at {title}'))
    if as_json:
        typer.echo(report_json(findings))
    else:
        console.print(report_table(findings))
        console.print(conclusion(findings, goal))
    if worst(each for _, each in findings) is Status.FAILED:
        raise typer.Exit(1)


def _areas(robot: str, seconds: float, namespace: str, checkpoint: str) -> tuple[Area, ...]:
    from policy_nodes.commands.doctor.hardware import hardware_file, read_hardware
    from policy_nodes.commands.doctor.listening import listen_to
    from policy_nodes.commands.doctor.robot_areas import robot_areas
    from policy_nodes.contract.checkpoint import Checkpoint
    from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
    from policy_nodes.contract.robot_interface import RobotInterface

    file = hardware_file(robot)
    hardware = read_hardware(file)
    opened = Checkpoint.open(resolve_checkpoint(checkpoint)) if checkpoint else None
    described = file.with_name('robot.yaml')
    interface = None
    if opened is not None or described.is_file():
        interface = RobotInterface.read(described)
    scene = listen_to(hardware, seconds, namespace)
    return robot_areas(hardware, scene, interface, opened)
