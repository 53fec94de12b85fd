"""A Barkour, or another quadruped, moves by joint targets with gains, in simulation or for real.

For example ``ros2 launch policy_stack barkour.launch.py policy:=specialists episodes:=3``, or
without ROS 2 ``policy-stack launch barkour policy:=specialists``. Where no episodes run, nothing
moves before an operator calls ``safety_controller/reset``, or ``reset_safety:=true`` does so at
the start.
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
EXERCISER, ELSEWHERE, JOYSTICK = 'exerciser', 'none', 'joystick'
# checkpoints of each policy; those of the course are led by the navigator
POLICIES = {
    'specialists': ('barkour_walk', 'barkour_slope', 'barkour_jump'),
    'transformer': ('barkour_transformer',),
    'mlp': ('barkour_mlp',),
    JOYSTICK: ('go1_joystick',),
}
ON_COURSES = tuple(name for name in POLICIES if name != JOYSTICK)
NAVIGATOR = 'course_navigator'
EXECUTORS = {EXERCISER: 'leg_exerciser'}  # what stands for locomotion_policy, where it is not that
RESPAWNED = (PROPOSER, NAVIGATOR)
OFFICIAL, REARRANGED = 'official', 'rearranged'
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
        description='whose files in config/ are taken; go1 has exerciser and joystick',
    ),
    DeclareLaunchArgument(
        'simulator',
        default_value='auto',
        choices=['auto', *SIMULATORS, 'none'],
        description='auto: what the policy needs; joints: a body on four legs; course: a '
        'quadruped on the agility course or other ground; none: a robot, or a simulator started '
        'elsewhere',
    ),
    DeclareLaunchArgument(
        'scenario',
        default_value=OFFICIAL,
        description='ground of simulator:=course: official, rearranged/1, stairs/0.1, ...; '
        'rearranged takes the seed',
    ),
    DeclareLaunchArgument(
        'policy',
        default_value=EXERCISER,
        choices=[EXERCISER, *POLICIES, ELSEWHERE],
        description='exerciser: slow swaying of the body; specialists, transformer, mlp: over the '
        'course; joystick: a go1 by velocities on cmd_vel; none: one started elsewhere',
    ),
    DeclareLaunchArgument(
        'checkpoint',
        default_value='',
        description='folder of the checkpoint, or one that holds the checkpoints of the policy '
        'under their names; empty takes the shipped ones',
    ),
    DeclareLaunchArgument(
        'conditions',
        default_value='nominal',
        choices=['nominal', 'targets'],
        description='of simulator:=course: targets changes friction, mass, gains and start, '
        'pushes, and has noise',
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


def world(given: dict[str, str], share: Path) -> dict[str, object]:
    """Parameters of the simulator of the course."""
    described = share / 'config' / given['model'] / 'quadruped.yaml'
    robot = {'robot': str(described)} if described.exists() else {}
    return {'scenario': text(given['scenario']), 'conditions': given['conditions'], **robot}


def text(value: str) -> ParameterValue:
    """Keep a text; else launch reads a name such as 2024 or on as a number or a truth value."""
    return ParameterValue(value, value_type=str)


def simulator_of(given: dict[str, str]) -> str:
    """Choose the simulator, and refuse what does not go together.

    Raises:
        RuntimeError: it does not.
    """
    model, policy = given['model'], given['policy']
    if policy in POLICIES and (policy == JOYSTICK) != (model != ROBOTS[0]):
        raise RuntimeError(
            f'policy:={policy} is not for model:={model}: joystick is for go1, '
            f'{", ".join(ON_COURSES)} are for {ROBOTS[0]}'
        )
    chosen = given['simulator']
    if chosen == 'auto':
        chosen = 'course' if policy in POLICIES or model != ROBOTS[0] else 'joints'
    if model != ROBOTS[0] and chosen == 'joints':
        raise RuntimeError(f'model:={model} has no simulator:=joints; take course')
    if policy in POLICIES and chosen == 'joints':
        raise RuntimeError(f'policy:={policy} does not go with simulator:=joints: use course')
    return chosen


def require_checkpoints(policy: str, given: str, share: Path) -> str:
    """See that there is what the policy runs by; returns the first checkpoint of it.

    Raises:
        RuntimeError: a checkpoint is absent; the words say how it is made.
    """
    names = POLICIES[policy]
    place = Path(given).expanduser() if given else share / 'checkpoints'
    shipped = share / 'checkpoints' / given
    if len(names) == 1 and given:
        for own in (place, shipped):
            if (own / 'contract.yaml').exists():
                return str(own)
    absent = [name for name in names if not (place / name / 'contract.yaml').exists()]
    if absent:
        raise RuntimeError(
            f'policy:={policy} needs {", ".join(absent)}, and {place} does not hold it. No '
            'trained weights of legs are shipped yet: docs/how-to/train_legs.md says how to make '
            f'them (policy-stack train {names[0]} --out FOLDER ...); then give checkpoint:=FOLDER'
        )
    return str(place / names[0])


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
    policy, chosen = given['policy'], simulator_of(given)
    simulator = SIMULATORS.get(chosen)
    simulated = simulator is not None
    sim_time = simulated if given['use_sim_time'] == 'auto' else given['use_sim_time'] == 'true'
    folder = str(Path(given['run_folder']).absolute())
    episodes, seed = number(given, 'episodes', int), number(given, 'seed', int)
    if given['scenario'] == REARRANGED:
        given['scenario'] = f'{REARRANGED}/{seed}'
    runs = policy in ON_COURSES
    if episodes and not (runs and chosen == 'course'):
        raise RuntimeError(
            f'episodes are run by policies of the course, {", ".join(ON_COURSES)}, and '
            'simulator:=course'
        )
    lead = require_checkpoints(policy, given['checkpoint'], share) if policy in POLICIES else ''
    if given['params_file'] and not Path(given['params_file']).is_file():
        raise RuntimeError(f'there is no params_file {given["params_file"]}')

    campaign = given['faults'] == 'true'
    faulty = [(topic, f'faulty/{topic.lstrip("/")}') for topic in FAULTY if campaign]
    led = [('course_navigator/command', 'cmd_vel')] if policy == JOYSTICK else []
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
            remappings=[
                *(faulty if name == 'safety_controller' else ()),
                *(led if name == PROPOSER else ()),
                *apart,
            ],
            output='both',
        )

    nodes, names = [], []

    def add(made: Node, name: str) -> None:
        nodes.append(made)
        names.append(name)

    if simulator is not None:
        more = {} if chosen == 'joints' else world(given, share)
        add(node(simulator, speed=number(given, 'speed', float), **more), simulator)
    if runs:
        scenario = text(given['scenario'])
        # without episodes it goes at once
        add(node(NAVIGATOR, scenario=scenario, begin=not episodes), NAVIGATOR)
    if policy in POLICIES:
        serves = {'robot': given['model'], 'policy': policy, 'checkpoints': [given['checkpoint']]}
        add(node(PROPOSER, **serves), PROPOSER)
    elif policy != ELSEWHERE:
        add(node(EXECUTORS[policy], PROPOSER), PROPOSER)
    add(node('safety_controller', kind=KIND), 'safety_controller')
    if runs:
        what = {'robot': given['model'], 'policy': policy, 'seed': seed, 'scenario': scenario}
        add(node('scorer', folder=text(folder), policy_node=PROPOSER, **what), 'scorer')
    if given['record'] == 'true':
        # several may serve; a recording keeps the contract of the first
        kept = {'policy_node': PROPOSER, 'checkpoint': text(lead)} if lead else {}
        add(node('recorder', folder=text(folder), at_once=not episodes, **kept), 'recorder')
    plan = {'episodes': 0}
    if episodes:
        reset = ('recorder', 'scorer', NAVIGATOR, PROPOSER, simulator)
        plan = {
            'episodes': episodes,
            'seed': seed,
            'scenario': scenario,
            'reset_nodes': [name for name in reset if name in names],
            'reset_safety': True,
            # an episode begins with a robot that stands and follows
            'ready_mode': 'follow',
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
