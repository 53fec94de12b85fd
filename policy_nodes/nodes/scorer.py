"""Scores the episodes of a run and writes run.json."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from std_msgs.msg import String

from policy_nodes.evaluation.outcomes import OUTCOMES, RUNNING
from policy_nodes.evaluation.run_files import RunError, RunInfo
from policy_nodes.evaluation.runtime import runtime_name
from policy_nodes.nodes import qos
from policy_nodes.nodes.course_scorer import GATE, LIVE, TOUCHED
from policy_nodes.nodes.heartbeat import HEARTBEAT, HeartbeatPublisher
from policy_nodes.nodes.interface import (
    SENSOR_RELIABILITY,
    NodeInterface,
    Setting,
    SettingError,
    Topic,
    announce,
    declare,
    listen,
    read,
)
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.scorer_inputs import KEY_POSE, ODOM, PEOPLE, RESULT, SCAN, SCORERS
from policy_nodes.nodes.wiring import take_down, wires
from policy_stack.msg import EpisodeStatus, PolicyStatus
from policy_stack.srv import ResetEpisode

EPISODE = Topic('episode', EpisodeStatus, qos.EPISODE, 'how the episode stands')
STATUS = Topic(
    '~/policy_status', PolicyStatus, qos.STREAM, 'of the node that policy_node names, for run.json'
)
SCORE = Topic('score', String, qos.LATCHED, 'score of the last episode, JSON')

INTERFACE = NodeInterface(
    name='scorer',
    purpose='Measures path, time, clearances, intrusion and jerk of each episode of a base, or '
    'key poses, refusals and time of an arm, or gates and score of legs on a course, and keeps '
    'run.json up to date.',
    publishes=(SCORE, GATE, LIVE, HEARTBEAT),
    subscribes=(EPISODE, ODOM, PEOPLE, SCAN, KEY_POSE, RESULT, TOUCHED, STATUS),
    services=(('~/reset_episode', ResetEpisode, 'begin to score an episode'),),
    settings=(
        Setting('folder', '', 'of the run; empty writes no file'),
        Setting('robot', 'turtlebot', 'what is scored; for run.json', choices=tuple(SCORERS)),
        Setting('policy', 'height', 'for run.json'),
        Setting('policy_node', 'navigation_policy', 'whose status names the checkpoint'),
        Setting('checkpoint', '', 'for run.json; empty takes the one that the policy names'),
        Setting('scenario', 'rand', 'for run.json'),
        SENSOR_RELIABILITY,
        Setting('seed', 0, 'of the run', range=(0, 2**31 - 1)),
    ),
)


class ScorerNode(LifecycleNode):
    """Hands messages to the score and writes what comes out."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        self.episode = ''
        self.standing = wires(self)

    @refuses()
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Begin a run; a folder that cannot be written is refused here."""
        settings = read(self, INTERFACE.settings)
        folder, asked = settings.pop('folder'), settings.pop(SENSOR_RELIABILITY.name)
        watched = settings.pop('policy_node')
        self.folder = Path(folder) if folder else None
        now = datetime.now().astimezone().isoformat(timespec='seconds')
        self.info = RunInfo(**settings, started=now, runtime=runtime_name())
        try:
            self.write()
        except (OSError, RunError) as error:
            raise SettingError(f'run.json cannot be written: {error}') from error
        self.scores = announce(self, SCORE)
        listen(self, EPISODE, self.take_episode)
        self.scorer = SCORERS[settings['robot']](self, asked)
        listen(self, replace(STATUS, name=f'{watched}/status'), self.take_status)
        self.create_service(ResetEpisode, '~/reset_episode', self.reset_episode)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        return super().on_cleanup(state)

    def reset_episode(
        self, request: ResetEpisode.Request, response: ResetEpisode.Response
    ) -> ResetEpisode.Response:
        """Begin to score."""
        self.episode = request.episode
        self.scorer.begin(request)
        response.success = True
        return response

    def take_status(self, message: PolicyStatus) -> None:
        """Note which checkpoint drives, where nobody said so."""
        self.scorer.take_status(message)
        if message.checkpoint and not self.info.checkpoint:
            self.info = replace(self.info, checkpoint=message.checkpoint)

    def take_episode(self, message: EpisodeStatus) -> None:
        """Sum up when the episode that is scored has ended."""
        if message.episode != self.episode:
            return
        if message.state == RUNNING or message.state not in OUTCOMES:
            return
        result = self.scorer.finish(message)
        if result is None:
            return
        self.info = replace(self.info, episodes=(*self.info.episodes, result))
        self.write()
        text = json.dumps({'episode': message.episode, **result.to_mapping()})
        self.scores.publish(String(data=text))
        self.get_logger().info(
            f'episode {result.index}: {result.outcome} after {result.time_s:.1f} s'
        )

    def write(self) -> None:
        """Write run.json whole."""
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.info.write(self.folder)


def main() -> None:
    """Run the node."""
    main_of(ScorerNode)


if __name__ == '__main__':
    main()
