"""The only node that commands the base: admits, limits, stops."""

import threading
import time

from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.clock import Clock, ClockType
from rclpy.executors import MultiThreadedExecutor
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from sensor_msgs.msg import LaserScan
from std_msgs.msg import Bool
from std_srvs.srv import Trigger

from policy_nodes.nodes import interface, translate
from policy_nodes.nodes import safety_topics as topics
from policy_nodes.nodes.heartbeat import HeartbeatPublisher, listen_for_life
from policy_nodes.nodes.pending_proposal import HeldProposal, PendingProposal
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.safety_guard import guarded
from policy_nodes.nodes.safety_messages import diagnostics_message, state_message
from policy_nodes.nodes.safety_parameters import SafetyParameters
from policy_nodes.nodes.safety_topics import INTERFACE
from policy_nodes.nodes.sole_publisher import rivals
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.base_controller import BaseSafetyController
from policy_nodes.safety.decision import Decision
from policy_nodes.safety.parameters.parameter import ConfigError
from policy_nodes.safety.reasons import Reason
from policy_stack.msg import Heartbeat, TrackedPersons
from policy_stack.srv import ResetSafety

RIVAL_PERIOD = 0.2  # [s]


class SafetyControllerNode(LifecycleNode):
    """Hands messages to the core and its decisions to the wire."""

    def __init__(self) -> None:
        """Declare parameters; those of the core are checked by the core."""
        super().__init__(INTERFACE.name)
        self.lock = threading.RLock()
        interface.declare(self, INTERFACE.settings)
        self.parameters = SafetyParameters(self)
        self.settings = interface.read(self, INTERFACE.settings)
        self.pending = PendingProposal(self.settings['wait'])
        self.work = MutuallyExclusiveCallbackGroup()
        self.heartbeat = HeartbeatPublisher(self, self.work)
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.core: BaseSafetyController | None = None
        self.standing = wires(self)

    @refuses(ConfigError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Load limits and zones; without them, or with a value out of range, this fails."""
        config = BaseSafetyConfig.from_mapping(self.parameters.values())
        self.core = BaseSafetyController(config)
        self.commands = interface.speak(self, topics.CMD_VEL)
        self.states = interface.announce(self, topics.STATE)
        self.reports = interface.announce(self, topics.DIAGNOSTICS)
        asked = self.settings[interface.SENSOR_RELIABILITY.name]
        for topic, callback in (
            (topics.PROPOSAL, self.take_proposal),
            (interface.sensor(topics.SCAN, asked), self.take_scan),
            (interface.sensor(topics.ODOM, asked), self.take_odometry),
            (topics.PEOPLE, self.take_people),
            (topics.ESTOP, self.take_estop),
            (topics.ESTOP_ANY, self.take_estop),
        ):
            interface.listen(self, topic, callback, self.work)
        for name in config.heartbeat.nodes:
            listen_for_life(self, name, self.take_heartbeat, self.take_end, self.work)
        others = MutuallyExclusiveCallbackGroup()
        self.create_service(ResetSafety, '~/reset', self.reset, callback_group=others)
        self.create_service(Trigger, '~/stop', self.stop, callback_group=others)
        # its own group and a steady clock: no other callback and no clock can hold it up
        self.create_timer(
            config.stop.watchdog_period,
            self.watch,
            callback_group=MutuallyExclusiveCallbackGroup(),
            clock=self.steady,
        )
        self.create_timer(RIVAL_PERIOD, self.look, callback_group=others, clock=self.steady)
        self.create_timer(1.0, self.report, callback_group=others, clock=self.steady)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        return super().on_cleanup(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Begin to decide, latched; refused while somebody else commands the base."""
        others = rivals(self, topics.CMD_VEL)
        if others:
            self.get_logger().error(
                f'{", ".join(others)} publishes {topics.CMD_VEL.name} too: stop it or remap it, '
                'only the safety controller may command the base'
            )
            return TransitionCallbackReturn.FAILURE
        result = super().on_activate(state)
        with self.lock:
            self.parameters.locked = True
            self.publish(self.core.activate(self.now_ns(), self.wall()))
        return result

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Say rest, then nothing more."""
        self.finish(Reason.DEACTIVATED)
        self.parameters.locked = False
        return super().on_deactivate(state)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Say rest, if the node was active, then nothing more."""
        self.finish(Reason.SHUT_DOWN)
        return super().on_shutdown(state)

    def on_error(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Say rest, then begin anew, unconfigured."""
        self.finish(Reason.INTERNAL_ERROR)
        self.parameters.locked = False
        take_down(self, self.standing)
        return super().on_error(state)

    def farewell(self) -> None:
        """Say rest before the process ends."""
        self.finish(Reason.SHUT_DOWN)

    def finish(self, reason: Reason) -> None:
        """Say rest for the last time until the next activation."""
        with self.lock:
            self.pending.give()
            if self.core is not None and self.core.active:
                self.publish(self.core.final_command(self.now_ns(), reason))

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
            self.commands.publish(translate.twist_message(decision.command))
        self.states.publish(state_message(decision))

    @guarded
    def take_proposal(self, message: TwistStamped) -> None:
        """Decide at once, or as soon as the sensors have caught up with the proposal."""
        self.decide(self.pending.give())
        self.pending.hold(translate.twist_sample(message), self.wall())
        self.serve()

    def serve(self) -> None:
        """Decide on the pending proposal if nothing is to be waited for any more."""
        self.decide(self.pending.due(self.wall(), self.core.behind))

    def decide(self, held: HeldProposal | None) -> None:
        """Decide on a proposal, if there is one."""
        if held is None:
            return
        began = time.perf_counter()
        decision = self.core.take_proposal(held.sample, self.now_ns(), held.arrived)
        self.publish(decision.timed((time.perf_counter() - began) * 1e3))

    @guarded
    def take_scan(self, message: LaserScan) -> None:
        """Hand a scan on."""
        self.core.take_scan(translate.scan_sample(message), self.now_ns(), self.wall())
        self.serve()

    @guarded
    def take_odometry(self, message: Odometry) -> None:
        """Hand odometry on."""
        self.core.take_odometry(translate.base_sample(message), self.now_ns(), self.wall())
        self.serve()

    @guarded
    def take_people(self, message: TrackedPersons) -> None:
        """Hand tracked people on."""
        self.core.take_people(translate.people_sample(message), self.now_ns(), self.wall())
        self.serve()

    @guarded
    def take_heartbeat(self, message: Heartbeat) -> None:
        """Hand a heartbeat on."""
        self.core.take_heartbeat(message.node, message.sequence, message.epoch, self.wall())

    @guarded
    def take_end(self, name: str) -> None:
        """Take word of the middleware that a node is gone."""
        self.core.take_heartbeat_gone(name)
        self.publish(self.core.tick(self.now_ns(), self.wall()))

    @guarded
    def take_estop(self, message: Bool) -> None:
        """Hand the emergency stop on; the stop begins in this very call."""
        self.publish(
            self.core.take_stop_signal(topics.ESTOP.name, message.data, self.now_ns(), self.wall())
        )

    @guarded
    def watch(self) -> None:
        """Look after the command."""
        self.serve()
        self.publish(self.core.tick(self.now_ns(), self.wall()))

    @guarded
    def look(self) -> None:
        """Look for others who command the base."""
        others = rivals(self, topics.CMD_VEL)
        self.publish(self.core.take_rivals(others, self.now_ns(), self.wall()))

    @guarded
    def stop(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        """Press and release: the latch stays."""
        now_ns, wall = self.now_ns(), self.wall()
        self.publish(self.core.take_stop_signal('~/stop', True, now_ns, wall))
        self.core.take_stop_signal('~/stop', False, now_ns, wall)
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
