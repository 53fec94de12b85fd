"""A checkpoint folder: contract.yaml, weights, golden.npz and card.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from policy_nodes.contract.agreement import Agreement, Disagreement
from policy_nodes.contract.comparison import compare
from policy_nodes.contract.contract import Contract
from policy_nodes.contract.contract_file import read_contract
from policy_nodes.contract.errors import ContractError, in_file
from policy_nodes.contract.golden_trace import GoldenTrace
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.safetensors_file import (
    CHANGED_WEIGHTS,
    read_safetensors,
    sha256_of,
)

CONTRACT_FILE = 'contract.yaml'
WEIGHTS_FILE = 'model.safetensors'
GOLDEN_FILE = 'golden.npz'
CARD_FILE = 'card.md'

_FOREIGN = ('.pt', '.pth', '.ckpt', '.pkl', '.pickle', '.bin', '.onnx', '.npz')


@dataclass(frozen=True)
class Checkpoint:
    """A policy as its trainer left it.

    Open one by `Checkpoint.open`; loading never runs code of the folder.

    Attributes:
        folder: where it lies, links resolved.
        contract: what it promises.
    """

    folder: Path
    contract: Contract

    @classmethod
    def open(cls, folder: Path) -> Checkpoint:
        """Read the contract and find the files that belong to it; the weights are not read yet.

        Raises:
            ContractError: no folder, a file missing, a file that leads out of the folder, a
                contract that cannot be meant.
        """
        if not folder.is_dir():
            raise ContractError(
                'there is no such folder',
                remedy='give the folder of a checkpoint, it holds contract.yaml',
                file=str(folder),
            )
        home = _home(folder)
        with in_file(folder):
            contract = read_contract(_inside(home, CONTRACT_FILE, 'what the policy promises'))
            checkpoint = cls(home, contract)
            if contract.network is not None:
                _ = checkpoint.weights_file
            _ = checkpoint.golden_file, checkpoint.card_file
        return checkpoint

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.folder.name

    @property
    def contract_file(self) -> Path:
        """Path of the contract; a ContractError if it is gone or leads out of the folder."""
        return _inside(self.folder, CONTRACT_FILE, 'what the policy promises')

    @property
    def weights_file(self) -> Path:
        """Path of the weights; a ContractError as above, or if the contract names none."""
        return _weights_path(self.folder, self.contract)

    @property
    def golden_file(self) -> Path:
        """Path of the golden trace; a ContractError as above."""
        return _inside(self.folder, GOLDEN_FILE, 'the trace that proves the policy')

    @property
    def card_file(self) -> Path:
        """Path of the description for people; a ContractError as above."""
        return _inside(self.folder, CARD_FILE, 'the description for people')

    def verify(self) -> None:
        """Check that the weights are the ones that the contract promises.

        Raises:
            ContractError: another digest, naming the file.
        """
        found = self.weights_disagreement()
        if found is not None:
            raise ContractError(
                f'its SHA-256 is {found.robot_value}, the contract promises '
                f'{found.contract_value}',
                remedy=found.remedy,
                path='weights.sha256',
                file=str(self.weights_file),
            )

    def weights(self) -> dict[str, NDArray[Any]]:
        """Read the weights by name, digest checked on the very bytes that are used.

        Raises:
            ContractError: changed, damaged or hostile weights; a policy without any.
        """
        weights = self.contract.weights
        if weights is None:
            raise ContractError(
                'the policy has no weights', remedy='build it without them', file=str(self.folder)
            )
        return read_safetensors(self.weights_file, weights.sha256)

    def golden(self) -> GoldenTrace:
        """Read the golden trace and check that it is one of this contract.

        Raises:
            ContractError: damaged, hostile, or of another policy.
        """
        trace = GoldenTrace.read(self.golden_file)
        with in_file(self.golden_file):
            trace.check_against(self.contract)
        return trace

    def card(self) -> str:
        """Read the description for people (Markdown)."""
        return self.card_file.read_text(encoding='utf-8', errors='replace')

    def compare(self, interface: RobotInterface) -> Agreement:
        """Compare the contract with a robot, and the weights with the contract."""
        agreement = compare(self.contract, interface)
        changed = self.weights_disagreement()
        if changed is None:
            return agreement
        return Agreement(
            agreement.robot,
            agreement.terms,
            (*agreement.disagreements, changed),
            agreement.permutation,
        )

    def weights_disagreement(self) -> Disagreement | None:
        """Hash the weights and say how they differ from the contract; None if they do not."""
        weights = self.contract.weights
        if weights is None:
            return None
        found = sha256_of(self.weights_file)
        if found == weights.sha256:
            return None
        return Disagreement(
            'weights',
            'sha256',
            weights.sha256,
            found,
            CHANGED_WEIGHTS,
        )


def _home(folder: Path) -> Path:
    """Find the folder that the files really lie in.

    An installation that links every file to the sources (`colcon build --symlink-install`) is the
    same checkpoint as the folder it links to. A single link among real files is not followed.
    """
    home = folder.resolve()
    contract = home / CONTRACT_FILE
    if not contract.is_symlink():
        return home
    linked = contract.resolve().parent
    if all(entry.resolve() == linked / entry.name for entry in home.iterdir()):
        return linked
    return home


def _inside(home: Path, name: str, what: str) -> Path:
    file = home / name
    if file.is_symlink() and not file.resolve().is_relative_to(home):
        raise ContractError(
            'it is a link that leads out of the checkpoint',
            remedy='put the file itself into the folder',
            path=name,
        )
    if not file.exists():
        raise ContractError(
            f'{what} is missing', remedy='copy the whole folder of the checkpoint', path=name
        )
    if not file.is_file():
        raise ContractError(
            'it is not a regular file', remedy='copy the checkpoint anew', path=name
        )
    return file


def _weights_path(home: Path, contract: Contract) -> Path:
    if contract.weights is None:
        raise ContractError(
            'the contract has a network and names no weights',
            remedy='add `weights:` with file and sha256, or train or import anew',
            path=CONTRACT_FILE,
        )
    name = contract.weights.file
    foreign = sorted(entry.name for entry in home.iterdir() if entry.suffix in _FOREIGN)
    foreign = [other for other in foreign if other != GOLDEN_FILE]
    if not (home / name).exists() and foreign:
        raise ContractError(
            f'the weights are missing and {foreign[0]} is there instead',
            remedy='only safetensors are read, since they cannot run code: convert it with '
            '`policy-stack import`',
            path=name,
        )
    return _inside(home, name, 'the file of the weights')
