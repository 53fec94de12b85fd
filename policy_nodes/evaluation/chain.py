"""The whole robot in one process: sensors, tracker, policy and safety controller, no middleware.

The cores are those of the nodes and exchange the same samples, so an episode here and the same
episode in the launched graph are equal, step by step.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy_nodes.contract.samples import PeopleSample, TwistSample
from policy_nodes.evaluation.navigation_score import NavigationScore
from policy_nodes.evaluation.node_parameters import node_parameters
from policy_nodes.evaluation.outcomes import OUTCOMES
from policy_nodes.evaluation.run_files import EpisodeScore
from policy_nodes.perception.people_detector import PeopleDetector
from policy_nodes.perception.people_tracker import PeopleTracker
from policy_nodes.perception.static_scan import StaticScan
from policy_nodes.perception.tracked_people import TrackedPeople
from policy_nodes.policies.loading import LoadedPolicy
from policy_nodes.policies.navigator import Navigator
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.base_controller import BaseSafetyController
from policy_nodes.simulation.crowd.detector import PersonDetector
from policy_nodes.simulation.crowd.episodes import Episodes
from policy_nodes.simulation.crowd.reward import RUNNING
from policy_nodes.simulation.crowd.robot import STEP_NS, CrowdRobot
from policy_nodes.simulation.crowd.sensors import CrowdSamples

ROBOT = 'turtlebot'
POLICY_NODE = 'navigation_policy'
PROVING_BEATS = 10
V_MIN = -0.5


@dataclass(frozen=True)
class EpisodeTrace:
    """What happened in one episode; one row a step.

    Attributes:
        score: as the scorer gives it.
        pose: (steps, 3) reported x, y [m], yaw as quaternion z.
        proposed: (steps, 2) v [m/s], w [rad/s] of the policy.
        sent: (steps, 2) v [m/s], w [rad/s] of the safety controller.
        level: (steps,) rung of the ladder.
        reasons: for each step.
    """

    score: EpisodeScore
    pose: NDArray[np.float64]
    proposed: NDArray[np.float64]
    sent: NDArray[np.float64]
    level: NDArray[np.int64]
    reasons: tuple[tuple[str, ...], ...]


class TurtlebotChain:
    """Drives episodes with the parameters of config/."""

    def __init__(
        self,
        loaded: LoadedPolicy,
        *,
        safety: bool = True,
        true_people: bool = False,
        detector: PersonDetector | None = None,
        eyes: PeopleDetector | None = None,
        lidar: Mapping[str, Any] | None = None,
        tracker: Mapping[str, Any] | None = None,
    ) -> None:
        """Set the chain up.

        Args:
            loaded: the policy.
            safety: commands pass the safety controller; else proposals drive the robot.
            true_people: the policy is told the true visible people instead of tracked ones.
            detector: of people; one with the default errors if None.
            eyes: find people in the sweeps of a lidar instead of that detector.
            lidar: arguments of the lidar that the eyes look through.
            tracker: arguments of the people tracker that differ from those of config/.
        """
        policy = node_parameters(POLICY_NODE, ROBOT)
        trained = loaded.v_min
        v_min = V_MIN if trained is None else max(V_MIN, trained)
        self.navigator = Navigator(loaded.policy, v_min=v_min)
        self.people_memory = policy['people_memory']
        self.tracker = PeopleTracker(
            **_known(node_parameters('people_tracker', ROBOT)) | dict(tracker or {})
        )
        self.static_scan = StaticScan()
        self.sensors: dict[str, Any] = {
            name: value
            for name, value in node_parameters('crowd_simulator', ROBOT).items()
            if name in ('rays', 'range_noise')
        }
        self.config = BaseSafetyConfig.from_mapping(node_parameters('safety_controller', ROBOT))
        self.safety, self.true_people, self.detector = safety, true_people, detector
        self.eyes = eyes
        self.lidar = None if eyes is None else dict(lidar or {})

    def run(self, episode: Episodes, seed: int = 0, index: int = 0) -> EpisodeTrace:
        """Drive one episode.

        Args:
            episode: a batch of one.
            seed: of the run, for the score.
            index: of the episode, for the score.
        """
        robot = CrowdRobot(
            episode,
            start_ns=10 * STEP_NS,
            detector=self.detector,
            lidar=self.lidar,
            **self.sensors,
        )
        self.navigator.reset()
        self.tracker.reset()
        self.tracked: TrackedPeople | None = None
        self.static_scan.reset()
        controller = self._armed(robot.time_ns)
        score = NavigationScore(index, seed)
        rows: list[tuple[Any, ...]] = []
        while robot.outcome == RUNNING:
            samples = robot.read()
            score.take_base(samples.base)
            score.take_people(samples.people)
            score.take_scan(samples.laser)
            proposal, people = self._propose(samples)
            level, command = 0, proposal
            reasons: tuple[str, ...] = ()
            if self.safety:
                now_ns, steady = robot.time_ns, robot.time_ns * 1e-9
                controller.take_scan(samples.laser, now_ns, steady)
                controller.take_odometry(samples.base, now_ns, steady)
                controller.take_people(people, now_ns, steady)
                beat = PROVING_BEATS + robot.step + 1
                controller.take_heartbeat(POLICY_NODE, beat, controller.epoch, steady)
                decision = controller.take_proposal(proposal, now_ns, steady)
                level, reasons = int(decision.level), decision.reasons
                command = decision.command or self.navigator.rest(now_ns)
            v, w = float(command.linear[0]), float(command.angular[2])
            base = samples.base
            rows.append(
                (
                    (*base.position[:2], base.quaternion[2]),
                    (proposal.linear[0], proposal.angular[2]),
                    (v, w),
                    level,
                    reasons,
                )
            )
            robot.advance(v, w)
        pose, proposed, sent, levels, reasons = zip(*rows, strict=True)
        return EpisodeTrace(
            score=score.finish(OUTCOMES[robot.outcome], robot.step),
            pose=np.array(pose),
            proposed=np.array(proposed, dtype=np.float64),
            sent=np.array(sent),
            level=np.array(levels),
            reasons=reasons,
        )

    def _propose(self, samples: CrowdSamples) -> tuple[TwistSample, PeopleSample]:
        """Ask the policy; also give the people that the safety controller is told."""
        tracked = self._track(samples)
        known = _as_sent(tracked.people())
        recent = _as_sent(tracked.people(max_unseen=self.people_memory))
        if self.true_people:
            known = recent = samples.people
        still = self.static_scan.update(samples.laser, samples.base, recent)
        return self.navigator.act(samples.base, samples.goal, recent, still.ranges), known

    def _track(self, samples: CrowdSamples) -> TrackedPeople:
        """Follow people; after a sweep that was lost, what the one before told still holds."""
        detections = samples.detections
        if self.eyes is not None:
            if samples.points is not None:
                detections = self.eyes.detect(samples.points)
            elif self.tracked is not None:
                return self.tracked
            else:
                detections = replace(detections, positions=np.zeros((0, 2)))
        self.tracked = self.tracker.update(detections, samples.base)
        return self.tracked

    def _armed(self, start_ns: int) -> BaseSafetyController:
        """A controller that waits for its first proposal."""
        controller = BaseSafetyController(self.config)
        before = start_ns - STEP_NS
        controller.activate(before, before * 1e-9)
        for beat in range(PROVING_BEATS):
            if beat == PROVING_BEATS // 2:
                controller.reset('evaluation', before, before * 1e-9)
            controller.take_heartbeat(POLICY_NODE, beat + 1, controller.epoch, before * 1e-9)
        return controller


def _as_sent(people: PeopleSample) -> PeopleSample:
    """Round what a message carries in single precision."""
    return replace(people, radii=people.radii.astype(np.float32).astype(np.float64))


def _known(parameters: dict[str, Any]) -> dict[str, Any]:
    """Leave out what belongs to the node around the tracker."""
    return {name: value for name, value in parameters.items() if name != 'transform_timeout'}
