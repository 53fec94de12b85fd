"""A TurtleBot drives by a navigation policy, in simulation or for real.

For example ``ros2 launch policy_stack turtlebot.launch.py scenario:=hallway episodes:=3``, or
without ROS 2 ``policy-stack launch turtlebot policy:=orca episodes:=3``.
"""

from pathlib import Path

from ament_index_python.packages import PackageNotFoundError
from launch import Event, LaunchContext, LaunchDescription
from launch.actions import (
    DeclareLaunchArgument,
    ExecuteProcess,
    GroupAction,
    OpaqueFunction,
    RegisterEventHandler,
    Shutdown,
)
from launch.event_handlers import OnProcessExit
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node, PushROSNamespace, SetParameter
from launch_ros.parameter_descriptions import ParameterValue
from launch_ros.substitutions import FindPackageShare

PACKAGE = 'policy_stack'
ROBOT = 'turtlebot'
RESPAWNED = ('people_detector', 'people_tracker', 'navigation_policy')
# what the safety controller hears through a fault campaign instead of directly
FAULTY = ('scan', 'odom', 'tracked_people', 'navigation_policy/cmd_vel', '/clock')
REFUSED = 2  # exit code of a node that refuses its parameters

ARGUMENTS = (
    DeclareLaunchArgument(
        'simulator',
        default_value='embedded',
        choices=['embedded', 'gazebo', 'none'],
        description='embedded: the crowd world; gazebo: a room in Gazebo Sim, without people; '
        'none: a robot, or a simulator started elsewhere',
    ),
    DeclareLaunchArgument(
        'policy', default_value='height', description='height, orca, dwa, straight or remote'
    ),
    DeclareLaunchArgument(
        'checkpoint',
        default_value='',
        description='name or folder; empty takes the shipped one for the scenario',
    ),
    DeclareLaunchArgument(
        'server',
        default_value='ws://127.0.0.1:8787',
        description='of `policy-stack serve`, for policy:=remote',
    ),
    DeclareLaunchArgument(
        'scenario',
        default_value='rand',
        description='rand, less_human, more_human, less_obstacles, more_obstacles, hallway, '
        'lounge or recorded',
    ),
    DeclareLaunchArgument(
        'people', default_value='', description='folder of recorded people, for recorded'
    ),
    DeclareLaunchArgument(
        'detections',
        default_value='given',
        choices=['given', 'lidar'],
        description='of people. given: by the simulator, or by a detector of yours; lidar: by '
        'people_detector, from points',
    ),
    DeclareLaunchArgument(
        'episodes', default_value='0', description='to run; 0 only brings the nodes up'
    ),
    DeclareLaunchArgument('seed', default_value='0', description='of the run'),
    DeclareLaunchArgument(
        'speed', default_value='1.0', description='simulated over wall time, where it can be held'
    ),
    DeclareLaunchArgument(
        'use_sim_time',
        default_value='auto',
        choices=['auto', 'true', 'false'],
        description='auto: with a simulator',
    ),
    DeclareLaunchArgument(
        'params_file', default_value='', description='yaml that overrides all others'
    ),
    DeclareLaunchArgument('namespace', default_value='', description='of all nodes'),
    DeclareLaunchArgument(
        'record', default_value='true', choices=['true', 'false'], description='write MCAP files'
    ),
    DeclareLaunchArgument(
        'run_folder', default_value='runs/latest', description='where results of this run go'
    ),
    DeclareLaunchArgument(
        'faults',
        default_value='false',
        choices=['true', 'false'],
        description='let a fault campaign stand before the safety controller',
    ),
    DeclareLaunchArgument('log_level', default_value='info', description='of all nodes'),
)


def number(given: dict[str, str], name: str, kind: type) -> float | int:
    """Read a number.

    Raises:
        RuntimeError: it is none.
    """
    try:
        return kind(given[name])
    except ValueError as error:
        what = 'a whole number' if kind is int else 'a number'
        raise RuntimeError(f'{name}:={given[name]} is not {what}') from error


def gazebo(context: LaunchContext, folder: Path) -> list:
    """Start Gazebo Sim and the bridge to it.

    Raises:
        RuntimeError: they are not installed.
    """
    try:
        FindPackageShare('ros_gz_bridge').perform(context)
    except PackageNotFoundError as error:
        raise RuntimeError(
            'simulator:=gazebo needs ROS 2 with Gazebo Sim: '
            'sudo apt install ros-$ROS_DISTRO-ros-gz'
        ) from error
    bridge = {'config_file': str(folder / 'bridge.yaml')}
    return [
        ExecuteProcess(
            cmd=['gz', 'sim', '-r', str(folder / 'world.sdf')], name='gazebo', output='both'
        ),
        Node(
            package='ros_gz_bridge',
            executable='parameter_bridge',
            name='gazebo_bridge',
            parameters=[bridge],
            output='both',
        ),
    ]


