"""Which network the weights belong to, and which file holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.plain import check_plain

_SHA256 = re.compile(r'[0-9a-f]{64}')
_FILE = re.compile(r'[A-Za-z0-9][A-Za-z0-9._-]{0,100}\.safetensors')
_CLASS = re.compile(r'[A-Za-z_][A-Za-z0-9_]*')


@dataclass(frozen=True)
class Network:
    """The network that the weights belong to.

    Attributes:
        class_name: class in policy_nodes.models.
        arguments: constructor arguments by name, plain values only.

    Raises:
        ContractError: a name that is none, arguments that yaml would not give back.
    """

    class_name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _CLASS.fullmatch(self.class_name):
            raise ContractError(
                f'{self.class_name!r} is no class name',
                remedy='write the bare name of a class in policy_nodes.models',
                path='class',
            )
        check_plain(dict(self.arguments), 'arguments')


@dataclass(frozen=True)
class Weights:
    """The file that holds the weights.

    Attributes:
        file: its name inside the checkpoint folder.
        sha256: hexadecimal digest of its bytes.

    Raises:
        ContractError: another kind of file, a path out of the folder, no digest.
    """

    file: str
    sha256: str

    def __post_init__(self) -> None:
        if not _FILE.fullmatch(self.file):
            raise ContractError(
                f'{self.file!r} is no safetensors file of this folder',
                remedy='only safetensors are read, since they cannot run code: turn other weights '
                'into them with `policy-stack import`',
                path='file',
            )
        if not _SHA256.fullmatch(self.sha256):
            raise ContractError(
                f'{self.sha256!r} is no SHA-256',
                remedy='write 64 lower-case hexadecimal digits in quotes',
                path='sha256',
            )
