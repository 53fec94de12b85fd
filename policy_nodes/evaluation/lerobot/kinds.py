"""Kinds of robots, and which topics of theirs a data set holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy_nodes.evaluation.episode_topics import Topics, namespace_of
from policy_nodes.evaluation.lerobot.arm_streams import ARM, CAMERAS
from policy_nodes.evaluation.lerobot.base_streams import BASE
from policy_nodes.evaluation.lerobot.leg_streams import LEGS
from policy_nodes.evaluation.lerobot.stream import Stream
from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_reader import Recording

IMAGE = 'sensor_msgs/msg/Image'
STATUS = ('/episode', 'policy_stack/msg/EpisodeStatus')
INSTRUCTION = 'policy_stack/msg/TaskGoal'


@dataclass(frozen=True)
class Kind:
    """What robots of one kind have in common.

    Attributes:
        streams: topics of numbers.
        cameras: whose colour images are kept.
        rate: frames a second where nobody says otherwise [Hz].
        task: in words, where no goal says more.
    """

    streams: tuple[Stream, ...]
    cameras: tuple[str, ...]
    rate: int
    task: str

    @property
    def topics(self) -> Topics:
        """Name below the namespace, and type, of every topic that is read."""
        found = {each.topic: (each.topic, each.type_name) for each in self.streams}
        found |= {camera_topic(each): (camera_topic(each), IMAGE) for each in self.cameras}
        # a base has its goal among the streams, for an arm it says the task
        return {'/goal': ('/goal', INSTRUCTION), '/episode': STATUS} | found


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        'base': Kind(BASE, (), 10, 'drive to the goal'),
        'legs': Kind(LEGS, (), 50, 'go as commanded'),
        'arm': Kind(ARM, CAMERAS, 10, 'do the task'),
    }
)
ROBOTS: Mapping[str, str] = MappingProxyType(
    {'turtlebot': 'base', 'barkour': 'legs', 'go1': 'legs', 'panda': 'arm'}
)
"""Kind of each robot of this project."""


def camera_topic(view: str) -> str:
    """Name the topic of a camera's colour images, below the namespace."""
    return f'/{view}/color/image_raw'


def kind_of(recording: Recording, robot: str) -> Kind:
    """Find the kind of the robot of a recording.

    Args:
        recording: of an episode.
        robot: its name; one that is not known here, or none, is told by its topics.

    Raises:
        RecordingError: the recording lacks what each kind needs; says what.
    """
    if robot in ROBOTS:
        return KINDS[ROBOTS[robot]]
    lacking = {}
    for name, kind in KINDS.items():
        space = namespace_of(recording, kind.topics)
        needed = [space + each.topic for each in kind.streams if each.needed]
        missing = [each for each in needed if each not in recording.topics]
        if not missing:
            return kind
        lacking[name] = ', '.join(missing)
    words = '; '.join(f'for {name} it lacks {missing}' for name, missing in lacking.items())
    raise RecordingError(f'{recording.path} is of no kind of robot that is known here: {words}')
