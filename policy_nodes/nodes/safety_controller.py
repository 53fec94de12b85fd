"""The only node that commands the base: admits, limits, stops."""

import threading
import time
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.clock import Clock, ClockType
from rclpy.executors import MultiThreadedExecutor
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from sensor_msgs.msg import LaserScan
from std_msgs.msg import Bool
from std_srvs.srv import Trigger

from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT, HeartbeatPublisher
from policy_nodes.nodes.interface import NodeInterface, Setting, Topic, announce, listen, speak
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.safety_messages import diagnostics_message, state_message
from policy_nodes.nodes.safety_parameters import SafetyParameters
from policy_nodes.nodes.translate import (
    base_sample,
    people_sample,
    scan_sample,
    twist_message,
    twist_sample,
)
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.base_controller import BaseSafetyController
from policy_nodes.safety.decision import Decision
from policy_nodes.safety.parameters.parameter import ConfigError
from policy_nodes.safety.reasons import Reason
from policy_stack.msg import Heartbeat, SafetyState, TrackedPersons
from policy_stack.srv import ResetSafety

PROPOSAL = Topic('navigation_policy/cmd_vel', TwistStamped, qos.COMMAND, 'proposed velocity')
SCAN = Topic('scan', LaserScan, qos.STREAM, 'lidar')
ODOM = Topic('odom', Odometry, qos.STREAM, 'measured motion')
PEOPLE = Topic('tracked_people', TrackedPersons, qos.STREAM, 'tracked people')
ESTOP = Topic('e_stop', Bool, qos.LATCHED, 'true presses the emergency stop, false releases it')
CMD_VEL = Topic('cmd_vel', TwistStamped, qos.COMMAND, 'admitted velocity; nobody else sends it')
STATE = Topic('~/state', SafetyState, qos.LATCHED, 'every decision and why')
DIAGNOSTICS = Topic('/diagnostics', DiagnosticArray, qos.SENSOR_OUT, 'level and counters')

INTERFACE = NodeInterface(
    name='safety_controller',
    purpose='Turns proposals into commands that keep every limit. It comes up latched; only '
    '~/reset permits motion, and motion then starts with the next proposals. Supervisory, not '
    'safety-rated. Its parameters are listed in safety_reasons.md.',
    publishes=(CMD_VEL, STATE, DIAGNOSTICS, HEARTBEAT),
    subscribes=(PROPOSAL, SCAN, ODOM, PEOPLE, ESTOP),
    services=(
        ('~/reset', ResetSafety, 'permit motion again'),
        ('~/stop', Trigger, 'stop and latch'),
    ),
    settings=(
        Setting('wait', 0.05, 'for sensors of the time of a proposal, in wall time', 's', (0, 1)),
    ),
)