def judge_exit(event: Event, context: LaunchContext) -> list | None:
    """End everything when a node has ended that nobody starts again.

    Raises:
        RuntimeError: it did not end well; launch then ends everything with exit code 1.
    """
    name, code = event.process_name.rsplit('-', 1)[0], event.returncode
    if context.is_shutdown:
        return None
    if code == REFUSED:
        raise RuntimeError(f'{name} refused its parameters; its log says which')
    if name in RESPAWNED:
        return None
    if code:
        raise RuntimeError(f'{name} ended with code {code}; its log says why')
    return [Shutdown(reason=f'{name} has ended')]


def compose(context: LaunchContext) -> list:
    """Choose the nodes and their parameters from the arguments."""
    given = {
        argument.name: LaunchConfiguration(argument.name).perform(context)
        for argument in ARGUMENTS
    }
    share = Path(FindPackageShare(PACKAGE).perform(context))
    simulated = given['simulator'] == 'embedded'
    outside = given['simulator'] == 'gazebo'
    auto = simulated or outside
    sim_time = auto if given['use_sim_time'] == 'auto' else given['use_sim_time'] == 'true'
    by_lidar = given['detections'] == 'lidar'
    folder = str(Path(given['run_folder']).absolute())
    episodes, seed = number(given, 'episodes', int), number(given, 'seed', int)
    if episodes and not simulated:
        raise RuntimeError('episodes are run by the embedded simulator: use simulator:=embedded')
    if given['params_file'] and not Path(given['params_file']).is_file():
        raise RuntimeError(f'there is no params_file {given["params_file"]}')

    campaign = given['faults'] == 'true'
    faulty = [(topic, f'faulty/{topic.lstrip("/")}') for topic in FAULTY if campaign]
    # frames of several robots share names, and each simulator has a time of its own
    apart = [('/tf', 'tf'), ('/tf_static', 'tf_static')] if given['namespace'] else []
    if given['namespace'] and simulated:
        apart.append(('/clock', 'clock'))
    if given['namespace'] and outside:
        raise RuntimeError('the bridge to Gazebo knows one robot: leave the namespace out')

    def parameters(name: str, **more: object) -> list:
        files = (
            share / 'config' / f'{name}.yaml',
            share / 'config' / ROBOT / f'{name}.yaml',
            Path(given['params_file']) if given['params_file'] else None,
        )
        return [str(file) for file in files if file is not None and file.exists()] + [more]

    def text(name: str) -> ParameterValue:
        # else launch reads a name such as 2024 or on as a number or a truth value
        return ParameterValue(given[name], value_type=str)

    def node(name: str, **more: object) -> Node:
        return Node(
            package=PACKAGE,
            executable=name,
            name=name,
            parameters=parameters(name, **more),
            respawn=name in RESPAWNED,
            respawn_delay=1.0,
            # a loaded machine takes long to end a process that has torch in it
            sigterm_timeout='10',
            sigkill_timeout='10',
            arguments=['--ros-args', '--log-level', given['log_level']],
            remappings=[*(faulty if name == 'safety_controller' else ()), *apart],
            output='both',
        )

    run = {key: text(key) for key in ('policy', 'checkpoint', 'scenario')}
    nodes = gazebo(context, share / 'config' / ROBOT / 'gazebo') if outside else []
    if outside:
        nodes.append(node('empty_detections'))
    names = ['people_tracker', 'navigation_policy', 'safety_controller', 'scorer']
    if simulated:
        nodes.append(
            node(
                'crowd_simulator',
                scenario=text('scenario'),
                people=text('people'),
                speed=number(given, 'speed', float),
                **({'lidar.beams': 16} if by_lidar else {}),
            )
        )
        names.insert(0, 'crowd_simulator')
    driver = node('navigation_policy', server=text('server'), **run)
    if by_lidar:
        names.insert(names.index('people_tracker'), 'people_detector')
        nodes.append(node('people_detector'))
    # boxes from a network lie less well than detections with the default errors
    told = {'input': 'boxes', 'noise': 0.1} if by_lidar else {}
    nodes += [node('people_tracker', **told), driver, node('safety_controller')]
    nodes.append(node('scorer', folder=folder, robot=ROBOT, seed=seed, **run))
    if given['record'] == 'true':
        names.append('recorder')
        nodes.append(node('recorder', folder=folder, checkpoint=text('checkpoint')))
    last = ['crowd_simulator'] if simulated else []
    reset = ('recorder', 'scorer', 'people_tracker', 'navigation_policy')
    supervisor = node(
        'supervisor',
        nodes=names,
        reset_nodes=[name for name in reset if name in names] + last,
        episodes=episodes,
        seed=seed,
        scenario=text('scenario'),
        reset_safety=simulated,
    )
    return [
        RegisterEventHandler(OnProcessExit(on_exit=judge_exit)),
        GroupAction(
            [
                PushROSNamespace(given['namespace']),
                SetParameter('use_sim_time', sim_time),
                SetParameter('sensor_reliability', 'reliable' if simulated else 'best_effort'),
                *nodes,
                supervisor,
            ]
        ),
    ]


def generate_launch_description() -> LaunchDescription:
    """Declare the arguments; everything else follows from them."""
    return LaunchDescription([*ARGUMENTS, OpaqueFunction(function=compose)])
