"""What Gazebo Sim is given: sound XML, the robots of the configuration, topics of the nodes.

Gazebo itself does not run here. Its own checkers are asked where they are installed.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import yaml
from scipy.spatial.transform import Rotation

import policy_nodes  # noqa: F401 (serves rclpy to the nodes' tables)

CONFIG = Path(__file__).resolve().parents[2] / 'config'
WORLDS = sorted(CONFIG.glob('*/gazebo/world.sdf'))
MODELS = sorted(CONFIG.glob('*/gazebo/*.urdf'))
BRIDGES = sorted(CONFIG.glob('*/gazebo/bridge.yaml'))
ROBOTS = ['barkour', 'panda', 'turtlebot']
# of the documentation of ros_gz_bridge
PAIRS = {
    ('geometry_msgs/msg/TwistStamped', 'gz.msgs.Twist'),
    ('nav_msgs/msg/Odometry', 'gz.msgs.Odometry'),
    ('rosgraph_msgs/msg/Clock', 'gz.msgs.Clock'),
    ('sensor_msgs/msg/CameraInfo', 'gz.msgs.CameraInfo'),
    ('sensor_msgs/msg/Image', 'gz.msgs.Image'),
    ('sensor_msgs/msg/Imu', 'gz.msgs.IMU'),
    ('sensor_msgs/msg/JointState', 'gz.msgs.Model'),
    ('sensor_msgs/msg/LaserScan', 'gz.msgs.LaserScan'),
    ('tf2_msgs/msg/TFMessage', 'gz.msgs.Pose_V'),
}


def name_of(path):
    return f'{path.parents[1].name}/{path.name}'


def read_yaml(*parts):
    return yaml.safe_load(CONFIG.joinpath(*parts).read_text())


def bridged(robot):
    return read_yaml(robot, 'gazebo', 'bridge.yaml')


def urdf(robot):
    return ElementTree.parse(CONFIG / robot / 'gazebo' / f'{robot}.urdf').getroot()


def joints_of(robot):
    return {each.get('name'): each for each in urdf(robot).findall('joint')}


def test_all_three_robots_have_a_world_and_a_bridge():
    assert [path.parents[1].name for path in WORLDS] == ROBOTS
    assert [path.parents[1].name for path in BRIDGES] == ROBOTS


@pytest.mark.parametrize('path', BRIDGES, ids=name_of)
def test_every_pair_of_types_is_in_the_documented_table(path):
    for row in yaml.safe_load(path.read_text()):
        assert (row['ros_type_name'], row['gz_type_name']) in PAIRS, row
        assert row['direction'] in ('GZ_TO_ROS', 'ROS_TO_GZ')
        to_robot = row['ros_topic_name'] == 'cmd_vel'
        assert to_robot == (row['direction'] == 'ROS_TO_GZ'), row
    assert len({row['ros_topic_name'] for row in yaml.safe_load(path.read_text())})


def topics_of(topics):
    """Name and type of what the tables of nodes name."""
    found = set()
    for topic in topics:
        package = topic.type.__module__.split('.')[0]
        found.add((topic.name, f'{package}/msg/{topic.type.__name__}'))
    return found


def test_what_gazebo_says_is_what_the_embedded_simulators_say():
    """The same names and types, so that the nodes cannot tell them apart."""
    from policy_nodes.nodes import barkour_topics, crowd_topics, tabletop_topics

    for robot, module, beside in (
        ('turtlebot', crowd_topics, {('imu', 'sensor_msgs/msg/Imu')}),
        ('panda', tabletop_topics, set()),
        ('barkour', barkour_topics, set()),
    ):
        known = topics_of(module.INTERFACE.publishes) | beside
        for row in bridged(robot):
            if row['direction'] == 'GZ_TO_ROS':
                assert (row['ros_topic_name'], row['ros_type_name']) in known, row


def test_gazebo_listens_to_the_safety_controller_and_to_nobody_else():
    from policy_nodes.nodes.safety_arm import ARM
    from policy_nodes.nodes.safety_base import BASE

    sent = topics_of(BASE.interface.publishes)
    heard = [row for row in bridged('turtlebot') if row['direction'] == 'ROS_TO_GZ']
    assert [(row['ros_topic_name'], row['ros_type_name']) for row in heard] == [
        ('cmd_vel', 'geometry_msgs/msg/TwistStamped')
    ]
    assert ('cmd_vel', 'geometry_msgs/msg/TwistStamped') in sent
    controllers = read_yaml('panda', 'gazebo', 'controllers.yaml')
    topic = 'joint_trajectory_controller/joint_trajectory'
    assert topic in {name for name, _ in topics_of(ARM.interface.publishes)}
    assert topic.split('/')[0] in controllers


@pytest.mark.parametrize('robot', ROBOTS)
def test_every_gazebo_topic_of_a_bridge_belongs_to_a_sensor_or_a_plugin(robot):
    said = {'/clock'}
    for path in (CONFIG / robot / 'gazebo').glob('*.[su][dr]*f'):
        root = ElementTree.parse(path).getroot()
        for sensor in root.iter('sensor'):
            topic = sensor.findtext('topic')
            parts = ('image', 'depth_image', 'camera_info')
            camera = sensor.get('type') == 'rgbd_camera'
            said |= {f'{topic}/{part}' for part in parts} if camera else {topic}
        for plugin in root.iter('plugin'):
            said |= {each.text for each in plugin if each.tag.endswith('topic')}
    assert {row['gz_topic_name'] for row in bridged(robot)} <= said


@pytest.mark.parametrize('robot', ROBOTS)
def test_sensors_speak_in_the_frames_that_policies_expect(robot):
    terms = read_yaml(robot, 'robot.yaml')['observations'].values()
    frames = {term['frame'] for term in terms if 'frame' in term}
    for path in (CONFIG / robot / 'gazebo').glob('*.[su][dr]*f'):
        for each in ElementTree.parse(path).getroot().iter('gz_frame_id'):
            assert each.text in frames


def inertias(root):
    """Mass and tensor of every body, of URDF and SDF alike."""
    for inertial in root.iter('inertial'):
        mass, given = inertial.find('mass'), inertial.find('inertia')
        number = float(mass.get('value') or mass.text)

        def entry(name, given=given):
            return float(given.get(name) or given.findtext(name) or 0.0)

        xx, yy, zz = (entry(name) for name in ('ixx', 'iyy', 'izz'))
        xy, xz, yz = (entry(name) for name in ('ixy', 'ixz', 'iyz'))
        yield number, np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


@pytest.mark.parametrize('path', [*WORLDS, *MODELS], ids=name_of)
def test_every_moving_body_has_a_mass_and_an_inertia_that_a_solid_can_have(path):
    for mass, tensor in inertias(ElementTree.parse(path).getroot()):
        principal = np.linalg.eigvalsh(tensor)
        assert mass > 0.0
        assert principal[0] > 0.0, tensor
        # the largest is at most the sum of the others; six digits are written
        assert principal[2] <= (principal[0] + principal[1]) * (1 + 1e-4), tensor


@pytest.mark.parametrize('path', MODELS, ids=name_of)
def test_a_robot_is_one_tree_whose_moving_links_have_mass(path):
    root = ElementTree.parse(path).getroot()
    links = {each.get('name'): each for each in root.findall('link')}
    joints = root.findall('joint')
    children = [each.find('child').get('link') for each in joints]
    parents = {each.find('parent').get('link') for each in joints}
    assert len(links) == len(root.findall('link'))
    assert len(children) == len(set(children))
    assert parents | set(children) == set(links)
    assert len(set(links) - set(children)) == 1
    for joint, child in zip(joints, children, strict=True):
        if joint.get('type') != 'fixed':
            assert links[child].find('inertial') is not None, child
            axis = [float(value) for value in joint.find('axis').get('xyz').split()]
            assert np.linalg.norm(axis) == pytest.approx(1.0, abs=1e-5)


def limits_of(joint):
    limit = joint.find('limit')
    return float(limit.get('lower')), float(limit.get('upper'))


def test_the_joints_of_the_arm_have_the_limits_and_places_of_its_safety_controller():
    given = read_yaml('panda', 'safety_controller.yaml')['/**']['ros__parameters']
    found = joints_of('panda')
    assert given['joints']['names'] == [name for name in found if name in given['limits']]
    for name, limit in given['limits'].items():
        assert limits_of(found[name]) == (limit['lower'], limit['upper'])
        # the configuration asks for half of what the drive can do
        assert float(found[name].find('limit').get('velocity')) >= limit['velocity']
        origin = found[name].find('origin')
        place = [float(v) for v in f'{origin.get("xyz")} {origin.get("rpy")}'.split()]
        assert place == pytest.approx(given['kinematics'][name]['origin'], abs=1e-5)
    fingers = read_yaml('panda', 'robot.yaml')['observations']['fingers']['names']
    assert set(fingers) <= found.keys()


def test_the_controllers_of_the_arm_move_its_seven_joints_in_order():
    names = read_yaml('panda', 'safety_controller.yaml')['/**']['ros__parameters']['joints']
    controllers = read_yaml('panda', 'gazebo', 'controllers.yaml')
    moved = controllers['joint_trajectory_controller']['ros__parameters']
    assert moved['joints'] == names['names']
    known = {
        each.get('name'): {kind.get('name') for kind in each.findall('command_interface')}
        for each in urdf('panda').find('ros2_control').findall('joint')
    }
    assert all(set(moved['command_interfaces']) <= known[name] for name in moved['joints'])


def test_the_joints_of_the_legs_have_the_limits_of_the_contract():
    given = read_yaml('barkour', 'robot.yaml')['actions']['legs']
    moving = {n: j for n, j in joints_of('barkour').items() if j.get('type') != 'fixed'}
    assert moving.keys() == set(given['names'])
    for name, limits in given['limits'].items():
        assert list(limits_of(moving[name])) == pytest.approx(limits, abs=1e-5)


def test_cameras_look_from_where_those_of_the_table_top_look():
    pytest.importorskip('mujoco')
    from policy_nodes.simulation.tabletop.camera_placement import OPTICAL, PLACEMENTS

    found = joints_of('panda')

    def turn(joint):
        values = joint.find('origin').get('rpy').split()
        return Rotation.from_euler('xyz', [float(v) for v in values]).as_matrix()

    for placed in PLACEMENTS:
        mount = found[f'{placed.name}_camera_joint']
        assert mount.find('parent').get('link') == placed.body
        at = [float(value) for value in mount.find('origin').get('xyz').split()]
        assert at == pytest.approx(placed.position, abs=1e-5)
        optical = turn(mount) @ turn(found[f'{placed.name}_optical_joint'])
        assert optical == pytest.approx(placed.rotation() @ OPTICAL, abs=1e-4)
        # Gazebo's cameras look along x, optical frames along z
        assert turn(mount)[:, 0] == pytest.approx(optical[:, 2], abs=1e-4)


@pytest.mark.parametrize('path', MODELS, ids=name_of)
def test_check_urdf_takes_it(path):
    program = shutil.which('check_urdf')
    if program is None:
        pytest.skip('check_urdf (liburdfdom-tools) is not installed')
    done = subprocess.run([program, path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize('path', WORLDS, ids=name_of)
def test_libsdformat_takes_it(path):
    program = shutil.which('gz') or shutil.which('ign')
    if program is None:
        pytest.skip('neither gz nor ign, whose `sdf --check` asks libsdformat, is installed')
    done = subprocess.run([program, 'sdf', '--check', path], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
