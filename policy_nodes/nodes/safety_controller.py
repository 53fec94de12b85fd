"""The only node that commands the robot, of whatever kind: admits, limits, stops."""

import threading
import time
from collections.abc import Iterable
from functools import partial
from typing import Any

from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.clock import Clock, ClockType
from rclpy.executors import MultiThreadedExecutor
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from std_msgs.msg import Bool
from std_srvs.srv import Trigger

from policy_nodes.nodes import interface
from policy_nodes.nodes import safety_topics as topics
from policy_nodes.nodes.heartbeat import HeartbeatPublisher, listen_for_life
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.safety_arm import ARM
from policy_nodes.nodes.safety_base import BASE
from policy_nodes.nodes.safety_guard import guarded
from policy_nodes.nodes.safety_kind import Kind, Take, Wiring
from policy_nodes.nodes.safety_legged import LEGGED
from policy_nodes.nodes.safety_parameters import SafetyParameters
from policy_nodes.nodes.safety_reports import SafetyReports
from policy_nodes.nodes.sole_publisher import rivals
from policy_nodes.nodes.wiring import take_down, wires
from policy_nodes.safety.decision import Decision
from policy_nodes.safety.finding import Finding
from policy_nodes.safety.parameters.parameter import ConfigError
from policy_nodes.safety.realtime import take_priority
from policy_nodes.safety.reasons import Reason
from policy_stack.msg import Heartbeat
from policy_stack.srv import ResetSafety

KINDS: dict[str, Kind] = {kind.name: kind for kind in (BASE, ARM, LEGGED)}
INTERFACES = tuple(kind.interface for kind in KINDS.values())
RIVAL_PERIOD = 0.2  # [s]
REST_TIME = 4.0  # [s] that a robot gets to come to rest before its controller ends


