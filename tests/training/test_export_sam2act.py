"""SAM2Act is exported with a golden trace of the table top, which it answers again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from small_networks import tiny_network

from policy_nodes.contract.first_difference import first_difference
from policy_nodes.contract.trained import Trained
from policy_nodes.models.sam2act.network import Sam2Act
from policy_nodes.policies.sam2act_cloud import SceneBounds, merge_views
from policy_nodes.policies.sam2act_contract import CAMERAS
from policy_nodes.policies.sam2act_loading import load_sam2act
from policy_nodes.policies.sam2act_run import Sam2ActRun, TracedView
from policy_nodes.training.export_sam2act import export_sam2act

TABLE = 0.752


def test_an_exported_checkpoint_answers_its_trace_and_the_trace_shows_the_table(tmp_path):
    torch.manual_seed(0)
    network = Sam2Act(replace(tiny_network(), memory=True)).eval()
    written = export_sam2act(
        network, tmp_path / 'tiny', Trained(recipe='test'), '# Tiny\n', language='minilm'
    )
    golden = written.golden()
    assert golden.resets.tolist() == [True, False, True, False]
    assert first_difference(golden, Sam2ActRun(load_sam2act(written))) is None
    shown = golden.observation(0)
    views = [
        TracedView(
            shown[f'{name}_color'],
            *(
                shown[f'{name}_depth.{part}']
                for part in ('image', 'intrinsics', 'camera_from_world')
            ),
        )
        for name in CAMERAS
    ]
    heights = merge_views(views, SceneBounds()).points[:, 2]
    on_table = np.abs(heights - TABLE) < 0.003
    assert on_table.mean() > 0.3
    assert heights.min() > TABLE - 0.01, 'nothing lies below the table'
