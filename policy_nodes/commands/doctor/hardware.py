"""What a real robot has to say and hear: the content of config/<robot>/hardware.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from policy_nodes.contract.errors import ContractError, in_file, inside, suggest
from policy_nodes.contract.section import Section
from policy_nodes.contract.share import share_folders
from policy_nodes.contract.yaml_file import read_yaml


@dataclass(frozen=True)
class Expected:
    """One topic that a robot publishes.

    Attributes:
        topic: relative to the namespace.
        type_name: of its messages.
        remedy: what to do where it is not as it should be.
        frame: of its messages; empty where any will do.
        rate_hz: least rate [Hz]; None for what is sent on change.
        max_age_s: greatest age by stamp on arrival [s]; None for any.
        names: entries that each message has to have, such as joints.
        needed: without it nothing works.
        latched: it has to be kept for late subscribers, or nodes do not hear it.
    """

    topic: str
    type_name: str
    remedy: str
    frame: str = ''
    rate_hz: float | None = None
    max_age_s: float | None = None
    names: tuple[str, ...] = ()
    needed: bool = True
    latched: bool = False


@dataclass(frozen=True)
class Placed:
    """A transform that has to be there.

    Attributes:
        parent: frame.
        child: frame, placed in the parent, perhaps through others.
        remedy: what to do where it is not.
    """

    parent: str
    child: str
    remedy: str


@dataclass(frozen=True)
class Hardware:
    """A real robot.

    Attributes:
        robot: its name.
        machine: what it is, for people.
        topics: that it publishes.
        transforms: that are to be known.
        command: topic that it obeys.
        command_type: of its messages.
        command_remedy: what to do where nobody listens to it.
    """

    robot: str
    machine: str
    topics: tuple[Expected, ...]
    transforms: tuple[Placed, ...]
    command: str
    command_type: str
    command_remedy: str


def hardware_file(robot: str) -> Path:
    """Find config/<robot>/hardware.yaml.

    Raises:
        ContractError: no such robot; the known ones are listed.
    """
    known: dict[str, Path] = {}
    for folder in share_folders():
        for file in sorted(folder.glob('config/*/hardware.yaml')):
            known.setdefault(file.parent.name, file)
    if robot not in known:
        raise ContractError(f'there is no robot {robot!r}', remedy=suggest(robot, known))
    return known[robot]


def read_hardware(file: Path) -> Hardware:
    """Read and check a hardware.yaml.

    Raises:
        ContractError: naming the file, the place inside and the remedy.
    """
    values = read_yaml(file)
    with in_file(file):
        section = Section(values, 'a robot')
        topics: list[Expected] = []
        transforms: list[Placed] = []
        for name, entry in section.entries('topics', 'a topic'):
            with inside(f'topics.{name}'):
                topics.append(_expected(name, entry))
        for child, entry in section.entries('transforms', 'a transform'):
            with inside(f'transforms.{child}'):
                transforms.append(Placed(entry.text('parent'), child, entry.text('remedy')))
                entry.close()
        command = section.section('command', 'a topic')
        found = Hardware(
            robot=section.text('robot'),
            machine=section.text('machine'),
            topics=tuple(topics),
            transforms=tuple(transforms),
            command=command.text('topic'),
            command_type=command.text('type'),
            command_remedy=command.text('remedy'),
        )
        command.close()
        section.close()
        return found


def _expected(name: str, entry: Section) -> Expected:
    found = Expected(
        topic=name,
        type_name=entry.text('type'),
        remedy=entry.text('remedy'),
        frame=entry.text('frame', ''),
        rate_hz=entry.optional_number('rate_hz'),
        max_age_s=entry.optional_number('max_age_s'),
        names=entry.texts('names', ()),
        needed=_yes(entry, 'needed', 'yes'),
        latched=_yes(entry, 'latched', 'no'),
    )
    entry.close()
    return found


def _yes(entry: Section, key: str, default: str) -> bool:
    value = entry.text(key, default)
    if value not in ('yes', 'no'):
        raise ContractError(f'it is {value!r}', remedy="write 'yes' or 'no', in quotes", path=key)
    return value == 'yes'
