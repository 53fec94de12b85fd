"""The simulated table top: cameras that tf places, an arm that obeys, episodes that end."""

from __future__ import annotations

import numpy as np
import pytest
from builtin_interfaces.msg import Duration
from lifecycle_msgs.msg import State, Transition
from rclpy.time import Time
from sensor_msgs.msg import CameraInfo, Image, JointState
from std_msgs.msg import Float64
from tf2_ros import Buffer, TransformListener
from trajectory_msgs.msg import JointTrajectory, JointTrajectoryPoint

from policy_nodes.nodes import qos
from policy_nodes.nodes.translate import nanoseconds
from policy_nodes.simulation.tabletop.panda_model import HOME, JOINTS
from policy_nodes.simulation.tabletop.tactile import reference
from policy_stack.msg import EpisodeStatus, TaskGoal
from policy_stack.srv import ResetEpisode

NODE = 'tabletop_simulator'
COMMAND = 'joint_trajectory_controller/joint_trajectory'


@pytest.fixture(scope='module')
def simulator(processes, station):
    """The simulator, unconfigured."""
    process = processes(NODE, '-p', 'time_limit:=3.0')
    assert station.state_of(NODE, 30.0) == State.PRIMARY_STATE_UNCONFIGURED
    return process


@pytest.fixture(scope='module')
def active(station, simulator):
    """The simulator at work; nobody looks at its cameras yet."""
    station.bring_up(NODE)
    return simulator


@pytest.fixture(scope='module')
def joints(station, active):
    """Measured joints as they come."""
    return station.keep(JointState, 'joint_states', qos.STREAM)


def reset(station, **changes):
    request = ResetEpisode.Request(episode='e', scenario='lift_block/0', seed=1)
    for name, value in changes.items():
        setattr(request, name, value)
    return station.call(ResetEpisode, f'{NODE}/reset_episode', request)


def positions(joints, count=7):
    return np.array(joints[-1][1].position[:count])


def pixels(message, kind, channels):
    return np.frombuffer(bytes(message.data), kind).reshape(
        message.height, message.width, channels
    )


def test_an_unknown_task_is_refused_when_configuring_and_lists_the_known_ones(station, simulator):
    assert station.set_parameter(NODE, 'scenario', 'lift_blok').successful
    assert not station.change(NODE, Transition.TRANSITION_CONFIGURE)
    station.until(lambda: "there is no task 'lift_blok'; there are reach" in simulator.said())
    assert 'Traceback' not in simulator.said()
    assert station.set_parameter(NODE, 'scenario', 'lift_block').successful


def test_episodes_need_an_active_simulator_and_a_task_and_variation_that_exist(station, active):
    assert 'no task' in reset(station, scenario='nowhere').message
    assert 'no variation 99' in reset(station, scenario='lift_block/99').message
    assert 'has to be a number' in reset(station, scenario='lift_block/red').message


def test_cameras_show_the_table_where_tf_and_intrinsics_place_it(station, active):
    assert reset(station).success
    images = {
        camera: (
            station.keep(Image, f'{camera}/color/image_raw', qos.SENSOR_IN),
            station.keep(Image, f'{camera}/depth/image_raw', qos.SENSOR_IN),
            station.keep(CameraInfo, f'{camera}/color/camera_info', qos.SENSOR_IN),
        )
        for camera in ('front', 'wrist')
    }
    buffer = Buffer()
    listener = TransformListener(buffer, station.node)
    for camera, kept in images.items():
        station.until(lambda kept=kept: all(kept), 30.0, f'{camera} shows nothing')
        colour, depth, info = (messages[-1][1] for messages in kept)
        frame = f'{camera}_optical_frame'
        assert {colour.header.frame_id, depth.header.frame_id, info.header.frame_id} == {frame}
        assert (colour.encoding, depth.encoding) == ('rgb8', '32FC1')
        assert (colour.step, depth.step) == (3 * 128, 4 * 128)
        assert pixels(colour, np.uint8, 3).std() > 10.0
        far = pixels(depth, np.float32, 1)[..., 0]
        station.until(lambda frame=frame: buffer.can_transform('world', frame, Time()))
        pose = buffer.lookup_transform('world', frame, Time()).transform
        x, y, z, w = (getattr(pose.rotation, axis) for axis in 'xyzw')
        # the image's axes in the world: the third rows of the rotation are heights
        up = np.array([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)])
        columns, rows = np.meshgrid(np.arange(128), np.arange(128))
        rays = np.stack(
            [(columns - info.k[2]) / info.k[0], (rows - info.k[5]) / info.k[4], np.ones_like(far)],
            axis=-1,
        )
        heights = pose.translation.z + (rays * far[..., None]) @ up
        # the greater part of both images is the table
        assert (np.abs(heights - 0.752) < 2e-3).mean() > 0.25
    listener.unregister()


