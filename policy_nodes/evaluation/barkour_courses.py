"""Courses by the names of their scenarios, without a physics engine."""

from __future__ import annotations

from policy_nodes.simulation.barkour.course import Course, official_course, rearranged_course

KNOWN = ('official', 'rearranged/SEED')


def course_of(scenario: str) -> Course:
    """Build the course of a scenario.

    Args:
        scenario: `official`, or for example `rearranged/3`.

    Raises:
        ValueError: there is none of that name, or it is no course.
    """
    kind, _, seed = scenario.partition('/')
    if scenario == 'official':
        return official_course()
    if kind == 'rearranged' and seed.isdecimal():
        return rearranged_course(int(seed))
    raise ValueError(f'there is no course {scenario!r}; there are {" and ".join(KNOWN)}')
