"""The list of all checks, and running them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from policy_nodes.commands.doctor.clocks import check_clocks
from policy_nodes.commands.doctor.discovery import check_discovery
from policy_nodes.commands.doctor.finding import Check, Finding, failed, warning
from policy_nodes.commands.doctor.graphics import check_gpu, check_rendering
from policy_nodes.commands.doctor.machine import check_limits, check_machine
from policy_nodes.commands.doctor.python_packages import check_packages, check_python
from policy_nodes.commands.doctor.round_trip import check_round_trip
from policy_nodes.commands.doctor.run_output import check_run_output
from policy_nodes.commands.doctor.runtime import check_runtime
from policy_nodes.commands.doctor.shipped import check_checkpoints, check_programs


@dataclass(frozen=True)
class Area:
    """Checks that belong together.

    Attributes:
        title: of the area.
        check: what finds things out.
        needed: whether `make run` needs the area to be in order.
    """

    title: str
    check: Check
    needed: bool = True


AREAS = (
    Area('Python', check_python),
    Area('packages', check_packages),
    Area('ROS 2', check_runtime),
    Area('discovery', check_discovery),
    Area('messages', check_round_trip),
    Area('clocks', check_clocks, needed=False),
    Area('programs', check_programs),
    Area('checkpoints', check_checkpoints),
    Area('runs', check_run_output),
    Area('machine', check_machine, needed=False),
    Area('limits', check_limits, needed=False),
    Area('GPU', check_gpu, needed=False),
    Area('rendering', check_rendering, needed=False),
)


def examine(
    areas: Sequence[Area] = AREAS, on_area: Callable[[str], None] | None = None
) -> list[tuple[str, Finding]]:
    """Run all checks, each of them whatever became of the others.

    Args:
        areas: what to look at.
        on_area: called with the title of an area before its checks.

    Returns:
        title of the area and finding, in order.
    """
    findings: list[tuple[str, Finding]] = []
    for area in areas:
        if on_area is not None:
            on_area(area.title)
        try:
            # What was found before a check broke off stays: extend takes one by one.
            findings.extend((area.title, each) for each in area.check())
        except Exception as error:  # a check that breaks off is a finding, too
            say = failed if area.needed else warning
            findings.append(
                (
                    area.title,
                    say(
                        'the check itself',
                        f'broke off: {type(error).__name__}: {error}',
                        'put in order what is named above, then try again',
                    ),
                )
            )
    return findings
