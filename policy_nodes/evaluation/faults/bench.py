"""Stands between a launched graph and its safety controller."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from os import kill
from typing import Any

import rclpy
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState
from rclpy.clock import Clock, ClockType
from rclpy.duration import Duration
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import QoSDurabilityPolicy, QoSProfile
from rclpy.signals import SignalHandlerOptions
from std_msgs.msg import Bool
from std_srvs.srv import Trigger

from policy_nodes.evaluation.faults.relay import Relay
from policy_nodes.evaluation.faults.robot import Robot
from policy_nodes.evaluation.faults.watch import Watch
from policy_nodes.safety.realtime import spare_lasting_objects
from policy_stack.msg import EpisodeStatus, Heartbeat, SafetyState
from policy_stack.srv import ResetSafety

CONTROLLER = 'safety_controller'
ESTOP = 'e_stop'
STREAM = QoSProfile(depth=10)
EPISODE = QoSProfile(depth=50, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL)
LATCHED = QoSProfile(depth=1, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL)
# what the safety controller asks of heartbeats, or it would not hear a false one
BEAT = QoSProfile(
    depth=1, deadline=Duration(seconds=0.25), liveliness_lease_duration=Duration(seconds=0.5)
)
PUMP = 0.005  # [s]
ANSWER = 10.0  # [s] patience with services


class BenchError(RuntimeError):
    """The graph does not do what a campaign needs."""


class Bench:
    """Relays, watches, and everything that faults are made with.

    Attributes:
        watch: what the safety controller said and sent.
        relays: of the inputs of the safety controller, by short name.
        episode_changed_s: steady time at which an episode last began or ended [s].
    """

    def __init__(
        self, robot: Robot, pid_of: Callable[[str], int | None], ended: Callable[[], bool]
    ) -> None:
        """Join the graph.

        Args:
            robot: of the graph.
            pid_of: newest process of a node of the graph.
            ended: whether the graph has.
        """
        self.robot = robot
        self.watch = Watch()
        self.ended = ended
        self._pid_of = pid_of
        self._context = rclpy.Context()
        rclpy.init(args=[], context=self._context, signal_handler_options=SignalHandlerOptions.NO)
        self.node = rclpy.create_node('fault_campaign', context=self._context)
        self.relays = {
            name: Relay(self.node, stream.topic, stream.kind, STREAM, robot.gap)
            for name, stream in robot.streams.items()
        }
        motion = robot.motion()
        self.node.create_subscription(
            robot.command.kind,
            robot.command.topic,
            lambda message: self.watch.send(motion.sent(message, time.monotonic())),
            QoSProfile(depth=50),
        )
        self.node.create_subscription(
            SafetyState, f'{CONTROLLER}/state', self._state, QoSProfile(depth=50)
        )
        self._button = self.node.create_publisher(Bool, ESTOP, LATCHED)
        beats = f'{robot.proposer}/heartbeat'
        self._voice = self.node.create_publisher(Heartbeat, beats, BEAT)
        self.node.create_subscription(EpisodeStatus, 'episode', self._episode, EPISODE)
        self.episode_changed_s = -math.inf
        self._clients: dict[str, Any] = {}
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.node.create_timer(PUMP, self._pump, clock=steady)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self.node)
        spare_lasting_objects()  # else samples are held back long enough for a stop
        self._thread = threading.Thread(target=self._executor.spin, name='fault campaign')
        self._thread.start()

    def close(self) -> None:
        """Leave the graph."""
        self._executor.shutdown(timeout_sec=5.0)
        self._thread.join(5.0)
        self.node.destroy_node()
        self._context.try_shutdown()

    def _state(self, message: SafetyState) -> None:
        self.watch.say(message, self.relays[self.robot.proposal].flows(time.monotonic()))

    def _episode(self, message: EpisodeStatus) -> None:
        if message.state != EpisodeStatus.RUNNING or message.step == 0:
            self.episode_changed_s = time.monotonic()

    def _pump(self) -> None:
        for relay in self.relays.values():
            relay.pump()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process of the proposer.

        Raises:
            BenchError: it has none.
        """
        pid = self._pid_of(self.robot.proposer)
        if pid is None:
            raise BenchError(f'{self.robot.proposer} has no process: see launch.log')
        with suppress(ProcessLookupError):
            kill(pid, number)

    def press(self, pressed: bool) -> None:
        """Press or release the emergency stop."""
        self._button.publish(Bool(data=pressed))

    def rival(self) -> Callable[[], None]:
        """Publish on the topic of the actuators beside the safety controller; returns the end."""
        command = self.robot.command
        rival = self.node.create_publisher(command.kind, command.topic, STREAM)
        return lambda: self.node.destroy_publisher(rival)

    def impersonate(self) -> None:
        """Publish one heartbeat of the proposer as if it had begun anew."""
        self._voice.publish(Heartbeat(node=self.robot.proposer, sequence=0))

    def stop(self) -> bool:
        """Ask the safety controller to stop."""
        return self._call(Trigger, f'{CONTROLLER}/stop', Trigger.Request()).success

    def reset(self) -> tuple[bool, str]:
        """Ask the safety controller to permit motion; says whether it did, and its words."""
        request = ResetSafety.Request(operator='fault campaign')
        answer = self._call(ResetSafety, f'{CONTROLLER}/reset', request)
        return answer.success, answer.message

    def deactivate(self) -> None:
        """Deactivate the safety controller."""
        self._change(Transition.TRANSITION_DEACTIVATE)

    def activate(self) -> None:
        """Activate the safety controller."""
        self._change(Transition.TRANSITION_ACTIVATE)

    def _change(self, transition: int) -> None:
        request = ChangeState.Request(transition=Transition(id=transition))
        answer = self._call(ChangeState, f'{CONTROLLER}/change_state', request)
        if not answer.success:
            raise BenchError(f'{CONTROLLER} refused transition {transition}: see launch.log')

    def _call(self, kind: type, name: str, request: Any) -> Any:
        client = self._clients.get(name)
        if client is None:
            client = self._clients[name] = self.node.create_client(kind, name)
        if not client.wait_for_service(timeout_sec=ANSWER):
            raise BenchError(f'{name} is not there: see launch.log')
        answered = threading.Event()
        future = client.call_async(request)
        future.add_done_callback(lambda _: answered.set())
        if not answered.wait(ANSWER):
            raise BenchError(f'{name} did not answer in {ANSWER:g} s: see launch.log')
        return future.result()
