"""Simulates a body on four legs behind the topics of a real one."""

import numpy as np
from geometry_msgs.msg import Twist, Vector3
from rcl_interfaces.msg import SetParametersResult
from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rclpy.parameter import Parameter
from rosgraph_msgs.msg import Clock as ClockMessage
from sensor_msgs.msg import Imu, JointState, Range

from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT, HeartbeatPublisher
from policy_nodes.nodes.interface import (
    NodeInterface,
    Setting,
    Topic,
    announce,
    declare,
    listen,
    read,
    speak,
)
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.translate import header, quaternion_message, stamp
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.simulation.joints.leg_plant import LegPlant
from policy_nodes.simulation.joints.pace import RealTimePace
from policy_stack.msg import JointCommand

STEP_NS = 2_000_000

CLOCK = Topic('/clock', ClockMessage, qos.COMMAND, 'simulated time')
IMU = Topic('imu', Imu, qos.SENSOR_OUT, 'attitude and acceleration of the body')
JOINTS = Topic('joint_states', JointState, qos.SENSOR_OUT, 'measured joints, with their torque')
CONTACTS = Topic('foot_contacts', JointState, qos.SENSOR_OUT, 'force on each foot, as effort [N]')
HEIGHT = Topic('body_height', Range, qos.SENSOR_OUT, 'of the body above the ground')
COMMAND = Topic('joint_command', JointCommand, qos.COMMAND, 'targets and gains of the joints')
PUSH = Topic(
    '~/push', Twist, qos.STREAM, 'change of linear.z, angular.x and angular.y of the body at once'
)
BLOCKED = 'blocked_joints'
DISTURBANCES = (BLOCKED, 'ground_roll', 'ground_pitch', 'lift')
BODY = ('lower', 'upper', 'max_torque', 'hip_x', 'hip_y', 'thigh', 'shank', 'mass', 'belly')

INTERFACE = NodeInterface(
    name='leg_simulator',
    purpose='A body on four legs whose drives hold joints by their gains, in real time. It stands '
    'up, sags, sways and sinks, but does not walk, slide or tip over: a fall is simulated by a '
    'tilted ground. Its time runs once it is configured.',
    publishes=(CLOCK, IMU, JOINTS, CONTACTS, HEIGHT, HEARTBEAT),
    subscribes=(COMMAND, PUSH),
    settings=(
        Setting('joints', [''], 'names: abduction, hip and knee of each leg'),
        Setting('position', [0.0], 'of each joint to begin with', 'rad'),
        Setting('lower', [0.0], 'mechanical stop of each joint', 'rad'),
        Setting('upper', [0.0], 'mechanical stop of each joint', 'rad'),
        Setting('max_torque', [0.0], 'of each drive', 'Nm'),
        Setting('hip_x', [0.0], 'how far each hip is ahead of the middle', 'm'),
        Setting('hip_y', [0.0], 'how far each hip is left of the middle', 'm'),
        Setting('thigh', 0.22, 'length', 'm', (0.01, 2.0)),
        Setting('shank', 0.19, 'length', 'm', (0.01, 2.0)),
        Setting('mass', 11.5, 'of the robot', 'kg', (0.5, 200.0)),
        Setting('belly', 0.06, 'height at which the body rests on the ground', 'm', (0.001, 1.0)),
        Setting('feet', [''], 'names, leg by leg'),
        Setting('frame', 'base_link', 'of the IMU, which is that of the body'),
        Setting('rate', 100.0, 'of IMU, joints, time; feet and height half', 'Hz', (10.0, 500.0)),
        Setting('speed', 1.0, 'simulated over wall time', '', (0.05, 20.0)),
        Setting(BLOCKED, [''], 'joints that something holds where they are; may change at work'),
        Setting('ground_roll', 0.0, 'of the ground; may change at work', 'rad', (-3.1, 3.1)),
        Setting('ground_pitch', 0.0, 'of the ground; may change at work', 'rad', (-1.5, 1.5)),
        Setting('lift', 0.0, 'height that a hand lifts to; 0 lets go', 'm', (0.0, 2.0)),
    ),
)


