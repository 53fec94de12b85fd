"""Scores a legged robot that runs over a course, gate by gate."""

from __future__ import annotations

import json
import math
from typing import Any

from std_msgs.msg import String

from policy_nodes.evaluation.barkour_courses import course_of
from policy_nodes.evaluation.barkour_score import GatePass
from policy_nodes.evaluation.course_score import CourseScore, CourseTally
from policy_nodes.evaluation.outcomes import OUTCOMES, RUNNING
from policy_nodes.nodes import qos
from policy_nodes.nodes.interface import Topic, announce, listen, sensor
from policy_nodes.nodes.translate import NANO, nanoseconds
from policy_nodes.nodes.translate_base import base_sample
from policy_nodes.simulation.barkour.course import Course
from policy_stack.msg import EpisodeStatus, PolicyStatus
from policy_stack.srv import ResetEpisode

LIVE_PERIOD = 0.2  # between live scores of a run in which nothing happens, by stamps [s]

EPISODE = Topic('episode', EpisodeStatus, qos.EPISODE, 'since when an episode runs')
TOUCHED = Topic(
    'obstacle_touched', String, qos.STREAM, 'kind of an obstacle that legs touched but must not'
)
GATE = Topic('gate', String, qos.EPISODE, 'gate that legs just passed, JSON')
LIVE = Topic('live_score', String, qos.LATCHED, 'score that legs can still reach, JSON')


class CourseScorer:
    """Scores legs on a course; an episode on other ground is left unscored."""

    def __init__(self, node: Any, reliability: str, odom: Topic) -> None:
        """Listen, and tell of gates and of the score so far.

        Args:
            node: that listens.
            reliability: asked of sensors.
            odom: where the base is.
        """
        self._node = node
        self._tally: CourseTally | None = None
        self._episode, self._told = '', -math.inf
        self._course: tuple[Course, int, int] | None = None
        self._begin_ns, self._base = -1, None
        self._gates, self._live = announce(node, GATE), announce(node, LIVE)
        listen(node, sensor(odom, reliability), self._take_base)
        listen(node, TOUCHED, self._take_touch)
        listen(node, EPISODE, self._take_start)

    def begin(self, request: ResetEpisode.Request) -> None:
        """Begin to score."""
        self._episode, self._told = request.episode, -math.inf
        try:
            course = course_of(request.scenario)
        except ValueError as error:
            self._node.get_logger().warning(f'this episode is not scored: {error}')
            self._tally = self._course = None
            return
        self._course = course, request.index, request.seed
        self._tally, self._base = CourseTally(*self._course), None

    def take_status(self, message: PolicyStatus) -> None:
        """Take how the policy does; nothing of it counts here."""

    def finish(self, message: EpisodeStatus) -> CourseScore | None:
        """Sum up an episode that has ended; None if none was begun."""
        tally, self._tally = self._tally, None
        return None if tally is None else tally.finish(OUTCOMES[message.state], message.elapsed)

    def _take_start(self, message: EpisodeStatus) -> None:
        """Score from the first odometry of the episode on; what came before was elsewhere."""
        started = message.episode == self._episode and message.state == RUNNING
        if self._course is None or not started:
            return
        self._begin_ns = nanoseconds(message.header.stamp)
        base, self._course, self._tally = self._base, None, CourseTally(*self._course)
        if base is not None:
            self._take_base(base)

    def _take_base(self, message: Any) -> None:
        self._base = message
        if self._tally is None:
            return
        base = base_sample(message)
        if 0 < self._begin_ns - base.stamp_ns < NANO:
            return
        x, y, _ = map(float, base.position)
        if not (math.isfinite(x) and math.isfinite(y)):
            return
        time = base.stamp_ns / NANO
        fresh = self._tally.take(time, x, y)
        for each in fresh:
            self._say(self._gates, self._gate(each))
        if fresh or time - self._told >= LIVE_PERIOD:
            self._tell(time)

    def _take_touch(self, message: String) -> None:
        if self._tally is None:
            return
        if self._tally.touch(message.data):
            self._tell(self._told)
        else:
            self._node.get_logger().error(
                f'the course has no obstacle {message.data[:40]!r}; ignored',
                throttle_duration_sec=2.0,
            )

    def _gate(self, passed: GatePass) -> dict[str, Any]:
        assert self._tally is not None
        start = self._tally.live.result().start_s
        return {
            'obstacle': passed.obstacle,
            'gate': passed.gate,
            'time_s': max(passed.at - start, 0.0),
        }

    def _tell(self, time: float) -> None:
        assert self._tally is not None
        self._told = time
        result = self._tally.live.result()
        values = {
            'attainable': self._tally.live.attainable(),
            'time_s': result.time_s,
            'gates_passed': len(result.passes),
            'gates': result.gates,
            'on_table_s': result.on_table_s,
            'touched': [item.name for item in result.items if item.touched],
        }
        self._say(self._live, values)

    def _say(self, publisher: Any, values: dict[str, Any]) -> None:
        publisher.publish(String(data=json.dumps({'episode': self._episode, **values})))
