"""What a checkpoint promises: the content of its contract.yaml."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.checks import check_identifier, check_names, check_positive
from policy_nodes.contract.command_range import CommandRange
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.named import find
from policy_nodes.contract.network import Network, Weights
from policy_nodes.contract.observation_term import ObservationTerm
from policy_nodes.contract.trained import Trained


@dataclass(frozen=True)
class Contract:
    """Everything that a node has to know to run a policy as it was trained.

    Attributes:
        robot: robot that the policy was trained for.
        policy: name in the registry of policies.
        rate_hz: rate of inference [Hz]; None for a policy that is asked whenever its last key
            pose is reached.
        observations: what it reads.
        actions: what it proposes.
        network: class and arguments; None for a policy without one.
        commands: what it may be asked for.
        weights: file and digest; None before they are written, and for a policy without any.
        trained: where it comes from.

    Raises:
        ContractError: any value that cannot be meant, by place.
    """

    robot: str
    policy: str
    rate_hz: float | None
    observations: tuple[ObservationTerm, ...]
    actions: tuple[ActionTerm, ...]
    network: Network | None = None
    commands: tuple[CommandRange, ...] = ()
    weights: Weights | None = None
    trained: Trained | None = None

    def __post_init__(self) -> None:
        check_identifier('robot', self.robot)
        check_identifier('policy', self.policy)
        for place, count in (
            ('observations', len(self.observations)),
            ('actions', len(self.actions)),
        ):
            if not count:
                raise ContractError('there is no term', remedy='add at least one', path=place)
        names = [term.name for term in self.observations] + [term.name for term in self.actions]
        check_names('observations, actions', names)
        check_names('commands', [command.name for command in self.commands])
        if self.weights and not self.network:
            raise ContractError(
                'there are weights and no network', remedy='add `network:`', path='network'
            )
        self._check_rates()

    def observation(self, name: str) -> ObservationTerm:
        """Look an observation up; a ContractError lists the known ones."""
        return find(name, self.observations, 'observations')

    def action(self, name: str) -> ActionTerm:
        """Look an action up; a ContractError lists the known ones."""
        return find(name, self.actions, 'actions')

    def command(self, name: str) -> CommandRange:
        """Look a command range up; a ContractError lists the known ones."""
        return find(name, self.commands, 'commands')

    def _check_rates(self) -> None:
        if self.rate_hz is not None:
            check_positive('rate_hz', self.rate_hz)
        for action in self.actions:
            place = f'actions.{action.name}.rate_hz'
            if self.rate_hz is None and action.rate_hz is not None:
                raise ContractError(
                    'the action has a rate and the policy has none',
                    remedy='write how often the policy infers under the top-level `rate_hz:`',
                    path=place,
                )
            if action.horizon == 1 and action.rate_hz not in (None, self.rate_hz):
                raise ContractError(
                    f'inference at {self.rate_hz:g} Hz gives one row at a time, not '
                    f'{action.rate_hz:g} a second',
                    remedy='write the same rate twice, or a horizon above 1',
                    path=place,
                )
