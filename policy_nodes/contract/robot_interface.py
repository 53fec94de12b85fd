"""What a robot offers to policies: the content of config/<robot>/robot.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_nodes.contract.checks import check_identifier, check_names
from policy_nodes.contract.errors import ContractError, in_file, inside
from policy_nodes.contract.named import find
from policy_nodes.contract.offered_action import OfferedAction
from policy_nodes.contract.offered_observation import OfferedObservation
from policy_nodes.contract.section import Section
from policy_nodes.contract.yaml_file import read_yaml


@dataclass(frozen=True)
class RobotInterface:
    """Everything that a robot offers to policies.

    Attributes:
        robot: name of the robot.
        observations: what it gives.
        actions: what it takes.
        stands_in_for: other robots whose policies it may run if all terms agree.

    Raises:
        ContractError: any value that cannot be meant, by place.
    """

    robot: str
    observations: tuple[OfferedObservation, ...]
    actions: tuple[OfferedAction, ...]
    stands_in_for: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_identifier('robot', self.robot)
        for other in self.stands_in_for:
            check_identifier('stands_in_for', other)
        names = [term.name for term in self.observations] + [term.name for term in self.actions]
        check_names('observations, actions', names)

    def observation(self, name: str) -> OfferedObservation:
        """Look an observation up; a ContractError lists the known ones."""
        return find(name, self.observations, 'observations')

    def action(self, name: str) -> OfferedAction:
        """Look an action up; a ContractError lists the known ones."""
        return find(name, self.actions, 'actions')

    @classmethod
    def read(cls, file: Path) -> RobotInterface:
        """Read and check a robot.yaml.

        Raises:
            ContractError: naming the file, the place inside and the remedy.
        """
        values = read_yaml(file)
        with in_file(file):
            return cls.from_mapping(values)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> RobotInterface:
        """Build from the plain values of the yaml."""
        section = Section(dict(values), 'a robot')
        robot = section.text('robot')
        others = section.texts('stands_in_for', ())
        observations, actions = [], []
        for name, entry in section.entries('observations', 'a term'):
            with inside('observations'):
                observations.append(OfferedObservation.from_section(name, entry))
        for name, entry in section.entries('actions', 'a term'):
            with inside('actions'):
                actions.append(OfferedAction.from_section(name, entry))
        section.close()
        if not observations and not actions:
            raise ContractError('the robot offers nothing', remedy='add observations and actions')
        return cls(robot, tuple(observations), tuple(actions), others)