def test_the_arm_follows_trajectories_and_refuses_what_it_cannot_follow(station, active, joints):
    assert reset(station).success
    commands = station.node.create_publisher(JointTrajectory, COMMAND, qos.COMMAND)
    station.until(commands.get_subscription_count)
    station.until(lambda: joints)
    assert list(joints[-1][1].name[:7]) == list(JOINTS)
    assert len(joints[-1][1].position) == len(joints[-1][1].velocity) == 9
    goal = np.add(HOME, (0.2, 0.1, 0.0, -0.1, 0.0, 0.1, 0.2))
    order = list(reversed(range(7)))
    point = JointTrajectoryPoint(
        positions=goal[order].tolist(), time_from_start=Duration(sec=0, nanosec=500_000_000)
    )
    names = [JOINTS[number] for number in order]
    commands.publish(JointTrajectory(joint_names=names, points=[point]))
    station.until(lambda: np.allclose(positions(joints), goal, atol=2e-3), what='it does not obey')
    commands.publish(JointTrajectory(joint_names=names[:3], points=[point]))
    station.until(lambda: 'other joints than the arm; ignored' in active.said())
    assert np.allclose(positions(joints), goal, atol=0.01)


def test_fingers_obey_openings_from_0_to_1_and_feel_one_another(station, active, joints):
    assert reset(station).success
    openings = station.node.create_publisher(Float64, 'gripper_command', qos.COMMAND)
    gels = station.keep(Image, 'left_finger/tactile/image_raw', qos.SENSOR_IN)
    station.until(openings.get_subscription_count)
    station.until(lambda: gels)
    assert (pixels(gels[-1][1], np.uint8, 3) == reference()).all()
    openings.publish(Float64(data=1.5))
    station.until(lambda: 'an opening of 1.5 is not from 0 to 1' in active.said())
    openings.publish(Float64(data=0.0))
    station.until(lambda: sum(joints[-1][1].position[7:]) < 1e-3, what='they do not close')
    count = len(gels)
    station.until(lambda: len(gels) > count + 1)
    assert (pixels(gels[-1][1], np.uint8, 3) != reference()).any()


def test_an_episode_says_what_to_do_and_ends_when_its_time_is_over(station, active, joints):
    episodes = station.keep(EpisodeStatus, 'episode', qos.EPISODE)
    goals = station.keep(TaskGoal, 'goal', qos.LATCHED)
    before = nanoseconds(joints[-1][1].header.stamp)
    assert reset(station, episode='timed', scenario='put_block_back/2', seed=3).success
    station.until(lambda: goals and goals[-1][1].task == 'put_block_back')
    assert goals[-1][1].instruction

    def ended():
        of_this = [message for _, message in episodes if message.episode == 'timed']
        return of_this and of_this[-1].state == EpisodeStatus.TIMEOUT and of_this

    messages = station.until(ended, 30.0, 'it does not end')
    assert [message.state for message in messages] == [
        EpisodeStatus.RUNNING,
        EpisodeStatus.TIMEOUT,
    ]
    assert messages[-1].elapsed == pytest.approx(3.0, abs=0.02)
    assert messages[-1].scenario == 'put_block_back/2'
    # time goes on over episodes
    assert nanoseconds(messages[0].header.stamp) >= before


def test_it_can_be_brought_down_and_up_again(station, active, joints):
    station.bring_down(NODE)
    count = len(joints)
    station.bring_up(NODE)
    station.until(lambda: len(joints) > count, what='it publishes no joints any more')
    assert reset(station).success
    assert active.is_running
    assert 'Traceback' not in active.said()
