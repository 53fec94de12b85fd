"""Manipulation policies by name: from images and an instruction to key poses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import torch
from numpy.typing import NDArray

from policy_nodes.contract.checkpoint import Checkpoint
from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.errors import ContractError, suggest
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.policies.language import LanguageEncoder, load_language
from policy_nodes.policies.sam2act import Sam2ActPolicy, hand_of
from policy_nodes.policies.sam2act_loading import language_of, load_sam2act
from policy_nodes.policies.sam2act_run import TracedView


@dataclass(frozen=True)
class Shipped:
    """A manipulation policy by name.

    Attributes:
        form: what the contract of its checkpoint gives as `policy`.
        checkpoint: name of the shipped one.
    """

    form: str
    checkpoint: str


MANIPULATION: Mapping[str, Shipped] = MappingProxyType(
    {
        'sam2act': Shipped('sam2act', 'sam2act'),
        'sam2act_plus': Shipped('sam2act_plus', 'sam2act_plus'),
        'sam2act_coarse_upsampling': Shipped('sam2act', 'sam2act_coarse_upsampling'),
    }
)
"""Every policy that `--policy` and the parameter `policy` may name."""


@dataclass(frozen=True)
class LoadedManipulation:
    """A manipulation policy that is ready to act, and what is known of it.

    Attributes:
        name: in the registry.
        policy: chooses key poses.
        language: encoder of the contract.
        checkpoint: it came from.
    """

    name: str
    policy: Sam2ActPolicy
    language: LanguageEncoder
    checkpoint: Checkpoint

    @property
    def title(self) -> str:
        """Name and checkpoint, for people."""
        return f'{self.name} ({self.checkpoint.name})'

    @property
    def checkpoint_name(self) -> str:
        """Name of the checkpoint."""
        return self.checkpoint.name

    @property
    def remembers(self) -> bool:
        """Whether it looks at the steps before."""
        return self.policy.network.config.memory

    @property
    def window(self) -> int:
        """Steps that it looks back at; 0 without memory."""
        return self.policy.network.config.sam2.memory.steps if self.remembers else 0

    @property
    def staleness(self) -> dict[str, float | None]:
        """Greatest age of each observation [s], None for one that only has to be there."""
        return {term.name: term.stale_after_s for term in self.checkpoint.contract.observations}

    def encode(self, sentence: str) -> NDArray[np.float32]:
        """Encode an instruction as (tokens, width).

        Raises:
            ValueError: it is empty or too long.
        """
        return np.array(self.language.encode(sentence).embedding.numpy(), dtype=np.float32)

    def warm_up(self) -> None:
        """Act once on a view of nothing real: the first forward pass takes longest."""
        camera = np.eye(4)
        camera[:3, 3] = -self.policy.bounds.centre
        camera[2, 3] += 0.1
        nothing = np.zeros((8, 8, 3), np.uint8), np.full((8, 8), 0.1, np.float32)
        view = TracedView(*nothing, np.diag((100.0, 100.0, 1.0)), camera)
        self.policy.act([view], hand_of(0.0, 0.0), self.encode('wait'))
        self.policy.reset()

    def require(self, interface: RobotInterface) -> None:
        """Refuse to run where contract and robot disagree.

        Raises:
            ContractError: naming every term that disagrees.
        """
        self.checkpoint.compare(interface).require()


def load_manipulation(
    name: str,
    checkpoint: str | Path | None = None,
    device: torch.device | str = 'cpu',
    *,
    autocast: torch.dtype | None = None,
    language_folder: Path | None = None,
) -> LoadedManipulation:
    """Build a manipulation policy.

    Args:
        name: in the registry.
        checkpoint: folder or name to use instead of the shipped one.
        device: to run on.
        autocast: as in `Sam2ActPolicy`.
        language_folder: with the weights of a language encoder that does not come with a
            package, as in `load_language`.

    Raises:
        ContractError: unknown name, or a checkpoint that cannot be used.
    """
    if name not in MANIPULATION:
        raise ContractError(f'there is no policy {name!r}', remedy=suggest(name, MANIPULATION))
    shipped = MANIPULATION[name]
    opened = Checkpoint.open(resolve_checkpoint(str(checkpoint or shipped.checkpoint)))
    if opened.contract.policy != shipped.form:
        raise ContractError(
            f'{opened.name} is a checkpoint of policy {opened.contract.policy!r}, not of {name}',
            remedy='choose another one; `policy-stack list` shows which are of what',
        )
    policy = load_sam2act(opened, device, autocast=autocast)
    encoder, tokens = language_of(opened)
    language = load_language(encoder, tokens=tokens, folder=language_folder)
    size = policy.network.config.language_width
    if language.width != size:
        raise ContractError(
            f'{opened.name} reads words of width {size}; those of {encoder} have {language.width}',
            remedy='correct the language encoder of the contract, or train with that one',
            path='network.arguments.language',
            file=str(opened.contract_file),
        )
    return LoadedManipulation(name, policy, language, opened)
