"""Records every episode into an MCAP file of its own."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.executors import MultiThreadedExecutor
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rosidl_runtime_py.utilities import get_message
from std_msgs.msg import String
from std_srvs.srv import Trigger

from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_ring import RecordingRing
from policy_nodes.evaluation.recording_tape import Tape
from policy_nodes.evaluation.recording_topics import Kept, read_topics
from policy_nodes.evaluation.run_files import SCORE_RECORD, recording_name
from policy_nodes.nodes import qos
from policy_nodes.nodes.heartbeat import HEARTBEAT, HeartbeatPublisher
from policy_nodes.nodes.interface import (
    NodeInterface,
    Setting,
    SettingError,
    Topic,
    declare,
    listen,
    read,
)
from policy_nodes.nodes.refusal import refuses
from policy_nodes.nodes.runner import main_of
from policy_nodes.nodes.wiring import take_down, wires
from policy_stack.msg import PolicyStatus
from policy_stack.srv import ResetEpisode

SCORE = Topic('score', String, qos.LATCHED, 'score of the last episode, kept as metadata')
STATUS = Topic('~/policy_status', PolicyStatus, qos.STREAM, 'of the node that policy_node names')
INTERFACE = NodeInterface(
    name='recorder',
    purpose='Writes the messages of each episode, as they came over the wire, into '
    'episode_NNN.mcap. After a SIGKILL everything up to the last half second can be read. A file '
    'that was closed is read back, and what is missing is said. It can keep the last seconds '
    'in memory, whether an episode runs or not, until a service call wants them on disk.',
    publishes=(HEARTBEAT,),
    subscribes=(SCORE, STATUS),
    services=(
        ('~/reset_episode', ResetEpisode, 'finish the recording, begin the next'),
        (
            '~/save_ring',
            Trigger,
            'write the last seconds into ring_NNN.mcap; answers with its path',
        ),
    ),
    settings=(
        Setting('folder', 'runs', 'where recordings go'),
        Setting(
            'topics',
            [''],
            'what to record: "NAME TYPE", with "latched" behind for those, and "every 0.5" for '
            'messages at least so many seconds apart',
        ),
        Setting('at_once', False, 'begin episode 0 when activated; for robots without episodes'),
        Setting('attachments', [''], 'files to keep in every recording'),
        Setting('policy_node', 'navigation_policy', 'whose status names the checkpoint'),
        Setting('checkpoint', '', 'whose contract to keep; empty: the one that the policy names'),
        Setting(
            'ring', 0.0, 'last seconds that are kept in memory; 0 keeps none', 's', (0.0, 600.0)
        ),
        Setting('ring_megabytes', 256, 'that they may take', 'MB', (1, 16384)),
        Setting('read_back', True, 'read each file back once it is closed'),
    ),
)


class RecorderNode(LifecycleNode):
    """Takes raw messages and hands them to the writer."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        self.tape = Tape(self.tell)
        self.saved = 0
        self.episode = ''
        self.standing = wires(self)

    @refuses()
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Subscribe; an unknown type is refused here."""
        self.settings = read(self, INTERFACE.settings)
        seconds, most = self.settings['ring'], self.settings['ring_megabytes'] * 1_000_000
        self.tape = Tape(
            self.tell,
            ring=RecordingRing(seconds, most) if seconds else None,
            read_back=self.settings['read_back'],
        )
        try:
            chosen = read_topics(self.settings['topics'], self.resolve_topic_name)
        except ValueError as error:
            raise SettingError(f'topics: {error}') from error
        for kept in chosen:
            profile = qos.RECORD_LATCHED if kept.latched else qos.RECORD
            topic = Topic(kept.name, message_class(kept), profile, '')
            listen(self, topic, partial(self.tape.keep, kept), raw=True)
        listen(self, SCORE, self.take_score)
        watched = self.settings['policy_node']
        listen(self, replace(STATUS, name=f'{watched}/status'), self.take_status)
        self.create_service(ResetEpisode, '~/reset_episode', self.reset_episode)
        # beside the others: nothing is missed while the last seconds are written
        aside = MutuallyExclusiveCallbackGroup()
        self.create_service(Trigger, '~/save_ring', self.save_ring, callback_group=aside)
        return super().on_configure(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take down what on_configure wired up."""
        take_down(self, self.standing)
        return super().on_cleanup(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Begin to record at once if that is asked for."""
        if self.settings['at_once'] and self.begin(0):
            return TransitionCallbackReturn.FAILURE
        return super().on_activate(state)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Finish the recording."""
        self.tape.close()
        return super().on_deactivate(state)

    def farewell(self) -> None:
        """Finish the recording before the process ends."""
        self.tape.finish()

    def reset_episode(
        self, request: ResetEpisode.Request, response: ResetEpisode.Response
    ) -> ResetEpisode.Response:
        """Finish the recording and begin the next."""
        self.episode = request.episode
        response.message = self.begin(request.index)
        response.success = not response.message
        return response

    def save_ring(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        """Write the last seconds."""
        path = Path(self.settings['folder']) / ring_name(self.saved)
        while path.exists():
            self.saved += 1
            path = path.with_name(ring_name(self.saved))
        try:
            count = self.tape.save_ring(path)
            response.success, response.message = True, f'{path} ({count} messages)'
        except RecordingError as error:
            response.message = str(error)
        return response

    def begin(self, index: int) -> str:
        """Finish the recording and begin the one of an episode; returns why it cannot."""
        path = Path(self.settings['folder']) / recording_name(index)
        try:
            self.tape.begin(path, [Path(it) for it in self.settings['attachments'] if it])
        except (RecordingError, OSError) as error:
            self.tell(str(error))
            return str(error)
        return ''

    def tell(self, words: str) -> None:
        """Log what went wrong."""
        self.get_logger().error(words)

    def take_status(self, message: PolicyStatus) -> None:
        """Keep the contract of the checkpoint that drives in each recording."""
        if message.checkpoint:
            self.tape.take_checkpoint(self.settings['checkpoint'] or message.checkpoint)

    def take_score(self, message: String) -> None:
        """Keep the score of the episode as metadata of its recording, and finish it."""
        if self.tape.path is None:
            return
        values: dict[str, Any] = json.loads(message.data)
        episode = values.pop('episode', '')
        if self.episode and episode and episode != self.episode:
            return  # of the one before, which came late
        self.tape.add_metadata(SCORE_RECORD, {'json': json.dumps(values)})
        self.tape.close()


def message_class(kept: Kept) -> type:
    """Find the class of a topic's messages.

    Raises:
        SettingError: there is none.
    """
    try:
        return get_message(kept.type_name)
    except (ValueError, LookupError, AttributeError, ImportError) as error:
        line = f'{kept.name} {kept.type_name}'
        raise SettingError(f'topics: {line!r} cannot be recorded: {error}') from error


def ring_name(number: int) -> str:
    """Name the file of the last seconds, counted from 0."""
    return f'ring_{number:03d}.mcap'


def main() -> None:
    """Run the node."""
    main_of(RecorderNode, executor=lambda: MultiThreadedExecutor(num_threads=2))


if __name__ == '__main__':
    main()
