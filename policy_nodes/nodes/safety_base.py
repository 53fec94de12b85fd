"""The safety controller of a mobile base: its topics, and the way from messages to its core."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from sensor_msgs.msg import LaserScan, PointCloud2
from std_msgs.msg import Bool

from policy_nodes.contract.samples import TwistSample
from policy_nodes.nodes import qos, translate_base
from policy_nodes.nodes.cloud_sample import cloud_sample
from policy_nodes.nodes.interface import SENSOR_RELIABILITY, Setting, Topic, sensor
from policy_nodes.nodes.mounts import TfMounts
from policy_nodes.nodes.pending_proposal import HeldProposal, PendingProposal
from policy_nodes.nodes.safety_inputs import NAMING, locks, proposals
from policy_nodes.nodes.safety_kind import Kind, Take, timed
from policy_nodes.nodes.safety_markers import ZONES, SafetyMarkers
from policy_nodes.nodes.safety_topics import interface_of
from policy_nodes.nodes.translate_people import people_sample
from policy_nodes.safety.base_config import BaseSafetyConfig
from policy_nodes.safety.base_controller import BaseSafetyController
from policy_nodes.safety.decision import Decision
from policy_stack.msg import TrackedPersons

PROPOSAL = Topic('navigation_policy/cmd_vel', TwistStamped, qos.COMMAND, 'proposed velocity')
TELEOP = Topic('teleop/cmd_vel', TwistStamped, qos.ANY, 'velocity proposed by hand, as configured')
SCAN = Topic('scan', LaserScan, qos.STREAM, 'lidar')
POINTS = Topic('points', PointCloud2, qos.STREAM, 'depth camera or 3D lidar, if it is enabled')
ODOM = Topic('odom', Odometry, qos.STREAM, 'measured motion')
PEOPLE = Topic('tracked_people', TrackedPersons, qos.STREAM, 'tracked people')
CMD_VEL = Topic('cmd_vel', TwistStamped, qos.COMMAND, 'admitted velocity; nobody else sends it')

WAIT = Setting(
    'wait',
    0.05,
    'for sensors of the time of a proposal, in wall time',
    's',
    (0.0, 1.0),
    read_only=True,
)


class BaseWiring:
    """Decides on each proposal, at once or as soon as the sensors have caught up with it."""

    state_period = 0.0

    def __init__(self, node: Any, config: BaseSafetyConfig, settings: dict[str, Any]) -> None:
        """Make the core.

        Args:
            node: that talks for it.
            config: of the core.
            settings: values of the interface's settings.
        """
        self.core = BaseSafetyController(config)
        self.mounts = TfMounts(node, config.frames.base_frame, config.frames_by_tf)
        self.markers = SafetyMarkers(node, self.core)
        self.sources = config.obstacle_sources
        self.period = config.stop.watchdog_period
        self.heartbeats = config.heartbeat.nodes
        self.arbitration = config.arbitration
        self._pending = {
            name: PendingProposal(settings[WAIT.name]) for name in config.arbitration.inputs
        }
        self._reliability = settings[SENSOR_RELIABILITY.name]

    def inputs(self) -> Iterable[tuple[Topic, Take]]:
        """Proposals, locks and sensors; what sees obstacles only as far as it is enabled."""
        seeing = (('scan', SCAN, self.take_scan), ('points', POINTS, self.take_cloud))
        return (
            *proposals(self.arbitration, PROPOSAL, self.take_proposal),
            *locks(self.arbitration, self.take_lock),
            *(
                (sensor(topic, self._reliability), take)
                for name, topic, take in seeing
                if name in self.sources
            ),
            (sensor(ODOM, self._reliability), self.take_odometry),
            (PEOPLE, self.take_people),
        )

    def take_proposal(
        self, source: str, message: TwistStamped, now_ns: int, steady_s: float
    ) -> list[Decision | None]:
        """Decide on what waited so far; the new one may wait for its sensors."""
        before = self._decide(source, self._pending[source].give(), now_ns)
        self._pending[source].hold(translate_base.twist_sample(message), steady_s)
        return before + self._serve(now_ns, steady_s)

    def take_lock(
        self, lock: str, message: Bool, now_ns: int, steady_s: float
    ) -> list[Decision | None]:
        """Hand a lock on; what it holds back is held back in this very call."""
        return [self.core.take_lock(lock, message.data, now_ns, steady_s)]

    def take_scan(self, message: LaserScan, now_ns: int, steady_s: float) -> list[Decision | None]:
        """Hand a scan on, with its place."""
        sample = translate_base.scan_sample(message)
        mount = self.mounts.mount('scan', sample.stamp_ns)
        self.core.take_scan(sample, now_ns, steady_s, mount)
        return self._serve(now_ns, steady_s)

    def take_cloud(
        self, message: PointCloud2, now_ns: int, steady_s: float
    ) -> list[Decision | None]:
        """Hand a cloud on, with its place."""
        sample = cloud_sample(message)
        mount = self.mounts.mount('points', sample.stamp_ns)
        self.core.take_cloud(sample, now_ns, steady_s, mount)
        return self._serve(now_ns, steady_s)

    def take_odometry(
        self, message: Odometry, now_ns: int, steady_s: float
    ) -> list[Decision | None]:
        """Hand odometry on."""
        self.core.take_odometry(translate_base.base_sample(message), now_ns, steady_s)
        return self._serve(now_ns, steady_s)

    def take_people(
        self, message: TrackedPersons, now_ns: int, steady_s: float
    ) -> list[Decision | None]:
        """Hand tracked people on."""
        self.core.take_people(people_sample(message), now_ns, steady_s)
        return self._serve(now_ns, steady_s)

    def tick(self, now_ns: int, steady_s: float) -> list[Decision | None]:
        """Decide on a proposal that waited for long enough, and look after the command."""
        return [*self._serve(now_ns, steady_s), self.core.tick(now_ns, steady_s)]

    def message(self, command: TwistSample) -> TwistStamped:
        """Write a command."""
        return translate_base.twist_message(command)

    def forget(self) -> None:
        """Drop the proposals that wait."""
        for pending in self._pending.values():
            pending.give()

    def _serve(self, now_ns: int, steady_s: float) -> list[Decision | None]:
        """Decide on pending proposals if nothing is to be waited for any more."""
        decisions: list[Decision | None] = []
        for source, pending in self._pending.items():
            held = pending.due(steady_s, self.core.behind)
            decisions += self._decide(source, held, now_ns)
        return decisions

    def _decide(
        self, source: str, held: HeldProposal | None, now_ns: int
    ) -> list[Decision | None]:
        if held is None:
            return []
        return [timed(self.core.take_proposal, held.sample, now_ns, held.arrived, source)]


BASE = Kind(
    name='base',
    robot='base',
    frame='base_link',
    config=BaseSafetyConfig,
    naming=('zones.names', *NAMING),
    actuators=CMD_VEL,
    interface=interface_of(
        'Turns proposals into commands that keep every limit. Its parameters are listed in '
        'safety_reasons.md.',
        CMD_VEL,
        (PROPOSAL, TELEOP, SCAN, POINTS, ODOM, PEOPLE),
        (WAIT,),
        outputs=(ZONES,),
    ),
    wire=BaseWiring,
)
