"""Find checkpoints by name or path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from policy_nodes.contract.checkpoint import CONTRACT_FILE, Checkpoint
from policy_nodes.contract.errors import ContractError, suggest
from policy_nodes.contract.share import share_folders


@dataclass(frozen=True)
class Listed:
    """One folder that looks like a checkpoint.

    Attributes:
        folder: where it is.
        checkpoint: what it holds; None where it cannot be used.
        problem: why not; empty where it can.
    """

    folder: Path
    checkpoint: Checkpoint | None
    problem: str = ''


def checkpoint_roots() -> list[Path]:
    """List the folders whose subfolders are the shipped checkpoints."""
    return [share / 'checkpoints' for share in share_folders()]


def find_checkpoints(root: Path) -> list[Listed]:
    """List the checkpoints in a folder by name, the unusable ones with the reason."""
    return [_listed(folder) for folder in _candidates([root]).values()]


def resolve_checkpoint(name: str, roots: Sequence[Path] | None = None) -> Path:
    """Turn a name such as ``height_rand`` or the path of a folder into that folder.

    A name is looked up in the roots; what has a slash, or is no known name but a folder with a
    contract, is a path.

    Args:
        name: name or path.
        roots: where to look names up; the shipped checkpoints if left out.

    Raises:
        ContractError: neither; the known names are listed.
    """
    known = _candidates(checkpoint_roots() if roots is None else roots)
    if name in known:
        return known[name]
    path = Path(name).expanduser()
    if name and path.is_dir() and ('/' in name or (path / CONTRACT_FILE).is_file()):
        return path
    if '/' in name:
        raise ContractError(
            'there is no such folder', remedy='give the folder of a checkpoint', file=name
        )
    raise ContractError(
        f'there is no checkpoint {name!r}',
        remedy=f'{suggest(name, sorted(known))}; or give the path of a folder',
    )


def _listed(folder: Path) -> Listed:
    try:
        return Listed(folder, Checkpoint.open(folder))
    except ContractError as error:
        return Listed(folder, None, str(error))


def _candidates(roots: Sequence[Path]) -> dict[str, Path]:
    known: dict[str, Path] = {}
    for root in roots:
        if not root.is_dir():
            continue
        for folder in sorted(root.iterdir()):
            hidden = folder.name.startswith('.')
            if not hidden and (folder / CONTRACT_FILE).exists():
                known.setdefault(folder.name, folder)
    return known
