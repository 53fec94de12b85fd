"""Reads which topic is what in a bag of legs or of an arm."""

from __future__ import annotations

from collections import Counter

from policy_nodes.contract.errors import ContractError, inside, suggest
from policy_nodes.contract.section import Section
from policy_nodes.evaluation.replay.role_topics import ROLES, RoleTopics


def read_roles(robot: str, root: Section, stamps: str) -> RoleTopics:
    """Read `topics:` of a map.

    Args:
        robot: `legs` or `arm`.
        root: of the file.
        stamps: source of time.

    Raises:
        ContractError: an unknown role, or a topic that is named twice.
    """
    roles, given = ROLES[robot], root.plain('topics')
    with inside('topics'):
        section = Section(given, 'the topics of a map')
        found = {}
        for role in given:
            if role not in roles:
                raise ContractError(
                    f'{robot} have nothing that is called {role!r}', remedy=suggest(role, roles)
                )
            found[role] = section.text(role)
        for topic, count in Counter(found.values()).items():
            if count > 1:
                raise ContractError(
                    f'the topic {topic} is named {count} times', remedy='name each topic once'
                )
    root.close()
    return RoleTopics(robot, found, stamps)
