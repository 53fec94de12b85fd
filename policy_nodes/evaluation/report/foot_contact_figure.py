"""The picture of which foot stood when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from policy_nodes.evaluation.episode_streams import Floats
from policy_nodes.evaluation.report.figure import drawing, svg
from policy_nodes.evaluation.report.palette import stand_in

WIDTH, HEIGHT = 640, 150
STANDS = 5.0  # force from which a foot stands [N]


@dataclass(frozen=True)
class FootContacts:
    """Forces on feet over time.

    Attributes:
        names: of the feet.
        time: (n,) [s].
        force: (n, feet) [N].
    """

    names: tuple[str, ...]
    time: Floats
    force: Floats

    def spans(self, foot: int) -> list[tuple[float, float]]:
        """Begin and length of each time a foot stood [s]; a sample holds until the next."""
        if len(self.time) < 2:
            return []
        stands = np.concatenate(([False], self.force[:-1, foot] >= STANDS, [False]))
        edges = np.flatnonzero(stands[1:] != stands[:-1])
        return [
            (float(self.time[begin]), float(self.time[end] - self.time[begin]))
            for begin, end in zip(edges[::2], edges[1::2], strict=True)
        ]

    def duty(self, foot: int) -> float:
        """Share of the time that a foot stood."""
        span = float(self.time[-1] - self.time[0]) if len(self.time) else 0.0
        return sum(length for _, length in self.spans(foot)) / span if span > 0 else 0.0


def foot_contact_figure(
    contacts: FootContacts, name: str, phases: Sequence[tuple[float, str]] = ()
) -> str:
    """Draw a bar for each time that a foot stood, one lane a foot.

    Args:
        contacts: to draw.
        name: of the figure, unique within the page.
        phases: when something begins [s] and what, such as the behaviour; written above.
    """
    feet = range(len(contacts.names))
    with drawing(WIDTH, HEIGHT) as figure:
        axes = figure.add_subplot()
        for foot in feet:
            axes.broken_barh(
                contacts.spans(foot), (foot - 0.35, 0.7), color=stand_in('robot'), linewidth=0
            )
        for begin, words in phases:
            axes.axvline(begin, color=stand_in('quiet'), linewidth=0.9, linestyle=(0, (2, 2)))
            axes.annotate(
                f' {words}',
                (begin, 1.0),
                xycoords=('data', 'axes fraction'),
                va='bottom',
                fontsize=8.5,
                color=stand_in('quiet'),
            )
        axes.set_yticks(feet, contacts.names)
        axes.set_ylim(len(contacts.names) - 0.5, -0.5)
        if len(contacts.time) > 1:
            axes.set_xlim(contacts.time[0], contacts.time[-1])
        axes.set_xlabel('time [s]')
        axes.tick_params(axis='y', length=0)
        axes.grid(visible=False, axis='y')
        shares = ', '.join(
            f'{foot_name} {contacts.duty(foot):.0%}'
            for foot, foot_name in enumerate(contacts.names)
        )
        return svg(figure, name, f'When each foot stood; shares of the time: {shares}.')