class LegSimulator(LifecycleNode):
    """Publishes IMU and joints, takes joint commands, keeps time."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        # time goes on from one configuration to the next, so that nobody sees it jump back
        self.time_ns = STEP_NS
        self.plant: LegPlant | None = None
        self.add_on_set_parameters_callback(self.change)
        self.standing = wires(self)

    @refuses(ValueError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Build the robot; lengths that differ are refused here."""
        given = read(self, INTERFACE.settings)
        plant = LegPlant(
            given['joints'], given['position'], **{name: given[name] for name in BODY}
        )
        disturb(plant, given)
        if len(given['feet']) != len(plant.force):
            raise ValueError(f'feet names {len(given["feet"])} feet, there are four')
        self.plant, self.frame, self.feet = plant, given['frame'], given['feet']
        self.pumped = 0
        self.disturbances = {name: given[name] for name in DISTURBANCES}
        self.clock = announce(self, CLOCK)
        self.imu = speak(self, IMU)
        self.joints = speak(self, JOINTS)
        self.contacts = speak(self, CONTACTS)
        self.heights = speak(self, HEIGHT)
        listen(self, COMMAND, self.take_command)
        listen(self, PUSH, self.take_push)
        self.pace = RealTimePace(STEP_NS * 1e-9, given['speed'])
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(1.0 / given['rate'], self.pump, clock=self.steady)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        self.plant = None
        return super().on_cleanup(state)

    def change(self, parameters: list[Parameter]) -> SetParametersResult:
        """Block, tilt or lift from now on; unknown joints are refused."""
        news = {each.name: each.value for each in parameters if each.name in DISTURBANCES}
        if news and self.plant is not None:
            try:
                disturb(self.plant, self.disturbances | news)
            except ValueError as error:
                return SetParametersResult(successful=False, reason=str(error))
            self.disturbances |= news
        return SetParametersResult(successful=True)

    def take_command(self, message: JointCommand) -> None:
        """Hold joints by the gains of a command that names all of them."""
        names = self.plant.names
        rows = (message.position, message.kp, message.kd, message.effort)
        if sorted(message.names) != sorted(names) or any(len(r) != len(names) for r in rows):
            self.complain('a command is for other joints than those of the legs')
            return
        values = np.array(rows, dtype=np.float64)
        if not np.isfinite(values).all():
            self.complain('a command holds values that are not finite')
            return
        self.plant.command(*values[:, [message.names.index(name) for name in names]])

    def take_push(self, message: Twist) -> None:
        """Push the body."""
        push = (message.angular.x, message.angular.y, message.linear.z)
        if not np.isfinite(push).all():
            self.complain(f'nobody can push by {push}')
            return
        self.plant.push(*push)

    def complain(self, what: str) -> None:
        """Log what is ignored."""
        self.get_logger().error(f'{what}; ignored', throttle_duration_sec=2.0)

    def pump(self) -> None:
        """Let as much time go on as went on the wall, then publish."""
        plant = self.plant
        steps = self.pace.due(self.steady.now().nanoseconds * 1e-9)
        if not steps:
            return
        for _ in range(steps):
            plant.step(STEP_NS * 1e-9)
        self.time_ns += steps * STEP_NS
        self.clock.publish(ClockMessage(clock=stamp(self.time_ns)))
        self.joints.publish(
            JointState(
                header=header(self.time_ns, ''),
                name=list(plant.names),
                position=plant.position.tolist(),
                velocity=plant.velocity.tolist(),
                effort=plant.effort.tolist(),
            )
        )
        self.imu.publish(
            Imu(
                header=header(self.time_ns, self.frame),
                orientation=quaternion_message(plant.quaternion),
                angular_velocity=vector(*plant.angular_velocity, 0.0),
                linear_acceleration=vector(*plant.specific_force),
            )
        )
        self.pumped += 1
        if self.pumped % 2 == 0:
            self.feel_ground()

    def feel_ground(self) -> None:
        """Publish what feet and body measure of the ground."""
        head = header(self.time_ns, self.frame)
        force = self.plant.force.tolist()
        self.contacts.publish(JointState(header=head, name=list(self.feet), effort=force))
        self.heights.publish(
            Range(header=head, min_range=0.0, max_range=2.0, range=float(self.plant.height))
        )


def disturb(plant: LegPlant, given: dict) -> None:
    """Block joints, tilt the ground, lift the body.

    Raises:
        ValueError: there is no such joint.
    """
    plant.block([name for name in given[BLOCKED] if name])
    plant.tilt(given['ground_roll'], given['ground_pitch'])
    plant.lift(given['lift'])


def vector(x: float, y: float, z: float) -> Vector3:
    """Write a vector."""
    return Vector3(x=float(x), y=float(y), z=float(z))


def main() -> None:
    """Run the node."""
    main_of(LegSimulator)


if __name__ == '__main__':
    main()
