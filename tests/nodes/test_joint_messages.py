"""What the controllers of arms and legs make of messages, and of kinds that do not exist."""

from __future__ import annotations

import numpy as np
import pytest
from builtin_interfaces.msg import Time
from lifecycle_msgs.msg import Transition
from sensor_msgs.msg import Imu, JointState, Temperature
from std_msgs.msg import Header

from policy_nodes.contract.samples import JointCommandSample
from policy_nodes.nodes import translate_joints
from policy_nodes.nodes.safety_legged import TemperatureRounds
from policy_nodes.safety.legged_admission import damage_of_contacts, damage_of_imu
from policy_stack.msg import ActionChunk


def header(seconds: int = 1, frame: str = '') -> Header:
    return Header(stamp=Time(sec=seconds), frame_id=frame)


def imu(**changes) -> Imu:
    message = Imu(header=header(frame='base_link'), **changes)
    message.orientation.w, message.linear_acceleration.z = 1.0, 9.81
    return message


def test_an_imu_that_says_it_measures_no_attitude_is_damaged():
    assert damage_of_imu(translate_joints.imu_sample(imu()), 'base_link') == ''
    for name in ('orientation', 'angular_velocity', 'linear_acceleration'):
        silent = imu(**{f'{name}_covariance': [-1.0] + [0.0] * 8})
        assert damage_of_imu(translate_joints.imu_sample(silent), 'base_link')


def test_feet_touch_from_a_force_on_and_a_force_that_is_none_damages_the_sample():
    message = JointState(header=header(), name=['left', 'right'], effort=[4.0, 20.0])
    sample = translate_joints.contacts_sample(message, 5.0)
    assert sample.touching.tolist() == [False, True]
    assert damage_of_contacts(sample) == ''
    message.effort = [float('nan'), 20.0]
    assert damage_of_contacts(translate_joints.contacts_sample(message, 5.0))


def test_temperatures_of_single_joints_count_once_all_of_them_have_spoken():
    rounds = TemperatureRounds(['hip', 'knee'])

    def say(name, second, value):
        return rounds.take(Temperature(header=header(second, name), temperature=value))

    assert say('hip', 1, 40.0) is None
    assert say('hip', 2, 41.0) is None
    assert say('tail', 2, 99.0) is None
    sample = say('knee', 3, 50.0)
    assert sample.names == ('hip', 'knee')
    assert sample.celsius.tolist() == [41.0, 50.0]
    # as old as its oldest part
    assert sample.stamp_ns == 2_000_000_000
    # and the next one needs both again
    assert say('knee', 4, 51.0) is None


def test_a_chunk_becomes_rows_and_one_of_a_wrong_size_stays_for_the_core_to_refuse():
    message = ActionChunk(
        header=header(), names=['a', 'b'], horizon=3, values=np.arange(6.0), dt=0.1
    )
    assert translate_joints.chunk_sample(message).values.tolist() == [[0, 1], [2, 3], [4, 5]]
    message.horizon = 4
    assert translate_joints.chunk_sample(message).values.shape == (6,)


def test_a_command_is_a_trajectory_of_one_point_that_begins_at_once():
    values = np.array([0.1, 0.2])
    sample = JointCommandSample(5_000_000_000, ('a', 'b'), values, values, values)
    message = translate_joints.trajectory_message(sample, 0.01)
    assert message.header.stamp == Time()
    assert message.joint_names == ['a', 'b']
    [point] = message.points
    assert list(point.positions) == [0.1, 0.2]
    assert point.time_from_start.sec == 0
    assert point.time_from_start.nanosec == 10_000_000


def test_a_kind_that_does_not_exist_is_refused_with_the_known_ones(processes):
    process = processes('safety_controller', '-p', 'kind:=wheels')
    assert process.wait() == 2
    assert "parameter kind is 'wheels'; known: base, arm, legged" in process.said()
    assert 'Traceback' not in process.said()


@pytest.mark.parametrize(('kind', 'absent'), [('arm', 'joints.names'), ('legged', 'joints.names')])
def test_s2_without_limits_joints_are_not_configured(processes, station, kind, absent):
    process = processes('safety_controller', '-p', f'kind:={kind}', '-r', f'__ns:=/bare_{kind}')
    name = f'/bare_{kind}/safety_controller'
    assert not station.change(name, Transition.TRANSITION_CONFIGURE)
    station.until(lambda: absent in process.said())
    assert 'Traceback' not in process.said()
