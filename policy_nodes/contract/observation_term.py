"""One observation that a policy reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policy_nodes.contract.checks import (
    check_bounds,
    check_choice,
    check_count,
    check_finite,
    check_frame,
    check_identifier,
    check_length,
    check_names,
    check_positive,
    check_shape,
    check_topic_type,
    check_units,
)
from policy_nodes.contract.errors import ContractError, inside
from policy_nodes.contract.image_checks import check_colour
from policy_nodes.contract.plain import pairs, plain_shape, single
from policy_nodes.contract.section import Section
from policy_nodes.contract.vocabulary import (
    DTYPES,
    ORDERS,
    OWN_STATE,
    PADDINGS,
)


@dataclass(frozen=True)
class ObservationTerm:
    """What a policy expects of one observation.

    The network reads ``clip((value - offset) * scale)``, value in the unit of the term.
    Where a field holds one value for each entry, the order is that of ``names``.

    Attributes:
        name: name of the term, as the robot description has it.
        source: message type that it comes from, or ``policy`` for what the policy keeps itself.
        shape: shape of one frame; None stands for a size that varies.
        unit: one unit for all entries or one for each.
        frame: frame the values are expressed in; empty where there is none.
        names: names of the entries of the last axis: joints, axes.
        rate_hz: rate that the source must reach at least [Hz]; None for what is set on change.
        stale_after_s: greatest age that the policy still acts on [s]; None for no bound.
        scale: factor, one for all entries or one for each.
        offset: subtracted before scaling, in the unit of the term.
        clip: (low, high) after scaling, one pair for all entries or one for each.
        fill: value of entries that are missing (unused rows, NaN), in the unit of the term.
        history: frames that the policy reads, the present one included.
        order: which frame of the history stands first.
        padding: what stands for frames before the first one of an episode.
        colour: channel order of an image; empty for anything else.
        dtype: element type that the network reads.

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
    stale_after_s: float | None = None
    scale: tuple[float, ...] = (1.0,)
    offset: tuple[float, ...] = (0.0,)
    clip: tuple[tuple[float, float], ...] = ()
    fill: float | None = None
    history: int = 1
    order: str = 'oldest_first'
    padding: str = 'first'
    colour: str = ''
    dtype: str = 'float32'

    def __post_init__(self) -> None:
        with inside(self.name):
            check_identifier('name', self.name)
            if self.source != OWN_STATE:
                check_topic_type('source', self.source)
            check_frame('frame', self.frame)
            check_names('names', self.names)
            check_shape(self.shape, self.names)
            check_units(self.unit, self.names)
            check_choice('order', self.order, ORDERS)
            check_choice('padding', self.padding, PADDINGS)
            check_choice('dtype', self.dtype, DTYPES)
            check_count('history', self.history, 1, 10_000)
            self._check_numbers()
            self._check_times()
            check_colour(self.source, self.colour, self.shape)

    @property
    def entries(self) -> int | None:
        """Size of the last axis; 1 for a scalar, None where it varies."""
        return self.shape[-1] if self.shape else 1

    @property
    def is_identity(self) -> bool:
        """Whether the network reads the values as they come."""
        return not self.clip and set(self.scale) == {1.0} and set(self.offset) == {0.0}

    def _check_numbers(self) -> None:
        for field, values in (('scale', self.scale), ('offset', self.offset)):
            check_length(field, values, self.entries)
            check_finite(field, values)
        if 0.0 in self.scale:
            raise ContractError(
                'a scale of 0 wipes the term out',
                remedy='leave the term out instead',
                path='scale',
            )
        if self.clip:
            check_length('clip', self.clip, self.entries)
        for low, high in self.clip:
            check_bounds('clip', low, high)
        if self.fill is not None:
            check_finite('fill', (self.fill,))
        if not self.dtype.startswith('float') and not self.is_identity:
            raise ContractError(
                f'{self.dtype} cannot be scaled, offset or clipped',
                remedy='use dtype float32, or leave scale, offset and clip out',
                path='dtype',
            )

    def _check_times(self) -> None:
        if self.rate_hz is not None:
            check_positive('rate_hz', self.rate_hz)
        if self.stale_after_s is None:
            return
        check_positive('stale_after_s', self.stale_after_s)
        if self.rate_hz is not None and self.stale_after_s * self.rate_hz < 1.0:
            raise ContractError(
                f'{self.stale_after_s:g} s is shorter than one period at {self.rate_hz:g} Hz',
                remedy=f'allow at least {1.0 / self.rate_hz:g} s, or the term is always stale',
                path='stale_after_s',
            )

    @classmethod
    def from_section(cls, name: str, section: Section) -> ObservationTerm:
        """Read a term from its yaml mapping."""
        with inside(name):
            fields: dict[str, Any] = {
                'source': section.text('source'),
                'shape': section.shape('shape'),
                'unit': section.texts('unit'),
                'frame': section.text('frame', ''),
                'names': section.texts('names', ()),
                'rate_hz': section.optional_number('rate_hz'),
                'stale_after_s': section.optional_number('stale_after_s'),
                'scale': section.numbers('scale', (1.0,)),
                'offset': section.numbers('offset', (0.0,)),
                'clip': pairs('clip', section.rows('clip')),
                'fill': section.optional_number('fill'),
                'history': section.integer('history', 1),
                'order': section.text('order', 'oldest_first'),
                'padding': section.text('padding', 'first'),
                'colour': section.text('colour', ''),
                'dtype': section.text('dtype', 'float32'),
            }
            section.close()
        return cls(name=name, **fields)

    def to_mapping(self) -> dict[str, Any]:
        """Write the term as plain values for yaml; what is not set is left out."""
        values = {
            'source': self.source,
            'frame': self.frame,
            'unit': single(self.unit),
            'shape': plain_shape(self.shape),
            'names': list(self.names),
            'colour': self.colour,
            'rate_hz': self.rate_hz,
            'stale_after_s': self.stale_after_s,
            'scale': single(self.scale),
            'offset': single(self.offset),
            'clip': single([list(pair) for pair in self.clip]),
            'fill': self.fill,
            'history': self.history,
            'order': self.order,
            'padding': self.padding,
            'dtype': self.dtype,
        }
        unset: tuple[Any, ...] = (None, '', [])
        kept = {key: value for key, value in values.items() if value not in unset}
        kept['shape'] = plain_shape(self.shape)
        return kept
