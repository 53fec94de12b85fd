"""A Panda moves, in simulation or for real: by slow waves, or by the key poses of a policy.

For example ``ros2 launch policy_stack panda.launch.py policy:=sam2act_plus
scenario:=reopen_drawer episodes:=3``, or without ROS 2 ``policy-stack launch panda
policy:=sam2act_plus``. Where no episodes run, nothing moves before an operator calls
``safety_controller/reset``, or ``reset_safety:=true`` does so at the start.
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
ROBOT = 'panda'
KIND = 'arm'
PROPOSER = 'motion_executor'
POLICY = 'manipulation_policy'
BANK = 'memory_bank'
SIMULATORS = {'joints': 'arm_simulator', 'tabletop': 'tabletop_simulator'}
POLICIES = ('sam2act', 'sam2act_plus', 'sam2act_coarse_upsampling', 'remote')
EXERCISER = 'exerciser'
EXECUTORS = {EXERCISER: 'arm_exerciser'}  # what stands for motion_executor, where it is not that
GAZEBO = 'gazebo'
CONTROLLERS = ('joint_state_broadcaster', 'joint_trajectory_controller')
SUITS = {EXERCISER: 'joints'}  # the simulator of a policy, where it is not the table top
RESPAWNED = (PROPOSER, POLICY, BANK)
# what the safety controller hears through a fault campaign instead of directly
FAULTY = ('joint_states', 'distance', 'motion_executor/action_chunk', '/clock')
PASSING = ('create', 'spawner')  # of Gazebo: they end when their work is done
REFUSED = 2  # exit code of a node that refuses its parameters

ARGUMENTS = (
    DeclareLaunchArgument(
        'simulator',
        default_value='auto',
        choices=['auto', *SIMULATORS, GAZEBO, 'none'],
        description='auto: what the policy needs; joints: seven servos; tabletop: an arm, a task '
        'and cameras; gazebo: arm, table and cameras in Gazebo Sim; none: a robot, or a '
        'simulator started elsewhere',
    ),
    DeclareLaunchArgument(
        'policy',
        default_value=EXERCISER,
        choices=[EXERCISER, *POLICIES],
        description='exerciser: slow waves of all joints; the others: key poses by what the '
        'cameras see; remote: those of a policy server',
    ),
    DeclareLaunchArgument(
        'server',
        default_value='ws://127.0.0.1:8787',
        description='of `policy-stack serve`, for policy:=remote',
    ),
    DeclareLaunchArgument(
        'checkpoint',
        default_value='',
        description='name or folder; empty takes the shipped one of the policy',
    ),
    DeclareLaunchArgument(
        'scenario',
        default_value='reach_target',
        description='task on the table top, or task/2 for its variation 2',
    ),
    DeclareLaunchArgument(
        'episodes', default_value='0', description='to run; 0 only brings the nodes up'
    ),
    DeclareLaunchArgument('seed', default_value='0', description='of the run'),
    DeclareLaunchArgument(
        'device', default_value='cpu', description='of the policy, for example cuda'
    ),
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
        'reset_safety',
        default_value='false',
        choices=['true', 'false'],
        description='permit motion once the nodes are up, without an operator',
    ),
    DeclareLaunchArgument(
        'params_file', default_value='', description='yaml that overrides all others'
    ),
    DeclareLaunchArgument('namespace', default_value='', description='of all nodes'),
    DeclareLaunchArgument(
        'record', default_value='true', choices=['true', 'false'], description='write an MCAP file'
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
    """Start Gazebo Sim, the bridge to it, the arm in it and the controllers of the arm.

    Raises:
        RuntimeError: they are not installed.
    """
    try:
        for package in ('ros_gz_bridge', 'gz_ros2_control', 'joint_trajectory_controller'):
            FindPackageShare(package).perform(context)
    except PackageNotFoundError as error:
        raise RuntimeError(
            'simulator:=gazebo needs ROS 2 with Gazebo Sim: '
            'sudo apt install ros-$ROS_DISTRO-ros-gz ros-$ROS_DISTRO-gz-ros2-control '
            'ros-$ROS_DISTRO-ros2-controllers'
        ) from error
    robot = (folder / 'panda.urdf').read_text(encoding='utf-8')
    robot = robot.replace('CONTROLLERS_FILE', str(folder / 'controllers.yaml'))
    model = {'robot_description': ParameterValue(robot, value_type=str)}
    told = {'output': 'both'}
    create = ['-topic', 'robot_description', '-name', ROBOT]
    bridge = {'config_file': str(folder / 'bridge.yaml')}
    return [
        ExecuteProcess(cmd=['gz', 'sim', '-r', str(folder / 'world.sdf')], name='gazebo', **told),
        Node(
            package='robot_state_publisher',
            executable='robot_state_publisher',
            parameters=[model],
            **told,
        ),
        # these end as soon as their work is done
        Node(package='ros_gz_sim', executable='create', arguments=create, **told),
        Node(package='controller_manager', executable='spawner', arguments=[*CONTROLLERS], **told),
        Node(
            package='ros_gz_bridge',
            executable='parameter_bridge',
            name='gazebo_bridge',
            parameters=[bridge],
            **told,
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
    if name in RESPAWNED or (name in PASSING and not code):
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
    exercise = given['policy'] == EXERCISER
    suits = SUITS.get(given['policy'], 'tabletop')
    chosen = suits if given['simulator'] == 'auto' else given['simulator']
    if chosen not in (suits, GAZEBO, 'none'):
        raise RuntimeError(
            f'policy:={given["policy"]} does not go with simulator:={chosen}: use {suits}, or none'
        )
    simulator = SIMULATORS.get(chosen)
    simulated = simulator is not None
    outside = chosen == GAZEBO
    auto = simulated or outside
    sim_time = auto if given['use_sim_time'] == 'auto' else given['use_sim_time'] == 'true'
    folder = str(Path(given['run_folder']).absolute())
    episodes, seed = number(given, 'episodes', int), number(given, 'seed', int)
    if episodes and (exercise or not simulated):
        raise RuntimeError('episodes are run by a policy that sees, and simulator:=tabletop')
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

    def parameters(executable: str, **more: object) -> list:
        files = (
            share / 'config' / f'{executable}.yaml',
            share / 'config' / ROBOT / f'{executable}.yaml',
            Path(given['params_file']) if given['params_file'] else None,
        )
        return [str(file) for file in files if file is not None and file.exists()] + [more]

    def node(executable: str, name: str = '', **more: object) -> Node:
        name = name or executable
        return Node(
            package=PACKAGE,
            executable=executable,
            name=name,
            exec_name=name,
            parameters=parameters(executable, **more),
            respawn=name in RESPAWNED,
            respawn_delay=1.0,
            # a loaded machine takes long to end a process
            sigterm_timeout='10',
            sigkill_timeout='10',
            arguments=['--ros-args', '--log-level', given['log_level']],
            remappings=[*(faulty if name == 'safety_controller' else ()), *apart],
            output='both',
        )

    def text(name: str) -> ParameterValue:
        # else launch reads a name such as 2024 or on as a number or a truth value
        return ParameterValue(given[name], value_type=str)

    here = ParameterValue(folder, value_type=str)
    run = {key: text(key) for key in ('policy', 'checkpoint')}
    names: list[str] = []
    nodes = gazebo(context, share / 'config' / ROBOT / 'gazebo') if outside else []

    def add(made: Node, name: str) -> None:
        nodes.append(made)
        names.append(name)

    if simulator is not None:
        world = {} if exercise else {'scenario': text('scenario')}
        add(node(simulator, speed=number(given, 'speed', float), **world), simulator)
    if not exercise:
        bank = ParameterValue(f'{folder}/memory', value_type=str)
        add(node(BANK, folder=bank), BANK)
        looks = {'device': text('device'), 'server': text('server'), 'episodes': simulated}
        add(node(POLICY, **run, **looks), POLICY)
    add(node(EXECUTORS.get(given['policy'], PROPOSER), PROPOSER), PROPOSER)
    add(node('safety_controller', kind=KIND), 'safety_controller')
    watched = {'policy_node': POLICY}
    if not exercise:
        told = {'robot': ROBOT, 'seed': seed, 'scenario': text('scenario')}
        add(node('scorer', folder=here, **told, **run, **watched), 'scorer')
    if given['record'] == 'true':
        once = {'at_once': not episodes} | ({} if exercise else watched)
        add(node('recorder', folder=here, checkpoint=text('checkpoint'), **once), 'recorder')
    plan = {'episodes': 0}
    if episodes:
        told = ('recorder', 'scorer', BANK, POLICY, PROPOSER, simulator)
        plan = {
            'episodes': episodes,
            'seed': seed,
            'scenario': text('scenario'),
            'reset_nodes': [name for name in told if name in names],
            'reset_safety': True,
            'rearm': True,
        }
    permit = given['reset_safety'] == 'true'
    supervisor = node('supervisor', nodes=names, permit_motion=permit, **plan)
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
