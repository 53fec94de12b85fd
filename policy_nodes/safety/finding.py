"""One thing that a safety core found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policy_nodes.safety.reasons import Reason


@dataclass(frozen=True)
class Finding:
    """What was wrong, and where.

    Attributes:
        reason: code with meaning and remedy.
        source: topic, zone or node that it is about.
        detail: figures, in words.
    """

    reason: Reason
    source: str
    detail: str = ''

    def __str__(self) -> str:
        text = self.reason.value
        detail = f' {self.detail}' if self.detail else ''
        return f'{text.code} ({self.source}): {text.meaning}{detail} {text.remedy}'


def strongest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Order findings by strength; equal ones keep their order."""
    return tuple(sorted(findings, key=lambda finding: finding.reason.strength))
