"""What a policy may be asked for."""

from __future__ import annotations

from dataclasses import dataclass

from policy_nodes.contract.checks import check_bounds, check_choice, check_names
from policy_nodes.contract.errors import inside
from policy_nodes.contract.vocabulary import UNITS


@dataclass(frozen=True)
class CommandRange:
    """The values along one axis that a policy was trained to obey.

    Attributes:
        name: axis of the command, for example ``linear.x``.
        unit: its unit.
        low: least value.
        high: greatest value.

    Raises:
        ContractError: an unknown unit, reversed or infinite bounds.
    """

    name: str
    unit: str
    low: float
    high: float

    def __post_init__(self) -> None:
        check_names('commands', (self.name,))
        with inside(self.name):
            check_choice('unit', self.unit, UNITS)
            check_bounds('range', self.low, self.high)

    def admits(self, value: float) -> bool:
        """Tell whether the policy may be asked for this value; never for NaN."""
        return self.low <= value <= self.high
