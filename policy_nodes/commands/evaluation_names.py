"""Names and devices that `policy-stack eval` is given, for every robot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from policy_nodes.commands.refusals import Refusal
from policy_nodes.contract.errors import suggest


def names_of(
    kind: str, given: str, known: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> list[str]:
    """Take a list with commas apart; a name that is given twice counts once.

    Args:
        kind: of names, in a word.
        given: the list.
        known: every name.
        groups: names that stand for several.

    Raises:
        Refusal: an unknown name; the known ones are listed.
    """
    names = [name.strip() for name in given.split(',')]
    expanded = [one for name in names for one in groups.get(name, (name,))]
    check_known(kind, expanded, known)
    return list(dict.fromkeys(expanded))


def check_known(kind: str, names: Sequence[str], known: Sequence[str]) -> None:
    """Refuse unknown names.

    Raises:
        Refusal: an unknown name; the known ones are listed.
    """
    for name in names:
        if name not in known:
            raise Refusal(f'there is no {kind} {name!r}; {suggest(name, known)}')


def check_device(device: str) -> None:
    """Refuse a device that is none, or not here.

    Raises:
        Refusal: networks cannot run there.
    """
    try:
        kind = torch.device(device).type
    except RuntimeError:
        kind = ''
    if kind not in ('cpu', 'cuda'):
        raise Refusal(f'there is no device {device!r}; known are cpu, cuda')
    if kind == 'cuda' and not torch.cuda.is_available():
        raise Refusal('this torch sees no CUDA device: use --device cpu, or install a CUDA build')
