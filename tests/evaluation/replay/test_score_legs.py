"""Policies of legs on recorded joints, and the safety controller of legs behind them."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from leg_bags import BARKOUR, PERIOD, STAND, START, checkpoint, record
from replay_drives import scored, without_measured

from policy_nodes.contract.samples import ImuSample, LegJointsSample
from policy_nodes.evaluation.replay.leg_policy import LegPolicy
from policy_nodes.evaluation.replay.topic_map_file import read_any_map
from policy_nodes.policies.locomotion_loading import load_specialists


@pytest.fixture(scope='module')
def recorded(tmp_path_factory):
    """A bag, the checkpoint that drove in it, and another one."""
    folder = tmp_path_factory.mktemp('legs')
    mine, other = checkpoint(folder / 'mine'), checkpoint(folder / 'other', seed=1)
    policy, _ = load_specialists('mlp', {'': mine})
    return record(folder / 'legs.mcap', policy), mine, other


def test_the_policy_that_was_recorded_gives_the_very_targets_again(recorded):
    bag, mine, _ = recorded
    found = scored(bag, f'mlp={mine}')
    [episode] = found['episodes']
    assert found['robot'] == 'legs'
    # one measurement bears the very stamp of the reset, and is left out as on the robot
    assert episode['answers'] == 199
    # it acts only while the recorded controller blends in or follows
    assert 60 <= episode['asked'] <= 70
    assert episode['compared'] == episode['asked']
    assert episode['error'] == [0.0] * 12
    assert found['action']['names'][0] == 'abduction_front_left'
    assert found['measured']['latency_ms']['deadline'] == pytest.approx(20.0)


def test_a_checkpoint_by_its_folder_is_known_for_what_it_is(recorded):
    bag, mine, other = recorded
    assert scored(bag, str(mine))['episodes'][0]['error'] == [0.0] * 12
    found = scored(bag, str(other))
    assert min(found['episodes'][0]['error']) > 1e-4
    assert without_measured(found) == without_measured(scored(bag, str(other)))


def test_the_safety_controller_stands_them_up_and_follows(recorded):
    bag, mine, _ = recorded
    for policy in ('recorded', str(mine)):
        safety = scored(bag, policy)['safety']
        assert safety['seconds'] == pytest.approx(4.0, abs=0.05)
        assert safety['reasons']['awaiting_reset']['seconds'] == pytest.approx(0.1, abs=0.05)
        assert safety['reasons']['leg_standing_up']['seconds'] > 1.0
        assert sum(safety['levels'].values()) == pytest.approx(1.0)
        assert safety['latched_at_s'] is None


def test_targets_that_are_cut_show_as_interventions(recorded, tmp_path):
    bag, mine, _ = recorded
    values = yaml.safe_load((_config() / 'safety_controller.yaml').read_text())
    values['/**']['ros__parameters']['joints']['max_velocity'] = [0.3] * 12
    file = tmp_path / 'slow.yaml'
    file.write_text(yaml.safe_dump(values))
    free, slow = (scored(bag, str(mine), safety=it)['safety'] for it in (None, file))
    limited = 'leg_velocity_limit'
    assert (
        slow['reasons'][limited]['seconds']
        > free['reasons'].get(limited, {'seconds': 0})['seconds']
    )


def test_topics_of_others_are_named_in_a_map(recorded, tmp_path):
    bag, mine, _ = recorded
    file = tmp_path / 'map.yaml'
    names = {
        'joints': '/joint_states',
        'imu': '/imu',
        'proposal': '/locomotion_policy/joint_command',
        'state': '/safety_controller/state',
    }
    file.write_text(yaml.safe_dump({'robot': 'legs', 'topics': names}))
    [episode] = scored(bag, str(mine), topics=read_any_map(file))['episodes']
    # without the command the legs are to stand on the spot
    assert max(episode['error']) > 0.0
    file.write_text(yaml.safe_dump({'robot': 'legs', 'topics': {'joint': '/joint_states'}}))
    with pytest.raises(ValueError, match=r"'joint'.*joints"):
        read_any_map(file)
    file.write_text(yaml.safe_dump({'robot': 'wheel', 'topics': {}}))
    with pytest.raises(ValueError, match='no robot'):
        read_any_map(file)


def test_a_bag_without_what_is_needed_names_it(recorded, tmp_path):
    bag, mine, _ = recorded
    file = tmp_path / 'map.yaml'
    file.write_text(yaml.safe_dump({'robot': 'legs', 'topics': {'joints': '/joint_states'}}))
    assert 'imu (/imu)' in scored(bag, str(mine), topics=read_any_map(file))['problem']


def test_legs_stand_until_the_recorded_episode_begins(recorded):
    _, mine, _ = recorded
    asked = LegPolicy(load_specialists('mlp', {'': mine})[0])
    asked.await_episode()
    upright, none = np.array([0.0, 0.0, 0.0, 1.0]), np.zeros(3)

    def shown(tick: int):
        at, steady = START + tick * PERIOD, tick / 50
        zeros = np.zeros(12)
        joints = LegJointsSample(at, BARKOUR.joints, STAND, zeros, zeros)
        found = asked.take('joints', joints, at, at, steady)
        imu = ImuSample(at, 'base_link', upright, none, none)
        return found + asked.take('imu', imu, at, at, steady)

    [before] = shown(0)
    assert not before.asked
    np.testing.assert_array_equal(before.action.values[0], STAND)
    asked.begin(START + 2 * PERIOD)
    assert [shown(tick)[0].asked for tick in (1, 2, 3)] == [True] * 3


def test_the_scene_is_what_the_tests_take_it_for():
    assert np.ptp(STAND) > 0.5


def _config():
    from policy_nodes.contract.share import share_folders

    return share_folders()[0] / 'config' / 'barkour'
