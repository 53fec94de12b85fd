"""The simulated Barkour: drives that obey by name, sensors that agree, episodes that end."""

from __future__ import annotations

import math

import numpy as np
import pytest
from geometry_msgs.msg import Twist, Vector3
from lifecycle_msgs.msg import State, Transition
from nav_msgs.msg import Odometry
from rclpy.time import Time
from sensor_msgs.msg import CameraInfo, Image, Imu, JointState, Range
from std_msgs.msg import String
from tf2_ros import Buffer, TransformListener

from policy_nodes.nodes import qos
from policy_nodes.nodes.translate import nanoseconds
from policy_nodes.simulation.barkour.robot_model import BARKOUR, JOINTS, LEGS
from policy_stack.msg import EpisodeStatus, HeightScan, JointCommand
from policy_stack.srv import ResetEpisode

NODE = 'barkour_simulator'


class Legs:
    """Measured joints, body and feet as they come, and commands to the drives."""

    def __init__(self, station):
        self.station = station
        self.joints = station.keep(JointState, 'joint_states', qos.STREAM)
        self.heights = station.keep(Range, 'body_height', qos.STREAM)
        self.contacts = station.keep(JointState, 'foot_contacts', qos.STREAM)
        self.imu = station.keep(Imu, 'imu', qos.STREAM)
        self.odometry = station.keep(Odometry, 'odom', qos.STREAM)
        self.episodes = station.keep(EpisodeStatus, 'episode', qos.EPISODE)
        self.commands = station.node.create_publisher(JointCommand, 'joint_command', qos.COMMAND)
        self.pushes = station.node.create_publisher(Twist, f'{NODE}/push', qos.STREAM)
        station.until(self.commands.get_subscription_count)
        station.until(self.pushes.get_subscription_count)

    def reset(self, **changes):
        request = ResetEpisode.Request(episode='e', seed=1)
        for name, value in changes.items():
            setattr(request, name, value)
        return self.station.call(ResetEpisode, f'{NODE}/reset_episode', request)

    def command(self, pose, kp=35.0, kd=0.65, order=range(12)):
        names = [JOINTS[number] for number in order]
        nothing = np.zeros(12)
        self.commands.publish(
            JointCommand(
                names=names,
                position=np.array(pose)[list(order)],
                velocity=nothing,
                effort=nothing,
                kp=np.full(12, kp),
                kd=np.full(12, kd),
            )
        )

    def more(self, kept, count=5):
        """Wait for so many further messages and give the last."""
        begin = len(kept)
        self.station.until(lambda: len(kept) >= begin + count)
        return kept[-1][1]

    def stands(self):
        """Rise slowly; at once it would jump and turn over."""
        fold, stand = np.array(BARKOUR.fold), np.array(BARKOUR.stand)
        for share in np.linspace(0.0, 1.0, 25):
            self.command(fold + share * (stand - fold), order=list(reversed(range(12))))
            self.more(self.joints, 5)

    def ended(self, name):
        """Wait for the last state of an episode."""

        def last():
            states = [each.state for _, each in self.episodes if each.episode == name]
            return states if states and states[-1] != EpisodeStatus.RUNNING else None

        return self.station.until(last, 40.0, 'the episode does not end')


@pytest.fixture(scope='module')
def simulator(processes, station):
    """The simulator, unconfigured."""
    process = processes(NODE, '-p', 'time_limit:=4.0')
    assert station.state_of(NODE, 30.0) == State.PRIMARY_STATE_UNCONFIGURED
    return process


@pytest.fixture(scope='module')
def legs(station, simulator):
    station.bring_up(NODE)
    found = Legs(station)
    station.until(lambda: found.joints and found.heights and found.contacts)
    return found


def test_an_unknown_ground_is_refused_when_configuring_and_lists_the_known_ones(
    station, simulator
):
    assert station.set_parameter(NODE, 'scenario', 'ofical').successful
    assert not station.change(NODE, Transition.TRANSITION_CONFIGURE)
    station.until(lambda: "there is no ground 'ofical'; there are official," in simulator.said())
    assert station.set_parameter(NODE, 'scenario', 'official').successful


def test_a_rate_that_the_physics_cannot_keep_is_refused(station, simulator):
    assert station.set_parameter(NODE, 'rate', 100.0).successful
    assert not station.change(NODE, Transition.TRANSITION_CONFIGURE)
    station.until(lambda: 'no multiple of 0.004 s' in simulator.said())
    assert station.set_parameter(NODE, 'rate', 250.0).successful
    assert 'Traceback' not in simulator.said()


def test_without_a_command_it_lies_folded_on_the_start_table(legs):
    joints = legs.more(legs.joints)
    assert tuple(joints.name) == JOINTS
    assert legs.heights[-1][1].range < 0.1
    pose = legs.odometry[-1][1].pose.pose.position
    assert (pose.x, pose.y) == pytest.approx((0.5, -0.5), abs=0.05)
    assert pose.z == pytest.approx(0.1 + legs.heights[-1][1].range, abs=0.02)


def test_it_stands_up_by_a_command_in_any_order_of_names_and_bears_its_weight(legs):
    legs.stands()
    assert tuple(legs.contacts[-1][1].name) == LEGS
    weight = 11.487 * 9.81

    def rests():
        joints = legs.joints[-1][1]
        still = np.abs(joints.velocity).max() < 0.1
        near = np.abs(np.subtract(joints.position, BARKOUR.stand)).max() < 0.2
        return still and near and abs(sum(legs.contacts[-1][1].effort) - weight) < 0.05 * weight

    # it sways on for a moment after it stood up
    legs.station.until(rests, what='it does not come to rest')
    pull = legs.imu[-1][1].linear_acceleration
    assert math.dist((pull.x, pull.y, pull.z), (0.0, 0.0, 9.81)) < 1.0


