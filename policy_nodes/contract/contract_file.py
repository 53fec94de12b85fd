"""Read and write contract.yaml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml

from policy_nodes.contract.action_term import ActionTerm
from policy_nodes.contract.command_range import CommandRange
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.errors import ContractError, in_file, inside
from policy_nodes.contract.network import Network, Weights
from policy_nodes.contract.observation_term import ObservationTerm
from policy_nodes.contract.section import Section
from policy_nodes.contract.trained import Trained
from policy_nodes.contract.yaml_file import parse_yaml, read_yaml

VERSION = 1

T = TypeVar('T')


def read_contract(file: Path) -> Contract:
    """Read and check a contract.yaml.

    Raises:
        ContractError: naming the file, the place inside and the remedy.
    """
    values = read_yaml(file)
    with in_file(file):
        return contract_from_mapping(values)


def contract_text(contract: Contract) -> str:
    """Write a contract as yaml text, always in the same order.

    Raises:
        ContractError: it would not read back as it is, for example by a value of a wrong type.
    """
    try:
        text: str = yaml.safe_dump(
            contract_to_mapping(contract),
            sort_keys=False,
            default_flow_style=None,
            width=99,
        )
    except yaml.YAMLError as error:
        raise ContractError(
            f'a value cannot be written as yaml ({error})',
            remedy='use plain numbers and text, no arrays',
        ) from error
    if contract_from_mapping(parse_yaml(text)) != contract:
        raise ContractError(
            'it does not read back as it is',
            remedy='use tuples, plain numbers and text where the fields say so',
        )
    return text


def contract_from_mapping(values: Mapping[str, Any]) -> Contract:
    """Build a contract from the plain values of its yaml.

    Raises:
        ContractError: naming the place and the remedy.
    """
    section = Section(dict(values), 'a contract')
    version = section.integer('version')
    if version != VERSION:
        raise ContractError(
            f'this is version {version} of the format and version {VERSION} is read here',
            remedy='use the policy_stack that wrote it, or train or import anew',
            path='version',
        )
    fields: dict[str, Any] = {
        'robot': section.text('robot'),
        'policy': section.text('policy'),
        'rate_hz': section.optional_number('rate_hz'),
        'network': _optional(section, 'network', 'a network', _read_network),
        'observations': _terms(section, 'observations', 'a term', ObservationTerm.from_section),
        'actions': _terms(section, 'actions', 'a term', ActionTerm.from_section),
        'commands': _terms(section, 'commands', 'a command', _read_command),
        'weights': _optional(section, 'weights', 'weights', _read_weights),
        'trained': _optional(section, 'trained', 'a training run', Trained.from_section),
    }
    section.close()
    return Contract(**fields)


def contract_to_mapping(contract: Contract) -> dict[str, Any]:
    """Write a contract as plain values, in the order of the reference page."""
    values: dict[str, Any] = {
        'version': VERSION,
        'robot': contract.robot,
        'policy': contract.policy,
        'rate_hz': contract.rate_hz,
    }
    if contract.network:
        values['network'] = {
            'class': contract.network.class_name,
            'arguments': dict(contract.network.arguments),
        }
    values['observations'] = {term.name: term.to_mapping() for term in contract.observations}
    values['actions'] = {term.name: term.to_mapping() for term in contract.actions}
    if contract.commands:
        values['commands'] = {
            command.name: {'unit': command.unit, 'range': [command.low, command.high]}
            for command in contract.commands
        }
    if contract.weights:
        values['weights'] = {'file': contract.weights.file, 'sha256': contract.weights.sha256}
    if contract.trained:
        values['trained'] = contract.trained.to_mapping()
    return values


def _terms(
    section: Section, key: str, what: str, build: Callable[[str, Section], T]
) -> tuple[T, ...]:
    terms = []
    for name, entry in section.entries(key, what):
        with inside(key):
            terms.append(build(name, entry))
    return tuple(terms)


def _optional(section: Section, key: str, what: str, build: Callable[[Section], T]) -> T | None:
    entry = section.optional_section(key, what)
    if entry is None:
        return None
    with inside(key):
        return build(entry)


def _read_network(section: Section) -> Network:
    network = Network(section.text('class'), section.plain('arguments'))
    section.close()
    return network


def _read_weights(section: Section) -> Weights:
    weights = Weights(section.text('file'), section.text('sha256'))
    section.close()
    return weights


def _read_command(name: str, section: Section) -> CommandRange:
    with inside(name):
        unit = section.text('unit')
        bounds = section.numbers('range')
        if len(bounds) != 2:
            raise ContractError(
                f'{len(bounds)} numbers where two are needed',
                remedy='write [low, high]',
                path='range',
            )
        section.close()
    return CommandRange(name, unit, bounds[0], bounds[1])
