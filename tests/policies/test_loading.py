"""Policies by name."""

from __future__ import annotations

import numpy as np
import pytest
from navigation_views import base_at, goal_at, people_at

from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.errors import ContractError
from policy_nodes.contract.robot_interface import RobotInterface
from policy_nodes.contract.share import robot_file
from policy_nodes.policies.loading import POLICIES, STALENESS, load_policy
from policy_nodes.policies.navigator import Navigator
from policy_nodes.simulation.crowd.scenario import SCENARIOS


@pytest.mark.parametrize('name', list(POLICIES))
def test_every_policy_of_the_table_loads_and_drives(name):
    loaded = load_policy(name)
    loaded.require(RobotInterface.read(robot_file('turtlebot')))
    ranges = np.full(180, 10.0, dtype=np.float32)
    twist = Navigator(loaded.policy).act(base_at(), goal_at(), people_at((2.0, 0.1)), ranges)
    assert np.isfinite([*twist.linear, *twist.angular]).all()
    assert -0.5 <= twist.linear[0] <= 0.5
    assert loaded.staleness.keys() == STALENESS.keys()
    assert loaded.name in loaded.title


@pytest.mark.parametrize('scenario', list(SCENARIOS))
def test_every_scenario_is_served_by_a_shipped_checkpoint(scenario):
    loaded = load_policy('height', scenario)
    indoors = scenario in ('hallway', 'lounge')
    assert loaded.checkpoint_name == ('height_indoor' if indoors else 'height_arena')
    assert loaded.v_min == (0.0 if indoors else -0.5)


def test_a_policy_without_weights_has_no_checkpoint_and_no_attention():
    loaded = load_policy('straight')
    assert (loaded.checkpoint_name, loaded.v_min, loaded.attention()) == ('', None, None)


def test_attention_is_told_for_each_slot_of_people():
    loaded = load_policy('height')
    ranges = np.full(180, 10.0, dtype=np.float32)
    people = people_at((2.0, 0.1), (1.0, 1.0))
    Navigator(loaded.policy).act(base_at(), goal_at(), people, ranges)
    weights = loaded.attention()
    assert weights.shape == (11,)
    assert weights[:2].sum() == pytest.approx(1.0, abs=1e-5)


def test_a_checkpoint_is_taken_by_name_or_by_folder():
    folder = resolve_checkpoint('height_indoor')
    assert load_policy('height', checkpoint='height_indoor').checkpoint.folder == folder
    assert load_policy('height', checkpoint=folder).checkpoint.folder == folder


def test_an_unknown_policy_is_refused_with_the_known_ones():
    with pytest.raises(ContractError, match=r"did you mean 'orca'.*height, orca, dwa, straight"):
        load_policy('orka')


def test_an_unknown_checkpoint_is_refused_with_the_known_ones():
    with pytest.raises(ContractError, match="did you mean 'height_arena'"):
        load_policy('height', checkpoint='height_arenna')


def test_a_checkpoint_for_a_policy_without_weights_is_refused():
    with pytest.raises(ContractError, match="'orca' has no weights"):
        load_policy('orca', checkpoint='height_arena')
