"""Brings the nodes up in order, runs the episodes, and brings the nodes down in reverse."""

import threading
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.clock import Clock, ClockType
from rclpy.executors import MultiThreadedExecutor
from rclpy.node import Node

from policy_nodes.nodes import qos
from policy_nodes.nodes.episode_plan import EpisodePlan, PlanError
from policy_nodes.nodes.interface import (
    NodeInterface,
    Setting,
    Topic,
    announce,
    declare,
    listen,
    read,
)
from policy_nodes.nodes.lifecycle_manager import LifecycleError, LifecycleManager
from policy_nodes.nodes.liveness import Liveness
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.service_calls import CallError, ServiceCalls
from policy_stack.msg import EpisodeStatus, Heartbeat, SafetyState

ANSWER_TIME = 5.0  # [s] for a node that is silent, before it counts as dead
EPISODE = Topic('episode', EpisodeStatus, qos.EPISODE, 'how the episode stands')
SAFETY = Topic('safety_controller/state', SafetyState, qos.LATCHED, 'what legs do')
DIAGNOSTICS = Topic('/diagnostics', DiagnosticArray, qos.SENSOR_OUT, 'which nodes are alive')

INTERFACE = NodeInterface(
    name='supervisor',
    purpose='Configures and activates the nodes in order, watches their heartbeats, brings a '
    'respawned one up again (never the safety controller), runs episodes if asked to, and brings '
    'the nodes down in reverse when they are done. The death of any other node ends the run; '
    'its exit code then is 1.',
    publishes=(DIAGNOSTICS,),
    subscribes=(EPISODE, SAFETY),
    settings=(
        Setting('nodes', [''], 'in the order of bring-up'),
        Setting('reset_nodes', [''], 'told of each episode, in order; the simulator comes last'),
        Setting('respawned_nodes', [''], 'brought up again when they come back'),
        Setting('episodes', 0, 'to run; 0 only brings the nodes up', range=(0, 1_000_000)),
        Setting('first_episode', 0, 'index of the first one', range=(0, 2**31 - 1)),
        Setting('seed', 0, 'of the run', range=(0, 2**31 - 1)),
        Setting('scenario', 'rand', 'of the episodes'),
        Setting('reset_safety', True, 'permit motion before each episode, without an operator'),
        Setting('ready_mode', '', 'of the safety controller, before an episode; empty for any'),
        Setting('rearm', False, 'the same again after it, where the simulator moves the robot'),
        Setting('permit_motion', False, 'the same once all nodes are up, where no episodes run'),
        Setting('bring_up_timeout', 60.0, 'for each transition', 's', (1.0, 600.0)),
        Setting('heartbeat_timeout', 1.0, 'silence that counts as death', 's', (0.1, 60)),
    ),
)


class SupervisorNode(Node):
    """A worker thread walks through the plan; callbacks only take notes."""

    def __init__(self) -> None:
        """Declare parameters; the work begins with the first spin."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.settings: dict[str, Any] = read(self, INTERFACE.settings)
        names = [name for name in self.settings['nodes'] if name]
        self.steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.calls = ServiceCalls(self, self.settings['bring_up_timeout'])
        self.manager = LifecycleManager(self.calls, names, self.get_logger())
        self.liveness = Liveness(names, self.settings['heartbeat_timeout'])
        self.plan = EpisodePlan(self, self.calls, self.settings)
        self.reports = announce(self, DIAGNOSTICS)
        for name in names:
            beat = Topic(f'{name}/heartbeat', Heartbeat, qos.HEARTBEAT_ANY, '')
            listen(self, beat, self.take_beat)
        listen(self, EPISODE, self.plan.take_episode)
        listen(self, SAFETY, self.plan.take_safety)
        self.create_timer(1.0, self.report, clock=self.steady)
        self.ended = threading.Event()
        self.failed = False
        self.worker = threading.Thread(target=self.work, name='plan')
        # only once the executor spins: the worker may end at once, and ends it then
        self.starter = self.create_timer(0.01, self.start, clock=self.steady)

    def start(self) -> None:
        """Let the worker begin."""
        self.starter.cancel()
        if self.worker.ident is None:
            self.worker.start()

    def wall(self) -> float:
        """Steady wall time [s]."""
        return self.steady.now().nanoseconds * 1e-9

    def work(self) -> None:
        """Bring up, run, bring down; the process ends after that."""
        try:
            self.manager.bring_up()
            if self.settings['permit_motion'] and self.settings['episodes'] == 0:
                self.plan.permit_motion()
                self.get_logger().info('motion is permitted')
            self.plan.run(self.keep_up)
            while self.settings['episodes'] == 0 and not self.ended.wait(0.2):
                self.keep_up()
            # nodes that are interrupted together end by themselves, and answer nobody any more
            if not self.ended.is_set():
                self.manager.bring_down()
        except (CallError, LifecycleError, PlanError) as error:
            if not self.ended.is_set():
                self.failed = True
                self.get_logger().fatal(str(error))
        finally:
            self.ended.set()
            if self.executor is not None:
                self.executor.shutdown(timeout_sec=0)

    def take_beat(self, message: Heartbeat) -> None:
        """Note a heartbeat."""
        self.liveness.beat(message.node, message.sequence, self.wall())

    def keep_up(self) -> bool:
        """Bring up again what died and came back; the death of any other node ends the run.

        Returns:
            Whether every node is up.

        Raises:
            PlanError: the supervisor is asked to end, or a node died that is not respawned.
        """
        if self.ended.is_set():
            raise PlanError('interrupted')
        all_up = True
        for name in self.liveness.down(self.wall()):
            if name in self.settings['respawned_nodes']:
                is_up = self.manager.revive(name)
            else:
                # launch sees the end of a process; here a busy machine must not end the run
                is_up = self.manager.answers(name, ANSWER_TIME)
                if not is_up or self.liveness.has_restarted(name):
                    raise PlanError(f'{name} died: everything ends, start anew')
            if is_up:
                self.liveness.up(name, self.wall())
            all_up = all_up and is_up
        return all_up

    def report(self) -> None:
        """Publish who is alive."""
        down = self.liveness.down(self.wall())
        status = [
            DiagnosticStatus(
                level=DiagnosticStatus.ERROR if name in down else DiagnosticStatus.OK,
                name=f'supervisor: {name}',
                message='died or silent' if name in down else 'alive',
                hardware_id='policy_stack',
            )
            for name in self.liveness.names
        ]
        message = DiagnosticArray(status=status)
        message.header.stamp = self.get_clock().now().to_msg()
        self.reports.publish(message)

    def farewell(self) -> None:
        """Let the worker end before the context does."""
        self.ended.set()
        self.calls.cancel()
        if self.worker.is_alive():
            self.worker.join(timeout=5.0)


def main() -> None:
    """Run the node."""
    main_of(SupervisorNode, executor=lambda: MultiThreadedExecutor(num_threads=2))


if __name__ == '__main__':
    main()
