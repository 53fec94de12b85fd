"""Records every episode into an MCAP file of its own."""

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rosidl_runtime_py.utilities import get_message
from std_msgs.msg import String

from policy_nodes.contract.checkpoint_folders import resolve_checkpoint
from policy_nodes.contract.errors import ContractError
from policy_nodes.evaluation.bag_metadata import offered_qos
from policy_nodes.evaluation.message_definitions import message_definition
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_writer import RecordingWriter
from policy_nodes.evaluation.run_files import CONTRACT_ATTACHMENT, SCORE_RECORD, recording_name
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
LATCHED_MARK, THINNED_MARK = 'latched', 'every'
INTERFACE = NodeInterface(
    name='recorder',
    purpose='Writes the messages of each episode, as they came over the wire, into '
    'episode_NNN.mcap. After a SIGKILL everything up to the last half second can be read.',
    publishes=(HEARTBEAT,),
    subscribes=(SCORE, STATUS),
    services=(('~/reset_episode', ResetEpisode, 'finish the recording, begin the next'),),
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
    ),
)


@dataclass
class Kept:
    """A topic that is recorded.

    Attributes:
        name: resolved.
        type_name: of its messages.
        latched: kept for late subscribers.
        apart: of its messages some are left out, so that they are so far apart [s].
        last: when one was kept, on the steady clock [s].
    """

    name: str
    type_name: str
    latched: bool
    apart: float
    last: float = -math.inf


def read_marks(marks: Sequence[str]) -> tuple[bool, float]:
    """Read what stands behind name and type: latched, and seconds between messages.

    Raises:
        ValueError: something else.
    """
    match list(marks):
        case []:
            return False, 0.0
        case ['latched']:
            return True, 0.0
        case ['every', seconds] if 0.0 < float(seconds) < math.inf:
            return False, float(seconds)
    raise ValueError(f'{" ".join(marks)!r} is neither "{LATCHED_MARK}" nor "{THINNED_MARK} 0.5"')


class RecorderNode(LifecycleNode):
    """Takes raw messages and hands them to the writer."""

    def __init__(self) -> None:
        """Declare parameters."""
        super().__init__(INTERFACE.name)
        declare(self, INTERFACE.settings)
        self.heartbeat = HeartbeatPublisher(self)
        self.writer: RecordingWriter | None = None
        self.standing = wires(self)

    @refuses()
    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Subscribe; an unknown type is refused here."""
        self.settings = read(self, INTERFACE.settings)
        try:
            for line in filter(None, self.settings['topics']):
                name, type_name, *marks = line.split()
                latched, apart = read_marks(marks)
                profile = qos.RECORD_LATCHED if latched else qos.RECORD
                kept = Kept(self.resolve_topic_name(name), type_name, latched, apart)
                keep = partial(self.keep, kept)
                topic = Topic(name, get_message(type_name), profile, '')
                listen(self, topic, keep, raw=True)
        except (ValueError, LookupError, AttributeError, ImportError) as error:
            raise SettingError(f'topics: {line!r} cannot be recorded: {error}') from error
        listen(self, SCORE, self.take_score)
        watched = self.settings['policy_node']
        listen(self, replace(STATUS, name=f'{watched}/status'), self.take_status)
        self.create_service(ResetEpisode, '~/reset_episode', self.reset_episode)
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
        self.close()
        return super().on_deactivate(state)

    def farewell(self) -> None:
        """Finish the recording before the process ends."""
        self.close()

    def reset_episode(
        self, request: ResetEpisode.Request, response: ResetEpisode.Response
    ) -> ResetEpisode.Response:
        """Finish the recording and begin the next."""
        response.message = self.begin(request.index)
        response.success = not response.message
        return response

    def begin(self, index: int) -> str:
        """Finish the recording and begin the one of an episode; returns why it cannot."""
        self.close()
        path = Path(self.settings['folder']) / recording_name(index)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.writer = RecordingWriter(path)
            self.lacks_contract = True
            for name in filter(None, self.settings['attachments']):
                file = Path(name)
                self.writer.attach(file.name, 'application/x-yaml', file.read_bytes())
        except (RecordingError, OSError) as error:
            self.get_logger().error(str(error))
            return str(error)
        return ''

    def keep(self, kept: Kept, payload: bytes) -> None:
        """Write one message as it came."""
        if self.writer is None:
            return
        now_ns, steady = time.time_ns(), time.monotonic()
        if steady - kept.last < kept.apart:
            return
        kept.last = steady
        try:
            self.writer.write(
                kept.name,
                kept.type_name,
                message_definition(kept.type_name),
                payload,
                now_ns,
                now_ns,
                qos=offered_qos(durability='transient_local' if kept.latched else 'volatile'),
            )
        except RecordingError as error:
            # what is on disk stays readable; one sentence, then silence
            self.get_logger().error(str(error))
            self.writer = None

    def take_status(self, message: PolicyStatus) -> None:
        """Keep the contract of the checkpoint that drives in each recording."""
        if self.writer is None or not self.lacks_contract or not message.checkpoint:
            return
        self.lacks_contract = False
        try:
            folder = resolve_checkpoint(self.settings['checkpoint'] or message.checkpoint)
            contract = (folder / CONTRACT_ATTACHMENT).read_bytes()
            self.writer.attach(CONTRACT_ATTACHMENT, 'application/x-yaml', contract)
        except (ContractError, OSError, RecordingError) as error:
            self.get_logger().warning(f'the recording goes without a contract: {error}')

    def take_score(self, message: String) -> None:
        """Keep the score of the episode as metadata of its recording, and finish it."""
        if self.writer is None:
            return
        values: dict[str, Any] = json.loads(message.data)
        values.pop('episode', None)
        self.writer.add_metadata(SCORE_RECORD, {'json': json.dumps(values)})
        self.close()

    def close(self) -> None:
        """Finish the recording under way, if any."""
        if self.writer is not None:
            writer, self.writer = self.writer, None
            try:
                writer.close()
            except RecordingError as error:
                self.get_logger().error(str(error))


def main() -> None:
    """Run the node."""
    main_of(RecorderNode)


if __name__ == '__main__':
    main()
