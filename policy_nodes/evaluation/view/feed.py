"""Takes messages in the order they come, from wherever they come, and has them drawn."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import rerun as rr
from numpy.typing import NDArray

from policy_nodes.evaluation import message_arrays
from policy_nodes.evaluation.message_arrays import stamp_ns
from policy_nodes.evaluation.outcomes import OUTCOMES, RUNNING, TASK_WORDS, WORDS
from policy_nodes.evaluation.view import message_samples, palette
from policy_nodes.evaluation.view.arm_feed import ArmFeed
from policy_nodes.evaluation.view.attended import attended
from policy_nodes.evaluation.view.panels import Panels
from policy_nodes.evaluation.view.scene import Scene
from policy_nodes.evaluation.view.timeline import RECEIVED, TIMELINE
from policy_nodes.perception.tracked_people import TrackedPeople

CALENDAR_NS = 10**17  # stamps beyond are dates (of 1973 and later), others simulated time
TRAIL = 600  # poses of the path that are kept


class Feed:
    """One robot's messages; what they have in common over time is kept here.

    The timeline `node_time` is that of the stamps: simulated time as a duration, time of the
    day as a date. The timeline `received` is when a message reached the recorder or the viewer.

    Attributes:
        drawn: how many messages of each source were drawn.
    """

    def __init__(self, recording: rr.RecordingStream) -> None:
        """Begin an empty picture.

        Args:
            recording: to draw into.
        """
        self.drawn: Counter[str] = Counter()
        self._recording = recording
        self._scene, self._panels = Scene(recording), Panels(recording)
        self._arm = ArmFeed(recording, self)
        self._draw: dict[str, Callable[[Any], None]] = {
            'odom': self._odometry,
            'scan': self._scan,
            'detections': self._detections,
            'tracked_people': self._tracked,
            'people': self._truth,
            'goal': self._goal,
            'obstacles': self._obstacles,
            'episode': self._episode,
            'navigation_policy/cmd_vel': self._proposed,
            'navigation_policy/attention': self._attention,
            'navigation_policy/status': self._policy,
            'cmd_vel': self._sent,
            'safety_controller/state': self._safety,
            'safety_controller/zones': self._zones,
            'manipulation_policy/status': self._policy,
            **self._arm.draw,
        }
        self._newest_ns = 0
        self._trail: deque[NDArray[np.float64]] = deque(maxlen=TRAIL)
        self._people: TrackedPeople | None = None
        self._frame = ''
        self._episode_name = ''
        self._ends: Mapping[str, str] = WORDS
        self._said: dict[str, str] = {}
        self._status: dict[str, str] = {}
        self._remarked: set[str] = set()
        self._coloured: tuple[int, ...] | None = None

    def take(self, source: str, message: Any, received_ns: int) -> None:
        """Draw one message.

        Args:
            source: name of one of `SOURCES`.
            message: of its type, with the fields of its definition.
            received_ns: when it arrived, since 1970 [ns].
        """
        self._at(_stamp(message), received_ns)
        self._draw[source](message)
        self.drawn[source] += 1

    def _at(self, stamp: int, received_ns: int) -> None:
        self._recording.reset_time()
        self._recording.set_time(RECEIVED, timestamp=np.datetime64(received_ns, 'ns'))
        self._newest_ns = stamp or self._newest_ns
        if self._newest_ns >= CALENDAR_NS:
            self._recording.set_time(TIMELINE, timestamp=np.datetime64(self._newest_ns, 'ns'))
        elif self._newest_ns:
            self._recording.set_time(TIMELINE, duration=np.timedelta64(self._newest_ns, 'ns'))

    def _odometry(self, message: Any) -> None:
        base = message_samples.base(message)
        self._frame = base.frame
        self._scene.robot(base)
        self._trail.append(base.position[:2])
        self._scene.path(np.array(self._trail))
        self._panels.command('measured', np.array([base.v, base.w]))
        if self._coloured is None:
            self._colour(palette.UNKNOWN)

    def _scan(self, message: Any) -> None:
        self._scene.scan(message_samples.laser(message))

    def _detections(self, message: Any) -> None:
        found = message_samples.detections(message)
        self._scene.detections(found, in_world=found.frame == self._frame)

    def _tracked(self, message: Any) -> None:
        self._people = message_samples.tracked(message)
        self._expect('tracked people', self._people.frame)
        self._scene.tracked(self._people)

    def _truth(self, message: Any) -> None:
        people = message_samples.tracked(message)
        self._expect('people', people.frame)
        self._scene.truth(people)

    def _goal(self, message: Any) -> None:
        if message.instruction:
            self._ends = TASK_WORDS
            self.show('instruction', message.instruction)
            return
        self._expect('the goal', message.header.frame_id)
        spot = message.pose.position
        self._scene.goal(np.array([spot.x, spot.y]), message.tolerance)

    def _obstacles(self, message: Any) -> None:
        self._scene.obstacles(message_arrays.obstacles([message]))

    def _proposed(self, message: Any) -> None:
        self._panels.command('proposed', message_samples.twist(message))

    def _sent(self, message: Any) -> None:
        self._panels.command('sent', message_samples.twist(message))

    def _attention(self, message: Any) -> None:
        try:
            weights = message_samples.weights(message)
        except ValueError as error:
            self.remark(str(error))
            return
        self._panels.weights(weights)
        if self._people is not None and self._trail:
            robot = self._trail[-1]
            self._scene.attention(robot, *attended(self._people, robot, weights))

    def _policy(self, message: Any) -> None:
        self._panels.delay('inference', message.inference_ms)
        self._panels.delay('observation', message.observation_age_ms)
        name = f'{message.policy} ({message.checkpoint})' if message.checkpoint else message.policy
        self.show('policy', name)
        missing = ', '.join(message.missing)
        waits = [f'{missing} missing or stale'] if missing else []
        waits += [message.words] if message.words else []
        told = f'proposes rest: {"; ".join(waits)}' if waits else 'has all it needs'
        self.log('policy', told, 'WARN' if waits else 'INFO')

    def _episode(self, message: Any) -> None:
        name = f'{message.index} ({message.scenario}, seed {message.seed})'
        if message.state == RUNNING and message.episode != self._episode_name:
            self._episode_name = message.episode
            self._trail.clear()
            self._arm.begin()
        if message.state == RUNNING:
            self.log('episode', f'episode {name} runs')
            self.show('episode', name)
        elif message.state in OUTCOMES:
            words = self._ends[OUTCOMES[message.state]]
            self.log('episode', f'episode {name}: the robot {words}')
            self.show('episode', f'{name}, {words}')

    def _safety(self, message: Any) -> None:
        name, severity, colour = palette.level_of(message.level)
        self._panels.level(message.level)
        self._panels.delay('decision', message.tick_ms)
        self._colour(colour)
        words = [name + (', latched' if message.latched else '')]
        words += [', '.join(message.reasons)] if len(message.reasons) else []
        words += [f'from {message.source}'] if message.source else []
        self.log('safety', ': '.join(words), severity)
        self.show('safety', words[0])
        self.show('reasons', words[1] if len(message.reasons) else 'none')
        counters = zip(message.counter_names, message.counters, strict=False)
        onsets = [f'{reason} {count}' for reason, count in counters if count]
        self.show('interventions', ', '.join(onsets))

    def _zones(self, message: Any) -> None:
        self._scene.zones(message_samples.drawn_lines(message))

    def _colour(self, colour: palette.Colour) -> None:
        if colour != self._coloured:
            self._coloured = colour
            self._scene.body(colour)

    def log(self, topic: str, text: str, severity: str = 'INFO') -> None:
        """Say what is new."""
        if self._said.get(topic) != text:
            self._said[topic] = text
            self._panels.say(topic, text, severity)

    def show(self, name: str, value: str) -> None:
        """Show what is new."""
        if self._status.get(name) != value:
            self._status[name] = value
            self._panels.status(tuple(self._status.items()))

    def _expect(self, what: str, frame: str) -> None:
        if self._frame and frame != self._frame:
            self.remark(f'{what}: in frame {frame!r}, drawn as though it were {self._frame!r}')

    def remark(self, text: str) -> None:
        """Say once what cannot be drawn as it is meant."""
        if text not in self._remarked:
            self._remarked.add(text)
            self._panels.say('viewer', text, 'WARN')


def _stamp(message: Any) -> int:
    """Stamp of a message, 0 for one without [ns]."""
    if hasattr(message, 'header'):
        return stamp_ns(message)
    return max((stamp_ns(marker) for marker in message.markers), default=0)
