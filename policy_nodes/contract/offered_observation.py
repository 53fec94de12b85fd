"""One observation that a robot gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policy_nodes.contract.checks import (
    check_count,
    check_frame,
    check_identifier,
    check_names,
    check_positive,
    check_shape,
    check_topic_type,
    check_units,
)
from policy_nodes.contract.errors import inside
from policy_nodes.contract.image_checks import check_colour
from policy_nodes.contract.section import Section


@dataclass(frozen=True)
class OfferedObservation:
    """An observation that a robot gives.

    Attributes:
        name: name of the term.
        source: message type that it comes from.
        shape: shape of one frame; None stands for a size that varies.
        unit: one unit for all entries or one for each, in the order of names.
        frame: frame the values are expressed in; empty where there is none.
        names: names of the entries of the last axis, in the robot's order.
        rate_hz: rate it comes at [Hz]; None for what is sent on change.
        colour: channel order of an image; empty for anything else.
        max_history: frames that the robot's node can keep.

    Raises:
        ContractError: any value that cannot be meant, by field.
    """

    name: str
    source: str
    shape: tuple[int | None, ...]
    unit: tuple[str, ...]
    frame: str = ''
    names: tuple[str, ...] = ()
    rate_hz: float | None = None
    colour: str = ''
    max_history: int = 1

    def __post_init__(self) -> None:
        with inside(self.name):
            check_identifier('name', self.name)
            check_topic_type('source', self.source)
            check_frame('frame', self.frame)
            check_names('names', self.names)
            check_shape(self.shape, self.names)
            check_units(self.unit, self.names)
            check_colour(self.source, self.colour, self.shape)
            check_count('max_history', self.max_history, 1, 10_000)
            if self.rate_hz is not None:
                check_positive('rate_hz', self.rate_hz)

    @classmethod
    def from_section(cls, name: str, section: Section) -> OfferedObservation:
        """Read from the yaml mapping."""
        with inside(name):
            fields: dict[str, Any] = {
                'source': section.text('source'),
                'shape': section.shape('shape'),
                'unit': section.texts('unit'),
                'frame': section.text('frame', ''),
                'names': section.texts('names', ()),
                'rate_hz': section.optional_number('rate_hz'),
                'colour': section.text('colour', ''),
                'max_history': section.integer('max_history', 1),
            }
            section.close()
        return cls(name=name, **fields)
