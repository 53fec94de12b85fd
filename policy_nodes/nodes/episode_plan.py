"""The episodes of a run, one after another."""

import threading
import time
from collections.abc import Callable
from typing import Any

from rclpy.node import Node

from policy_nodes.evaluation.outcomes import RUNNING
from policy_nodes.nodes.service_calls import CallError, ServiceCalls
from policy_stack.msg import EpisodeStatus, SafetyState
from policy_stack.srv import ResetEpisode, ResetSafety

RESET_TRIES = 50
PROVING_TIME = 0.6  # [s]
REARM_TRIES = 5
ASK_AGAIN = 5.0  # [s] after which a node that may have died is asked again
LOOK = 0.2  # [s]


class PlanError(RuntimeError):
    """The run cannot go on."""


class EpisodePlan:
    """Resets everybody, begins an episode, waits for its end."""

    def __init__(self, node: Node, calls: ServiceCalls, settings: dict[str, Any]) -> None:
        """Hold the plan.

        Args:
            node: for its log.
            calls: blocking service calls.
            settings: of the supervisor.
        """
        self.node, self.calls, self.settings = node, calls, settings
        self.name, self.mode, self.latched = '', '', False
        self.epoch = -1
        self.over = threading.Event()

    def take_episode(self, message: EpisodeStatus) -> None:
        """Note the end of the episode that runs."""
        if message.episode == self.name and message.state != RUNNING:
            self.over.set()

    def take_safety(self, message: SafetyState) -> None:
        """Note what legs do."""
        self.mode, self.latched = message.mode, message.latched

    def run(self, keep_up: Callable[[], bool]) -> None:
        """Run all episodes.

        Args:
            keep_up: brings nodes up again and says whether all are up; called several times a
                second while an episode runs.

        Raises:
            PlanError: a node refuses an episode, or motion is not permitted.
        """
        total = self.settings['episodes']
        first = self.settings['first_episode']
        for index in range(first, first + total):
            self.begin(index, keep_up)
            self.node.get_logger().info(f'episode {index - first + 1} of {total} runs')
            while not self.over.wait(LOOK):
                keep_up()

    def begin(self, index: int, keep_up: Callable[[], bool]) -> None:
        """Begin one episode, once every node is up."""
        self.over.clear()
        self.wait_for_all(keep_up)
        seed, scenario = self.settings['seed'], self.settings['scenario']
        self.name = f'{scenario}-{seed}-{index}'
        if self.settings['reset_safety']:
            self.permit_motion()
        self.wait_for_mode()
        request = ResetEpisode.Request(
            episode=self.name, index=index, scenario=scenario, seed=seed
        )
        for name in filter(None, self.settings['reset_nodes']):
            answer = self.reset(name, request, keep_up)
            if not answer.success:
                raise PlanError(f'{name} refuses episode {index}: {answer.message}')
        if self.settings['rearm']:
            self.rearm()

    def rearm(self) -> None:
        """Permit motion again after a simulator has put the robot elsewhere at once.

        To the safety controller that is a fault, and it latches within moments. Nobody puts a
        real robot elsewhere, and no episode of one is begun here.

        Raises:
            PlanError: it refuses for good.
        """
        for _ in range(REARM_TRIES):
            before = self.epoch
            self.calls.cancelled.wait(PROVING_TIME)
            self.permit_motion()
            if self.epoch == before:
                return

    def reset(
        self, name: str, request: ResetEpisode.Request, keep_up: Callable[[], bool]
    ) -> ResetEpisode.Response:
        """Reset one node; one that dies just then, and is started again, is waited for.

        Raises:
            PlanError: it does not answer.
        """
        comes_back = name in self.settings['respawned_nodes']
        end = time.monotonic() + self.settings['bring_up_timeout']
        while True:
            try:
                patience = ASK_AGAIN if comes_back else None
                return self.calls(f'{name}/reset_episode', ResetEpisode, request, patience)
            except CallError as error:
                if not comes_back or time.monotonic() > end:
                    raise PlanError(str(error)) from error
            self.wait_for_all(keep_up)

    def wait_for_all(self, keep_up: Callable[[], bool]) -> None:
        """Wait until every node is up.

        Raises:
            PlanError: one that died does not come back.
        """
        end = time.monotonic() + self.settings['bring_up_timeout']
        while not keep_up():
            if time.monotonic() > end:
                raise PlanError('a node that died does not come back; the lines above name it')
            self.calls.cancelled.wait(LOOK)

    def wait_for_mode(self) -> None:
        """Wait until legs do what an episode begins with, such as to follow.

        Raises:
            PlanError: they do not come to it.
        """
        wanted = self.settings['ready_mode']
        end = time.monotonic() + self.settings['bring_up_timeout']
        while wanted and self.mode != wanted:
            if time.monotonic() > end or self.calls.cancelled.wait(LOOK / 4):
                raise PlanError(
                    f'the safety controller is in mode {self.mode!r}, not in {wanted!r}'
                )
            if self.latched and self.settings['reset_safety']:
                # on its way there it may have stopped again, as on a machine with too much to do
                self.permit_motion()

    def permit_motion(self) -> None:
        """Ask the safety controller for motion; while it still stops, ask again.

        Raises:
            PlanError: it refuses for good.
        """
        request = ResetSafety.Request(operator='supervisor')
        message = ''
        for _ in range(RESET_TRIES):
            try:
                answer = self.calls('safety_controller/reset', ResetSafety, request)
            except CallError as error:
                raise PlanError(str(error)) from error
            if answer.success:
                if answer.epoch != self.epoch:
                    # the policy has to prove first that it learned the new epoch
                    self.epoch = answer.epoch
                    self.calls.cancelled.wait(PROVING_TIME)
                return
            message = answer.message
            if self.calls.cancelled.wait(0.1):
                break
        raise PlanError(f'the safety controller does not permit motion: {message}')
