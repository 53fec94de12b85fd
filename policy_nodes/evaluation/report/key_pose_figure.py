"""The picture of an episode's key poses in space: axes, order, and which were refused."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d import proj3d
from mpl_toolkits.mplot3d.art3d import Line3DCollection, Poly3DCollection
from mpl_toolkits.mplot3d.axes3d import Axes3D
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from policy_nodes.evaluation.report import manipulation_words as words
from policy_nodes.evaluation.report.figure import drawing, svg
from policy_nodes.evaluation.report.palette import stand_in
from policy_nodes.evaluation.tabletop_record import EpisodeRecord, KeyStep

WIDTH, HEIGHT = 540, 500
TABLE = 0.752  # height of the table top [m]
AXES = ('x', 'y', 'z')
COLOURS = ('bad', 'goal', 'robot')  # of the axes x, y, z
_TICKS = 5  # along an axis, about
_LENGTH = 0.05  # of an axis [m]
_SMALLEST = 0.4  # side of the drawn cube [m]
_MARGIN = 0.08  # around the poses [m]
_ELEVATION, _AZIMUTH = 24.0, -52.0  # of the eye [degrees]
_DASHED = (0, (4, 2))
# where the number of a pose may stand, from its spot [points], the best place first
_PLACES = [
    (round(reach * x), round(reach * y))
    for reach in (13, 22, 31, 42)
    for x, y in ((1, 0.5), (-1, 0.5), (1, -0.6), (-1, -0.6), (0, 1), (0, -1))
]
_CLEAR = (12.0, 11.0)  # between two numbers, across and down [points]

Floats = NDArray[np.float64]


def key_pose_figure(record: EpisodeRecord, name: str) -> str:
    """Draw where the hand was to go, in the order of the key steps.

    Args:
        record: of an episode with key steps.
        name: of the figure, unique within the page.
    """
    places = np.array([step.key_pose.position for step in record.steps], dtype=np.float64)
    with drawing(WIDTH, HEIGHT) as figure:
        figure.set_layout_engine('none')
        axes = _space(figure, places)
        _table(axes)
        axes.plot(
            *places.T, color=stand_in('proposed'), linewidth=1.2, linestyle=_DASHED, zorder=2
        )
        _triads(axes, record.steps)
        _spots(axes, record.steps, places)
        _numbers(figure, axes, places)
        _legend(axes)
        return svg(figure, name, _words(record))


def _space(figure: Figure, places: Floats) -> Axes3D:
    """Give a cube around the poses, with equal scales."""
    axes: Any = figure.add_axes((0.02, 0.04, 0.9, 0.94), projection='3d', computed_zorder=False)
    low, high = places.min(axis=0) - _MARGIN, places.max(axis=0) + _MARGIN
    low[2] = min(low[2], TABLE)
    middle, half = (low + high) / 2, max(float((high - low).max()), _SMALLEST) / 2
    # the table is the floor
    middle[2] = max(middle[2], low[2] + half)
    for number, axis in enumerate((axes.xaxis, axes.yaxis, axes.zaxis)):
        axis.set_pane_color('none')
        axis.set_major_locator(MaxNLocator(_TICKS, steps=[1, 2, 5, 10]))
        axis.line.set_color(stand_in('quiet'))
        getattr(axes, f'set_{AXES[number]}lim')(middle[number] - half, middle[number] + half)
        getattr(axes, f'set_{AXES[number]}label')(f'{AXES[number]} [m]')
    axes.set_box_aspect((1, 1, 1))
    axes.view_init(elev=_ELEVATION, azim=_AZIMUTH)
    return axes


def _table(axes: Axes3D) -> None:
    """Fill the part of the table top that is seen."""
    (left, right), (near, far) = axes.get_xlim(), axes.get_ylim()
    corners = [(left, near, TABLE), (right, near, TABLE), (right, far, TABLE), (left, far, TABLE)]
    floor = Poly3DCollection([corners], facecolors=stand_in('rule'), edgecolors='none')
    floor.set(alpha=0.45, zorder=1)
    axes.add_collection3d(floor)


def _triads(axes: Axes3D, steps: tuple[KeyStep, ...]) -> None:
    """Draw the axes of the tip: x, y, and z, the way that the fingers point."""
    for row, colour in enumerate(COLOURS):
        lines = []
        for step in steps:
            start = np.asarray(step.key_pose.position, dtype=np.float64)
            turn = Rotation.from_quat(step.key_pose.quaternion).as_matrix()
            lines.append(np.stack((start, start + _LENGTH * turn[:, row])))
        drawn = Line3DCollection(lines, colors=stand_in(colour), linewidths=2.0, zorder=3)
        axes.add_collection3d(drawn)


def _spots(axes: Axes3D, steps: tuple[KeyStep, ...], places: Floats) -> None:
    """Mark the poses: filled where the hand is closed then, crossed where they were refused."""
    for step, place in zip(steps, places, strict=True):
        good, closed = words.went_well(step), words.hand_of(step) == 'closed'
        ink = stand_in('ink')
        axes.plot(
            *place[:, None],
            marker='o' if good else 'X',
            markersize=6 if good else 9,
            markerfacecolor=ink if closed and good else stand_in('card' if good else 'bad'),
            markeredgecolor=ink,
            linestyle='none',
            zorder=4,
        )


def _numbers(figure: Figure, axes: Axes3D, places: Floats) -> None:
    """Write the order beside the poses, no number over another."""
    figure.draw_without_rendering()  # the projection is known only then
    flat = [proj3d.proj_transform(*place, axes.get_proj())[:2] for place in places]
    spots = axes.transData.transform(flat) * 72.0 / figure.dpi
    taken = list(spots)
    for number, spot in enumerate(spots, start=1):
        free = (
            each
            for each in _PLACES
            if all((np.abs(spot + each - other) >= _CLEAR).any() for other in taken)
        )
        offset = next(free, _PLACES[0])
        taken.append(spot + offset)
        axes.annotate(
            str(number),
            flat[number - 1],
            offset,
            textcoords='offset points',
            ha='center',
            va='center',
            fontsize=9,
            fontweight='bold',
            zorder=5,
        )


def _legend(axes: Axes3D) -> None:
    ink, card = stand_in('ink'), stand_in('card')
    keys = [
        Line2D([], [], color=stand_in(colour), linewidth=2.0, label=f'{axis} of the tip')
        for axis, colour in zip(AXES, COLOURS, strict=True)
    ]
    for face, marker, label in (
        (card, 'o', 'hand open'),
        (ink, 'o', 'hand closed'),
        (stand_in('bad'), 'X', 'refused or given up'),
    ):
        style: dict[str, Any] = {'markerfacecolor': face, 'markeredgecolor': ink}
        keys.append(Line2D([], [], marker=marker, linestyle='none', label=label, **style))
    axes.legend(handles=keys, loc='upper left', bbox_to_anchor=(-0.02, 1.02), borderpad=0)


def _words(record: EpisodeRecord) -> str:
    told = [
        f'{number} at ({words.place_of(step)}) m, hand {words.hand_of(step)}, '
        f'{words.result_of(step)}'
        for number, step in enumerate(record.steps, start=1)
    ]
    return f'Key poses in space: {"; ".join(told)}.'
