"""The checks of a robot, as areas of the doctor's list."""

from __future__ import annotations

from collections.abc import Iterable

from policy_nodes.commands.doctor import robot_findings
from policy_nodes.commands.doctor.areas import Area
from policy_nodes.commands.doctor.discovery import check_discovery
from policy_nodes.commands.doctor.finding import Finding, ok
from policy_nodes.commands.doctor.hardware import Hardware
from policy_nodes.commands.doctor.listening import Scene
from policy_nodes.commands.doctor.runtime import check_runtime
from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.robot_interface import RobotInterface


def robot_areas(
    hardware: Hardware,
    scene: Scene,
    interface: RobotInterface | None,
    checkpoint: Checkpoint | None,
) -> tuple[Area, ...]:
    """List everything that is looked at of a robot that was listened to.

    Args:
        hardware: what it should say.
        scene: what it said.
        interface: what it offers to policies; None where nothing describes that.
        checkpoint: whose contract is held against it.
    """

    def contract() -> Iterable[Finding]:
        if interface is None:
            yield ok(hardware.robot, 'no robot.yaml says what it offers to policies')
            return
        yield from robot_findings.judge_contract(hardware, scene, interface, checkpoint)

    return (
        Area('ROS 2', check_runtime),
        Area('discovery', check_discovery),
        *areas_of_scene(hardware, scene),
        Area('contract', contract),
    )


def areas_of_scene(hardware: Hardware, scene: Scene) -> tuple[Area, ...]:
    """List what is looked at of the robot itself."""

    def heard() -> Iterable[Finding]:
        spoke = sum(bool(each.arrivals) for each in scene.topics.values())
        yield ok(
            hardware.machine,
            f'{spoke} of {len(hardware.topics)} topics spoke within {scene.seconds:g} s; nothing '
            'was published',
        )

    return (
        Area('listening', heard),
        Area('topics', lambda: robot_findings.judge_topics(hardware, scene)),
        Area('clock', lambda: robot_findings.judge_clock(hardware, scene)),
        Area('frames', lambda: robot_findings.judge_transforms(hardware, scene)),
        Area('command', lambda: robot_findings.judge_command(hardware, scene)),
    )