def guarded(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Run a callback of the node alone; if it fails, the last command is rest."""

    @wraps(callback)
    def call(node: 'SafetyControllerNode', *arguments: Any) -> Any:
        with node.lock:
            try:
                return callback(node, *arguments)
            except Exception:
                node.get_logger().fatal(traceback.format_exc())
                node.publish(node.core.final_command(node.now_ns(), Reason.INTERNAL_ERROR))
                return arguments[-1] if len(arguments) > 1 else None

    return call


class SafetyControllerNode(LifecycleNode):
    """Hands messages to the core and its decisions to the wire."""

    def __init__(self) -> None:
        """Declare parameters; those of the core are checked by the core."""
        super().__init__(INTERFACE.name)
        self.lock = threading.RLock()
        self.parameters = SafetyParameters(self)
        self.wait = self.declare_parameter('wait', 0.05).value
        self.work = MutuallyExclusiveCallbackGroup()
        self.heartbeat = HeartbeatPublisher(self, self.work)
        self.core: BaseSafetyController | None = None
        self.pending: tuple[TwistStamped, float] | None = None
        self.standing = wires(self)

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Load limits and zones; without them, or with a value out of range, this fails."""
        try:
            config = BaseSafetyConfig.from_mapping(self.parameters.values())
            self.core = BaseSafetyController(config)
        except ConfigError as error:
            self.get_logger().error(str(error))
            return TransitionCallbackReturn.FAILURE
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.commands = speak(self, CMD_VEL)
        self.states = announce(self, STATE)
        self.reports = announce(self, DIAGNOSTICS)
        for topic, callback in (
            (PROPOSAL, self.take_proposal),
            (SCAN, self.take_scan),
            (ODOM, self.take_odometry),
            (PEOPLE, self.take_people),
            (ESTOP, self.take_estop),
        ):
            listen(self, topic, callback, self.work)
        for name in config.heartbeat.nodes:
            beats = Topic(f'{name}/heartbeat', Heartbeat, qos.heartbeat_in(), '')
            listen(self, beats, self.take_heartbeat, self.work)
        services = MutuallyExclusiveCallbackGroup()
        self.create_service(ResetSafety, '~/reset', self.reset, callback_group=services)
        self.create_service(Trigger, '~/stop', self.stop, callback_group=services)
        # its own group and a steady clock: no other callback and no clock can hold it up
        self.create_timer(
            config.stop.watchdog_period,
            self.watch,
            callback_group=MutuallyExclusiveCallbackGroup(),
            clock=self.steady,
        )
        self.create_timer(1.0, self.report, callback_group=self.work, clock=self.steady)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        return super().on_cleanup(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Begin to decide, latched; refused while somebody else commands the base."""
        others = [
            f'{info.node_namespace.rstrip("/")}/{info.node_name}'
            for info in self.get_publishers_info_by_topic(self.resolve_topic_name(CMD_VEL.name))
            if (info.node_name, info.node_namespace) != (self.get_name(), self.get_namespace())
        ]
        if others:
            self.get_logger().error(
                f'{", ".join(sorted(set(others)))} publishes {CMD_VEL.name} too: stop it or remap '
                'it, only the safety controller may command the base'
            )
            return TransitionCallbackReturn.FAILURE
        result = super().on_activate(state)
        with self.lock:
            self.parameters.locked = True
            self.publish(self.core.activate(self.now_ns(), self.wall()))
        return result

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Say rest, then nothing more."""
        with self.lock:
            self.publish(self.core.final_command(self.now_ns(), Reason.DEACTIVATED))
            self.parameters.locked = False
        return super().on_deactivate(state)

    def farewell(self) -> None:
        """Say rest before the process ends."""
        with self.lock:
            if self.core is not None and self.core.active:
                self.publish(self.core.final_command(self.now_ns(), Reason.SHUT_DOWN))

    def now_ns(self) -> int:
        """Time of the node clock, which stamps are compared with."""
        return self.get_clock().now().nanoseconds

    def wall(self) -> float:
        """Time of the steady clock [s]."""
        return self.steady.now().nanoseconds * 1e-9

    def publish(self, decision: Decision | None) -> None:
        """Send a decision: the command first."""
        if decision is None:
            return
        if decision.command is not None:
            self.commands.publish(twist_message(decision.command))
        self.states.publish(state_message(decision))

    @guarded
    def take_proposal(self, message: TwistStamped) -> None:
        """Decide at once, or as soon as the sensors have caught up with the proposal."""
        if self.pending is not None:
            self.decide()
        self.pending = (message, self.wall())
        self.serve()

    def serve(self) -> None:
        """Decide on the pending proposal if nothing is to be waited for any more."""
        if self.pending is None:
            return
        message, arrived = self.pending
        stamp_ns = twist_sample(message).stamp_ns
        if self.wall() - arrived >= self.wait or not self.core.behind(stamp_ns):
            self.decide()

    def decide(self) -> None:
        """Decide on the pending proposal."""
        message, arrived = self.pending
        self.pending = None
        began = time.perf_counter()
        decision = self.core.on_proposal(twist_sample(message), self.now_ns(), arrived)
        self.publish(decision.timed((time.perf_counter() - began) * 1e3))

    @guarded
    def take_scan(self, message: LaserScan) -> None:
        """Hand a scan on."""
        self.core.on_scan(scan_sample(message), self.now_ns(), self.wall())
        self.serve()

    @guarded
    def take_odometry(self, message: Odometry) -> None:
        """Hand odometry on."""
        self.core.on_odometry(base_sample(message), self.now_ns(), self.wall())
        self.serve()

    @guarded
    def take_people(self, message: TrackedPersons) -> None:
        """Hand tracked people on."""
        self.core.on_people(people_sample(message), self.now_ns(), self.wall())
        self.serve()

    @guarded
    def take_heartbeat(self, message: Heartbeat) -> None:
        """Hand a heartbeat on."""
        self.core.on_heartbeat(message.node, message.sequence, message.epoch, self.wall())

    @guarded
    def take_estop(self, message: Bool) -> None:
        """Hand the emergency stop on; the stop begins in this very call."""
        self.publish(
            self.core.on_stop_signal(ESTOP.name, message.data, self.now_ns(), self.wall())
        )

    @guarded
    def watch(self) -> None:
        """Look after the command."""
        self.serve()
        self.publish(self.core.on_watchdog(self.now_ns(), self.wall()))

    @guarded
    def stop(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        """Press and release: the latch stays."""
        now_ns, wall = self.now_ns(), self.wall()
        self.publish(self.core.on_stop_signal('~/stop', True, now_ns, wall))
        self.core.on_stop_signal('~/stop', False, now_ns, wall)
        response.success, response.message = True, 'stopping; latched until ~/reset'
        return response

    @guarded
    def reset(
        self, request: ResetSafety.Request, response: ResetSafety.Response
    ) -> ResetSafety.Response:
        """Permit motion again, if nothing speaks against it."""
        reply = self.core.reset(request.operator, self.now_ns(), self.wall())
        response.success, response.message = reply.success, reply.message
        response.epoch = reply.epoch
        if reply.success:
            # everybody learns the new epoch at once, not only with the next decision
            self.publish(self.core.status(self.now_ns()))
        self.get_logger().info(reply.message)
        return response

    @guarded
    def report(self) -> None:
        """Publish diagnostics."""
        self.reports.publish(
            diagnostics_message(self.get_name(), self.core, self.get_clock().now().to_msg())
        )


def main() -> None:
    """Run the node."""
    main_of(SafetyControllerNode, executor=lambda: MultiThreadedExecutor(num_threads=3))


if __name__ == '__main__':
    main()