def test_commands_for_others_or_without_numbers_are_ignored(legs, simulator):
    nothing = np.zeros(3)
    legs.commands.publish(
        JointCommand(
            names=list(JOINTS[:3]),
            position=nothing,
            velocity=nothing,
            effort=nothing,
            kp=nothing,
            kd=nothing,
        )
    )
    legs.station.until(lambda: 'other joints than those of the legs; ignored' in simulator.said())
    legs.command([math.nan] * 12)
    legs.more(legs.heights, 10)
    assert legs.heights[-1][1].range > 0.22


def test_scan_and_depth_image_show_the_floor_and_table_where_tf_places_them(legs, station):
    scans = station.keep(HeightScan, 'height_scan', qos.SENSOR_IN)
    images = station.keep(Image, 'depth/image_raw', qos.SENSOR_IN)
    infos = station.keep(CameraInfo, 'depth/camera_info', qos.SENSOR_IN)
    buffer = Buffer()
    listener = TransformListener(buffer, station.node)
    station.until(lambda: scans and images and infos)
    scan = scans[-1][1]
    assert scan.header.frame_id == 'base_stabilized'
    heights = np.array(scan.heights).reshape(scan.rows, scan.columns)
    height = legs.heights[-1][1].range
    # 1 m ahead the floor, below the body the table
    row = round(-scan.origin.x / scan.resolution)
    column = round(-scan.origin.y / scan.resolution)
    assert heights[row, column] == pytest.approx(-height, abs=0.02)
    assert heights[row + 8, column] == pytest.approx(-height - 0.1, abs=0.02)

    image, info = images[-1][1], infos[-1][1]
    depth = np.frombuffer(bytes(image.data), np.float32).reshape(image.height, image.width)
    assert image.header.frame_id == info.header.frame_id == 'depth_optical_frame'
    station.until(lambda: buffer.can_transform('odom', 'depth_optical_frame', Time()))
    pose = buffer.lookup_transform('odom', 'depth_optical_frame', Time()).transform
    x, y, z, w = (getattr(pose.rotation, axis) for axis in 'xyzw')
    up = np.array([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)])
    columns, rows = np.meshgrid(np.arange(image.width), np.arange(image.height))
    rays = np.stack(
        [(columns - info.k[2]) / info.k[0], (rows - info.k[5]) / info.k[4], np.ones_like(depth)],
        axis=-1,
    )
    seen = np.isfinite(depth)
    heights = pose.translation.z + (rays @ up * np.where(seen, depth, 0.0))[seen]
    on_something = (np.abs(heights) < 0.03) | (np.abs(heights - 0.1) < 0.03)
    assert on_something.mean() > 0.9
    listener.unregister()


def test_episodes_need_a_ground_that_exists_and_end_when_their_time_is_over(legs):
    assert "there is no ground 'moon'" in legs.reset(scenario='moon').message
    assert 'is no seed' in legs.reset(scenario='rearranged/x').message
    before = nanoseconds(legs.joints[-1][1].header.stamp)
    reply = legs.reset(episode='timed', scenario='rearranged/1')
    assert reply.success, reply.message
    pose = legs.more(legs.odometry).pose.pose.position
    assert (pose.x, pose.y) == pytest.approx((4.5, -0.5), abs=0.1)
    # joints stayed as they were, so the command goes on
    assert legs.more(legs.heights).range > 0.2
    assert legs.ended('timed') == [EpisodeStatus.RUNNING, EpisodeStatus.TIMEOUT]
    last = legs.episodes[-1][1]
    assert (last.scenario, last.elapsed) == ('rearranged/1', pytest.approx(4.0, abs=0.02))
    assert nanoseconds(last.header.stamp) >= before


def test_a_robot_that_is_pushed_over_ends_its_episode_as_fallen(legs):
    assert legs.reset(episode='pushed', scenario='flat').success
    push = Twist(linear=Vector3(z=2.0), angular=Vector3(x=8.0))
    legs.pushes.publish(push)
    assert legs.ended('pushed') == [EpisodeStatus.RUNNING, EpisodeStatus.FALLEN]
    legs.pushes.publish(Twist(linear=Vector3(x=math.nan)))
    legs.command(BARKOUR.fold)
    # the next episode begins upright and folded
    assert legs.reset(episode='next', scenario='flat').success
    turn = legs.more(legs.imu).orientation
    assert math.hypot(turn.x, turn.y) < 0.1
    assert legs.episodes[-1][1].state == EpisodeStatus.RUNNING


def test_it_is_told_once_an_episode_that_the_broad_jump_was_touched(legs, station):
    touches = station.keep(String, 'obstacle_touched', qos.STREAM)
    assert legs.reset(episode='jump', scenario='rearranged/0').success
    legs.stands()
    assert not touches
    legs.pushes.publish(Twist(linear=Vector3(x=-4.0, z=2.2)))
    station.until(lambda: touches, what='it did not land on the board')
    legs.more(legs.heights, 20)
    assert [message.data for _, message in touches] == ['broad_jump']


def test_it_can_be_brought_down_and_up_again(legs, station, simulator):
    station.bring_down(NODE)
    count = len(legs.joints)
    station.bring_up(NODE)
    station.until(lambda: len(legs.joints) > count, what='it publishes no joints any more')
    assert legs.reset().success
    assert simulator.is_running
    assert 'Traceback' not in simulator.said()
