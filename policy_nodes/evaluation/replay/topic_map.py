"""Which topic of a foreign bag is what, and what takes the place of what it lacks."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

SCAN = 'sensor_msgs/msg/LaserScan'
ODOMETRY = 'nav_msgs/msg/Odometry'
PEOPLE = 'policy_stack/msg/TrackedPersons'
CLOCK = 'rosgraph_msgs/msg/Clock'
GOAL = 'policy_stack/msg/TaskGoal'
POSE_STAMPED = 'geometry_msgs/msg/PoseStamped'
STATE = 'policy_stack/msg/SafetyState'
EPISODE = 'policy_stack/msg/EpisodeStatus'
TWIST = 'geometry_msgs/msg/Twist'
TWIST_STAMPED = 'geometry_msgs/msg/TwistStamped'
STAMPS = ('header', 'arrival')


@dataclass(frozen=True)
class Mount:
    """Where a scanner sits in the base frame: x, y [m] and yaw [rad]."""

    x: float = 0.0
    y: float = 0.0
    yaw: float = 0.0


@dataclass(frozen=True)
class LaserTopic:
    """One scanner.

    Attributes:
        topic: full name.
        frame: taken instead of the frame in its messages; empty keeps theirs.
        mount: where it sits; None hands its scans to the controller as they are.
    """

    topic: str
    frame: str = ''
    mount: Mount | None = None


@dataclass(frozen=True)
class FramedTopic:
    """One topic.

    Attributes:
        topic: full name.
        frame: taken instead of the frame in its messages; empty keeps theirs.
        child_frame: the same for the frame of twists in odometry.
    """

    topic: str
    frame: str = ''
    child_frame: str = ''


@dataclass(frozen=True)
class AssumedProposal:
    """A proposal that no bag holds: the same twist again and again.

    Attributes:
        v: forward speed [m/s].
        w: yaw rate [rad/s].
        period: between two [s].
    """

    v: float
    w: float
    period: float


@dataclass(frozen=True)
class TopicMap:
    """What is what in a bag.

    Attributes:
        lasers: scanners by name; several, or one with a mount, become one scan round the base.
        proposal: commands to judge, or what is assumed in their place.
        odometry: measured motion; None where the bag has none.
        standing: nothing measured it, but the robot is known to have stood.
        people: tracked people, or None.
        stamps: ``header`` believes the stamps in messages, ``arrival`` takes the time of receipt.
        clock: topic of a simulated clock that stamps are compared with; empty where they are
            compared with the time of receipt.
        goal: where a policy is to go, or None.
        ends_at_goal: the goal is taken to be where odometry ends.
        nobody: there are no tracked people, and a policy is told so with every scan.
        state: topic of the recorded safety controller's words; empty without.
        episode: topic that says which episode runs; empty without.
    """

    lasers: dict[str, LaserTopic]
    proposal: FramedTopic | AssumedProposal
    odometry: FramedTopic | None = None
    standing: bool = False
    people: FramedTopic | None = None
    stamps: str = 'header'
    clock: str = ''
    goal: FramedTopic | None = None
    ends_at_goal: bool = False
    nobody: bool = False
    state: str = ''
    episode: str = ''

    def wanted(self, *, policy: bool = False) -> dict[str, tuple[str, ...]]:
        """Types that each topic may have, by its name.

        Args:
            policy: with those that only a policy reads.
        """
        found: dict[str, tuple[str, ...]] = {each.topic: (SCAN,) for each in self.lasers.values()}
        if self.odometry is not None:
            found[self.odometry.topic] = (ODOMETRY,)
        if isinstance(self.proposal, FramedTopic):
            found[self.proposal.topic] = (TWIST_STAMPED, TWIST)
        if self.people is not None:
            found[self.people.topic] = (PEOPLE,)
        if self.clock:
            found[self.clock] = (CLOCK,)
        if policy and self.goal is not None:
            found[self.goal.topic] = (GOAL, POSE_STAMPED)
        if policy and self.state:
            found[self.state] = (STATE,)
        if policy and self.episode:
            found[self.episode] = (EPISODE,)
        return found

    def lacks(self) -> str:
        """Say what a policy would need and the map does not give; empty if nothing."""
        if self.goal is None and not self.ends_at_goal:
            return 'a goal: map `goal:`, or write `goal: {assumed: end}` for where the drive ends'
        if self.people is None and not self.nobody:
            return 'tracked people: map `people:`, or write `people: {assumed: nobody}`'
        if self.odometry is None and not self.standing:
            return 'odometry: map `odometry:`'
        return ''

    def assumed(self, *, policy: bool = False) -> list[str]:
        """Say in sentences what did not come out of the bag.

        Args:
            policy: with what only a policy reads.
        """
        told = []
        if isinstance(self.proposal, AssumedProposal):
            each = self.proposal
            told.append(
                f'The bag holds no commands: {each.v:g} m/s and {each.w:g} rad/s are proposed '
                f'every {each.period:g} s.'
            )
        if self.standing:
            told.append('The bag holds no odometry: the robot is taken to have stood still.')
        elif self.odometry is None:
            told.append(
                'No odometry is mapped: the speed is unknown, so the controller never lets the '
                'robot move, and these figures say nothing about obstacles.'
            )
        if policy and self.ends_at_goal:
            told.append('The bag holds no goal: it is taken to be where the drive ends.')
        if policy and self.nobody:
            told.append(
                'The bag holds no tracked people: the policy is told that nobody is there.'
            )
        if self.stamps == 'arrival':
            told.append('Stamps are the times of receipt, so old data cannot be noticed.')
        return told


def own_topics(known: Container[str]) -> TopicMap:
    """Map a recording of our own recorder, without a namespace.

    Args:
        known: topics that it has; tracked people and a simulated clock are taken where they are.
    """
    return TopicMap(
        lasers={'scan': LaserTopic('/scan')},
        odometry=FramedTopic('/odom'),
        proposal=FramedTopic('/navigation_policy/cmd_vel'),
        people=FramedTopic('/tracked_people') if '/tracked_people' in known else None,
        clock='/clock' if '/clock' in known else '',
        goal=FramedTopic('/goal') if '/goal' in known else None,
        state='/safety_controller/state' if '/safety_controller/state' in known else '',
        episode='/episode' if '/episode' in known else '',
    )