class SafetyControllerNode(LifecycleNode):
    """Hands messages to the core of its kind and the core's decisions to the wire."""

    def __init__(self) -> None:
        """Declare parameters; those of the core are checked by the core."""
        super().__init__(topics.NAME)
        self.lock = threading.RLock()
        interface.declare(self, (topics.KIND,))
        self.kind = KINDS[interface.read(self, (topics.KIND,))[topics.KIND.name]]
        settings = self.kind.interface.settings
        interface.declare(self, tuple(each for each in settings if each is not topics.KIND))
        self.parameters = SafetyParameters(self, self.kind)
        self.settings = interface.read(self, settings)
        refused = take_priority(self.settings[topics.PRIORITY.name])
        if refused:
            self.get_logger().warning(f'others can hold me up: {refused}')
        self.work = MutuallyExclusiveCallbackGroup()
        self.heartbeat = HeartbeatPublisher(self, self.work)
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.wiring: Wiring | None = None
        self.standing = wires(self)

    @refuses(ConfigError)
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Load limits; without them, or with a value out of range, this fails."""
        config = self.kind.config.from_mapping(self.parameters.values())
        self.wiring = wiring = self.kind.wire(self, config, self.settings)
        self.core = wiring.core
        self.commands = interface.speak(self, self.kind.actuators)
        self.reports = SafetyReports(self, self.kind, wiring.state_period)
        for topic, take in wiring.inputs():
            interface.listen(self, topic, partial(self.take, take), self.work)
        for topic in (topics.ESTOP, topics.ESTOP_ANY):
            interface.listen(self, topic, self.take_estop, self.work)
        for name in wiring.heartbeats:
            listen_for_life(self, name, self.take_heartbeat, self.take_end, self.work)
        others = MutuallyExclusiveCallbackGroup()
        self.create_service(ResetSafety, '~/reset', self.reset, callback_group=others)
        self.create_service(Trigger, '~/stop', self.stop, callback_group=others)
        # its own group and a steady clock: no other callback and no clock can hold it up
        self.create_timer(
            wiring.period,
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
        """Begin to decide, latched; refused while somebody else commands the robot."""
        others = rivals(self, self.kind.actuators)
        if others:
            self.get_logger().error(
                f'{", ".join(others)} publishes {self.kind.actuators.name} too: stop it or remap '
                f'it, only the safety controller may command the {self.kind.robot}'
            )
            return TransitionCallbackReturn.FAILURE
        result = super().on_activate(state)
        with self.lock:
            self.parameters.locked = True
            self.send([self.core.activate(self.now_ns(), self.wall())])
        return result

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Give the last command, then nothing more."""
        self.finish(Reason.DEACTIVATED)
        self.parameters.locked = False
        return super().on_deactivate(state)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Give the last command, if the node was active, then nothing more."""
        self.finish(Reason.SHUT_DOWN)
        return super().on_shutdown(state)

    def on_error(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Give the last command, then begin anew, unconfigured."""
        self.finish(Reason.INTERNAL_ERROR)
        self.parameters.locked = False
        take_down(self, self.standing)
        return super().on_error(state)

    def farewell(self) -> None:
        """Give the last command before the process ends."""
        self.finish(Reason.SHUT_DOWN)

    def finish(self, reason: Reason) -> None:
        """Stop by the profile, then give the last command until the next activation."""
        if reason is not Reason.INTERNAL_ERROR:
            self.come_to_rest(reason)
        with self.lock:
            if self.wiring is None:
                return
            self.wiring.forget()
            if self.core.active:
                self.send([self.core.final_command(self.now_ns(), reason)])

    def come_to_rest(self, reason: Reason) -> None:
        """Stop by the profile, for the last command must be no jolt."""
        with self.lock:
            if self.wiring is None or not self.core.active:
                return
            self.wiring.forget()
            self.core.latch.set(Finding(reason, topics.NAME))
        end = self.wall() + REST_TIME
        while self.core.active and not self.core.resting and self.wall() < end:
            self.watch()
            time.sleep(self.wiring.period)

    def now_ns(self) -> int:
        """Time of the node clock, which stamps are compared with."""
        return self.get_clock().now().nanoseconds

    def wall(self) -> float:
        """Time of the steady clock [s]."""
        return self.steady.now().nanoseconds * 1e-9

    def send(self, decisions: Iterable[Decision | None]) -> None:
        """Send decisions: the command first."""
        for decision in decisions:
            if decision is None:
                continue
            if decision.command is not None:
                self.commands.publish(self.wiring.message(decision.command))
            self.reports.take(decision, self.wall())

    @guarded
    def take(self, take: Take, message: Any) -> None:
        """Hand a proposal or a measurement on."""
        self.send(take(message, self.now_ns(), self.wall()))

    @guarded
    def take_heartbeat(self, message: Heartbeat) -> None:
        """Hand a heartbeat on."""
        self.core.take_heartbeat(message.node, message.sequence, message.epoch, self.wall())

    @guarded
    def take_end(self, name: str) -> None:
        """Take word of the middleware that a node is gone."""
        self.core.take_heartbeat_gone(name)
        self.send(self.wiring.tick(self.now_ns(), self.wall()))

    @guarded
    def take_estop(self, message: Bool) -> None:
        """Hand the emergency stop on; the stop begins in this very call, or the next tick."""
        now_ns, wall = self.now_ns(), self.wall()
        self.send([self.core.take_stop_signal(topics.ESTOP.name, message.data, now_ns, wall)])

    @guarded
    def watch(self) -> None:
        """Look after the command."""
        self.send(self.wiring.tick(self.now_ns(), self.wall()))

    @guarded
    def look(self) -> None:
        """Look for others who command the robot."""
        others = rivals(self, self.kind.actuators)
        self.send([self.core.take_rivals(others, self.now_ns(), self.wall())])

    @guarded
    def stop(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        """Press and release: the latch stays."""
        now_ns, wall = self.now_ns(), self.wall()
        self.send([self.core.take_stop_signal('~/stop', True, now_ns, wall)])
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
            self.send([self.core.status(self.now_ns())])
        self.get_logger().info(reply.message)
        return response

    @guarded
    def report(self) -> None:
        """Publish diagnostics."""
        self.reports.diagnose(self.core)


def main() -> None:
    """Run the node."""
    main_of(SafetyControllerNode, executor=lambda: MultiThreadedExecutor(num_threads=3))


if __name__ == '__main__':
    main()
