"""A Barkour, or another quadruped, moves by joint targets with gains, in simulation or for real.

For example ``ros2 launch policy_stack barkour.launch.py reset_safety:=true``, or without ROS 2
``policy-stack launch barkour reset_safety:=true``. Without ``reset_safety`` nothing moves before
an operator calls ``safety_controller/reset``.
"""

from pathlib import Path

from launch import Event, LaunchContext, LaunchDescription
from launch.actions import (
    DeclareLaunchArgument,
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
ROBOTS = ('barkour', 'go1')
KIND = 'legged'
PROPOSER = 'locomotion_policy'
SIMULATORS = {'joints': 'leg_simulator', 'course': 'barkour_simulator'}
POLICIES = {'exerciser': 'leg_exerciser'}
RESPAWNED = (PROPOSER,)
# what the safety controller hears through a fault campaign instead of directly
FAULTY = (
    *('imu', 'joint_states', 'foot_contacts', 'body_height', 'joint_temperatures'),
    *('locomotion_policy/joint_command', '/clock'),
)
REFUSED = 2  # exit code of a node that refuses its parameters

ARGUMENTS = (
    DeclareLaunchArgument(
        'model',
        default_value=ROBOTS[0],
        choices=[*ROBOTS],
        description='whose files in config/ are taken; go1 has simulator:=course only',
    ),
    DeclareLaunchArgument(
        'simulator',
        default_value='joints',
        choices=[*SIMULATORS, 'none'],
        description='joints: a body on four legs; course: a Barkour on the agility course; '
        'none: a robot, or a simulator started elsewhere',
    ),
    DeclareLaunchArgument(
        'scenario',
        default_value='',
        description='ground of simulator:=course: official, rearranged/1, stairs/0.1, ...',
    ),
    DeclareLaunchArgument(
        'policy',
        default_value='exerciser',
        choices=[*POLICIES],
        description='exerciser: slow swaying of the body',
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


def world(given: dict[str, str], share: Path) -> dict[str, str]:
    """Parameters of the simulator of the course."""
    described = share / 'config' / given['model'] / 'quadruped.yaml'
    wanted = {
        'robot': str(described) if described.exists() else '',
        'scenario': given['scenario'],
    }
    return {name: value for name, value in wanted.items() if value}


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
    simulator = SIMULATORS.get(given['simulator'])
    simulated = simulator is not None
    sim_time = simulated if given['use_sim_time'] == 'auto' else given['use_sim_time'] == 'true'
    if given['model'] != ROBOTS[0] and given['simulator'] == 'joints':
        raise RuntimeError(f'model:={given["model"]} has no simulator:=joints; take course')
    if given['params_file'] and not Path(given['params_file']).is_file():
        raise RuntimeError(f'there is no params_file {given["params_file"]}')

    campaign = given['faults'] == 'true'
    faulty = [(topic, f'faulty/{topic.lstrip("/")}') for topic in FAULTY if campaign]
    # frames of several robots share names, and each simulator has a time of its own
    apart = [('/tf', 'tf'), ('/tf_static', 'tf_static')] if given['namespace'] else []
    if given['namespace'] and simulated:
        apart.append(('/clock', 'clock'))

    def parameters(executable: str, **more: object) -> list:
        files = (
            share / 'config' / f'{executable}.yaml',
            share / 'config' / given['model'] / f'{executable}.yaml',
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

    nodes = [node(POLICIES[given['policy']], PROPOSER), node('safety_controller', kind=KIND)]
    names = [PROPOSER, 'safety_controller']
    if simulator is not None:
        more = {} if given['simulator'] == 'joints' else world(given, share)
        nodes.insert(0, node(simulator, speed=number(given, 'speed', float), **more))
        names.insert(0, simulator)
    if given['record'] == 'true':
        folder = ParameterValue(str(Path(given['run_folder']).absolute()), value_type=str)
        nodes.append(node('recorder', folder=folder, at_once=True))
        names.append('recorder')
    permit = given['reset_safety'] == 'true'
    supervisor = node('supervisor', nodes=names, episodes=0, permit_motion=permit)
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
