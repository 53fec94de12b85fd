"""The pictures of an evaluation over tasks: rates with intervals, policies side by side."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from policy_nodes.evaluation.report.figure import drawing, svg
from policy_nodes.evaluation.report.palette import series, stand_in
from policy_nodes.evaluation.tabletop_summary import GROUPS, Row

WIDTH = 900
_LANE, _GAP, _FRAME = 19, 12, 70  # heights [px]
_MARKERS = 'osD^vP'


def rate_figure(
    rows: Sequence[Row], rate: str, interval: str, name: str, label: str, lane: str = 'task'
) -> str:
    """Draw one rate of every policy in every lane.

    Args:
        rows: of `tabletop_summary`; those without the rate are left out.
        rate: key of the rate.
        interval: key of its interval, which may be None.
        name: of the figure, unique within the page.
        label: of the axis, without unit.
        lane: key that tells lanes apart.
    """
    known = [row for row in rows if row.get(rate) is not None]
    policies = list(dict.fromkeys(row['policy'] for row in rows))
    lanes = list(dict.fromkeys(row[lane] for row in known))
    height = len(lanes) * (len(policies) * _LANE + _GAP) + _FRAME
    with drawing(WIDTH, height) as figure:
        axes = figure.subplots()
        for number, policy in enumerate(policies):
            own = [row for row in known if row['policy'] == policy]
            offset = (number - 0.5 * (len(policies) - 1)) * _LANE / (len(policies) * _LANE + _GAP)
            places = [lanes.index(row[lane]) + offset for row in own]
            _draw(axes, own, places, (rate, interval), number, policy)
        if lane == 'task':
            _draw_chances(axes, known, lanes, rate)
        axes.set_ylim(len(lanes) - 0.4, -0.6)
        axes.set_yticks(range(len(lanes)), [_title(each) for each in lanes])
        axes.set_xlabel(f'{label}, 95 % interval [%]')
        axes.grid(visible=False, axis='y')
        if rate != 'drop':
            axes.set_xlim(-3, 104)
        else:
            low, high = axes.get_xlim()
            axes.set_xlim(min(low, -5.0), max(high, 20.0))
        axes.legend(loc='lower left', bbox_to_anchor=(0.0, 1.0), ncols=4, borderpad=0)
        return svg(figure, name, _words(known, rate, label, lane))


def _draw(
    axes: Axes,
    rows: Sequence[Row],
    places: Sequence[float],
    keys: tuple[str, str],
    number: int,
    policy: str,
) -> None:
    rate, interval = keys
    values = [100 * row[rate] for row in rows]
    bounds = [row[interval] or (row[rate], row[rate]) for row in rows]
    low = [max(value - 100 * each[0], 0.0) for value, each in zip(values, bounds, strict=True)]
    high = [max(100 * each[1] - value, 0.0) for value, each in zip(values, bounds, strict=True)]
    axes.errorbar(
        values,
        places,
        xerr=[low, high],
        fmt=_MARKERS[number % len(_MARKERS)],
        markersize=6,
        capsize=3,
        color=stand_in(series(number)),
        label=policy,
    )


def _draw_chances(axes: Axes, rows: Sequence[Row], lanes: Sequence[str], rate: str) -> None:
    """Mark what chance alone gives, for first choices."""
    if rate != 'first_choice':
        return
    chances = {row['task']: row['chance'] for row in rows}
    for number, task in enumerate(lanes):
        axes.plot(
            [100 * chances[task]] * 2,
            [number - 0.4, number + 0.4],
            linestyle='--',
            color=stand_in('ink'),
            label='chance' if number == 0 else None,
        )


def _title(lane: str) -> str:
    return f'mean of {lane}' if lane in GROUPS else lane


def _words(rows: Sequence[Row], rate: str, label: str, lane: str) -> str:
    told = [f'{row["policy"]} {_title(row[lane])} {100 * row[rate]:.1f}' for row in rows]
    return f'{label} in per cent: {"; ".join(told)}.'
