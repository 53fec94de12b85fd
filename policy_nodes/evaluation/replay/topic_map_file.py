"""Reads a topic map from yaml."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

from policy_nodes.contract.errors import ContractError, in_file, inside, suggest
from policy_nodes.contract.section import Section
from policy_nodes.contract.yaml_file import read_yaml
from policy_nodes.evaluation.replay.role_map_file import read_roles
from policy_nodes.evaluation.replay.role_topics import ROLES, RoleTopics
from policy_nodes.evaluation.replay.topic_map import (
    STAMPS,
    AssumedProposal,
    FramedTopic,
    LaserTopic,
    Mount,
    TopicMap,
)

FARTHEST = 5.0  # scanner from the base [m]
FASTEST = 20.0  # assumed proposal [m/s] or [rad/s]
SHORTEST, LONGEST = 0.01, 2.0  # period of an assumed proposal [s]
BASE = 'base'
STANDING, NOBODY, END = 'standing', 'nobody', 'end'


def read_topic_map(path: Path) -> TopicMap:
    """Read a map of a base.

    Raises:
        ContractError: as `read_any_map`, or it is of another robot.
    """
    found = read_any_map(path)
    if not isinstance(found, TopicMap):
        raise ContractError(
            f'it is a map of {found.robot}, and only the safety controller of a base is replayed '
            'alone',
            remedy='name a policy with --policy',
            file=str(path),
        )
    return found


def read_any_map(path: Path) -> TopicMap | RoleTopics:
    """Read a map.

    Raises:
        ContractError: absent, no plain yaml, an unknown key, or a value that cannot be meant.
    """
    values = read_yaml(path)
    with in_file(path):
        root = Section(values, 'a topic map')
        stamps = root.text('stamps', STAMPS[0])
        if stamps not in STAMPS:
            raise ContractError(
                f'there is no source of time {stamps!r}',
                remedy=suggest(stamps, STAMPS),
                path='stamps',
            )
        robot = root.text('robot', BASE)
        if robot in ROLES:
            return read_roles(robot, root, stamps)
        if robot != BASE:
            raise ContractError(
                f'there is no robot {robot!r}', remedy=suggest(robot, (BASE, *ROLES)), path='robot'
            )
        lasers = {name: _laser(each, name) for name, each in root.entries('scans', 'a scanner')}
        _check_lasers(lasers)
        odometry, standing = _odometry(root.optional_section('odometry', 'odometry'))
        people, nobody = _or_assumed('people', root.optional_section('people', 'people'), NOBODY)
        goal, ends = _or_assumed('goal', root.optional_section('goal', 'a goal'), END)
        found = TopicMap(
            lasers=lasers,
            proposal=_proposal(root.section('proposal', 'a proposal')),
            odometry=odometry,
            standing=standing,
            people=people,
            stamps=stamps,
            clock=root.text('clock', ''),
            goal=goal,
            ends_at_goal=ends,
            nobody=nobody,
            state=root.text('state', ''),
            episode=root.text('episode', ''),
        )
        root.close()
        _check_topics(found)
    return found


def _check_lasers(lasers: dict[str, LaserTopic]) -> None:
    if not lasers:
        raise ContractError(
            'no scanner is named', remedy='add `scans: {front: {topic: /scan}}`', path='scans'
        )
    if len(lasers) > 1 and any(each.mount is None for each in lasers.values()):
        raise ContractError(
            'several scanners become one scan and need a mount each',
            remedy='add `mount: {x: 0.2, y: 0.0, yaw: 0.0}` to every one of them',
            path='scans',
        )


def _check_topics(found: TopicMap) -> None:
    entries = [
        *found.lasers.values(), found.proposal, found.odometry, found.people, found.goal
    ]  # fmt: skip
    topics = Counter(each.topic for each in entries if isinstance(each, LaserTopic | FramedTopic))
    topics.update(filter(None, (found.clock, found.state, found.episode)))
    for topic, count in topics.items():
        if count > 1:
            raise ContractError(
                f'the topic {topic} is named {count} times', remedy='name each topic once'
            )


def _laser(section: Section, name: str) -> LaserTopic:
    with inside('scans'), inside(name):
        topic, frame = section.text('topic'), section.text('frame', '')
        mount = section.optional_section('mount', 'a mount')
        section.close()
        return LaserTopic(topic, frame, None if mount is None else _mount(mount))


def _mount(section: Section) -> Mount:
    with inside('mount'):
        values = {
            axis: _within(axis, section.number(axis, 0.0), -bound, bound)
            for axis, bound in (('x', FARTHEST), ('y', FARTHEST), ('yaw', 2 * math.pi))
        }
        section.close()
        return Mount(**values)


def _odometry(section: Section | None) -> tuple[FramedTopic | None, bool]:
    """Where odometry is, and whether the robot is taken to stand in its place."""
    if section is None:
        return None, False
    with inside('odometry'):
        assumed = section.text('assumed', '')
        if not assumed:
            found = FramedTopic(
                section.text('topic'), section.text('frame', ''), section.text('child_frame', '')
            )
            section.close()
            return found, False
        _only(assumed, STANDING)
        section.close()
    return None, True


def _proposal(section: Section) -> FramedTopic | AssumedProposal:
    with inside('proposal'):
        assumed = section.numbers('assumed', ())
        if not assumed:
            return _framed(section)
        if len(assumed) != 2:
            raise ContractError(
                f'{len(assumed)} numbers are no twist of a base',
                remedy='write `assumed: [v, w]` in m/s and rad/s',
                path='assumed',
            )
        v, w = (_within('assumed', each, -FASTEST, FASTEST) for each in assumed)
        period = _within('period', section.number('period', 0.1), SHORTEST, LONGEST)
        section.close()
        return AssumedProposal(v, w, period)


def _framed(section: Section) -> FramedTopic:
    found = FramedTopic(section.text('topic'), section.text('frame', ''))
    section.close()
    return found


def _or_assumed(name: str, section: Section | None, word: str) -> tuple[FramedTopic | None, bool]:
    """Where something is, and whether it is assumed in its place."""
    if section is None:
        return None, False
    with inside(name):
        assumed = section.text('assumed', '')
        if not assumed:
            return _framed(section), False
        _only(assumed, word)
        section.close()
    return None, True


def _only(assumed: str, word: str) -> None:
    if assumed != word:
        raise ContractError(
            f'nothing {assumed!r} can be assumed',
            remedy=f'write `assumed: {word}`, or a topic',
            path='assumed',
        )


def _within(key: str, value: float, low: float, high: float) -> float:
    if not low <= value <= high:  # NaN is not within either
        raise ContractError(
            f'{value:g} is not from {low:.4g} to {high:.4g}',
            remedy='SI units and radians are meant',
            path=key,
        )
    return value
