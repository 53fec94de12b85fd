"""The maps that are shipped and shown can be read."""

from __future__ import annotations

import re

import pytest
from danger_bags import config_file

from policy_nodes.contract.share import share_folders
from policy_nodes.evaluation.replay.safety_file import read_safety
from policy_nodes.evaluation.replay.topic_map import AssumedProposal, Mount
from policy_nodes.evaluation.replay.topic_map_file import read_topic_map


@pytest.mark.parametrize('name', ['guardian', 'standing_lidar'])
def test_shipped_maps_and_their_parameters_can_be_read(name):
    assert read_topic_map(config_file(f'{name}.yaml')).lasers
    assert read_safety(config_file(f'{name}_safety.yaml')).approach.enabled


def test_the_maps_of_the_guide_can_be_read(tmp_path):
    guide = share_folders()[0] / 'docs' / 'how-to' / 'replay_recorded_danger.md'
    if not guide.is_file():
        pytest.skip('the guide is not installed here')
    whole, part = re.findall(r'```yaml\n(.*?)```', guide.read_text(encoding='utf-8'), re.DOTALL)
    path = tmp_path / 'map.yaml'
    path.write_text(whole)
    found = read_topic_map(path)
    assert found.lasers['back'].mount == Mount(-0.432, 0.0, 3.1416)
    assert found.clock == '/clock'
    assert set(found.wanted()) >= {'/scan', '/odom', '/cmd_vel', '/tracked_people', '/clock'}
    path.write_text('scans: {only: {topic: /scan}}\n' + part)
    found = read_topic_map(path)
    assert found.standing
    assert found.proposal == AssumedProposal(0.3, 0.0, 0.1)
