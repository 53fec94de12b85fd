"""What `policy-stack eval barkour` is asked to do, refused here where it cannot be done."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.commands.evaluation_names import check_known, names_of
from policy_nodes.commands.refusals import Refusal
from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file
from policy_nodes.evaluation.barkour_courses import course_of
from policy_nodes.evaluation.course_blocks import REARRANGED, CourseEntry, CourseSetup
from policy_nodes.evaluation.course_way import OFFICIAL
from policy_nodes.evaluation.guarded_legs import ROBOT
from policy_nodes.evaluation.leg_tracking import FLAT
from policy_nodes.policies.locomotion_choice import chosen_checkpoints
from policy_nodes.policies.locomotion_loading import load_specialists
from policy_nodes.policies.locomotion_names import LOCOMOTION
from policy_nodes.simulation.barkour.randomisation import CONDITIONS_BY_NAME
from policy_nodes.simulation.barkour.solver import SOLVERS

THROUGH = ('policy', 'robot')
POLICIES = tuple(name for name in LOCOMOTION if name != 'joystick')


@dataclass(frozen=True)
class CoursePlan:
    """An evaluation that can be driven.

    Attributes:
        setup: how.
        entries: policies on courses under solvers, in the order of the rows.
        checkpoints: those that serve, by policy.
        tracking: commands on flat ground instead of courses.
    """

    setup: CourseSetup
    entries: tuple[CourseEntry, ...]
    checkpoints: dict[str, tuple[Checkpoint, ...]]
    tracking: bool


def make_course_plan(
    *,
    policies: str,
    courses: str | None,
    solvers: str,
    runs: int,
    seed: int,
    checkpoints: str | None,
    through: str,
    conditions: str,
    time_limit: float | None,
    tracking: bool,
) -> CoursePlan:
    """Check everything that an evaluation needs, before anything of it runs.

    Arguments are those of the command.

    Raises:
        Refusal: an unknown name, which lists the known ones, or things that do not go together.
        ContractError: a checkpoint that is not there or cannot be used.
    """
    check_known('way through', [through], THROUGH)
    check_known('conditions', [conditions], tuple(CONDITIONS_BY_NAME))
    named = names_of('policy', policies, POLICIES, {'all': POLICIES})
    set_ups = names_of('solver', solvers, tuple(SOLVERS), {'all': tuple(SOLVERS)})
    if tracking and (courses is not None or through != 'policy' or time_limit is not None):
        raise Refusal(
            '--tracking runs commands on flat ground through the policy alone; leave --course, '
            '--through and --time-limit out'
        )
    places = [FLAT] if tracking else _courses(courses or OFFICIAL)
    entries, served = [], {}
    interface = RobotInterface.read(robot_file(ROBOT))
    for policy in named:
        chosen = chosen_checkpoints(policy, [checkpoints or ''])
        _, opened = load_specialists(policy, chosen)
        for checkpoint in opened:
            checkpoint.compare(interface).require()
        served[policy] = opened
        entries += [
            CourseEntry(policy, place, solver, tuple(chosen.items()))
            for place in places
            for solver in set_ups
        ]
    setup = CourseSetup(
        seed=seed,
        runs=runs,
        through='robot' if through == 'robot' else 'policy',
        conditions=conditions,
        time_limit=time_limit,
    )
    return CoursePlan(setup, tuple(entries), served, tracking)


def _courses(given: str) -> list[str]:
    """Read a list with commas; a course that is named twice counts once."""
    names = list(dict.fromkeys(name.strip() for name in given.split(',')))
    for name in names:
        try:
            if name != REARRANGED:
                course_of(name)
        except ValueError as error:
            raise Refusal(f'{error}, and {REARRANGED} for another one each run') from error
    return names
