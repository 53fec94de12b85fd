"""The topics of a recorded episode, in whatever namespace the robot was."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from policy_nodes.evaluation.recording_error import RecordingError
from policy_nodes.evaluation.recording_reader import Recorded, Recording

Topics = Mapping[str, tuple[str, str]]

# what it is called here: name below the robot's namespace, and type
TOPICS: Topics = {
    'odom': ('/odom', 'nav_msgs/msg/Odometry'),
    'scan': ('/scan', 'sensor_msgs/msg/LaserScan'),
    'people': ('/people', 'policy_stack/msg/TrackedPersons'),
    'tracked': ('/tracked_people', 'policy_stack/msg/TrackedPersons'),
    'goal': ('/goal', 'policy_stack/msg/TaskGoal'),
    'episode': ('/episode', 'policy_stack/msg/EpisodeStatus'),
    'proposed': ('/navigation_policy/cmd_vel', 'geometry_msgs/msg/TwistStamped'),
    'sent': ('/cmd_vel', 'geometry_msgs/msg/TwistStamped'),
    'status': ('/navigation_policy/status', 'policy_stack/msg/PolicyStatus'),
    'thoughts': ('/manipulation_policy/status', 'policy_stack/msg/PolicyStatus'),
    'strides': ('/locomotion_policy/status', 'policy_stack/msg/PolicyStatus'),
    'safety': ('/safety_controller/state', 'policy_stack/msg/SafetyState'),
    'obstacles': ('/obstacles', 'visualization_msgs/msg/MarkerArray'),
}
Messages = dict[str, list[tuple[Recorded, Any]]]


def namespace_of(recording: Recording, topics: Topics = TOPICS) -> str:
    """Return what stands before the names of the robot's topics; empty for a robot at the root.

    Of the robots of a recording it is the one with most of the topics.

    Args:
        recording: of an episode.
        topics: name below the namespace, and type, by what they are called here.
    """
    votes = Counter(
        name[: -len(suffix)]
        for name, topic in recording.topics.items()
        for suffix, kind in topics.values()
        if name.endswith(suffix) and topic.type_name == kind
    )
    return min(votes, key=lambda prefix: (-votes[prefix], len(prefix), prefix), default='')


def decoded(recording: Recording, losses: list[str]) -> Messages:
    """Decode the messages of an episode.

    Args:
        recording: of the episode.
        losses: gets a sentence for everything that cannot be decoded.

    Returns:
        Messages by the keys of `TOPICS`, in the order of the file.
    """
    keys = dict(readable(recording, losses))
    messages: Messages = defaultdict(list)
    problems: list[str] = []
    for recorded in recording.messages(*keys) if keys else ():
        key = keys[recorded.topic]
        if recorded.type_name != TOPICS[key][1]:
            continue  # a second publisher with another type
        try:
            messages[key].append((recorded, recorded.decode()))
        except RecordingError as error:
            problems.append(str(error))
    if problems:
        losses.append(f'{len(problems)} messages cannot be decoded, first {problems[0]}')
    return messages


def readable(
    recording: Recording, losses: list[str], topics: Topics = TOPICS
) -> Iterator[tuple[str, str]]:
    """Return the full names of the topics that can be read, with what they are called here.

    Args:
        recording: of an episode.
        losses: gets a sentence for each topic that cannot be read.
        topics: as in `namespace_of`.
    """
    namespace = namespace_of(recording, topics)
    for key, (suffix, kind) in topics.items():
        name = namespace + suffix
        topic = recording.topics.get(name)
        if topic is None:
            continue
        if topic.undecodable:
            losses.append(f'{name} cannot be read: {topic.undecodable}')
        elif topic.type_name != kind:
            losses.append(f'{name} is left out: it holds {topic.type_name}, not {kind}')
        else:
            yield name, key
