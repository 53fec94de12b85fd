"""Short recordings of every robot of the project, message by message, with known numbers."""

from __future__ import annotations

import numpy as np

from policy_nodes.evaluation.bag_metadata import offered_qos
from policy_nodes.evaluation.lerobot.messages import NANO, message
from policy_nodes.evaluation.message_definitions import message_definition, type_store
from policy_nodes.evaluation.recording_writer import RecordingWriter

START = 1_700_000_000 * NANO
LEGS = tuple(f'leg_{i}' for i in range(12))
ARM = (*(f'panda_joint{i}' for i in range(1, 8)), 'panda_finger_joint1', 'panda_finger_joint2')
RUNNING, SUCCEEDED, FALLEN = 1, 2, 8


def record(path, told, *, space=''):
    """Write (topic, seconds, message) in the order of time."""
    with RecordingWriter(path) as writer:
        for topic, seconds, kept in sorted(told, key=lambda each: each[1]):
            at = START + round(seconds * NANO)
            kind = kept.__msgtype__
            if hasattr(kept, 'header'):
                kept.header.stamp = _time(at)
            payload = bytes(type_store().serialize_cdr(kept, kind))
            writer.write(
                space + topic, kind, message_definition(kind), payload, at, at, offered_qos()
            )
        writer.add_metadata('score', {'json': '{"index": 0}'})
        writer.attach('contract.yaml', 'application/yaml', b'version: 1\n')
    return path


def _time(at):
    return message('builtin_interfaces/msg/Time', sec=at // NANO, nanosec=at % NANO)


def times(first, last, rate):
    return np.arange(round(first * rate), round(last * rate) + 1) / rate


def status(seconds, state):
    kind = 'policy_stack/msg/EpisodeStatus'
    built = message(kind, episode='rand-1', index=3, scenario='rand', seed=2**40, state=state)
    return '/episode', seconds, built


def base(until=2.0, rays=6):
    """A base whose x [m] is the time [s], and whose command is a tenth of it."""
    told = [status(0.0, RUNNING), status(until, SUCCEEDED)]
    goal = message('policy_stack/msg/TaskGoal', task='navigate', tolerance=0.3)
    goal.pose.position.x = 4.0
    goal.header.frame_id = 'odom'
    told.append(('/goal', 0.0, goal))
    for t in times(0.0, until + 0.5, 20):
        odom = message('nav_msgs/msg/Odometry', child_frame_id='base_link')
        odom.header.frame_id = 'odom'
        odom.pose.pose.position.x, odom.pose.pose.orientation.w = float(t), 1.0
        odom.twist.twist.linear.x = 1.0
        told.append(('/odom', t, odom))
    for t in times(0.1, until + 0.5, 10):
        scan = message('sensor_msgs/msg/LaserScan', angle_increment=0.1, range_max=25.0)
        scan.header.frame_id = 'base_link'
        scan.ranges = np.full(rays, 2.0 + t, np.float32)
        scan.ranges[:3] = np.inf, np.nan, -np.inf
        person = message('policy_stack/msg/TrackedPerson', id=7, state=1, radius=0.3)
        person.position.x = float(t)
        people = message('policy_stack/msg/TrackedPersons', persons=[person])
        people.header.frame_id = 'odom'
        told += [('/scan', t, scan), ('/tracked_people', t, people)]
        for topic in ('/cmd_vel', '/navigation_policy/cmd_vel'):
            command = message('geometry_msgs/msg/TwistStamped', twist__linear__x=t / 10)
            command.header.frame_id = 'base_link'
            told.append((topic, t, command))
    return told


def legs(until=1.0):
    """Legs whose joints stand at the time [s], in an order that changes all the time."""
    told = [status(0.0, RUNNING), status(until, FALLEN)]
    for number, t in enumerate(times(0.0, until, 100)):
        order = LEGS if number % 2 else LEGS[::-1]
        joints = message('sensor_msgs/msg/JointState', name=list(order))
        joints.position = np.array([t + int(name[4:]) for name in order])
        joints.velocity = np.zeros(12)
        imu = message('sensor_msgs/msg/Imu', orientation__w=1.0, linear_acceleration__z=9.81)
        imu.header.frame_id = 'base'
        told += [('/joint_states', t, joints), ('/imu', t, imu)]
    for t in times(0.2, until, 50):
        for topic in ('/joint_command', '/locomotion_policy/joint_command'):
            target = message('policy_stack/msg/JointCommand', names=list(LEGS))
            target.position = np.full(12, t)
            target.kp, target.kd = np.full(12, 50.0), np.full(12, 0.5)
            told.append((topic, t, target))
        ground = message('policy_stack/msg/HeightScan', rows=1, columns=2, resolution=0.1)
        ground.heights = np.array([0.5, np.nan], np.float32)
        told.append(('/height_scan', t, ground))
    return told


def arm(until=1.0, size=(4, 6)):
    """An arm with four cameras, whose pictures tell their time in hundredths."""
    told = [status(0.0, RUNNING), status(until, SUCCEEDED)]
    told.append(('/goal', 0.0, message('policy_stack/msg/TaskGoal', instruction='lift it')))
    for t in times(0.0, until, 20):
        joints = message('sensor_msgs/msg/JointState', name=list(ARM))
        joints.position = np.full(9, t)
        told.append(('/joint_states', t, joints))
    for number, t in enumerate((0.2, 0.6)):
        pose = message('policy_stack/msg/KeyPose', gripper=1.0, ignore_collisions=bool(number))
        pose.pose.position.z, pose.pose.orientation.w = 0.1 * (number + 1), 1.0
        pose.header.frame_id = 'world'
        told.append(('/key_pose', t, pose))
    for view in ('front', 'left_shoulder', 'right_shoulder', 'wrist'):
        for t in times(0.0, until, 10 if view == 'front' else 2):
            image = message('sensor_msgs/msg/Image', encoding='rgb8', height=size[0])
            image.width, image.step = size[1], 3 * size[1]
            image.data = np.full(size[0] * size[1] * 3, round(100 * t), np.uint8)
            image.header.frame_id = f'{view}_optical_frame'
            told.append((f'/{view}/color/image_raw', t, image))
    return told
