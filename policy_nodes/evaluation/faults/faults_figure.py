"""The picture of a campaign: when each stop began, against its bound."""

from __future__ import annotations

from policy_nodes.evaluation.faults.tally import Tally
from policy_nodes.evaluation.report.figure import drawing, svg
from policy_nodes.evaluation.report.palette import stand_in

WIDTH = 980
_LANE, _FRAME = 20, 64  # heights [px]


def faults_figure(tally: Tally, name: str) -> str:
    """Draw one lane for each fault that has to lead to a stop.

    Args:
        tally: of the campaign.
        name: of the figure, unique within the page.
    """
    period = tally.robot.period
    known = {outcome.fault.name for outcome in tally.outcomes}
    lanes = [fault for fault in tally.robot.faults if fault.stops and fault.name in known]
    with drawing(WIDTH, _LANE * max(1, len(lanes)) + _FRAME) as figure:
        axes = figure.subplots()
        for lane, fault in enumerate(lanes):
            mine = [each for each in tally.outcomes if each.fault.name == fault.name]
            bound = 1e3 * (fault.timeout + period)
            axes.plot([bound, bound], [lane - 0.4, lane + 0.4], color=stand_in('bad'))
            times = [1e3 * each.to_stop_s for each in mine if each.to_stop_s is not None]
            axes.plot(
                times, [lane] * len(times), 'o', color=stand_in('robot'), markersize=4.5, alpha=0.6
            )
        axes.set_yticks(range(len(lanes)), [fault.name for fault in lanes])
        axes.set_ylim(len(lanes) - 0.4, -0.6)
        axes.set_xlim(left=0.0)
        axes.set_xlabel('from the onset of the fault until the stop begins [ms]')
        axes.tick_params(axis='y', length=0)
        told = [
            f'{row["fault"]}: p50 {row["time_to_stop_ms_p50"]} ms, bound {row["bound_ms"]} ms.'
            for row in tally.rows()
            if row['bound_ms'] is not None
        ]
        return svg(figure, name, ' '.join(told))
