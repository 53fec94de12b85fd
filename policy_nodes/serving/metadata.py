"""What a server says of itself when somebody connects."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from policy_nodes.contract.contract import Contract
from policy_nodes.contract.contract_file import contract_from_mapping, contract_text
from policy_nodes.contract.errors import ContractError, in_file
from policy_nodes.contract.yaml_file import parse_yaml
from policy_nodes.serving.frames import VERSION, FrameError


@dataclass(frozen=True)
class Metadata:
    """A policy that is served.

    Attributes:
        title: for people.
        contract: what it promises.
        sha256: of the text of the contract, 64 hexadecimal digits.
    """

    title: str
    contract: Contract
    sha256: str

    @classmethod
    def of(cls, title: str, contract: Contract) -> Metadata:
        """Describe a policy."""
        return cls(title, contract, _digest(contract_text(contract)))

    def fields(self) -> dict[str, Any]:
        """Write the fields of `hello`."""
        return {
            'version': VERSION,
            'title': self.title,
            'contract': contract_text(self.contract),
            'sha256': self.sha256,
        }

    @classmethod
    def read(cls, fields: dict[str, Any], server: str) -> Metadata:
        """Read the fields of `hello`.

        Args:
            fields: as they came.
            server: address, for refusals.

        Raises:
            FrameError: another version, or a text that is not the one of the digest.
            ContractError: a contract that cannot be meant.
        """
        if fields['version'] != VERSION:
            raise FrameError(
                f'it speaks version {fields["version"]}, this is version {VERSION}: install the '
                'same policy_stack on both machines'
            )
        text = fields['contract']
        if _digest(text) != fields['sha256']:
            raise FrameError('its contract does not have the SHA-256 that it names')
        with in_file(f'contract of {server}'):
            contract = contract_from_mapping(parse_yaml(text))
        return cls(fields['title'], contract, fields['sha256'])

    def require_same(self, other: Metadata) -> None:
        """Refuse a server that serves something else than before.

        Raises:
            ContractError: other digests.
        """
        if other.sha256 != self.sha256:
            raise ContractError(
                f'the policy server now serves {other.title} (contract {other.sha256[:12]}), and '
                f'{self.title} (contract {self.sha256[:12]}) was agreed on',
                remedy='serve that one again, or configure the policy node anew',
            )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
