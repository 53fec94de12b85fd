"""The picture of joint torques beside their limits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from policy_nodes.evaluation.episode_streams import Floats
from policy_nodes.evaluation.report.figure import drawing, svg
from policy_nodes.evaluation.report.palette import series, stand_in

WIDTH = 640
_PANEL, _FRAME = 115, 60  # heights [px]
_MOST_POINTS = 2000  # of a curve; a stretch that is drawn as one keeps its extremes
_DASHES = ('-', (0, (5, 1.5)), (0, (2, 1)), (0, (1, 1)))


@dataclass(frozen=True)
class JointTorques:
    """Torques of joints over time.

    Attributes:
        names: of the joints, `PART_LEG`, such as `knee_front_left`.
        time: (n,) [s].
        torque: (n, joints) [Nm].
        limit: (joints,) greatest torque of each drive [Nm].
    """

    names: tuple[str, ...]
    time: Floats
    torque: Floats
    limit: Floats

    def used(self) -> Floats:
        """Share of its limit that each joint used at most, (joints,)."""
        if not len(self.time):
            return np.zeros(len(self.names))
        peak: Floats = np.abs(self.torque).max(axis=0) / self.limit
        return peak


def torque_figure(torques: JointTorques, name: str) -> str:
    """Draw a panel for each part of a leg, a line for each leg, and the limits.

    Args:
        torques: to draw.
        name: of the figure, unique within the page.
    """
    parts: dict[str, list[int]] = defaultdict(list)
    for joint, joint_name in enumerate(torques.names):
        parts[joint_name.partition('_')[0]].append(joint)
    with drawing(WIDTH, _PANEL * len(parts) + _FRAME) as figure:
        panels = figure.subplots(len(parts), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (part, joints) in zip(panels, parts.items(), strict=True):
            _draw(axes, torques, part, joints)
        panels[0].legend(
            loc='lower right', bbox_to_anchor=(1.0, 1.0), ncols=4, borderpad=0, borderaxespad=0.2
        )
        panels[-1].set_xlabel('time [s]')
        return svg(figure, name, _words(torques))


def _draw(axes: Axes, torques: JointTorques, part: str, joints: list[int]) -> None:
    for number, joint in enumerate(joints):
        leg = torques.names[joint].partition('_')[2].replace('_', ' ')
        axes.plot(
            *_thinned(torques.time, torques.torque[:, joint]),
            color=stand_in(series(number)),
            linestyle=_DASHES[number % len(_DASHES)],
            linewidth=0.9,
            label=leg,
        )
    limit = float(torques.limit[joints].min())
    for side in (limit, -limit):
        axes.axhline(side, color=stand_in('bad'), linewidth=1.0, zorder=1)
    axes.set_ylim(-1.15 * limit, 1.15 * limit)
    axes.set_ylabel(f'{part} [Nm]')


def _thinned(time: Floats, values: Floats) -> tuple[Floats, Floats]:
    """A curve of few points that still shows every peak."""
    stretch = 2 * len(time) // _MOST_POINTS
    if stretch < 2:
        return time, values
    count = len(time) // stretch
    blocks = values[: count * stretch].reshape(count, stretch)
    places = np.sort(np.stack((blocks.argmin(axis=1), blocks.argmax(axis=1)), axis=1), axis=1)
    kept = (places + stretch * np.arange(count)[:, None]).ravel()
    return time[kept], values[kept]


def _words(torques: JointTorques) -> str:
    used = torques.used()
    if not len(torques.time):
        return 'No torques were recorded.'
    most = int(used.argmax())
    return (
        f'Torques of {len(torques.names)} joints and their limits; the most used is '
        f'{torques.names[most]} with {used[most]:.0%} of its limit.'
    )
