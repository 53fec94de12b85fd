"""The layouts that the viewer opens with."""

from __future__ import annotations

import rerun.blueprint as rrb

from policy_nodes.evaluation.view.timeline import TIMELINE
from policy_nodes.policies.key_picture import VIEWS

CAMERAS = ('front', 'wrist', 'left_shoulder', 'right_shoulder')


def layout() -> rrb.Blueprint:
    """Put the scene from above beside commands, safety, attention and texts."""
    above = rrb.EyeControls3D(
        position=(0.0, -2.0, 14.0), look_target=(0.0, 0.0, 0.0), eye_up=(0.0, 0.0, 1.0)
    )
    scene = rrb.Spatial3DView(origin='world', name='World', eye_controls=above)
    series = rrb.Vertical(
        rrb.TimeSeriesView(origin='command/linear', name='Forward speed [m/s]'),
        rrb.TimeSeriesView(origin='command/angular', name='Turn rate [rad/s]'),
        _safety(),
        rrb.BarChartView(origin='attention', name='Attention, nearest person first'),
        rrb.TimeSeriesView(origin='delay', name='Delays [ms]'),
    )
    return _framed(
        rrb.Horizontal(
            rrb.Vertical(scene, _texts(), row_shares=(3, 1)), series, column_shares=(2, 1)
        )
    )


def arm_layout() -> rrb.Blueprint:
    """Put the table beside cameras, heat maps, joints, safety, memory and texts."""
    beside = rrb.EyeControls3D(
        position=(1.7, -1.1, 1.9), look_target=(0.15, 0.0, 0.9), eye_up=(0.0, 0.0, 1.0)
    )
    scene = rrb.Spatial3DView(origin='world', name='World', eye_controls=beside)
    cameras = rrb.Horizontal(
        *(
            rrb.Spatial2DView(origin=f'camera/{name}', name=f'Camera {name.replace("_", " ")}')
            for name in CAMERAS
        )
    )
    looked = rrb.Horizontal(
        *(
            rrb.Spatial2DView(origin=f'policy/{name}', name=f'Heat map from {name}')
            for name in VIEWS
        )
    )
    series = rrb.Horizontal(
        rrb.TimeSeriesView(origin='joints', name='Joints [rad], fingers [m]'),
        _safety(),
        rrb.BarChartView(origin='memory', name='Attention to key steps, newest first'),
        rrb.TimeSeriesView(origin='delay', name='Delays [ms]'),
    )
    return _framed(
        rrb.Vertical(
            rrb.Horizontal(
                rrb.Vertical(scene, _texts(), row_shares=(3, 1)),
                rrb.Vertical(cameras, looked),
            ),
            series,
            row_shares=(3, 1),
        )
    )


def _safety() -> rrb.TimeSeriesView:
    return rrb.TimeSeriesView(
        origin='safety',
        name='Safety level (0 normal ... 4 stopped)',
        axis_y=rrb.ScalarAxis(range=(-0.2, 4.2)),
    )


def _texts() -> rrb.Horizontal:
    return rrb.Horizontal(
        rrb.TextDocumentView(origin='status', name='Status'),
        rrb.TextLogView(origin='log', name='Log'),
        column_shares=(1, 2),
    )


def _framed(middle: rrb.Container) -> rrb.Blueprint:
    return rrb.Blueprint(
        middle,
        rrb.TimePanel(timeline=TIMELINE, state='collapsed'),
        rrb.SelectionPanel(state='hidden'),
        rrb.BlueprintPanel(state='collapsed'),
    )
