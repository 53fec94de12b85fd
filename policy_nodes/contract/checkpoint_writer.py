"""Write a checkpoint folder in one piece: it is there whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from policy_nodes.contract.checkpoint import (
    CARD_FILE,
    CONTRACT_FILE,
    GOLDEN_FILE,
    WEIGHTS_FILE,
    Checkpoint,
)
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.contract_file import contract_text
from policy_nodes.contract.errors import ContractError, in_file
from policy_nodes.contract.golden_trace import GoldenTrace
from policy_nodes.contract.network import Weights
from policy_nodes.contract.safetensors_file import write_safetensors


def write_checkpoint(
    folder: Path,
    contract: Contract,
    arrays: Mapping[str, NDArray[Any]],
    golden: GoldenTrace,
    card: str,
    overwrite: bool = False,
) -> Checkpoint:
    """Write a checkpoint and open it again.

    Everything is written into a folder beside the target, read back and checked, and only then
    renamed, so a crash never leaves half a checkpoint. Where an old one is replaced, a crash
    between the two renames leaves it beside the target under a hidden name.

    Args:
        folder: where to put it; the parent is made if needed.
        contract: what it promises; the weights' file and digest are filled in here.
        arrays: weights by name; empty for a policy without a network.
        golden: trace of this policy.
        card: description for people (Markdown).
        overwrite: replace a checkpoint that is there already.

    Raises:
        ContractError: the folder is there, the trace is of another policy, the weights are not
            finite, or anything that `Checkpoint.open` refuses.
    """
    _check_target(folder, overwrite)
    with in_file(folder):
        golden.check_against(contract)
        if not card.strip():
            raise ContractError('the card is empty', remedy='say what it does', path=CARD_FILE)
        if contract.network is None and arrays:
            raise ContractError(
                'there are weights and no network', remedy='name the network', path='network'
            )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f'.{folder.name}-', dir=folder.parent) as scratch:
        fresh = Path(scratch) / folder.name
        with in_file(folder):
            _fill(fresh, contract, arrays, golden, card)
        _swap(fresh, folder)
    return Checkpoint.open(folder)


def _check_target(folder: Path, overwrite: bool) -> None:
    problem, remedy = '', 'choose another folder'
    if folder.is_symlink():
        problem = 'it is a link'
    elif folder.exists() and not overwrite:
        problem, remedy = 'it is there already', 'choose another folder, or overwrite it'
    elif folder.exists() and not (folder / CONTRACT_FILE).is_file():
        problem = 'it is there and is no checkpoint'
    if problem:
        raise ContractError(problem, remedy=remedy, file=str(folder))


def _fill(
    fresh: Path,
    contract: Contract,
    arrays: Mapping[str, NDArray[Any]],
    golden: GoldenTrace,
    card: str,
) -> None:
    fresh.mkdir()
    weights = None
    if contract.network is not None:
        digest = write_safetensors(fresh / WEIGHTS_FILE, arrays)
        weights = Weights(WEIGHTS_FILE, digest)
    text = contract_text(replace(contract, weights=weights))
    (fresh / CONTRACT_FILE).write_text(text, encoding='utf-8')
    (fresh / CARD_FILE).write_text(card, encoding='utf-8')
    golden.write(fresh / GOLDEN_FILE)
    written = Checkpoint.open(fresh)
    written.verify()
    written.golden()
    for file in fresh.iterdir():
        with file.open('rb') as stream:
            os.fsync(stream.fileno())


def _swap(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        fresh.rename(folder)
        return
    replaced = folder.with_name(f'.{folder.name}-replaced-{os.getpid()}')
    folder.rename(replaced)
    try:
        fresh.rename(folder)
    except OSError:
        replaced.rename(folder)
        raise
    shutil.rmtree(replaced, ignore_errors=True)
