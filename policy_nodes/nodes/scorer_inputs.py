"""What the scorer listens to, by the kind of robot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from nav_msgs.msg import Odometry
from sensor_msgs.msg import LaserScan

from policy_nodes.evaluation.manipulation_score import ManipulationScore, ManipulationTally
from policy_nodes.evaluation.navigation_score import NavigationScore
from policy_nodes.evaluation.outcomes import OUTCOMES
from policy_nodes.evaluation.run_files import EpisodeScore, Score
from policy_nodes.nodes import qos
from policy_nodes.nodes.course_scorer import CourseScorer
from policy_nodes.nodes.interface import Topic, listen, sensor
from policy_nodes.nodes.translate_base import base_sample, scan_sample
from policy_nodes.nodes.translate_people import people_sample
from policy_nodes.policies.manipulation_words import GIVEN_UP
from policy_stack.msg import EpisodeStatus, KeyPose, KeyPoseResult, PolicyStatus, TrackedPersons
from policy_stack.srv import ResetEpisode

ODOM = Topic('odom', Odometry, qos.STREAM, 'where a base is')
PEOPLE = Topic('people', TrackedPersons, qos.STREAM, 'true people; tracked ones on a robot')
SCAN = Topic('scan', LaserScan, qos.STREAM, 'distance of a base to obstacles')
KEY_POSE = Topic('key_pose', KeyPose, qos.STREAM, 'what an arm is asked for')
RESULT = Topic('motion_executor/result', KeyPoseResult, qos.STREAM, 'what became of it')


class Scorer(Protocol):
    """Scores one episode after the other."""

    def begin(self, request: ResetEpisode.Request) -> None:
        """Begin to score."""

    def take_status(self, message: PolicyStatus) -> None:
        """Take how the policy does."""

    def finish(self, message: EpisodeStatus) -> Score | None:
        """Sum up an episode that has ended; None if none was begun."""


class NavigationScorer:
    """Scores a base that drives among people."""

    def __init__(self, node: Any, reliability: str) -> None:
        """Listen."""
        self._score: NavigationScore | None = None
        for topic, take in (
            (sensor(ODOM, reliability), lambda score, m: score.take_base(base_sample(m))),
            (PEOPLE, lambda score, m: score.take_people(people_sample(m))),
            (sensor(SCAN, reliability), lambda score, m: score.take_scan(scan_sample(m))),
        ):
            listen(node, topic, self._handing(take))

    def begin(self, request: ResetEpisode.Request) -> None:
        """Begin to score."""
        self._score = NavigationScore(request.index, request.seed)

    def take_status(self, message: PolicyStatus) -> None:
        """Take how the policy does; nothing of it counts here."""

    def finish(self, message: EpisodeStatus) -> EpisodeScore | None:
        """Sum up an episode that has ended; None if none was begun."""
        score, self._score = self._score, None
        return None if score is None else score.finish(OUTCOMES[message.state], message.step)

    def _handing(self, take: Callable[[NavigationScore, Any], None]) -> Callable[[Any], None]:
        def hand(message: Any) -> None:
            if self._score is not None:
                take(self._score, message)

        return hand


class ManipulationScorer:
    """Scores an arm that goes from key pose to key pose."""

    def __init__(self, node: Any, reliability: str) -> None:
        """Listen."""
        self._tally: ManipulationTally | None = None
        listen(node, KEY_POSE, self._take_key_pose)
        listen(node, RESULT, self._take_result)

    def begin(self, request: ResetEpisode.Request) -> None:
        """Begin to score."""
        task = request.scenario.partition('/')[0]
        self._tally = ManipulationTally(request.index, request.seed, task)

    def take_status(self, message: PolicyStatus) -> None:
        """Keep why the policy asks for nothing more."""
        if self._tally is not None and message.words.startswith(GIVEN_UP):
            self._tally.why = message.words.removeprefix(GIVEN_UP)

    def finish(self, message: EpisodeStatus) -> ManipulationScore | None:
        """Sum up an episode that has ended; None if none was begun."""
        tally, self._tally = self._tally, None
        return None if tally is None else tally.finish(OUTCOMES[message.state], message.elapsed)

    def _take_key_pose(self, message: KeyPose) -> None:
        if self._tally is not None:
            self._tally.take_key_pose(message.epoch, message.sequence)

    def _take_result(self, message: KeyPoseResult) -> None:
        if self._tally is not None:
            self._tally.take_result(message.epoch, message.sequence, message.state, message.reason)


SCORERS: dict[str, Callable[[Any, str], Scorer]] = {
    'turtlebot': NavigationScorer,
    'panda': ManipulationScorer,
    'barkour': lambda node, reliability: CourseScorer(node, reliability, ODOM),
}
