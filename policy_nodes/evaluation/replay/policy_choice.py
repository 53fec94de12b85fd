"""Policies as they are named on the command line, and what is loaded for them."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.errors import ContractError, suggest

RECORDED = 'recorded'
"""Name of what the recorded robot proposed, as if it were a policy."""
FORMS = 'NAME, NAME=CHECKPOINT, or the name or folder of a checkpoint'


@dataclass(frozen=True)
class PolicyChoice:
    """A policy that was chosen; plain values that go to another process.

    Attributes:
        text: as it was given, which is its name in reports.
        robot: `base`, `legs` or `arm`; empty for what was recorded, which any robot has.
        name: in the registry of its robot.
        checkpoints: folder or name by behaviour; without one the shipped ones are taken.
    """

    text: str
    robot: str
    name: str
    checkpoints: tuple[tuple[str, str], ...] = ()


def choose(text: str) -> PolicyChoice:
    """Find what a text names, and look at its checkpoint.

    Args:
        text: `NAME`, `NAME=CHECKPOINT`, `NAME=BEHAVIOUR=CHECKPOINT,...`, or a checkpoint.

    Raises:
        ContractError: nothing of that name, or a checkpoint that nothing here runs.
    """
    if text == RECORDED:
        return PolicyChoice(text, '', RECORDED)
    registries = _registries()
    name, _, rest = text.partition('=')
    for robot, names in registries.items():
        if name in names:
            pairs = (each.rpartition('=') for each in rest.split(',') if each)
            return PolicyChoice(text, robot, name, tuple((key, place) for key, _, place in pairs))
    if rest:
        known = [each for names in registries.values() for each in names]
        raise ContractError(f'there is no policy {name!r}', remedy=suggest(name, known))
    return _of_checkpoint(text, registries)


def _of_checkpoint(text: str, registries: dict[str, tuple[str, ...]]) -> PolicyChoice:
    try:
        opened = Checkpoint.open(resolve_checkpoint(text))
    except ContractError as error:
        known = ', '.join((*(each for names in registries.values() for each in names), RECORDED))
        raise ContractError(
            f'{text!r} is no policy that can be replayed: {error}',
            remedy=f'give {FORMS}; policies are {known}',
        ) from error
    form = opened.contract.policy
    served = {
        'height': ('base', 'height', ''),
        'height_mirrored': ('base', 'height', ''),
        'sam2act': ('arm', 'sam2act', ''),
        'sam2act_plus': ('arm', 'sam2act_plus', ''),
        'locomotion_mlp': ('legs', 'mlp', ''),
        'locomotion_transformer': ('legs', 'transformer', ''),
    }
    if form not in served:
        raise ContractError(
            f'{text} is of policy {form!r}, which nothing here runs', remedy=suggest(form, served)
        )
    robot, name, behaviour = served[form]
    return PolicyChoice(text, robot, name, ((behaviour, text),))


def _registries() -> dict[str, tuple[str, ...]]:
    # torch takes a while to come
    from policy_nodes.policies.loading import POLICIES
    from policy_nodes.policies.locomotion_names import LOCOMOTION
    from policy_nodes.policies.manipulation import MANIPULATION

    return {'base': tuple(POLICIES), 'legs': tuple(LOCOMOTION), 'arm': tuple(MANIPULATION)}
