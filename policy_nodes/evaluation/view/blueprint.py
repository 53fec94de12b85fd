"""The layout that the viewer opens with."""

from __future__ import annotations

import rerun.blueprint as rrb

from policy_nodes.evaluation.view.feed import TIMELINE


def layout() -> rrb.Blueprint:
    """Put the scene from above beside commands, safety, attention and texts."""
    above = rrb.EyeControls3D(
        position=(0.0, -2.0, 14.0), look_target=(0.0, 0.0, 0.0), eye_up=(0.0, 0.0, 1.0)
    )
    scene = rrb.Spatial3DView(origin='world', name='World', eye_controls=above)
    series = rrb.Vertical(
        rrb.TimeSeriesView(origin='command/linear', name='Forward speed [m/s]'),
        rrb.TimeSeriesView(origin='command/angular', name='Turn rate [rad/s]'),
        rrb.TimeSeriesView(
            origin='safety',
            name='Safety level (0 normal ... 4 stopped)',
            axis_y=rrb.ScalarAxis(range=(-0.2, 4.2)),
        ),
        rrb.BarChartView(origin='attention', name='Attention, nearest person first'),
        rrb.TimeSeriesView(origin='delay', name='Delays [ms]'),
    )
    texts = rrb.Horizontal(
        rrb.TextDocumentView(origin='status', name='Status'),
        rrb.TextLogView(origin='log', name='Log'),
        column_shares=(1, 2),
    )
    return rrb.Blueprint(
        rrb.Horizontal(
            rrb.Vertical(scene, texts, row_shares=(3, 1)), series, column_shares=(2, 1)
        ),
        rrb.TimePanel(timeline=TIMELINE, state='collapsed'),
        rrb.SelectionPanel(state='hidden'),
        rrb.BlueprintPanel(state='collapsed'),
    )
