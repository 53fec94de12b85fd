"""Simulates an arm behind the topics of a real one."""

import numpy as np
from rcl_interfaces.msg import SetParametersResult
from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rclpy.parameter import Parameter
from rosgraph_msgs.msg import Clock as ClockMessage
from sensor_msgs.msg import JointState
from trajectory_msgs.msg import JointTrajectory

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
from policy_nodes.nodes.translate import header, stamp
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.simulation.joints.arm_plant import ArmPlant
from policy_nodes.simulation.joints.pace import RealTimePace

STEP_NS = 1_000_000

CLOCK = Topic('/clock', ClockMessage, qos.COMMAND, 'simulated time')
JOINTS = Topic('joint_states', JointState, qos.SENSOR_OUT, 'measured joints')
COMMAND = Topic(
    'joint_trajectory_controller/joint_trajectory',
    JointTrajectory,
    qos.COMMAND,
    'points to go to; of each trajectory the last one counts',
)
HAND = Topic(
    '~/hand', JointState, qos.STREAM, 'a hand moves the joints by these positions, drives let go'
)
BLOCKED = 'blocked_joints'

INTERFACE = NodeInterface(
    name='arm_simulator',
    purpose='An arm whose joints follow trajectory points with a lag and within a torque limit, '
    'in real time. Joints do not feel one another or gravity. Its time runs once it is '
    'configured.',
    publishes=(CLOCK, JOINTS, HEARTBEAT),
    subscribes=(COMMAND, HAND),
    settings=(
        Setting('joints', [''], 'names, from the base on'),
        Setting('position', [0.0], 'of each joint to begin with', 'rad'),
        Setting('lower', [0.0], 'mechanical stop of each joint', 'rad'),
        Setting('upper', [0.0], 'mechanical stop of each joint', 'rad'),
        Setting('inertia', [0.0], 'that each drive moves', 'kg m^2'),
        Setting('max_torque', [0.0], 'of each drive', 'Nm'),
        Setting('frequency', 80.0, 'of the servos, without damping', 'rad/s', (1.0, 300.0)),
        Setting('damping', 1.0, 'of the servos; 1 is critical', '', (0.1, 2.0)),
        Setting('rate', 100.0, 'of joint states and time', 'Hz', (10.0, 1000.0)),
        Setting('speed', 1.0, 'simulated over wall time', '', (0.05, 20.0)),
        Setting(BLOCKED, [''], 'joints that something holds where they are; may change at work'),
    ),
)


class ArmSimulator(LifecycleNode):
    """Publishes joints, takes trajectory points, keeps time."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        # time goes on from one configuration to the next, so that nobody sees it jump back
        self.time_ns = STEP_NS
        self.plant: ArmPlant | None = None
        self.add_on_set_parameters_callback(self.change)
        self.standing = wires(self)

    @refuses(ValueError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Build the arm; lengths that differ are refused here."""
        given = read(self, INTERFACE.settings)
        names = ('lower', 'upper', 'inertia', 'max_torque', 'frequency', 'damping')
        plant = ArmPlant(
            given['joints'], given['position'], **{name: given[name] for name in names}
        )
        plant.block([name for name in given[BLOCKED] if name])
        self.plant = plant
        self.clock = announce(self, CLOCK)
        self.joints = speak(self, JOINTS)
        listen(self, COMMAND, self.take_command)
        listen(self, HAND, self.take_hand)
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
        """Block other joints from now on; unknown ones are refused."""
        for parameter in parameters:
            if parameter.name == BLOCKED and self.plant is not None:
                try:
                    self.plant.block([name for name in parameter.value if name])
                except ValueError as error:
                    return SetParametersResult(successful=False, reason=str(error))
        return SetParametersResult(successful=True)

    def take_command(self, message: JointTrajectory) -> None:
        """Go to the last point of a trajectory of all joints."""
        names = self.plant.names
        if not message.points or sorted(message.joint_names) != sorted(names):
            self.complain('a trajectory has no point, or other joints than the arm')
            return
        point = message.points[-1]
        values = np.array(point.positions, dtype=np.float64)
        if values.shape != (len(names),) or not np.isfinite(values).all():
            self.complain('the positions of a point are too many, too few or not finite')
            return
        places = [message.joint_names.index(name) for name in names]
        duration = point.time_from_start.sec + point.time_from_start.nanosec * 1e-9
        self.plant.command(values[places], duration)

    def take_hand(self, message: JointState) -> None:
        """Let a hand move the joints that a message names by so much each."""
        offset = np.zeros(len(self.plant.names))
        for name, value in zip(message.name, message.position, strict=False):
            if name not in self.plant.names or not np.isfinite(value):
                self.complain(f'no hand can move {name} by {value}')
                return
            offset[self.plant.names.index(name)] = value
        self.plant.guide(offset)

    def complain(self, what: str) -> None:
        """Log what is ignored."""
        self.get_logger().error(f'{what}; ignored', throttle_duration_sec=2.0)

    def pump(self) -> None:
        """Let as much time go on as went on the wall, then publish."""
        steps = self.pace.due(self.steady.now().nanoseconds * 1e-9)
        if not steps:
            return
        for _ in range(steps):
            self.plant.step(STEP_NS * 1e-9)
        self.time_ns += steps * STEP_NS
        self.clock.publish(ClockMessage(clock=stamp(self.time_ns)))
        self.joints.publish(
            JointState(
                header=header(self.time_ns, ''),
                name=list(self.plant.names),
                position=self.plant.position.tolist(),
                velocity=self.plant.velocity.tolist(),
                effort=self.plant.effort.tolist(),
            )
        )


def main() -> None:
    """Run the node."""
    main_of(ArmSimulator)


if __name__ == '__main__':
    main()
